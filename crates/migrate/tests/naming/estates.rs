//! Seeded synthetic estates: names as people make them, with the truth beside.

use std::collections::BTreeMap;

use migrate::naming::{Evidence, Kind, Named, Source};

/// Services whose names hold an environment word, or look as if.
const TRAPS: &[&str] = &[
    "live-chat",
    "prod-catalog",
    "product-api",
    "test-runner",
    "stage-manager",
    "devices",
    "uat-reports",
];

/// Ordinary services; `chat` and `catalog` are what the traps would leave.
const SERVICES: &[&str] = &[
    "payments",
    "backend-api",
    "users",
    "admin-console",
    "billing",
    "search",
    "notifications",
    "web",
    "auth",
    "enrollment",
    "course-catalog",
    "grading-worker",
    "video-transcoder",
    "student-portal",
    "teacher-portal",
    "quiz-engine",
    "reports",
    "mailer",
    "file-upload",
    "analytics",
    "gateway",
    "scheduler",
    "recommendation",
    "certificate-api",
    "attendance",
    "chat",
    "catalog",
    "api",
    "content-delivery",
    "feature-flags",
    "library",
    "exam-proctor",
];

/// The words that people use for each environment; the first three are estates' usual ones.
const WORDS: [&[&str]; 4] = [
    &["dev", "dev", "develop", "development"],
    &["stag", "stg", "staging", "stage"],
    &["prod", "prd", "production", "live"],
    &["qa"],
];

/// What surrounds the names of an estate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Around {
    /// Names of 60 clusters and nothing else.
    ClustersOnly,
    /// Clusters, services and families that know each other.
    Neighbours,
    /// Also tags, log groups, secret paths and VPCs for most of them.
    Evidence,
}

/// What an estate is made like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// How many names of 100 deviate.
    pub(crate) deviating_percent: usize,
    /// What surrounds the names.
    pub(crate) around: Around,
    /// How many things of 100 are missing: services that some environments lack.
    pub(crate) missing_percent: usize,
    /// 3, or 4 with `qa`.
    pub(crate) environments: usize,
}

impl Shape {
    /// 60 clusters: 20 services in three environments.
    pub(crate) fn full(deviating_percent: usize, around: Around) -> Self {
        Self { deviating_percent, around, missing_percent: 0, environments: 3 }
    }
}

/// What an object really is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Truth {
    /// 0 dev, 1 stag, 2 prod, 3 qa.
    pub(crate) environment: usize,
    /// The service.
    pub(crate) service: String,
    /// Whether the name deviates.
    pub(crate) deviates: bool,
}

/// An estate and its truth.
pub(crate) struct SyntheticEstate {
    /// The objects.
    pub(crate) objects: Vec<Named>,
    /// By id.
    pub(crate) truth: BTreeMap<String, Truth>,
}

/// The class (0 dev, 1 stag, 2 prod, 3 qa) that a word means.
pub(crate) fn class_of(word: &str) -> Option<usize> {
    WORDS.iter().position(|words| words.contains(&word))
}

/// A small generator of numbers (`SplitMix64`): seeded, the same everywhere.
pub(crate) struct Numbers(u64);

impl Numbers {
    /// A generator with this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5e90_0e5e)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or(0)
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// How a name is put together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Style {
    place: Spot,
    separator: Separator,
    org: Option<&'static str>,
    word: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    Prefix,
    Suffix,
    Infix,
    Nowhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Hyphen,
    Underscore,
    Nothing,
    Camel,
}

/// The habits of one estate.
struct Habit {
    style: Style,
    words: [&'static str; 4],
    org: &'static str,
}

fn habit(numbers: &mut Numbers) -> Habit {
    let org = numbers.pick(&["acme", "edu", "hakwon", "nx"]);
    let place = if numbers.percent(70) { Spot::Prefix } else { Spot::Suffix };
    let separator = if numbers.percent(85) { Separator::Hyphen } else { Separator::Underscore };
    let words = match numbers.below(4) {
        0 | 1 => ["dev", "stag", "prod", "qa"],
        2 => ["dev", "stg", "prd", "qa"],
        _ => ["dev", "staging", "prod", "qa"],
    };
    let org_is_usual = numbers.percent(20);
    Habit {
        style: Style { place, separator, org: org_is_usual.then_some(org), word: None },
        words,
        org,
    }
}

/// The usual style, made wrong in one way, sometimes in two.
fn deviate(numbers: &mut Numbers, habit: &Habit, environment: usize) -> Style {
    let mut style = habit.style.clone();
    let ways = if numbers.percent(20) { 2 } else { 1 };
    for _ in 0..ways {
        match numbers.below(6) {
            0 => {
                let spots = [Spot::Prefix, Spot::Suffix, Spot::Infix];
                style.place = spots[numbers.below(3)];
            }
            2 => style.separator = Separator::Underscore,
            3 => {
                let all = [Separator::Nothing, Separator::Camel];
                style.separator = all[numbers.below(2)];
            }
            4 if environment == 2 => style.place = Spot::Nowhere,
            1 | 4 => style.word = Some(numbers.pick(WORDS[environment])),
            _ if style.org.is_some() => style.org = None,
            _ => style.org = Some(habit.org),
        }
    }
    style
}

/// The name in this style.
fn write(style: &Style, habit: &Habit, environment: usize, service: &str) -> String {
    let word = style.word.unwrap_or(habit.words[environment]);
    let mut parts: Vec<&str> = service.split('-').collect();
    match style.place {
        Spot::Prefix => parts.insert(0, word),
        Spot::Suffix => parts.push(word),
        Spot::Infix => parts.insert(1, word),
        Spot::Nowhere => {}
    }
    if let Some(org) = style.org {
        parts.insert(0, org);
    }
    match style.separator {
        Separator::Hyphen => parts.join("-"),
        Separator::Underscore => parts.join("_"),
        Separator::Nothing => parts.concat(),
        Separator::Camel => parts.iter().map(|part| capitalised(part)).collect(),
    }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

/// An estate of 20 services.
pub(crate) fn estate(seed: u64, shape: Shape) -> SyntheticEstate {
    let mut numbers = Numbers::new(seed);
    let habit = habit(&mut numbers);
    let mut out = SyntheticEstate { objects: Vec::new(), truth: BTreeMap::new() };
    for service in services(&mut numbers) {
        for environment in 0..shape.environments {
            if numbers.percent(shape.missing_percent) {
                continue;
            }
            let thing = Thing {
                environment,
                service,
                deviating_percent: shape.deviating_percent,
                habit: &habit,
            };
            thing.add(&mut numbers, shape.around, &mut out);
        }
    }
    out
}

fn services(numbers: &mut Numbers) -> Vec<&'static str> {
    let mut out: Vec<&str> = Vec::new();
    let mut traps = TRAPS.to_vec();
    for _ in 0..3 + numbers.below(5) {
        out.push(traps.swap_remove(numbers.below(traps.len())));
    }
    let mut plain = SERVICES.to_vec();
    while out.len() < 20 {
        out.push(plain.swap_remove(numbers.below(plain.len())));
    }
    out
}

/// One service in one environment.
struct Thing<'a> {
    environment: usize,
    service: &'static str,
    deviating_percent: usize,
    habit: &'a Habit,
}

