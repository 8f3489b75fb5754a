//! YAML as people read it in reviews: block style, keys in order, every doubtful word quoted.

use serde_json::Value;

/// Longer text is written out as it is: folded lines make diffs hard to read.
const NEVER_FOLD: usize = usize::MAX;

/// `value` as one YAML document.
///
/// A JSON value always has a YAML form; should the writer refuse one, JSON itself is written, which
/// every YAML reader takes.
pub fn document(value: &Value) -> String {
    let options = serde_saphyr::ser_options! {
        min_fold_chars: NEVER_FOLD,
        folded_wrap_chars: NEVER_FOLD,
    };
    serde_saphyr::to_string_with_options(value, options).unwrap_or_else(|_| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn looks_as_people_write_it() {
        let value = json!({"list": [{"name": "a", "args": ["-c", "echo 'x'"]}, []], "on": "yes", "n": 1, "t": "a\nb\n"});
        insta::assert_snapshot!(document(&value), @r#"
        list:
        - args:
          - -c
          - echo 'x'
          name: a
        - []
        "n": 1
        "on": "yes"
        t: |
          a
          b
        "#);
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            Just(Value::Null),
            "\\PC{0,12}".prop_map(Value::from),
            "[ -~\n\t]{0,24}".prop_map(Value::from),
            prop_oneof![
                Just("y"),
                Just("0x1f"),
                Just("1e3"),
                Just("2026-01-01"),
                Just("~"),
                Just("012"),
                Just(".inf"),
                Just("=")
            ]
            .prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,8}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_back_as_it_was(value in tree()) {
            let text = document(&value);
            let back: Value = serde_saphyr::from_str(&text).map_err(|e| TestCaseError::fail(format!("{e}\n{text}")))?;
            prop_assert_eq!(back, value, "{}", text);
        }
    }
}
