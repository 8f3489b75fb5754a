//! `--fault NAME[:TARGET]@HH:MM:SS[+DURATION]`.

use model::Reason;
use model::code::rehearsal as code;
use twin::Script;
use twin::script::{Fault, TimedFault, When};
use twin::time::MILLI;

use super::{length, moment};

/// Length of a fault that names none, in seconds.
const SECS: u32 = 120;
/// Share of the requests that a bad release fails.
const BAD: f64 = 0.2;
/// How much longer a slow release takes.
const SLOW: f64 = 4.0;
/// The weight that somebody else sets.
const FOREIGN: u8 = 50;
/// Age of stale answers, in seconds.
const AGE: u32 = 5;

/// Every name, and what its target is.
const NAMES: [(&str, &str); 17] = [
    ("crash", ""),
    ("zombie", ""),
    ("lost-replies", ""),
    ("duplicates", ""),
    ("throttle", ""),
    ("stale-reads", ""),
    ("clock-jump", ""),
    ("controller-absent", ""),
    ("slow-propagation", ""),
    ("silence", ""),
    ("zone-loss", "zone"),
    ("bad-release", "shift"),
    ("slow-release", "shift"),
    ("out-of-memory", "shift"),
    ("foreign-writer", "shift"),
    ("kill-copies", "fleet"),
    ("slow-start", "fleet"),
];

/// The fault that `spec` orders in the world of `script`.
pub(super) fn parse(spec: &str, script: &Script) -> Result<TimedFault, Reason> {
    let wrong =
        |cause: String| Reason::new(&code::BAD_FAULT).with("spec", spec).with("cause", cause);
    let Some((what, when)) = spec.rsplit_once('@') else {
        return Err(wrong("it names no moment; say NAME@HH:MM:SS".to_owned()));
    };
    let (when, long) = when.split_once('+').map_or((when, None), |(when, long)| (when, Some(long)));
    let at = moment("--fault", when)?;
    let secs = match long {
        Some(long) => length("--fault", long)?.as_secs(),
        None => u64::from(SECS),
    };
    let secs = u32::try_from(secs).unwrap_or(u32::MAX);
    let (name, target) = what.split_once(':').unwrap_or((what, ""));
    let Some((_, kind)) = NAMES.iter().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        return Err(wrong(format!("there is no fault {name}; there are {}", names.join(", "))));
    };
    let known = targets(kind, script);
    if !kind.is_empty() && !known.iter().any(|known| known == target) {
        let known = known.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
        return Err(wrong(format!(
            "{name} needs a {kind}, such as {name}:TARGET; there are {known}"
        )));
    }
    if kind.is_empty() && !target.is_empty() {
        return Err(wrong(format!("{name} has no target")));
    }
    let fault = fault(name, target, secs);
    Ok(TimedFault { at: When::Millis(at / MILLI), fault })
}

/// The targets of a kind, by name.
fn targets(kind: &str, script: &Script) -> Vec<String> {
    match kind {
        "zone" => ["a", "b", "c"].map(str::to_owned).to_vec(),
        "shift" => script.services.keys().cloned().collect(),
        _ => {
            let services = script.services.values();
            services.flat_map(|one| [one.old.fleet.clone(), one.new.fleet.clone()]).collect()
        }
    }
}

fn fault(name: &str, target: &str, secs: u32) -> Fault {
    let (service, fleet) = (target.to_owned(), target.to_owned());
    let release = |error_rate, slow_factor, out_of_memory_secs| Fault::BadRelease {
        service: target.to_owned(),
        error_rate,
        slow_factor,
        out_of_memory_secs,
    };
    match name {
        "crash" => Fault::Crash { down: secs },
        "zombie" => Fault::Zombie { pause: secs },
        "lost-replies" => Fault::LostReplies { secs },
        "duplicates" => Fault::Duplicates { secs },
        "throttle" => Fault::Throttle { secs },
        "stale-reads" => Fault::StaleReads { age: AGE, secs },
        "clock-jump" => Fault::ClockJump { by: i32::try_from(secs).unwrap_or(i32::MAX) },
        "controller-absent" => Fault::ControllerAbsent { secs },
        "slow-propagation" => Fault::SlowPropagation { secs: secs.min(3_600) },
        "zone-loss" => {
            let zone = match target {
                "a" => 0,
                "b" => 1,
                _ => 2,
            };
            Fault::ZoneLoss { zone, secs }
        }
        "bad-release" => release(BAD, 1.0, 0),
        "slow-release" => release(0.0, SLOW, 0),
        "out-of-memory" => release(0.0, 1.0, secs),
        "foreign-writer" => Fault::ForeignWriter { service, weight: FOREIGN },
        "kill-copies" => Fault::KillCopies { fleet, count: 1 },
        "slow-start" => Fault::SlowStart { fleet, secs: secs.min(86_400) },
        // The table of names and this one are held together by a test.
        _ => Fault::Silence { secs },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_but_silence_has_a_fault_of_its_own() {
        let silent: Vec<&str> = NAMES
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| matches!(fault(name, "a", 5), Fault::Silence { .. }))
            .collect();
        assert_eq!(silent, ["silence"]);
    }

    #[test]
    fn a_fault_has_a_name_a_target_a_moment_and_a_length() {
        let script = Script::default();
        let parsed = parse("zone-loss:c@00:14:30+5m", &script).unwrap();
        assert_eq!(parsed.at, When::Millis(870_000));
        assert_eq!(parsed.fault, Fault::ZoneLoss { zone: 2, secs: 300 });
        for (spec, words) in [
            ("crash", "HH:MM:SS"),
            ("crush@00:01:00", "there is no fault crush; there are crash, zombie"),
            ("zone-loss:d@00:01:00", "there are a, b, c"),
            ("bad-release:shop@00:01:00", "needs a shift"),
            ("crash:x@00:01:00", "no target"),
            ("crash@1:2", "no moment"),
            ("crash@00:01:00+5", "no length"),
        ] {
            let said = parse(spec, &script).unwrap_err().sentence();
            assert!(said.contains(words), "{spec}: {said}");
        }
    }
}
