//! Where the estate lives, and the spelling of ARNs, host names and dates in it.

use super::catalog::Env;

/// The company's account. It and its guest are account ids that AWS uses in its own documentation.
pub const ACCOUNT: &str = "111122223333";
/// A second account, from which one task pulls its image.
pub const PLATFORM_ACCOUNT: &str = "444455556666";
/// Seoul.
pub const REGION: &str = "ap-northeast-2";
/// When the snapshot was taken.
pub const TAKEN_AT: &str = "2026-11-02T03:00:00Z";
/// The public zone of the company, Haedal Academy; `.example` can never be a real name.
pub const DOMAIN: &str = "haedal.example";

/// The ARN of a resource of the company.
pub fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}

/// The ARN of an IAM role.
pub fn role(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

/// An image in the company's registry.
pub fn image(repository: &str, tag: &str) -> String {
    format!("{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/haedal/{repository}:{tag}")
}

/// A public host name. Production carries no environment word, as everywhere.
pub fn public_host(name: &str, env: Env) -> String {
    match env {
        Env::Prod => format!("{name}.{DOMAIN}"),
        Env::Dev | Env::Stag => format!("{name}.{}.{DOMAIN}", env.word()),
    }
}

/// A host name in the private zone of an environment.
pub fn private_host(name: &str, env: Env) -> String {
    format!("{name}.{}.haedal.internal", env.word())
}

/// The endpoint of a service's database.
pub fn database_host(service: &str, env: Env) -> String {
    format!("{}-{service}-db.cluster-cq7haedal2x.{REGION}.rds.amazonaws.com", env.word())
}

/// A point in time as the AWS command line prints it: UTC, with an offset.
pub fn date(day: u32, minute: u32) -> String {
    let (month, first) = match day {
        0..=30 => (8, 0),
        31..=60 => (9, 31),
        _ => (10, 61),
    };
    let day = (day - first) % 31 + 1;
    format!("2026-{month:02}-{day:02}T{:02}:{:02}:24.318000+00:00", minute / 60 % 24, minute % 60)
}
