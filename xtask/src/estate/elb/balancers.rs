//! Fifteen application load balancers, made by hand: a public and an internal one for each
//! environment, and one for each service that wanted its own.

use super::super::arn::{REGION, arn};
use super::super::catalog::{Env, Front};
use super::super::cell::Cell;
use super::super::dice::Dice;
use super::elb_arn;

/// The zone in which the load balancers of Seoul have their names.
pub const HOSTED_ZONE: &str = "ZWKZPGTI48KDX";

/// A load balancer.
#[derive(Debug, Clone)]
pub struct Balancer {
    /// Its hand-made name.
    pub name: String,
    /// The environment that it serves.
    pub env: Env,
    /// `internet-facing` or `internal`.
    pub scheme: &'static str,
    /// The service that owns it, unless it is shared.
    pub owner: Option<&'static str>,
    /// Its ARN.
    pub arn: String,
    /// The dice of the estate.
    pub dice: Dice,
}

/// All load balancers.
pub fn balancers(cells: &[Cell]) -> Vec<Balancer> {
    let shared = Env::ALL.into_iter().flat_map(|env| {
        let dice = cells.first().map_or(Dice::new(0), |cell| cell.dice);
        [edge(env, dice), internal(env, dice)]
    });
    let own = cells.iter().filter(|cell| matches!(cell.service.front, Front::Own(_))).map(own);
    shared.chain(own).collect()
}

/// The load balancer in front of a cell.
pub fn front(cell: &Cell) -> Option<Balancer> {
    match cell.service.front {
        Front::None => None,
        Front::Host(_) | Front::Paths(_, _) => Some(edge(cell.env, cell.dice)),
        Front::Internal(_) => Some(internal(cell.env, cell.dice)),
        Front::Own(_) => Some(own(cell)),
    }
}

impl Balancer {
    /// The ports on which it listens. Payments has a second port for CodeDeploy's test traffic.
    pub fn ports(&self) -> &'static [u16] {
        match (self.scheme, self.owner) {
            ("internal", _) => &[80],
            (_, Some("payments")) => &[80, 443, 8443],
            _ => &[80, 443],
        }
    }

    /// The port whose rules carry the requests of users.
    pub fn main_port(&self) -> u16 {
        if self.scheme == "internal" { 80 } else { 443 }
    }

    /// The ARN of the listener on `port`.
    pub fn listener_arn(&self, port: u16) -> String {
        let id = self.dice.hex(&format!("listener/{}/{port}", self.name), 16);
        elb_arn(&format!("listener/{}/{id}", self.path()))
    }

    /// The ARN of a rule of the listener on `port`.
    pub fn rule_arn(&self, port: u16, rule: &str) -> String {
        let listener = self.listener_arn(port).replace(":listener/", ":listener-rule/");
        let id = self.dice.hex(&format!("rule/{}/{port}/{rule}", self.name), 16);
        format!("{listener}/{id}")
    }

    /// The name that AWS gave it.
    pub fn dns_name(&self) -> String {
        let prefix = if self.scheme == "internal" { "internal-" } else { "" };
        let number = 100_000_000 + self.dice.below(&format!("dns/{}", self.name), 899_999_999);
        format!("{prefix}{}-{number}.{REGION}.elb.amazonaws.com", self.name)
    }

    /// Its certificate.
    pub fn certificate_arn(&self) -> String {
        let hex = self.dice.hex(&format!("certificate/{}", self.env.word()), 32);
        let id = format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        );
        arn("acm", &format!("certificate/{id}"))
    }

    /// Its security group.
    pub fn security_group(&self) -> String {
        format!("sg-0{}", self.dice.hex(&format!("sg/alb/{}", self.name), 16))
    }

    /// Chat sockets stay open for long; whoever found out raised it for all of production.
    pub fn idle_timeout_secs(&self) -> &'static str {
        if self.is_production() { "300" } else { "60" }
    }

    /// Whether it carries production.
    pub fn is_production(&self) -> bool {
        self.env == Env::Prod
    }

    /// Whether it stands in front of a cell.
    pub fn serves(&self, cell: &Cell) -> bool {
        front(cell).is_some_and(|front| front.name == self.name)
    }

    /// The dimension by which CloudWatch knows it: `app/name/id`.
    pub fn path(&self) -> String {
        format!("app/{}/{}", self.name, self.dice.hex(&format!("alb/{}", self.name), 16))
    }
}

fn edge(env: Env, dice: Dice) -> Balancer {
    let name = env.pick(&["dev-edge-alb", "stag-edge-alb", "prod-edge-alb"]);
    balancer(name, env, "internet-facing", None, dice)
}

fn internal(env: Env, dice: Dice) -> Balancer {
    let name = env.pick(&["dev-internal-alb", "stg-internal-alb", "internal-alb-production"]);
    balancer(name, env, "internal", None, dice)
}

fn own(cell: &Cell) -> Balancer {
    let name = format!("{}-alb", cell.names.cluster);
    balancer(&name, cell.env, "internet-facing", Some(cell.service.name), cell.dice)
}

fn balancer(
    name: &str,
    env: Env,
    scheme: &'static str,
    owner: Option<&'static str>,
    dice: Dice,
) -> Balancer {
    let mut balancer =
        Balancer { name: name.to_owned(), env, scheme, owner, arn: String::new(), dice };
    balancer.arn = elb_arn(&format!("loadbalancer/{}", balancer.path()));
    balancer
}
