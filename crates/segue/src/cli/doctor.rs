//! `segue doctor`: whether credentials, clock, endpoints and permissions are as a scan needs them.

use std::collections::BTreeMap;

use clap::Args;
use live::SystemClock;
use live::aws::{Client, Named, Settings};
use migrate::sweep::{Operation, Place, operations};
use model::Reason;
use model::code::aws as code;
use model::ports::{Aws as _, Call, Clock as _};
use serde::Serialize;
use serde_json::json;

use super::exit::{DONE, Failure};
use super::term::{Style, Term, fit};
use crate::runtime;

/// Width of the column with the operations.
const NAME_WIDTH: usize = 52;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue doctor --profile prod --region ap-northeast-2\n  segue doctor -o json\n\nIt tries one cheap call of each kind that a scan makes, and changes nothing."
)]
pub(super) struct DoctorArgs {
    /// Profile of ~/.aws.
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// Region.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// One endpoint for all services in place of those of AWS.
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Print JSON.
    #[arg(long, short = 'o', value_name = "FORMAT", value_parser = ["text", "json"], default_value = "text")]
    output: String,
}

/// What was found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Health {
    api_version: &'static str,
    kind: &'static str,
    account: String,
    region: String,
    caller: String,
    /// Seconds by which AWS is ahead of this machine, where it minded.
    clock_offset_secs: i64,
    /// Where each service is asked, by its IAM prefix.
    endpoints: BTreeMap<&'static str, Endpoint>,
    checks: Vec<Check>,
}

/// Where a service is asked, and who says so.
#[derive(Serialize)]
struct Endpoint {
    url: String,
    by: &'static str,
}

/// One call that was tried.
#[derive(Serialize)]
struct Check {
    operation: &'static str,
    ok: bool,
    /// What the plan does not know without it; nothing if it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Reason>,
}

pub(super) fn run(args: &DoctorArgs, term: &mut Term) -> Result<u8, Failure> {
    let health = runtime::single()?.block_on(examine(args))?;
    if args.output == "json" {
        term.line(&serde_json::to_string_pretty(&health).unwrap_or_default());
    } else {
        show(&health, term);
    }
    verdict(&health)
}

async fn examine(args: &DoctorArgs) -> Result<Health, Failure> {
    let settings = Settings {
        profile: args.profile.clone(),
        region: args.region.clone(),
        endpoint_url: args.endpoint_url.clone(),
        ..Settings::default()
    };
    let aws = Client::new(settings, SystemClock).await.map_err(|fault| fault.because)?;
    let who = Call::new("sts:GetCallerIdentity", json!({}));
    let who = aws.call(&who).await.map_err(|fault| fault.because)?;
    let text = |key: &str| who[key].as_str().unwrap_or_default().to_owned();
    let now = SystemClock.now().to_string();
    let place = Place {
        account: text("Account"),
        region: aws.region().to_owned(),
        prefixed: false,
        global: true,
        since: now.clone(),
        until: now,
    };
    let mut checks = Vec::new();
    for operation in operations() {
        if let Some(request) = operation.probe(&place) {
            checks.push(check(&aws, operation, request).await);
        }
    }
    Ok(Health {
        api_version: "segue.dev/v1alpha1",
        kind: "Doctor",
        caller: text("Arn"),
        account: place.account,
        region: place.region,
        clock_offset_secs: aws.clock_offset_secs(),
        endpoints: endpoints(&aws, &checks),
        checks,
    })
}

/// The endpoints of the services that were tried.
fn endpoints(aws: &Client<SystemClock>, checks: &[Check]) -> BTreeMap<&'static str, Endpoint> {
    let service = |check: &Check| check.operation.split(':').next().unwrap_or_default();
    let mut all = aws.endpoints();
    all.retain(|name, _| checks.iter().any(|check| service(check) == *name));
    let endpoint = |(url, named)| Endpoint {
        url,
        by: match named {
            Named::ByAws => "aws",
            Named::ByCaller => "--endpoint-url",
            Named::BySettings => "environment or profile",
        },
    };
    all.into_iter().map(|(name, at)| (name, endpoint(at))).collect()
}

async fn check(
    aws: &Client<SystemClock>,
    operation: &'static Operation,
    request: serde_json::Value,
) -> Check {
    let because = aws.call(&Call::new(operation.name, request)).await.err();
    Check {
        operation: operation.name,
        ok: because.is_none(),
        missing: because.as_ref().map(|_| operation.missing),
        because: because.map(|fault| fault.because),
    }
}

fn show(health: &Health, term: &mut Term) {
    term.line(&format!("{} in {} as {}", health.account, health.region, health.caller));
    let offset = health.clock_offset_secs;
    term.line(&if offset == 0 {
        "✔ clock: AWS takes the time of this machine".to_owned()
    } else {
        format!("▲ clock: AWS is {offset} s ahead of this machine, and requests are signed for it")
    });
    show_endpoints(health, term);
    for check in &health.checks {
        let name = fit(check.operation, NAME_WIDTH);
        match (&check.because, check.missing) {
            (Some(because), Some(missing)) => {
                let text = format!("✖ {name} {because}");
                let text = term.paint(Style::Failed, &text);
                term.line(&text);
                term.line(&format!("  without it the plan does not know {missing}"));
            }
            _ => term.line(&format!("✔ {}", name.trim_end())),
        }
    }
}

/// A line for each endpoint that is not AWS's own, with the services that are asked there.
fn show_endpoints(health: &Health, term: &mut Term) {
    let mut named: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (service, at) in health.endpoints.iter().filter(|(_, at)| at.by != "aws") {
        named.entry((&at.url, at.by)).or_default().push(service);
    }
    if named.is_empty() {
        term.line(&format!("✔ endpoints: those of AWS in {}", health.region));
    }
    for ((url, by), services) in named {
        let all = services.len() == health.endpoints.len();
        let services = if all { "all services".to_owned() } else { services.join(", ") };
        term.line(&format!("▲ endpoint: {url} by {by}, for {services}"));
    }
}

fn verdict(health: &Health) -> Result<u8, Failure> {
    let missing: Vec<&str> =
        health.checks.iter().filter(|check| !check.ok).map(|check| check.operation).collect();
    if missing.is_empty() {
        return Ok(DONE);
    }
    Err(Reason::new(&code::DOCTOR_MISSING)
        .with("count", missing.len())
        .with("total", health.checks.len())
        .with("list", missing.join(", "))
        .into())
}
