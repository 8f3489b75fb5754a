//! The answers of a snapshot in memory: what AWS was asked, what it said, and in which file.
//!
//! A file holds one raw body and nothing else; `snapshot.json` says which call it came from.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::arn::{ACCOUNT, REGION, TAKEN_AT};

/// All answers of an estate, by the path of their file.
#[derive(Debug, Default)]
pub struct Answers {
    by_path: BTreeMap<String, Answer>,
}

#[derive(Debug)]
struct Answer {
    operation: &'static str,
    request: Value,
    body: Value,
}

/// A call that gives its list in pages.
#[derive(Debug, Clone, Copy)]
pub struct Paged {
    /// The operation.
    pub operation: &'static str,
    /// The member that holds the list.
    pub list: &'static str,
    /// The member that holds the token of the next page, in the answer and in the request.
    pub token: &'static str,
    /// The most that AWS puts on one page.
    pub size: usize,
}

impl Answers {
    /// Keeps the answer to `operation` (such as `ecs:DescribeServices`) under a readable `name`.
    pub fn put(&mut self, operation: &'static str, name: &str, request: Value, body: Value) {
        let path = format!("answers/{}/{name}.json", operation.replace(':', "/"));
        self.by_path.insert(path, Answer { operation, request, body });
    }

    /// Keeps the answers to a call that gives its list in pages: `1.json`, `2.json`, …
    pub fn put_pages(&mut self, call: &Paged, request: &Value, items: &[Value]) {
        self.put_each(call, request, items, |page| page.to_string());
    }

    /// The same for one of several lists of a kind: `name.json`, `name-2.json`, …
    pub fn put_pages_of(&mut self, call: &Paged, name: &str, request: &Value, items: &[Value]) {
        let file = |page| if page == 1 { name.to_owned() } else { format!("{name}-{page}") };
        self.put_each(call, request, items, file);
    }

    fn put_each(
        &mut self,
        call: &Paged,
        request: &Value,
        items: &[Value],
        name: impl Fn(usize) -> String,
    ) {
        let last = items.len().div_ceil(call.size).max(1);
        let token = |page: usize| Value::from(format!("{}-page-{page}", call.list.to_lowercase()));
        for page in 1..=last {
            let from = ((page - 1) * call.size).min(items.len());
            let until = (page * call.size).min(items.len());
            let mut request = request.clone();
            let mut body = json!({call.list: items[from..until]});
            if page > 1 {
                request[call.token] = token(page);
            }
            if page < last {
                body[call.token] = token(page + 1);
            }
            self.put(call.operation, &name(page), request, body);
        }
    }

    /// Every string that stands under a member called `member`, anywhere in the answers to one of
    /// `operations`. Sorted and without doubles: what other calls are made for.
    pub fn strings_under(&self, operation: &str, member: &str) -> Vec<String> {
        let mut found = Vec::new();
        for answer in self.by_path.values().filter(|answer| answer.operation == operation) {
            collect(&answer.body, member, &mut found);
        }
        found.sort();
        found.dedup();
        found
    }

    /// The bodies of all answers to `operation`, with the path of their file.
    pub fn of<'a>(&'a self, operation: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.by_path
            .iter()
            .filter(move |(_, answer)| answer.operation == operation)
            .map(|(path, answer)| (path.as_str(), &answer.body))
    }

    /// All files of the snapshot with their text, `snapshot.json` among them.
    pub fn into_files(self) -> Result<BTreeMap<String, String>> {
        let mut index = serde_json::Map::new();
        let mut files = BTreeMap::new();
        for (path, answer) in self.by_path {
            index.insert(path.clone(), entry(answer.operation, &answer.request));
            files.insert(path, text(answer.body)?);
        }
        files.insert("snapshot.json".to_owned(), text(header(&Value::Object(index)))?);
        Ok(files)
    }
}

/// Global services too are noted under the region that the reader asked from.
fn entry(operation: &str, request: &Value) -> Value {
    json!({"operation": operation, "account": ACCOUNT, "region": REGION, "request": request})
}

fn header(answers: &Value) -> Value {
    json!({
        "apiVersion": "segue.dev/v1alpha1",
        "kind": "Snapshot",
        "formatVersion": 1,
        "source": "aws",
        "accounts": [ACCOUNT],
        "regions": [REGION],
        "takenAt": TAKEN_AT,
        "tool": "segue 0.1.0",
        "answers": answers,
    })
}

/// JSON inside a string, as AWS keeps inputs, patterns and manifests.
pub fn embedded(mut value: Value) -> String {
    value.sort_all_objects();
    value.to_string()
}

/// Keys are sorted whether or not another crate of the build turns on `preserve_order`.
fn text(mut value: Value) -> Result<String> {
    value.sort_all_objects();
    let text = serde_json::to_string_pretty(&value).context("writing an answer as JSON")?;
    Ok(text + "\n")
}

fn collect(value: &Value, member: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner {
                    Value::String(text) if key == member => found.push(text.clone()),
                    _ => collect(inner, member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, Paged};
    use serde_json::{Value, json};

    fn page(files: &std::collections::BTreeMap<String, String>, name: &str) -> Value {
        serde_json::from_str(&files[&format!("answers/a/ListThings/{name}.json")]).unwrap()
    }

    #[test]
    fn pages_are_chained_by_their_tokens_and_known_to_the_index() {
        let call = Paged { operation: "a:ListThings", list: "Things", token: "NextToken", size: 2 };
        let mut answers = Answers::default();
        let items = [json!("x"), json!("y"), json!("z")];
        answers.put_pages(&call, &json!({}), &items);
        let files = answers.into_files().unwrap();
        let index: Value = serde_json::from_str(&files["snapshot.json"]).unwrap();
        let second = &index["answers"]["answers/a/ListThings/2.json"];
        assert_eq!(page(&files, "1")["NextToken"], second["request"]["NextToken"]);
        assert_eq!(page(&files, "2"), json!({"Things": ["z"]}));
        assert_eq!(files.len(), 3);
    }

    #[test]
    fn an_empty_list_is_one_page() {
        let call = Paged { operation: "a:ListThings", list: "Things", token: "NextToken", size: 2 };
        let mut answers = Answers::default();
        answers.put_pages(&call, &json!({}), &[]);
        assert_eq!(page(&answers.into_files().unwrap(), "1"), json!({"Things": []}));
    }
}
