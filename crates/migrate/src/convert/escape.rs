//! `$` in values: Kubernetes expands `$(X)` and turns `$$` into `$`, ECS does neither.
//!
//! Source: the `OpenAPI` text of `EnvVar.value` and `Container.command`.

/// The text that Kubernetes expands back to `text`, whatever variables there are.
pub fn escape(text: &str) -> String {
    if text.contains("$(") || text.contains("$$") {
        text.replace('$', "$$")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A port of the documented expansion: `$$` is `$`, `$(NAME)` is looked up and stays as it is
    /// when unknown, anything else is literal.
    fn expand(text: &str, lookup: impl Fn(&str) -> Option<String>) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut out = String::new();
        let mut i = 0;
        while i < chars.len() {
            match (chars[i], chars.get(i + 1)) {
                ('$', Some('$')) => {
                    out.push('$');
                    i += 2;
                }
                ('$', Some('(')) => {
                    let close = chars[i + 2..].iter().position(|c| *c == ')');
                    let Some(close) = close else {
                        out.push_str("$(");
                        i += 2;
                        continue;
                    };
                    let name: String = chars[i + 2..i + 2 + close].iter().collect();
                    out.push_str(&lookup(&name).unwrap_or_else(|| format!("$({name})")));
                    i += close + 3;
                }
                (c, _) => {
                    out.push(c);
                    i += 1;
                }
            }
        }
        out
    }

    proptest! {
        #[test]
        fn kubernetes_gives_back_what_ecs_had(text in "[a$(){}X \\PC]{0,24}") {
            let expanded = expand(&escape(&text), |_| Some("EXPANDED".to_owned()));
            prop_assert_eq!(expanded, text);
        }
    }

    #[test]
    fn plain_dollars_stay_readable() {
        assert_eq!(escape("cost: $5 and $HOME"), "cost: $5 and $HOME");
        assert_eq!(escape("$(date) $HOME"), "$$(date) $$HOME");
    }
}
