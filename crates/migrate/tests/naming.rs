//! The inference of names, on estates whose truth is known.

#[path = "naming/cases.rs"]
mod cases;
#[path = "naming/corrections.rs"]
mod corrections;
#[path = "naming/estates.rs"]
mod estates;
#[path = "naming/properties.rs"]
mod properties;
#[path = "naming/strings.rs"]
mod strings;

use estates::{Around, class_of, estate};
use migrate::naming::{Corrections, Names, Verdict, infer};

/// What came out on many estates.
#[derive(Debug, Default)]
struct Tally {
    names: usize,
    right: usize,
    accepted: usize,
    accepted_right: usize,
    asked: usize,
}

impl Tally {
    fn of(seeds: std::ops::Range<u64>, deviating_percent: usize, around: Around) -> Self {
        let mut out = Self::default();
        for seed in seeds {
            let estate = estate(seed, deviating_percent, around);
            let names = infer(&estate.objects, &Corrections::default());
            out.add(seed, &estate, &names);
        }
        out
    }

    fn add(&mut self, seed: u64, estate: &estates::SyntheticEstate, names: &Names) {
        for (id, truth) in &estate.truth {
            let name = names.get(id).unwrap();
            let class = name.environment.as_deref().and_then(class_of);
            let right = class == Some(truth.environment)
                && name.service.as_deref() == Some(truth.service.as_str());
            let accepted = name.verdict == Verdict::Accepted;
            self.names += 1;
            self.right += usize::from(right);
            self.accepted += usize::from(accepted);
            self.accepted_right += usize::from(accepted && right);
            self.asked += usize::from(name.verdict == Verdict::Ask);
            if (!right && std::env::var_os("NAMING_WRONG").is_some())
                || (!accepted && std::env::var_os("NAMING_LOW").is_some())
            {
                println!(
                    "seed {seed}: {id} `{}` -> {:?} {:?} {} | {:?}",
                    name.name, name.environment, name.service, name.confidence, name.runner_up
                );
                for w in &name.because {
                    println!("      {:?} {} {}", w.basis, w.points, w.says);
                }
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    fn share(part: usize, all: usize) -> f64 {
        100.0 * part as f64 / all.max(1) as f64
    }

    fn print(&self, title: &str) {
        println!(
            "{title}: {} names, {:.2} % right, {:.2} % above the margin, of these {:.2} % right, {:.2} % asked",
            self.names,
            Self::share(self.right, self.names),
            Self::share(self.accepted, self.names),
            Self::share(self.accepted_right, self.accepted),
            Self::share(self.asked, self.names),
        );
    }
}

#[test]
fn figures() {
    let n = std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    for around in [Around::ClustersOnly, Around::Neighbours, Around::Evidence] {
        for percent in [0, 25, 50] {
            if let Ok(only) = std::env::var("ONLY")
                && only != format!("{around:?}{percent}")
            {
                continue;
            }
            Tally::of(0..n, percent, around).print(&format!("{around:?} {percent} %"));
        }
    }
}
