//! From JSON values to the YAML text that kustomize prints: keys in natural order, lists not
//! indented under their key, lines folded from column 80 on.

use std::cmp::Ordering;
use std::fmt::Write as _;

use serde_json::Value as Json;

use super::number;
use super::style::{self, Written, choose};

/// From this column on a space in a text ends the line.
const WIDTH: usize = 80;
/// A longer key is written with `?`.
const SIMPLE_KEY_BYTES_MAX: usize = 128;

type Object = serde_json::Map<String, Json>;

/// The text of one document, with a line break at its end.
pub(crate) fn to_yaml(value: &Json) -> String {
    let mut out = Emitter { text: String::with_capacity(1024), column: 0 };
    match value {
        Json::Object(map) if !map.is_empty() => out.map(map, 0, true),
        Json::Array(items) if !items.is_empty() => out.seq(items, 0, true),
        other => out.leaf(other, 0),
    }
    if out.column > 0 {
        out.text.push('\n');
    }
    out.text
}

struct Emitter {
    text: String,
    /// Characters in the current line.
    column: usize,
}

impl Emitter {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
    }

    /// Starts a line unless nothing is in it yet, and indents it.
    fn line(&mut self, indent: usize) {
        if self.column > 0 {
            self.text.push('\n');
        }
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    fn map(&mut self, map: &Object, indent: usize, mut inline: bool) {
        for (key, value) in in_order(map) {
            if !std::mem::take(&mut inline) {
                self.line(indent);
            }
            if key.len() > SIMPLE_KEY_BYTES_MAX || style::has_break(key) {
                self.long_entry(key, value, indent);
            } else {
                self.string(key, indent, true);
                self.put(":");
                self.value(value, indent);
            }
        }
    }

    fn long_entry(&mut self, key: &str, value: &Json, indent: usize) {
        self.put("? ");
        self.string(key, indent + 2, false);
        self.line(indent);
        self.put(":");
        self.item(value, indent);
    }

    /// What follows `key:`.
    fn value(&mut self, value: &Json, indent: usize) {
        match value {
            Json::Object(map) if !map.is_empty() => self.map(map, indent + 2, false),
            Json::Array(items) if !items.is_empty() => self.seq(items, indent, false),
            other => {
                self.put(" ");
                self.leaf(other, indent + 2);
            }
        }
    }

    fn seq(&mut self, items: &[Json], indent: usize, mut inline: bool) {
        for item in items {
            if !std::mem::take(&mut inline) {
                self.line(indent);
            }
            self.put("-");
            self.item(item, indent);
        }
    }

    /// What follows `-`, beginning in the same line.
    fn item(&mut self, value: &Json, indent: usize) {
        self.put(" ");
        match value {
            Json::Object(map) if !map.is_empty() => self.map(map, indent + 2, true),
            Json::Array(items) if !items.is_empty() => self.seq(items, indent + 2, true),
            other => self.leaf(other, indent + 2),
        }
    }

    fn leaf(&mut self, value: &Json, indent: usize) {
        match value {
            Json::Null => self.put("null"),
            Json::Bool(true) => self.put("true"),
            Json::Bool(false) => self.put("false"),
            Json::Number(number) => match number.as_f64() {
                Some(float) if number.is_f64() => self.put(&number::general(float)),
                _ => self.put(&number.to_string()),
            },
            Json::String(text) => self.string(text, indent, false),
            Json::Array(_) => self.put("[]"),
            Json::Object(_) => self.put("{}"),
        }
    }

    fn string(&mut self, text: &str, indent: usize, is_key: bool) {
        let fold = (!is_key).then_some(indent);
        match choose(text, is_key) {
            Written::Plain => self.plain(text, fold),
            Written::Single => self.single(text, fold),
            Written::Double => self.double(text, fold),
            Written::Literal => self.literal(text, indent),
        }
    }

    fn plain(&mut self, text: &str, fold: Option<usize>) {
        let Some(indent) = fold.filter(|_| self.column + text.len() > WIDTH) else {
            return self.put(text);
        };
        let mut after_space = false;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c == ' ' && !after_space && self.column > WIDTH && chars.peek() != Some(&' ') {
                self.line(indent);
            } else {
                self.text.push(c);
                self.column += 1;
            }
            after_space = c == ' ';
        }
    }

    fn single(&mut self, text: &str, fold: Option<usize>) {
        self.put("'");
        let mut after_space = false;
        let mut after_break = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let inside = at > 0 && next.is_some() && next != Some(' ');
            match fold {
                Some(indent) if c == ' ' && !after_space && self.column > WIDTH && inside => {
                    self.line(indent);
                }
                _ => {
                    let breaks = style::is_break(c);
                    if after_break && !breaks && c != ' ' {
                        self.line(fold.unwrap_or_default());
                    }
                    if c == '\'' {
                        self.put("'");
                    }
                    self.text.push(c);
                    self.column = if breaks { 0 } else { self.column + 1 };
                    after_break = breaks;
                }
            }
            after_space = c == ' ';
        }
        self.put("'");
    }

    fn double(&mut self, text: &str, fold: Option<usize>) {
        self.put("\"");
        // A text that starts with a byte order mark is escaped from end to end.
        let all = text.starts_with('\u{feff}');
        let mut after_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if all || !style::is_printable(c) || style::is_break(c) || matches!(c, '"' | '\\') {
                self.escape(c);
                after_space = false;
                continue;
            }
            let next = chars.peek().map(|(_, next)| *next);
            let inside = at > 0 && next.is_some();
            match fold {
                Some(indent) if c == ' ' && !after_space && self.column > WIDTH && inside => {
                    self.line(indent);
                    if next == Some(' ') {
                        self.put("\\");
                    }
                }
                _ => {
                    self.text.push(c);
                    self.column += 1;
                }
            }
            after_space = c == ' ';
        }
        self.put("\"");
    }

    fn escape(&mut self, c: char) {
        let short = match c {
            '\0' => "\\0",
            '\u{7}' => "\\a",
            '\u{8}' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\u{b}' => "\\v",
            '\u{c}' => "\\f",
            '\r' => "\\r",
            '\u{1b}' => "\\e",
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{85}' => "\\N",
            '\u{a0}' => "\\_",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            _ => return self.escape_code(u32::from(c)),
        };
        self.put(short);
    }

    fn escape_code(&mut self, code: u32) {
        let mut escaped = String::with_capacity(10);
        // Writing to a String cannot fail.
        let _ = match code {
            0..=0xff => write!(escaped, "\\x{code:02X}"),
            0x100..=0xffff => write!(escaped, "\\u{code:04X}"),
            _ => write!(escaped, "\\U{code:08X}"),
        };
        self.put(&escaped);
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.put("|");
        if text.starts_with([' ', '\n']) {
            self.put("2");
        }
        if !text.ends_with(style::is_break) {
            self.put("-");
        } else if text == "\n"
            || text.strip_suffix('\n').is_some_and(|rest| rest.ends_with(style::is_break))
        {
            self.put("+");
        }
        self.text.push('\n');
        self.column = 0;
        for line in text.split_inclusive('\n') {
            if line != "\n" {
                self.line(indent);
            }
            self.text.push_str(line);
            self.column = if line.ends_with('\n') { 0 } else { indent + 1 };
        }
    }
}