impl Thing<'_> {
    /// Whether a name deviates, and how; names of one thing mostly deviate together.
    fn style(&self, numbers: &mut Numbers, like: Option<&Style>) -> Style {
        match like {
            Some(style) if numbers.percent(60) => style.clone(),
            _ if numbers.percent(self.deviating_percent) => self.deviating(numbers),
            _ => self.habit.style.clone(),
        }
    }

    /// A style whose name is not the usual one.
    fn deviating(&self, numbers: &mut Numbers) -> Style {
        loop {
            let style = deviate(numbers, self.habit, self.environment);
            if self.name(&style) != self.name(&self.habit.style) {
                return style;
            }
        }
    }

    fn name(&self, style: &Style) -> String {
        write(style, self.habit, self.environment, self.service)
    }

    fn add(&self, numbers: &mut Numbers, around: Around, out: &mut SyntheticEstate) {
        let of_cluster = self.style(numbers, None);
        let styles = [
            of_cluster.clone(),
            self.style(numbers, Some(&of_cluster)),
            self.style(numbers, Some(&of_cluster)),
        ];
        let names = styles.each_ref().map(|style| self.name(style));
        let evidence = self.evidence(numbers, around, &names, &of_cluster);
        let kinds = [Kind::Cluster, Kind::Service, Kind::TaskDefinition];
        for (at, kind) in kinds.into_iter().enumerate() {
            if around == Around::ClustersOnly && kind != Kind::Cluster {
                continue;
            }
            let id = format!("{}/{}/{}", kind.noun(), self.environment, self.service);
            let deviates = self.name(&styles[at]) != self.name(&self.habit.style);
            let truth =
                Truth { environment: self.environment, service: self.service.to_owned(), deviates };
            out.truth.insert(id.clone(), truth);
            let evidence = if kind == Kind::Service { evidence.clone() } else { Vec::new() };
            out.objects.push(Named { id, kind, name: names[at].clone(), evidence });
        }
    }

    /// What the service knows: its neighbours always, the rest as real estates have it.
    fn evidence(
        &self,
        numbers: &mut Numbers,
        around: Around,
        names: &[String; 3],
        of_cluster: &Style,
    ) -> Vec<Evidence> {
        if around == Around::ClustersOnly {
            return Vec::new();
        }
        let mut out = vec![
            Evidence::new(Source::Cluster, names[0].clone()),
            Evidence::new(Source::Family, names[2].clone()),
        ];
        if around == Around::Neighbours {
            return out;
        }
        // A copied task definition keeps its old log group: 2 % speak of a wrong environment.
        let environment = |numbers: &mut Numbers| {
            if numbers.percent(2) { numbers.below(3) } else { self.environment }
        };
        if numbers.percent(60) {
            let says = environment(numbers);
            let word = numbers.pick(WORDS[says]);
            out.push(Evidence::new(Source::Tag { key: "Environment".into() }, word));
        }
        if numbers.percent(85) {
            let style = self.style(numbers, Some(of_cluster));
            let name = write(&style, self.habit, environment(numbers), self.service);
            out.push(Evidence::new(Source::LogGroup, format!("/ecs/{name}")));
        }
        if numbers.percent(60) {
            let word = self.habit.words[environment(numbers)];
            out.push(Evidence::new(Source::SecretPath, format!("/{word}/{}/db", self.service)));
        }
        if numbers.percent(50) {
            let word = self.habit.words[self.environment];
            out.push(Evidence::new(Source::Vpc, format!("{}-{word}-vpc", self.habit.org)));
        }
        out
    }
}
