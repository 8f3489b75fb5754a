//! Route 53: the public zone of the company and a private one for each environment.

use serde_json::{Value, json};

use super::answers::Answers;
use super::arn::{DOMAIN, database_host};
use super::catalog::{Env, Front, Store};
use super::cell::Cell;
use super::dice::Dice;
use super::elb::balancers::{self, HOSTED_ZONE};
use super::elb::rules::host_of;

/// Puts the zones and their records.
pub fn put(answers: &mut Answers, cells: &[Cell], dice: Dice) {
    let private = Env::ALL.map(|env| format!("{}.haedal.internal", env.word()));
    let names: Vec<&str> =
        std::iter::once(DOMAIN).chain(private.iter().map(String::as_str)).collect();
    let mut zones = Vec::new();
    for name in names {
        let records = records(cells, name);
        let id = format!("Z0{}", dice.alphanumeric(&format!("zone/{name}"), 18).to_uppercase());
        zones.push(json!({
            "Id": format!("/hostedzone/{id}"),
            "Name": format!("{name}."),
            "CallerReference": dice.hex(&format!("zone-call/{name}"), 16),
            "Config": {"PrivateZone": name != DOMAIN, "Comment": "made by hand"},
            "ResourceRecordSetCount": records.len(),
        }));
        answers.put(
            "route53:ListResourceRecordSets",
            name,
            json!({"HostedZoneId": id, "MaxItems": "300"}),
            json!({"ResourceRecordSets": records, "IsTruncated": false, "MaxItems": "300"}),
        );
    }
    let body = json!({"HostedZones": zones, "IsTruncated": false, "MaxItems": "100"});
    answers.put("route53:ListHostedZones", "1", json!({"MaxItems": "100"}), body);
}

fn records(cells: &[Cell], zone: &str) -> Vec<Value> {
    let dotted = format!("{zone}.");
    let servers = ["ns-1.example.", "ns-2.example."].map(|server| json!({"Value": server}));
    let authority = "ns-1.example. hostmaster.example. 1 7200 900 1209600 86400";
    let mut records = vec![
        json!({"Name": dotted, "Type": "NS", "TTL": 172_800, "ResourceRecords": servers}),
        json!({"Name": dotted, "Type": "SOA", "TTL": 900, "ResourceRecords": [{"Value": authority}]}),
    ];
    for cell in cells {
        let host = host_of(cell);
        if is_below(&host, zone) {
            records.extend(front_records(cell, &host));
        }
        let database = format!("{}-db.{}.haedal.internal", cell.service.name, cell.env.word());
        if is_below(&database, zone) && cell.service.stores.contains(&Store::Postgres) {
            let target = database_host(cell.service.name, cell.env);
            records.push(cname(&database, &target));
        }
    }
    records.sort_by_key(|record| record["Name"].as_str().map(str::to_owned));
    records.dedup_by(|a, b| {
        a["Name"] == b["Name"] && a["SetIdentifier"] == b["SetIdentifier"] && a["Type"] == b["Type"]
    });
    records
}

fn is_below(host: &str, zone: &str) -> bool {
    host.ends_with(&format!(".{zone}"))
}

/// One alias for most; chat in production has weights already, the gateway an old name besides.
fn front_records(cell: &Cell, host: &str) -> Vec<Value> {
    if cell.service.front == Front::None {
        return Vec::new();
    }
    let alias = alias(cell, host);
    match (cell.service.name, cell.env) {
        ("live-chat", Env::Prod) => {
            let mut spare = alias.clone();
            let mut main = alias;
            (main["SetIdentifier"], main["Weight"]) = (json!("edge"), json!(100));
            (spare["SetIdentifier"], spare["Weight"]) = (json!("drill"), json!(0));
            vec![main, spare]
        }
        ("live-chat", env) => {
            let old = super::arn::public_host("talk", env);
            vec![alias, cname(&old, host)]
        }
        ("gateway", Env::Prod) => {
            let old = format!("legacy-api.{DOMAIN}");
            vec![alias, cname(&old, host)]
        }
        _ => vec![alias],
    }
}

fn alias(cell: &Cell, host: &str) -> Value {
    let front = balancers::front(cell);
    let target = front.map(|front| front.dns_name().to_lowercase()).unwrap_or_default();
    json!({
        "Name": format!("{host}."),
        "Type": "A",
        "AliasTarget": {
            "HostedZoneId": HOSTED_ZONE,
            "DNSName": format!("dualstack.{target}."),
            "EvaluateTargetHealth": cell.env == Env::Prod,
        },
    })
}

fn cname(name: &str, target: &str) -> Value {
    let value = format!("{target}.");
    json!({"Name": format!("{name}."), "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": value}]})
}