/// The fields in the order in which they are printed.
fn in_order(map: &Object) -> Vec<(&String, &Json)> {
    let mut fields: Vec<_> = map.iter().collect();
    let sorted = fields.windows(2).all(|pair| natural(pair[0].0, pair[1].0) != Ordering::Greater);
    if !sorted {
        merge_sort(&mut fields);
    }
    fields
}

/// The order is not a total one for all texts, for which the standard sort would panic.
fn merge_sort(fields: &mut Vec<(&String, &Json)>) {
    if fields.len() < 2 {
        return;
    }
    let mut right = fields.split_off(fields.len() / 2);
    let mut left = std::mem::take(fields);
    merge_sort(&mut left);
    merge_sort(&mut right);
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if natural(b.0, a.0) == Ordering::Less { right.next() } else { left.next() };
        fields.extend(next);
    }
    fields.extend(left);
    fields.extend(right);
}

/// Digits count as numbers, and letters come after everything else.
fn natural(a: &str, b: &str) -> Ordering {
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let at = (0..=same).rev().find(|at| a.is_char_boundary(*at)).unwrap_or(0);
    let (before, a, b) = (&a[..at], &a[at..], &b[at..]);
    let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else {
        return a.len().cmp(&b.len());
    };
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let inside = (x == '0' || y == '0') && within_number(before);
    digits(a, inside).cmp(&digits(b, inside)).then(x.cmp(&y))
}

/// Whether the text ends in digits of which one is not zero.
fn within_number(before: &str) -> bool {
    before.bytes().rev().take_while(u8::is_ascii_digit).any(|digit| digit != b'0')
}

/// The number that the text starts with, and its length.
fn digits(text: &str, inside: bool) -> (i64, usize) {
    let mut number = i64::from(inside);
    let mut length = 0;
    for digit in text.bytes().take_while(u8::is_ascii_digit) {
        number = number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
        length += 1;
    }
    (number, length)
}
