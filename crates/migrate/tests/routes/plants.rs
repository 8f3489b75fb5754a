//! One listener with every sort of condition and action, and differences planted on either side.

use std::collections::BTreeMap;

use migrate::input::snapshot::{Manifest, Snapshot, Source};
use migrate::routes::{Difference, check, pairs};
use serde_json::{Value, json};

use crate::given::with_given;

const AWS: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
/// Requests for each plant.
const REQUESTS: usize = 6_000;

fn group(name: &str) -> String {
    format!("{AWS}:targetgroup/{name}/0123456789abcdef")
}

fn forward(name: &str) -> Value {
    json!({"Type": "forward", "Order": 2, "TargetGroupArn": group(name)})
}

fn condition(field: &str, key: &str, values: &Value) -> Value {
    json!({"Field": field, key: {"Values": values}})
}

fn host(values: &Value) -> Value {
    condition("host-header", "HostHeaderConfig", values)
}

fn path(values: &Value) -> Value {
    condition("path-pattern", "PathPatternConfig", values)
}

/// Two services behind one load balancer, with rules that hide and cross each other.
fn snapshot() -> Snapshot {
    let balancer = format!("{AWS}:loadbalancer/app/prod-edge/1");
    let listener = |id: &str| format!("{AWS}:listener/app/prod-edge/1/{id}");
    let rule = |priority: i64, conditions: Value, actions: Value| {
        let arn = format!("{AWS}:listener-rule/app/prod-edge/1/443/{priority}");
        json!({"RuleArn": arn, "Priority": priority.to_string(), "IsDefault": false, "Conditions": conditions, "Actions": actions})
    };
    let methods =
        condition("http-request-method", "HttpRequestMethodConfig", &json!(["POST", "PUT"]));
    let sources =
        condition("source-ip", "SourceIpConfig", &json!(["10.40.0.0/14", "2001:db8::/32"]));
    let header = json!({"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Canary", "Values": ["beta*"]}});
    let query = json!({"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "channel", "Value": "beta"}]}});
    let regex = json!({"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/v[12]/items/[0-9]+$"]}});
    let fixed = |status: &str, body: &str| json!([{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status, "ContentType": "text/plain", "MessageBody": body}}]);
    let weighted = json!([{"Type": "forward", "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": group("shop"), "Weight": 90}, {"TargetGroupArn": group("canary"), "Weight": 10}],
        "TargetGroupStickinessConfig": {"Enabled": true, "DurationSeconds": 600},
    }}]);
    let moved = json!([{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/new/#{path}", "Query": "#{query}", "StatusCode": "HTTP_302"}}]);
    let login = json!([{"Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": {"UserPoolArn": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/p", "UserPoolClientId": "c", "UserPoolDomain": "d", "Scope": "openid", "SessionCookieName": "AWSELBAuthSessionCookie", "SessionTimeout": 604_800, "OnUnauthenticatedRequest": "authenticate"}}, forward("shop")]);
    let rules = json!([
        rule(
            10,
            json!([host(&json!(["api.example.com"])), path(&json!(["/v1/*", "/v2/?"])), methods]),
            json!([forward("shop")])
        ),
        rule(
            20,
            json!([host(&json!(["*.example.com"])), path(&json!(["/admin*"])), sources]),
            json!([forward("shop")])
        ),
        rule(30, json!([path(&json!(["/admin*"]))]), fixed("403", "not from here")),
        rule(40, json!([host(&json!(["api.example.com"])), header]), weighted),
        rule(50, json!([query]), json!([forward("cart")])),
        rule(60, json!([host(&json!(["shop.example.com"])), regex]), json!([forward("cart")])),
        rule(70, json!([path(&json!(["/old/*"]))]), moved),
        rule(
            80,
            json!([host(&json!(["cart.example.com", "secure.example.com"]))]),
            json!([forward("cart")])
        ),
        rule(90, json!([host(&json!(["staff.example.com"]))]), login),
        rule(100, json!([host(&json!(["api.example.com"]))]), json!([forward("shop")])),
    ]);
    let to_https = json!([{"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}", "StatusCode": "HTTP_301"}}]);
    let listeners = json!([
        {"ListenerArn": listener("80"), "LoadBalancerArn": balancer, "Port": 80, "Protocol": "HTTP", "DefaultActions": to_https},
        {"ListenerArn": listener("443"), "LoadBalancerArn": balancer, "Port": 443, "Protocol": "HTTPS", "DefaultActions": fixed("404", "no such shop")},
    ]);
    let service = |name: &str, port: i64| {
        json!({
            "serviceArn": format!("arn:aws:ecs:eu-west-1:111122223333:service/prod-{name}/prod-{name}"),
            "clusterArn": format!("arn:aws:ecs:eu-west-1:111122223333:cluster/prod-{name}"),
            "serviceName": format!("prod-{name}"), "taskDefinition": format!("prod-{name}:1"), "desiredCount": 2, "launchType": "FARGATE",
            "loadBalancers": [{"targetGroupArn": group(name), "containerName": name, "containerPort": port}],
        })
    };
    let task = |name: &str, port: i64| {
        json!({"taskDefinition": {
            "family": format!("prod-{name}"), "revision": 1, "networkMode": "awsvpc", "cpu": "256", "memory": "512",
            "containerDefinitions": [{"name": name, "image": format!("registry.example.com/{name}:1"), "portMappings": [{"containerPort": port}]}],
        }})
    };
    let target = |name: &str, port: i64, protocol: &str| json!({"TargetGroupArn": group(name), "TargetGroupName": name, "Port": port, "Protocol": protocol, "ProtocolVersion": "HTTP1", "VpcId": "vpc-1", "TargetType": "ip", "LoadBalancerArns": [balancer]});
    let answers = [
        ("services.json", json!({"services": [service("shop", 8080), service("cart", 8443)]})),
        ("shop.json", task("shop", 8080)),
        ("cart.json", task("cart", 8443)),
        (
            "balancers.json",
            json!({"LoadBalancers": [{"LoadBalancerArn": balancer, "LoadBalancerName": "prod-edge", "Type": "application", "Scheme": "internet-facing"}]}),
        ),
        ("listeners.json", json!({"Listeners": listeners})),
        ("rules.json", json!({"Rules": rules})),
        (
            "groups.json",
            json!({"TargetGroups": [target("shop", 8080, "HTTP"), target("cart", 8443, "HTTPS")]}),
        ),
    ];
    let answers: BTreeMap<String, Value> =
        answers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Snapshot { manifest: Manifest::new(Source::Files, String::new(), String::new()), answers }
}

/// Differences after `today` has changed what AWS answers, and `made` what was generated.
fn differences(today: &dyn Fn(&mut Value), made: &dyn Fn(&mut Value)) -> Vec<Difference> {
    let clean = snapshot();
    let mut seen = clean.clone();
    for answer in seen.answers.values_mut() {
        today(answer);
    }
    with_given(
        &clean,
        &seen,
        |converted| {
            for object in converted.iter_mut().flat_map(|one| &mut one.built.later) {
                made(object);
            }
        },
        |given| pairs(given).iter().flat_map(|pair| pair.compare(7, REQUESTS)).collect(),
    )
}

fn nothing(_: &mut Value) {}

/// Replaces `from` by `to` in every text of `value`.
fn replace(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) => *text = text.replace(from, to),
        Value::Array(list) => list.iter_mut().for_each(|item| replace(item, from, to)),
        Value::Object(map) => map.values_mut().for_each(|item| replace(item, from, to)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The rule with this priority, if `answer` has it.
fn rule(answer: &mut Value, priority: i64) -> Option<&mut Value> {
    let wanted = priority.to_string();
    answer["Rules"].as_array_mut()?.iter_mut().find(|rule| rule["Priority"] == wanted.as_str())
}

#[test]
fn the_generated_ingresses_route_as_the_listeners_do() {
    let found = differences(&nothing, &nothing);
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_difference_planted_in_the_generated_ingresses_is_found() {
    for (what, from, to) in [
        ("a host that is none of the rule's", "shop.example.com", "shop.example.org"),
        ("a wildcard less", "*.example.com", "x.example.com"),
        ("a wildcard more", "/v1/*", "/v1*"),
        ("a prefix in place of a pattern", "/old/*", "/old*"),
        ("one character more", "/v2/?", "/v2/??"),
        ("the case of a path", "/v1/*", "/V1/*"),
        ("a path less", "/admin*", "/admin"),
        ("another regular expression", "items/[0-9]+", "items/[0-8]+"),
        ("an end that is open", "[0-9]+$", "[0-9]+"),
        ("a method", r#""POST","PUT""#, r#""POST""#),
        ("the case of a method", r#""PUT""#, r#""put""#),
        ("a header's name", "X-Canary", "X-Canaries"),
        ("a header's value", "beta*", "beta"),
        ("a query's key", r#""key":"channel""#, r#""key":"canal""#),
        ("a query's value", r#""value":"beta""#, r#""value":"beta?""#),
        ("a range that is wider", "10.40.0.0/14", "10.40.0.0/13"),
        ("a range that is narrower", "10.40.0.0/14", "10.40.0.0/15"),
        ("a range of the sixth version", "2001:db8::/32", "2001:db8::/33"),
        ("a weight", r#""weight":90"#, r#""weight":91"#),
        ("stickiness", r#""durationSeconds":600"#, r#""durationSeconds":60"#),
        ("no stickiness", r#""enabled":true"#, r#""enabled":false"#),
        ("another target group", "targetgroup/canary/", "targetgroup/canaries/"),
        ("another port of the Service", r#""servicePort":"8443""#, r#""servicePort":"8080""#),
        ("another Service", r#""serviceName":"cart""#, r#""serviceName":"shop""#),
        ("a redirect's status", "HTTP_302", "HTTP_301"),
        ("a redirect's path", "/new/#{path}", "/new#{path}"),
        ("a redirect's query", r##""query":"#{query}""##, r#""query":"""#),
        ("a redirect's port", r#""port":"443""#, r#""port":"8443""#),
        ("a fixed answer's status", r#""statusCode":"403""#, r#""statusCode":"404""#),
        ("a fixed answer's text", "no such shop", "no such page"),
        ("a login's pool", "userpool/p", "userpool/q"),
        ("a login's client", r#""userPoolClientID":"c""#, r#""userPoolClientID":"x""#),
        ("annotations that are no JSON", r#"[{"field":"#, "[{field:"),
        ("what is spoken to the pods", "HTTPS", "HTTP"),
    ] {
        let found = differences(&nothing, &|object| replace(object, from, to));
        assert!(!found.is_empty(), "{what}: {from} → {to}");
    }
}

#[test]
fn every_change_of_an_ingress_as_a_whole_is_found() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 9] = [
        ("the order of paths", |ingress| {
            if let Some(rules) = ingress["spec"]["rules"].as_array_mut() {
                rules.reverse();
            }
        }),
        ("the order of the group", |ingress| {
            let notes = &mut ingress["metadata"]["annotations"];
            let order: i64 =
                notes["alb.ingress.kubernetes.io/group.order"].as_str().unwrap().parse().unwrap();
            notes["alb.ingress.kubernetes.io/group.order"] = json!((-order).to_string());
        }),
        ("another group", |ingress| {
            let name = ingress["metadata"]["name"].clone();
            ingress["metadata"]["annotations"]["alb.ingress.kubernetes.io/group.name"] = name;
        }),
        ("no default backend", |ingress| {
            ingress["spec"].as_object_mut().unwrap().remove("defaultBackend");
        }),
        ("two default backends", |ingress| {
            let backend =
                json!({"service": {"name": "default", "port": {"name": "use-annotation"}}});
            ingress["spec"]["defaultBackend"] = backend;
        }),
        ("prefixes in place of patterns", |ingress| {
            for rule in ingress["spec"]["rules"].as_array_mut().into_iter().flatten() {
                for path in rule["http"]["paths"].as_array_mut().unwrap() {
                    let Some(text) = path["path"].as_str() else { continue };
                    let text = text.trim_end_matches(['*', '?']).trim_end_matches('/').to_owned();
                    path["pathType"] = json!("Prefix");
                    path["path"] = json!(if text.is_empty() { "/".to_owned() } else { text });
                }
            }
        }),
        ("exact paths", |ingress| {
            for rule in ingress["spec"]["rules"].as_array_mut().into_iter().flatten() {
                for path in rule["http"]["paths"].as_array_mut().unwrap() {
                    path["pathType"] = json!("Exact");
                }
            }
        }),
        ("ssl-redirect on another port", |ingress| {
            ingress["metadata"]["annotations"]["alb.ingress.kubernetes.io/ssl-redirect"] =
                json!("8443");
        }),
        ("a login for all", |ingress| {
            let notes = &mut ingress["metadata"]["annotations"];
            notes["alb.ingress.kubernetes.io/auth-type"] = json!("cognito");
            notes["alb.ingress.kubernetes.io/auth-idp-cognito"] =
                json!(r#"{"userPoolARN":"p","userPoolClientID":"c","userPoolDomain":"d"}"#);
        }),
    ];
    for (what, change) in changes {
        let found = differences(&nothing, &|object| change(object));
        assert!(!found.is_empty(), "{what}");
    }
}

#[test]
fn every_difference_planted_in_the_listeners_of_today_is_found() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 8] = [
        ("two priorities swapped", |answer| {
            let swap = [(20, "31"), (30, "20")];
            for (from, to) in swap {
                if let Some(rule) = rule(answer, from) {
                    rule["Priority"] = json!(to);
                }
            }
        }),
        ("one value more", |answer| {
            if let Some(rule) = rule(answer, 30) {
                rule["Conditions"][0]["PathPatternConfig"]["Values"] =
                    json!(["/admin*", "/private"]);
            }
        }),
        ("one condition less", |answer| {
            if let Some(rule) = rule(answer, 10) {
                rule["Conditions"].as_array_mut().unwrap().pop();
            }
        }),
        ("a query without its key", |answer| {
            if let Some(rule) = rule(answer, 50) {
                rule["Conditions"][0]["QueryStringConfig"]["Values"] = json!([{"Value": "beta"}]);
            }
        }),
        ("a rule less", |answer| {
            if let Some(rules) = answer["Rules"].as_array_mut() {
                rules.retain(|rule| rule["Priority"] != "30");
            }
        }),
        ("another weight", |answer| {
            if let Some(rule) = rule(answer, 40) {
                rule["Actions"][0]["ForwardConfig"]["TargetGroups"][1]["Weight"] = json!(11);
            }
        }),
        ("a login less", |answer| {
            if let Some(rule) = rule(answer, 90) {
                rule["Actions"].as_array_mut().unwrap().remove(0);
            }
        }),
        ("a transform", |answer| {
            if let Some(rule) = rule(answer, 100) {
                rule["Transforms"] = json!([{"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/api", "Replace": "/"}]}}]);
            }
        }),
    ];
    for (what, change) in changes {
        let found = differences(&|answer| change(answer), &nothing);
        assert!(!found.is_empty(), "{what}");
    }
}

#[test]
fn a_difference_is_told_by_a_short_request_and_raised_once() {
    let found = differences(&nothing, &|object| replace(object, "HTTP_302", "HTTP_301"));
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "curl 'example.com/old/': HTTP_302 to https://example.com:443/new/old/ today (rule 70), HTTP_301 to https://example.com:443/new/old/ then (Ingress/cart rule-70)"
        ]
    );
    let raised = with_given(
        &snapshot(),
        &snapshot(),
        |converted| {
            for object in converted.iter_mut().flat_map(|one| &mut one.built.later) {
                replace(object, "HTTP_302", "HTTP_301");
            }
        },
        |given| {
            let mut raised = Vec::new();
            check(given, &mut raised);
            raised
        },
    );
    let codes: Vec<&str> = raised.iter().map(|one| one.reason.code.id).collect();
    assert_eq!(codes, ["SG-M340"]);
}

#[test]
fn a_binding_that_leads_elsewhere_is_raised() {
    let estate = snapshot();
    let raised = |change: &dyn Fn(&mut Value, &mut Value)| {
        with_given(
            &estate,
            &estate,
            |converted| {
                let one = converted.iter_mut().find(|one| one.work.name == "cart").unwrap();
                let request = one.built.aws.values_mut().next().unwrap();
                let binding = one.built.objects.iter_mut();
                let mut of_kind = binding.filter(|object| object["kind"] == "TargetGroupBinding");
                change(of_kind.next().unwrap(), request);
            },
            |given| {
                let mut raised = Vec::new();
                check(given, &mut raised);
                raised.iter().map(|one| one.reason.code.id).collect::<Vec<_>>()
            },
        )
    };
    assert!(raised(&|_, _| ()).is_empty());
    assert_eq!(
        raised(&|binding, _| binding["spec"]["serviceRef"]["port"] = json!(80)),
        ["SG-M342"]
    );
    assert_eq!(raised(&|_, request| request["Protocol"] = json!("HTTP")), ["SG-M342"]);
    assert_eq!(raised(&|binding, _| binding["spec"]["targetGroupName"] = json!("x")), ["SG-M342"]);
}
