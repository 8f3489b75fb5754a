//! Random values and the many ways to write them in YAML.

use serde_json::Value;

use super::Random;

const WORDS: &[&str] = &[
    "plain",
    "two words",
    "y",
    "no",
    "on",
    "true",
    "null",
    "~",
    "1",
    "0777",
    "1e3",
    "1.5",
    "0x1F",
    "12:30:45",
    "2001-01-01",
    "a: b",
    "a #b",
    "- a",
    "#",
    "'quoted'",
    "\"double\"",
    "it's",
    "[a]",
    "{a}",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "a\tb",
    "é 日本 😀",
    "trailing ",
    " leading",
    "back\\slash",
    "https://example.com:8080/path?a=b&c=<d>",
    "a-very-long-text without much sense, only that it is longer than the eighty columns that a line has",
    "a very long text with a colon: and   spaces, it's longer than the eighty columns that a line has, \u{a0}or not",
];

const BLOCKS: &[&str] = &[
    "two\nlines",
    "two\nlines\n",
    "with\n\nan empty line\n",
    "  indented\nfirst\n",
    "indented\n  second\nthird\n",
    "many at the end\n\n\n",
    "\nat the start\n",
    "space at the end \nof a line\n",
    "tab\n\tin a line\n",
    "{\n  \"json\": [1, 2]\n}\n",
];

/// A text in one line.
pub(crate) fn word(random: &mut Random) -> &'static str {
    random.pick(WORDS)
}

/// A text in one line or several.
pub(crate) fn text(random: &mut Random) -> &'static str {
    if random.chance(75) { word(random) } else { random.pick(BLOCKS) }
}

/// Writes a value, sometimes as JSON.
pub(crate) fn yaml(random: &mut Random, value: &Value) -> String {
    if random.chance(5) {
        return format!("{value:#}\n");
    }
    let mut out = String::new();
    if random.chance(20) {
        out.push_str("# A comment.\n---\n");
    }
    block(random, value, 0, &mut out);
    out
}

fn block(random: &mut Random, value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                out.extend([pad.as_str(), &scalar_line(random, key), ":"]);
                nested(random, value, indent, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                out.extend([pad.as_str(), "-"]);
                nested(random, item, indent, out);
            }
        }
        other => out.extend([pad.as_str(), &other.to_string(), "\n"]),
    }
}

/// What follows a key or a dash.
fn nested(random: &mut Random, value: &Value, indent: usize, out: &mut String) {
    let holds_something = match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if holds_something && random.chance(80) {
        out.push('\n');
        let step = if random.chance(80) { 2 } else { 4 };
        return block(random, value, indent + step, out);
    }
    match value {
        Value::String(text) => string(random, text, indent, out),
        Value::Null => out.push_str(random.pick(&[" null\n", " ~\n", "\n"])),
        other => out.extend([" ", &other.to_string(), "\n"]),
    }
}

/// A text as plain as it can be, or in quotes, or as a block.
fn string(random: &mut Random, text: &str, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent + 2);
    let lines_end_clean = text.lines().all(|line| !line.ends_with(' '));
    if text.ends_with('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\n'])
        && lines_end_clean
    {
        // A folded block changes the text, which must not happen to a patch.
        let folded = if text.starts_with(['-', '[', '#']) { "|" } else { ">" };
        let header = random.pick(&["|", folded, "\""]);
        if header != "\"" {
            out.extend([" ", header, "\n"]);
            for line in text.lines() {
                let pad = if line.is_empty() { "" } else { &pad };
                out.extend([pad, line, "\n"]);
            }
            return;
        }
    }
    out.extend([" ", &scalar_line(random, text), "\n"]);
}

/// A text in one line.
fn scalar_line(random: &mut Random, text: &str) -> String {
    let harmless = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'))
        && !matches!(text, "y" | "no" | "on" | "true" | "null");
    if harmless && random.chance(85) {
        return text.to_owned();
    }
    let printable = text.chars().all(|c| !c.is_control());
    if printable && random.chance(40) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    Value::from(text).to_string()
}
