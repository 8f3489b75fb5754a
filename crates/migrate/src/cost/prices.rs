//! The price list: dated, replaceable, with its sources. Prices are micro-dollars by the hour.

use std::collections::BTreeMap;

use model::Reason;
use model::code::cost as code;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::money::{Case, Range};

/// The list that comes with the program.
const EMBEDDED: &str = include_str!("../../data/prices.json");
/// The newest format that this program reads.
const FORMAT_VERSION: u64 = 1;
/// The region that stands in where no nearer one is known.
const REGION_DEFAULT: &str = "us-east-1";
/// No price is higher: a million dollars an hour, in micro-dollars.
const RATE_MAX: i64 = 1_000_000_000_000;

/// A price list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Prices {
    #[serde(rename = "apiVersion")]
    _api_version: String,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "formatVersion")]
    _format_version: u64,
    /// The day that the prices are of, `2026-11-22`.
    pub date: String,
    /// `USD`.
    pub currency: String,
    /// Prices by region.
    pub regions: BTreeMap<String, Region>,
    /// What the team has committed itself to pay.
    #[serde(default)]
    pub commitments: Vec<Commitment>,
    /// True for a file of the team.
    #[serde(skip)]
    pub own: bool,
}

/// The prices of one region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Region {
    /// True if somebody compared them with those of AWS.
    #[serde(default)]
    pub verified: bool,
    /// Where they come from, one sentence each.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Fargate.
    pub fargate: Fargate,
    /// The control plane.
    pub eks: ControlPlane,
    /// Load balancers.
    pub load_balancer: Balancers,
    /// One public IPv4 address.
    pub public_ipv4: Rate,
    /// One GiB of a node's disk for a month.
    pub disk_gb_month: Rate,
    /// The licence of Windows on nodes, for each vCPU.
    #[serde(default)]
    pub windows_vcpu: Option<Rate>,
    /// Instances by type, on demand, Linux.
    #[serde(default)]
    pub instances: BTreeMap<String, Rate>,
}

/// Prices of Fargate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fargate {
    /// Linux on x86.
    pub x86: Task,
    /// Linux on ARM.
    #[serde(default)]
    pub arm: Option<Task>,
    /// Windows.
    #[serde(default)]
    pub windows: Option<Task>,
    /// One GiB of scratch disk above 20.
    pub ephemeral_gb: Rate,
    /// How much less Spot costs, in percent.
    pub spot_discount_percent: Discount,
}

/// Prices of a task by its size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// One vCPU.
    pub vcpu: Rate,
    /// One GiB.
    pub gb: Rate,
    /// The licence of Windows for each vCPU.
    #[serde(default)]
    pub license: Rate,
}

/// How much less something costs, in percent, from 0 to 100.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discount {
    low: u8,
    expected: u8,
    high: u8,
}

impl Discount {
    /// What is left to pay of 100.
    pub fn percent_left(self, case: Case) -> i64 {
        let off = Range { low: self.low, expected: self.expected, high: self.high }.of(case);
        100 - i64::from(off.min(100))
    }
}

/// Prices of an EKS control plane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlPlane {
    /// A version in standard support.
    pub standard: Rate,
    /// A version in extended support.
    pub extended: Rate,
}

/// Prices of load balancers by type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Balancers {
    /// Application Load Balancers.
    pub application: Balancer,
    /// Network Load Balancers.
    pub network: Balancer,
    /// Gateway Load Balancers.
    pub gateway: Balancer,
}

/// Prices of one load balancer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Balancer {
    /// The hour.
    pub hour: Rate,
    /// One capacity unit (LCU) for an hour.
    #[serde(rename = "use")]
    pub used: Rate,
}

/// What a team pays whether it uses it or not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Commitment {
    /// What people call it.
    pub name: String,
    /// What sort it is.
    pub kind: CommitmentKind,
    /// The instance family that it covers, such as `c6i`; empty if it covers all.
    #[serde(default)]
    pub family: String,
    /// What is paid an hour.
    pub hour: Rate,
    /// The last day.
    pub until: String,
}

