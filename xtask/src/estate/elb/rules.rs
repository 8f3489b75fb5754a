//! Listeners and their rules: a host or a few paths for most services, and the special wishes of
//! four of them.

use serde_json::{Value, json};

use super::super::arn::{arn, private_host, public_host};
use super::super::catalog::{Front, services};
use super::super::cell::Cell;
use super::balancers::{Balancer, front};
use super::targets::target_groups;
use super::words::{
    cognito, fixed, forward, header, host, method, path, path_regex, query, redirect, second,
    source, weighted,
};

/// A rule before it has its ARN.
struct Rule {
    priority: usize,
    conditions: Vec<Value>,
    actions: Vec<Value>,
}

/// The ARN of the rule that carries the requests of a cell's users.
pub fn production_rule_arn(cell: &Cell) -> String {
    let priority = main_priority(cell).to_string();
    front(cell).map_or_else(String::new, |front| front.rule_arn(front.main_port(), &priority))
}

/// One entry of `DescribeListeners`.
pub(super) fn listener(cells: &[Cell], balancer: &Balancer, port: u16) -> Value {
    let mut listener = json!({
        "ListenerArn": balancer.listener_arn(port),
        "LoadBalancerArn": balancer.arn,
        "Port": port,
        "Protocol": if port == 80 { "HTTP" } else { "HTTPS" },
        "DefaultActions": default_actions(cells, balancer, port),
    });
    if port != 80 {
        listener["Certificates"] = json!([{"CertificateArn": balancer.certificate_arn()}]);
        listener["SslPolicy"] = json!("ELBSecurityPolicy-TLS13-1-2-2021-06");
        listener["MutualAuthentication"] = json!({"Mode": "off"});
    }
    listener
}

/// The rules of a listener in their order, the default one last.
pub(super) fn rules(cells: &[Cell], balancer: &Balancer, port: u16) -> Value {
    let mut rules: Vec<Rule> = Vec::new();
    if port == balancer.main_port() {
        for cell in cells.iter().filter(|cell| balancer.serves(cell)) {
            rules.extend(special(cell));
            rules.push(main_rule(cell));
        }
    }
    rules.sort_by_key(|rule| rule.priority);
    let mut all: Vec<Value> = rules.iter().map(|rule| finish(rule, balancer, port)).collect();
    all.push(json!({
        "RuleArn": balancer.rule_arn(port, "default"),
        "Priority": "default",
        "Conditions": [],
        "Actions": default_actions(cells, balancer, port),
        "IsDefault": true,
        "Transforms": [],
    }));
    Value::Array(all)
}

fn finish(rule: &Rule, balancer: &Balancer, port: u16) -> Value {
    let priority = rule.priority.to_string();
    json!({
        "RuleArn": balancer.rule_arn(port, &priority),
        "Priority": priority,
        "Conditions": rule.conditions,
        "Actions": rule.actions,
        "IsDefault": false,
        "Transforms": [],
    })
}

fn default_actions(cells: &[Cell], balancer: &Balancer, port: u16) -> Value {
    if port == 80 && balancer.main_port() != 80 {
        return json!([redirect("#{host}", "/#{path}", "HTTP_301")]);
    }
    let owner = cells.iter().find(|cell| balancer.owner.is_some() && balancer.serves(cell));
    let groups = owner.map(target_groups).unwrap_or_default();
    match (port, groups.as_slice()) {
        (8443, [_, green, ..]) => json!([forward(&green.arn)]),
        (_, [main, ..]) => json!([forward(&main.arn)]),
        (_, []) => json!([fixed("404", "no such course")]),
    }
}

/// Ten numbers for each service, in the order of the catalog; its main rule has the last of them.
fn main_priority(cell: &Cell) -> usize {
    let position = services().position(|service| service.name == cell.service.name);
    position.unwrap_or(0) * 10 + 10
}

fn main_rule(cell: &Cell) -> Rule {
    let host_name = host_of(cell);
    let mut conditions = vec![host(&[&host_name])];
    if let Front::Paths(_, paths) = cell.service.front {
        conditions.push(path(paths));
    }
    Rule { priority: main_priority(cell), conditions, actions: main_actions(cell) }
}

