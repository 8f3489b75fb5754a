//! Every operation beside botocore: what botocore sends for a request, and what it reads from an
//! answer (`vectors.jsonl`, made by `vectors.py`).

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::server::{Answer, Asked, Server};
use super::{ask, client};

fn lines() -> impl Iterator<Item = Value> {
    include_str!("vectors.jsonl").lines().map(|line| serde_json::from_str(line).unwrap())
}

#[tokio::test]
async fn every_operation_is_sent_and_read_as_botocore_does() {
    let server = Server::start([Answer::ok("{}")]).await;
    let client = client(&server.url).await;
    let mut count = 0;
    for line in lines() {
        let operation = line["operation"].as_str().unwrap();
        server.say([Answer::ok(line["answer"].as_str().unwrap())]);
        let read = ask(&client, operation, line["request"].clone()).await;
        let read = read.unwrap_or_else(|fault| panic!("{operation}: {fault}"));
        compare(operation, &read, &line["read"]);
        let asked = server.last();
        assert_eq!(asked.method, line["method"], "{operation}");
        assert_eq!(decoded(&asked.path), decoded(line["path"].as_str().unwrap()), "{operation}");
        assert_eq!(pairs(asked.query.as_deref().unwrap_or("")), line["query"], "{operation}");
        assert_eq!(asked.header("x-amz-target"), line["target"].as_str().unwrap_or(""));
        compare(operation, &body(&asked), &line["sent"]);
        count += 1;
    }
    assert_eq!(count, live::aws::known().count());
}

/// Fails with the place where two values differ.
fn compare(at: &str, ours: &Value, theirs: &Value) {
    match (ours, theirs) {
        (Value::Object(a), Value::Object(b)) => {
            let names =
                |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(a), names(b), "{at}");
            for (name, value) in a {
                compare(&format!("{at}.{name}"), value, &b[name]);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{at}: {ours} and {theirs}");
            for (number, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{at}[{number}]"), a, b);
            }
        }
        _ => assert_eq!(ours, theirs, "{at}"),
    }
}

fn body(asked: &Asked) -> Value {
    let kind = asked.header("content-type");
    if kind.contains("form-urlencoded") {
        pairs(&asked.body)
    } else if asked.body.is_empty() {
        Value::Null
    } else if kind.contains("xml") {
        tree(&asked.body)
    } else {
        serde_json::from_str(&asked.body).unwrap()
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// The pairs of a form or a query, sorted.
fn pairs(text: &str) -> Value {
    let mut pairs: Vec<[String; 2]> = text
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            [decoded(name), decoded(value)]
        })
        .collect();
    pairs.sort();
    json!(pairs)
}

/// XML as `[name, text, children by name]`.
fn tree(text: &str) -> Value {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<(String, String, Vec<Value>)> = vec![(String::new(), String::new(), vec![])];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                open.push((start.local_name().into_inner().to_owned(), String::new(), vec![]));
            }
            Event::End(_) => {
                let (name, text, mut children) = open.pop().unwrap();
                children.sort_by_key(|child| child[0].as_str().unwrap().to_owned());
                open.last_mut().unwrap().2.push(json!([name, text, children]));
            }
            Event::Text(text) => open.last_mut().unwrap().1.push_str(&text.xml10_content()),
            Event::GeneralRef(name) => open
                .last_mut()
                .unwrap()
                .1
                .push_str(&quick_xml::escape::unescape(&format!("&{};", &*name)).unwrap()),
            Event::Eof => return open.pop().unwrap().2.pop().unwrap(),
            _ => {}
        }
    }
}
