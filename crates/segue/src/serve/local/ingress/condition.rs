//! Conditions of a rule: the path of the Ingress, and the annotation `conditions.*`.

use live::balancer::{HeaderHas, QueryHas, QueryPair, When};
use serde_json::Value;

use super::super::groups::{list, text};

/// Patterns of one path of an Ingress.
pub(super) fn paths(path: &Value, regex: bool) -> Result<Vec<String>, String> {
    let Some(text) = path["path"].as_str().filter(|text| !text.is_empty()) else {
        return Ok(Vec::new());
    };
    let wild = text.contains(['*', '?']);
    Ok(match path["pathType"].as_str() {
        Some("Exact" | "Prefix") if wild => {
            return Err(format!("the path {text} may not have wildcards"));
        }
        Some("Prefix") if text == "/" => vec!["/*".to_owned()],
        Some("Prefix") => {
            let short = text.strip_suffix('/').unwrap_or(text);
            vec![short.to_owned(), format!("{short}/*")]
        }
        Some("Exact") => vec![text.to_owned()],
        _ if regex => return Err(format!("the path {text} is a regular expression")),
        _ => vec![text.to_owned()],
    })
}

/// Adds the conditions of an annotation.
pub(super) fn add(when: &mut When, conditions: &[Value]) -> Result<(), String> {
    for condition in conditions {
        let field = text(&condition["field"]);
        let key = match field.as_str() {
            "host-header" => "hostHeaderConfig",
            "path-pattern" => "pathPatternConfig",
            "http-header" => "httpHeaderConfig",
            "http-request-method" => "httpRequestMethodConfig",
            "query-string" => "queryStringConfig",
            "source-ip" => "sourceIPConfig",
            other => return Err(format!("the condition {other} is not known")),
        };
        let config = &condition[key];
        if !list(&config["regexValues"]).is_empty() {
            return Err(format!("its {field} is a regular expression, which is not matched here"));
        }
        let values = || list(&config["values"]).iter().map(text);
        match field.as_str() {
            "host-header" => when.hosts.extend(values()),
            "path-pattern" => when.paths.extend(values()),
            "http-request-method" => when.methods.extend(values()),
            "source-ip" => when.sources.extend(values()),
            "http-header" => {
                let name = text(&config["httpHeaderName"]);
                when.headers.push(HeaderHas { name, values: values().collect() });
            }
            _ => {
                let pair = |pair: &Value| QueryPair {
                    key: pair["key"].as_str().filter(|key| !key.is_empty()).map(str::to_owned),
                    value: text(&pair["value"]),
                };
                let values = list(&config["values"]).iter().map(pair).collect();
                when.query.push(QueryHas { values });
            }
        }
    }
    Ok(())
}