/// The host name of a cell.
pub fn host_of(cell: &Cell) -> String {
    match cell.service.front {
        Front::None => String::new(),
        Front::Host(name) | Front::Paths(name, _) | Front::Own(name) => public_host(name, cell.env),
        Front::Internal(name) => private_host(name, cell.env),
    }
}

fn main_actions(cell: &Cell) -> Vec<Value> {
    let groups = target_groups(cell);
    match (cell.service.name, groups.as_slice()) {
        ("product-catalog", [blue, green]) => {
            vec![weighted(&[(&blue.arn, 100), (&green.arn, 0)], None)]
        }
        ("admin-console", [main]) => {
            let env = cell.env.word();
            let pool = cell.dice.alphanumeric(&cell.label("pool"), 9);
            let client = cell.dice.hex(&cell.label("client"), 26);
            let pool = arn("cognito-idp", &format!("userpool/ap-northeast-2_{pool}"));
            vec![
                cognito(&pool, &client, &format!("haedal-staff-{env}")),
                second(forward(&main.arn)),
            ]
        }
        (_, [main, ..]) => vec![forward(&main.arn)],
        (_, []) => Vec::new(),
    }
}

/// Rules that a service has before its main one.
fn special(cell: &Cell) -> Vec<Rule> {
    let groups = target_groups(cell);
    let arns: Vec<&str> = groups.iter().map(|group| group.arn.as_str()).collect();
    match (cell.service.name, arns.as_slice()) {
        ("live-chat", [main]) => live_chat(cell, main),
        ("gateway", [main, canary]) => gateway(cell, main, canary),
        ("admin-console", _) => admin_console(cell),
        ("webhook-relay", [main]) => webhook_relay(cell, main),
        _ => Vec::new(),
    }
}

fn rule(cell: &Cell, place: usize, conditions: Vec<Value>, action: Value) -> Rule {
    Rule { priority: main_priority(cell) - 9 + place, conditions, actions: vec![action] }
}

fn live_chat(cell: &Cell, main: &str) -> Vec<Rule> {
    let chat = host_of(cell);
    let socket = vec![host(&[&chat]), path(&["/ws/*"]), header("Upgrade", &["websocket"])];
    let old = public_host("talk", cell.env);
    vec![
        rule(cell, 0, socket, weighted(&[(main, 1)], Some(3600))),
        rule(cell, 1, vec![host(&[&old])], redirect(&chat, "/#{path}", "HTTP_302")),
    ]
}

fn gateway(cell: &Cell, main: &str, canary: &str) -> Vec<Rule> {
    let api = host_of(cell);
    let api = [api.as_str()];
    let preflight = vec![method(&["OPTIONS"]), path(&["/v*/*"])];
    let inside =
        vec![host(&api), path(&["/internal/*"]), source(&["10.40.0.0/14", "203.0.113.0/28"])];
    let outside = vec![path(&["/internal/*"])];
    let beta = vec![host(&api), query("channel", "beta")];
    let courses = vec![host(&api), path_regex(&["^/v[12]/courses/[0-9]+$"])];
    let shares = [(main, 95), (canary, 5)];
    vec![
        rule(cell, 0, preflight, fixed("204", "")),
        rule(cell, 1, inside, forward(main)),
        rule(cell, 2, outside, fixed("403", "not from here")),
        rule(cell, 3, beta, forward(canary)),
        rule(
            cell,
            4,
            vec![path(&["/v1/legacy/*"])],
            redirect("#{host}", "/v2/#{path}", "HTTP_301"),
        ),
        rule(cell, 5, courses, forward(main)),
        rule(cell, 6, vec![host(&api), path(&["/v2/*"])], weighted(&shares, Some(600))),
    ]
}

fn admin_console(cell: &Cell) -> Vec<Rule> {
    let office = ["198.51.100.0/24", "203.0.113.64/26"];
    let health = vec![path(&["/health"]), source(&office)];
    vec![rule(cell, 0, health, fixed("200", "ok"))]
}

/// Partners may only post.
fn webhook_relay(cell: &Cell, main: &str) -> Vec<Rule> {
    let hooks = host_of(cell);
    let post = vec![host(&[&hooks]), path(&["/in/*"]), method(&["POST", "PUT"])];
    let other = vec![host(&[&hooks]), path(&["/in/*"])];
    vec![rule(cell, 0, post, forward(main)), rule(cell, 1, other, fixed("405", "post it"))]
}
