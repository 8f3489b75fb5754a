//! Small estates: one idea each.

use std::collections::BTreeMap;

use migrate::generate::Generated;
use migrate::waves::{Order, Relation, Sign};
use serde_json::{Value, json};

use super::{plan, snapshot};

const REGION: &str = "arn:aws:ecs:eu-west-1:111122223333";

/// An estate in the making.
#[derive(Default)]
struct Estate {
    answers: BTreeMap<String, Value>,
}

impl Estate {
    /// A service with variables and whatever its ECS service has besides.
    fn service(mut self, env: &str, name: &str, variables: &[(&str, &str)], more: &Value) -> Self {
        let full = format!("{env}-{name}");
        let environment: Vec<Value> =
            variables.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let task = json!({"taskDefinition": {
            "taskDefinitionArn": format!("{REGION}:task-definition/{full}:1"),
            "family": full, "revision": 1, "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
            "containerDefinitions": [{
                "name": name, "image": "nginx:1.27", "essential": true, "environment": environment,
                "portMappings": [{"name": "http", "containerPort": 8080, "protocol": "tcp"}],
            }],
        }});
        let mut service = json!({
            "serviceArn": format!("{REGION}:service/{full}/{full}"),
            "clusterArn": format!("{REGION}:cluster/{full}"),
            "serviceName": full, "desiredCount": 2, "launchType": "FARGATE",
            "taskDefinition": format!("{REGION}:task-definition/{full}:1"),
        });
        if let (Some(service), Some(more)) = (service.as_object_mut(), more.as_object()) {
            service.extend(more.clone());
        }
        self.answers.insert(format!("task-{full}"), task);
        self.answers.insert(format!("service-{full}"), json!({"services": [service]}));
        self
    }