/// Sorts of commitments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommitmentKind {
    /// Covers Fargate and EC2 of any family.
    ComputeSavingsPlan,
    /// Covers one family of EC2, never Fargate.
    Ec2InstanceSavingsPlan,
    /// Covers one type or family of EC2.
    ReservedInstance,
}

/// A price: micro-dollars of the list's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(i64);

impl Rate {
    /// In micro-dollars, from 0 to 10^12.
    pub fn micros(self) -> i128 {
        i128::from(self.0)
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000);
        let shorter = text.trim_end_matches('0');
        let kept = shorter.len().max(text.len() - 4);
        f.write_str(&text[..kept])
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            other => return Err(D::Error::custom(format!("{other} is no price"))),
        };
        parse_rate(text.trim())
            .ok_or_else(|| D::Error::custom(format!("`{text}` is no price such as 0.04048")))
    }
}

/// Decimal digits to micro-dollars, rounded half up; no sign, no exponent.
fn parse_rate(text: &str) -> Option<Rate> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut micros: i64 = whole.parse::<i64>().ok()?.checked_mul(1_000_000)?;
    let padded = format!("{fraction:0<7}");
    micros = micros.checked_add(padded.get(..6)?.parse().ok()?)?;
    micros += i64::from(padded.as_bytes().get(6).is_some_and(|digit| *digit >= b'5'));
    (micros <= RATE_MAX).then_some(Rate(micros))
}

impl Prices {
    /// The list that comes with the program.
    pub fn embedded() -> Self {
        serde_json::from_str(EMBEDDED).unwrap_or_default()
    }

    /// Reads a price file of the team, JSON or YAML; `place` names it in errors. What it leaves
    /// out of a region that the program knows is taken from the list of the program.
    ///
    /// # Errors
    /// SG-M400 if it is no price file, SG-M401 if its format is newer.
    pub fn parse(place: &str, text: &str) -> Result<Self, Reason> {
        let bad = |cause: String| {
            // Messages of the parsers may run over several lines.
            let cause = cause.lines().next().unwrap_or_default().to_owned();
            Reason::new(&code::BAD_PRICES).with("place", place).with("cause", cause)
        };
        let given: Value = serde_saphyr::from_str(text).map_err(|e| bad(e.to_string()))?;
        if given.get("kind").and_then(Value::as_str) != Some("Prices") {
            return Err(bad("`kind` is not `Prices`".to_owned()));
        }
        match given.get("formatVersion").and_then(Value::as_u64) {
            Some(version) if version > FORMAT_VERSION => {
                return Err(Reason::new(&code::NEWER_PRICES)
                    .with("place", place)
                    .with("version", version)
                    .with("known", FORMAT_VERSION));
            }
            Some(_) => {}
            None => return Err(bad("`formatVersion` is not a whole number".to_owned())),
        }
        let filled = fill_in(given);
        let mut prices: Self = serde_json::from_value(filled).map_err(|e| bad(e.to_string()))?;
        if prices.regions.is_empty() {
            return Err(bad("`regions` is empty".to_owned()));
        }
        prices.own = true;
        Ok(prices)
    }

    /// The prices of `wanted` or of the nearest region that is known, with its name.
    pub fn region(&self, wanted: &str) -> Option<(&str, &Region)> {
        let alike = |known: &str| {
            let parts = known.split('-').zip(wanted.split('-'));
            parts.take_while(|(one, other)| one == other).count()
        };
        let best = self.regions.iter().max_by_key(|(name, _)| {
            // Of equally near ones the default, then the first by name.
            let first = std::cmp::Reverse((*name).clone());
            (name.as_str() == wanted, alike(name), name.as_str() == REGION_DEFAULT, first)
        })?;
        Some((best.0, best.1))
    }
}

/// Puts what the program knows of a region under what the file says of it.
fn fill_in(mut given: Value) -> Value {
    let embedded: Value = serde_json::from_str(EMBEDDED).unwrap_or_default();
    let Some(regions) = given.get_mut("regions").and_then(Value::as_object_mut) else {
        return given;
    };
    for (name, region) in regions {
        if let Some(known) = embedded["regions"].get(name) {
            let mut under = known.clone();
            // Sources and the word that prices are checked are never those of the other list.
            under["verified"] = Value::Bool(false);
            merge(&mut under, region);
            *region = under;
        }
    }
    given
}

fn merge(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                merge(under.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_list_reads_and_says_that_it_is_not_verified() {
        let prices = Prices::embedded();
        assert_eq!(prices.currency, "USD");
        for (name, region) in &prices.regions {
            assert!(!region.verified && !region.sources.is_empty(), "{name}");
            assert!(region.instances.len() > 40, "{name}");
        }
        let (_, seoul) = prices.region("ap-northeast-2").unwrap();
        assert_eq!(seoul.fargate.x86.vcpu.to_string(), "0.04656");
        assert_eq!(seoul.eks.standard.to_string(), "0.10");
    }

    #[test]
    fn the_nearest_region_stands_in() {
        let prices = Prices::embedded();
        for (wanted, used) in [
            ("ap-northeast-2", "ap-northeast-2"),
            ("ap-northeast-1", "ap-northeast-2"),
            ("ap-southeast-1", "ap-northeast-2"),
            ("us-west-2", "us-east-1"),
            ("eu-central-1", "us-east-1"),
            ("", "us-east-1"),
        ] {
            assert_eq!(prices.region(wanted).unwrap().0, used, "{wanted}");
        }
    }

    #[test]
    fn a_file_of_the_team_overrides_what_it_names() {
        let text = "apiVersion: segue.dev/v1alpha1\nkind: Prices\nformatVersion: 1\ndate: 2026-12-01\ncurrency: USD\nregions:\n  ap-northeast-2:\n    verified: true\n    instances: {m7g.large: 0.0801}\n";
        let prices = Prices::parse("prices.yaml", text).unwrap();
        let (_, seoul) = prices.region("ap-northeast-2").unwrap();
        assert!(prices.own && seoul.verified);
        assert_eq!(seoul.instances["m7g.large"].to_string(), "0.0801");
        assert_eq!(seoul.fargate.x86.gb.to_string(), "0.00511");
    }

    #[test]
    fn mistakes_say_what_and_where() {
        let file = |regions: &str| {
            format!(
                "{{\"apiVersion\":\"segue.dev/v1alpha1\",\"kind\":\"Prices\",\"formatVersion\":1,\"date\":\"2026-12-01\",\"currency\":\"USD\",\"regions\":{regions}}}"
            )
        };
        for (text, id, cause) in [
            ("{".to_owned(), "SG-M400", ""),
            ("kind: Snapshot".to_owned(), "SG-M400", "`kind`"),
            (file("{}"), "SG-M400", "`regions`"),
            (file("{\"us-east-1\":{\"publicIPv4\":1}}"), "SG-M400", "publicIPv4"),
            (file("{\"us-east-1\":{\"publicIpv4\":-1}}"), "SG-M400", "-1"),
            (file("{\"eu-west-1\":{}}"), "SG-M400", "fargate"),
            (file("{}").replace("on\":1", "on\":2"), "SG-M401", ""),
        ] {
            let reason = Prices::parse("p.json", &text).unwrap_err();
            assert_eq!(reason.code.id, id, "{text}");
            assert!(reason.sentence().contains(cause), "{}", reason.sentence());
        }
    }

    #[test]
    fn rates_are_exact() {
        for (text, shown) in [("0.004445", "0.004445"), ("1", "1.00"), ("0.0000005", "0.000001")] {
            assert_eq!(parse_rate(text).unwrap().to_string(), shown);
        }
        for text in ["", ".5", "-1", "1e9", "99999999999999999999", "1000001", "１"] {
            assert!(parse_rate(text).is_none(), "{text}");
        }
    }
}