    /// A load balancer with a listener and rules: host, path, target group.
    fn balancer(mut self, rules: &[(&str, &str, &str)]) -> Self {
        let elb = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
        let rule = |(at, (host, path, group)): (usize, &(&str, &str, &str))| {
            let mut conditions =
                vec![json!({"Field": "host-header", "HostHeaderConfig": {"Values": [host]}})];
            if !path.is_empty() {
                conditions.push(
                    json!({"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}),
                );
            }
            json!({"RuleArn": format!("{elb}:listener-rule/app/edge/1/2/{at}"),
                "Priority": (at + 1).to_string(), "Conditions": conditions,
                "Actions": [{"Type": "forward", "TargetGroupArn": group_arn(group)}]})
        };
        let rules: Vec<Value> = rules.iter().enumerate().map(rule).collect();
        self.answers.insert("rules".to_owned(), json!({"Rules": rules}));
        self.answers.insert(
            "listeners".to_owned(),
            json!({"Listeners": [{
                "ListenerArn": format!("{elb}:listener/app/edge/1/2"),
                "LoadBalancerArn": format!("{elb}:loadbalancer/app/edge/1"),
                "Port": 443, "Protocol": "HTTPS", "DefaultActions": [],
            }]}),
        );
        self.answers.insert("balancers".to_owned(), json!({"LoadBalancers": [{
            "LoadBalancerArn": format!("{elb}:loadbalancer/app/edge/1"), "LoadBalancerName": "edge",
            "DNSName": "edge-1.eu-west-1.elb.amazonaws.com", "Scheme": "internet-facing", "Type": "application",
        }]}));
        self
    }

    fn with(mut self, name: &str, answer: Value) -> Self {
        self.answers.insert(name.to_owned(), answer);
        self
    }

    fn plan(&self) -> Generated {
        plan(&[snapshot(&self.answers)])
    }
}

fn group_arn(name: &str) -> String {
    format!(
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/{name}/0123456789abcdef"
    )
}

fn behind(group: &str, container: &str) -> Value {
    json!({"loadBalancers": [{"targetGroupArn": group_arn(group), "containerName": container, "containerPort": 8080}]})
}

/// `from → to` with relation and sign, for edges between services.
fn calls(order: &Order) -> Vec<String> {
    let of_service = |edge: &&migrate::waves::Edge| edge.to.starts_with("service/");
    order
        .edges
        .iter()
        .filter(of_service)
        .map(|edge| {
            let sign = edge.evidence[0].sign;
            format!("{} → {} {:?} {sign:?}", edge.from, edge.to, edge.relation)
        })
        .collect()
}

/// Waves as text: `1 dev: a, b | 2 dev: c+d`.
fn waves(order: &Order) -> String {
    let wave = |wave: &migrate::waves::Wave| {
        let units: Vec<String> = wave.units.iter().map(|unit| unit.services.join("+")).collect();
        format!("{} {}: {}", wave.number, wave.environment, units.join(", "))
    };
    order.waves.iter().map(wave).collect::<Vec<_>>().join(" | ")
}

#[test]
fn a_chain_of_records_leads_through_the_listener_to_the_service() {
    let estate = Estate::default()
        .service("dev", "shop", &[("CART_URL", "https://cart-old.dev.acme.example/v1")], &json!({}))
        .service("dev", "cart", &[], &behind("dev-cart", "cart"))
        .service("dev", "help", &[], &behind("dev-help", "help"))
        .balancer(&[("cart-old.dev.acme.example", "/v1/*", "dev-cart"), ("cart-old.dev.acme.example", "/help", "dev-help")])
        .with("records", json!({"ResourceRecordSets": [
            {"Name": "cart-old.dev.acme.example.", "Type": "CNAME", "ResourceRecords": [{"Value": "cart.dev.acme.example."}]},
            {"Name": "\\052.dev.acme.example.", "Type": "A", "AliasTarget": {"DNSName": "dualstack.edge-1.eu-west-1.elb.amazonaws.com."}},
        ]}));
    let order = estate.plan().plan.order;
    assert_eq!(calls(&order), ["service/dev/shop → service/dev/cart Calls HostName"]);
    let edge = order.edges.iter().find(|edge| edge.to == "service/dev/cart").unwrap();
    assert_eq!(
        edge.evidence[0].way,
        [
            "cart-old.dev.acme.example",
            "cart.dev.acme.example",
            "ALB edge, rule 1 on port 443 → cart"
        ]
    );
    assert_eq!(edge.evidence[0].words, "CART_URL=https://cart-old.dev.acme.example/v1");
    assert_eq!(waves(&order), "1 dev: help, cart | 2 dev: shop");
}

#[test]
fn production_that_is_used_from_dev_is_told_though_no_word_says_so() {
    let estate = Estate::default()
        .service("dev", "shop", &[("CART_URL", "https://cart.acme.example")], &json!({}))
        .service("prod", "cart", &[], &behind("prod-cart", "cart"))
        .service("dev", "cart", &[], &behind("dev-cart", "cart"))
        .balancer(&[
            ("cart.acme.example", "", "prod-cart"),
            ("cart.dev.acme.example", "", "dev-cart"),
        ]);
    let generated = estate.plan();
    let edge =
        generated.plan.order.edges.iter().find(|edge| edge.from == "service/dev/shop").unwrap();
    assert_eq!((edge.to.as_str(), edge.foreign.as_deref()), ("service/prod/cart", Some("prod")));
    let told: Vec<String> = generated
        .findings
        .iter()
        .filter(|finding| finding.reason.code.id == "SG-M378")
        .map(|finding| finding.reason.sentence())
        .collect();
    assert_eq!(told, ["shop in dev uses the service cart of prod"]);
}

#[test]
fn a_circle_moves_together_and_says_which_call_is_the_weakest() {
    let estate = Estate::default()
        .service(
            "dev",
            "web",
            &[("API_URL", "https://api.dev.acme.example")],
            &behind("dev-web", "web"),
        )
        .service(
            "dev",
            "api",
            &[
                ("SITE", "http://edge-1.eu-west-1.elb.amazonaws.com:443"),
                ("HOME", "https://www.dev.acme.example"),
            ],
            &behind("dev-api", "api"),
        )
        .service("dev", "other", &[], &json!({}))
        .balancer(&[
            ("api.dev.acme.example", "", "dev-api"),
            ("www.dev.acme.example", "", "dev-web"),
        ]);
    let generated = estate.plan();
    let order = &generated.plan.order;
    assert_eq!(waves(order), "1 dev: other, api+web");
    assert_eq!(order.cycles.len(), 1);
    assert_eq!(order.cycles[0].services, ["api", "web"]);
    assert_eq!(order.cycles[0].edges.len(), 2);
    assert_eq!(order.cycles[0].cut.len(), 1);
    assert!(generated.findings.iter().any(|finding| finding.reason.code.id == "SG-M377"));
}

#[test]
fn what_browsers_are_told_is_no_call() {
    let estate = Estate::default()
        .service(
            "dev",
            "web",
            &[("API_URL", "https://api.dev.acme.example")],
            &behind("dev-web", "web"),
        )
        .service(
            "dev",
            "api",
            &[("CORS_ORIGINS", "https://www.dev.acme.example")],
            &behind("dev-api", "api"),
        )
        .balancer(&[
            ("api.dev.acme.example", "", "dev-api"),
            ("www.dev.acme.example", "", "dev-web"),
        ]);
    let order = estate.plan().plan.order;
    let edge = order.edges.iter().find(|edge| edge.from == "service/dev/api").unwrap();
    assert_eq!((edge.relation, edge.evidence[0].sign), (Relation::May, Sign::HandedOut));
    assert!(order.cycles.is_empty());
    assert_eq!(waves(&order), "1 dev: api | 2 dev: web");
}

fn connect(offers: bool) -> Value {
    let services = if offers {
        json!([{"portName": "http", "discoveryName": "cart", "clientAliases": [{"port": 80, "dnsName": "cart"}]}])
    } else {
        json!([])
    };
    json!({"serviceConnectConfiguration": {"enabled": true, "namespace": "acme-dev", "services": services}})
}

#[test]
fn callers_by_service_connect_keep_the_ecs_side_and_wait_for_a_held_callee() {
    let estate = Estate::default()
        .service("dev", "shop", &[("CART_HOST", "cart")], &connect(false))
        .service("dev", "cart", &[], &connect(true));
    let order = estate.plan().plan.order;
    assert_eq!(calls(&order), ["service/dev/shop → service/dev/cart Calls ServiceConnect"]);
    assert_eq!(waves(&order), "1 dev: cart | 2 dev: shop");
    assert_eq!(order.kept[0].service, "cart");
    assert_eq!(
        (order.kept[0].until_wave, order.kept[0].callers.join("")),
        (Some(2), "shop".to_owned())
    );

    let mut held = estate;
    let task = held.answers.get_mut("task-dev-cart").unwrap();
    task["taskDefinition"]["containerDefinitions"][0].as_object_mut().unwrap().remove("image");
    let order = held.plan().plan.order;
    assert_eq!(waves(&order), "");
    let reasons: Vec<&str> = order.held.iter().map(|held| held.because.code.id).collect();
    assert_eq!(reasons, ["SG-M374", "SG-M376"]);
}

#[test]
fn services_behind_one_target_group_move_together() {
    let estate = Estate::default().service("dev", "blue", &[], &behind("dev-web", "blue")).service(
        "dev",
        "green",
        &[],
        &behind("dev-web", "green"),
    );
    let generated = estate.plan();
    assert_eq!(waves(&generated.plan.order), "1 dev: blue+green");
    assert!(generated.findings.iter().any(|finding| finding.reason.code.id == "SG-M380"));
}

#[test]
fn a_password_in_a_url_leaves_only_its_host() {
    let estate = Estate::default().service(
        "dev",
        "shop",
        &[
            (
                "DATABASE_URL",
                "postgres://shop:Tr0ub4dor-3@dev-shop.c1.eu-west-1.rds.amazonaws.com:5432/shop",
            ),
            ("API_TOKEN", "abcd:Zx81QQplus@dev-x.c1.eu-west-1.rds.amazonaws.com"),
        ],
        &json!({}),
    );
    let order = estate.plan().plan.order;
    let text = serde_json::to_string(&order).unwrap();
    assert!(!text.contains("Tr0ub4dor-3") && !text.contains("Zx81QQplus"), "{text}");
    let edge = order.edges.iter().find(|edge| edge.to == "database/dev-shop").unwrap();
    assert_eq!(edge.evidence[0].words, "DATABASE_URL=…dev-shop.c1.eu-west-1.rds.amazonaws.com…");
}
