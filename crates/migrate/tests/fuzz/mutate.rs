//! Mutations of JSON that a run of bytes decides: what people and machines write into files that
//! almost are what AWS takes.

use serde_json::{Map, Value};

/// Values that have broken somebody's converter before.
const ODD: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "0.5",
    "-0.0",
    "1e308",
    "65535",
    "65536",
    "1000000",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "[{}]",
    "{\"\":null}",
    "{\"name\":null}",
    "{\"name\":\"a\",\"value\":7}",
    "\"\"",
    "\" \"",
    "\"-\"",
    "\"0\"",
    "\"-5\"",
    "\"1e999\"",
    "\"NaN\"",
    "\"9223372036854775807\"",
    "\"9223372036854775807 vCPU\"",
    "\"-1 GB\"",
    "\".5 gb\"",
    "\"0-65535\"",
    "\"7-3\"",
    "\"9223372036854775807-9223372036854775807\"",
    "\"한글 이름\"",
    "\"ß-Ünïcode_ﬁ\"",
    "\"🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀\"",
    "\"e\\u0301\\u200d\\u202e\"",
    "\"\\u0000\"",
    "\"a\\nb: c\"",
    "\"a\\r\\n---\\n\"",
    "\"- a\"",
    "\"# a\"",
    "\"{a\"",
    "\"*a &b !c\"",
    "\"yes\"",
    "\"'\\\"'\"",
    "\"\\t\"",
    "\"$(X)$$\"",
    "\"$\"",
    "\"${X}\"",
    "\"{{ x }}\"",
    "\"<x>\"",
    "\"../../etc/passwd\"",
    "\"/\"",
    "\"//\"",
    "\"a/../b\"",
    "\"C:\\\\x\"",
    "\"~1~0\"",
    "\":\"",
    "\"::::\"",
    "\"arn:\"",
    "\"arn:aws:ecs\"",
    "\"arn:aws:secretsmanager:::secret:\"",
    "\"arn:aws:ssm:::parameter\"",
    "\"@\"",
    "\"x@sha256:\"",
    "\"a:b@c:d\"",
    "\"host:5000/x\"",
    "\"=\"",
    "\"a=b\"",
    "\"password=hunter2hunter2\"",
    "\"https://u:p4ssw0rd!@h/\"",
    "\"AKIAIOSFODNN7EXAMPLE\"",
    "\"CMD\"",
    "\"CMD-SHELL\"",
    "\"NONE\"",
    "\"EXTERNAL\"",
    "\"DAEMON\"",
    "\"WINDOWS_SERVER_2019_CORE\"",
    "\"host\"",
    "\"none\"",
    "\"SUCCESS\"",
    "\"HEALTHY\"",
    "\"cron(0/0 * * * ? *)\"",
    "\"cron(61 25 32 13 8 *)\"",
    "\"cron(* * ? * L *)\"",
    "\"cron(5-1/3 , - / # *)\"",
    "\"cron(0 0 ? * 6-2 *)\"",
    "\"rate(0 minutes)\"",
    "\"rate(9223372036854775807 minutes)\"",
    "\"rate(1 lightyear)\"",
    "\"rate( )\"",
    "\"at(x)\"",
    "\"{\\\"containerOverrides\\\":[{\\\"name\\\":\\\"app\\\",\\\"command\\\":[null,{}]}]}\"",
    "\"attribute:ecs.instance-type =~ *\"",
    "\"attribute: in []\"",
    "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
];

/// Most changes of one file.
const CHANGES_MAX: usize = 12;

/// The bytes that decide.
#[derive(Debug)]
pub(crate) struct Dice<'b> {
    bytes: &'b [u8],
}

impl<'b> Dice<'b> {
    /// Dice that show `bytes` one after the other.
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// A number below `end`; 0 when the bytes are used up.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let mut number = 0;
        for _ in 0..if end > 256 { 2 } else { 1 } {
            let (first, rest) = self.bytes.split_first().unwrap_or((&0, &[]));
            self.bytes = rest;
            number = number * 256 + usize::from(*first);
        }
        if end == 0 { 0 } else { number % end }
    }

    /// True if nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// Changes `root` as the dice say.
pub(crate) fn mutate(root: &mut Value, dice: &mut Dice<'_>) {
    for _ in 0..CHANGES_MAX {
        if dice.is_empty() {
            return;
        }
        let donor = root.pointer(&pick(root, dice)).cloned().unwrap_or_default();
        if let Some(place) = root.pointer_mut(&pick(root, dice)) {
            change(place, donor, dice);
        }
    }
}

/// The pointer to a place in the tree; the dice decide at each level whether to go on.
fn pick(root: &Value, dice: &mut Dice<'_>) -> String {
    let mut pointer = String::new();
    let mut at = root;
    while dice.below(8) != 0 {
        let (key, inner) = match at {
            Value::Array(list) if !list.is_empty() => {
                let index = dice.below(list.len());
                (index.to_string(), &list[index])
            }
            Value::Object(map) => match map.iter().nth(dice.below(map.len())) {
                Some((key, inner)) => (key.replace('~', "~0").replace('/', "~1"), inner),
                None => break,
            },
            _ => break,
        };
        pointer.push('/');
        pointer.push_str(&key);
        at = inner;
    }
    pointer
}

fn change(place: &mut Value, donor: Value, dice: &mut Dice<'_>) {
    match (dice.below(8), place) {
        (0, Value::Object(map)) => drop_member(map, dice),
        (1, Value::Object(map)) => {
            let name = ["name", "value", "type", "plausible", "a/b~c", "", "한"][dice.below(7)];
            map.insert(name.to_owned(), donor);
        }
        (2, Value::Array(list)) => {
            let copy = list.get(dice.below(list.len())).cloned();
            list.extend(copy);
        }
        (3, Value::Array(list)) => list.push(donor),
        (4, Value::Array(list)) => {
            let index = dice.below(list.len());
            if index < list.len() {
                list.remove(index);
            }
        }
        (5, Value::String(text)) => splice(text, dice),
        (6, place) => *place = donor,
        (_, place) => {
            *place = serde_json::from_str(ODD[dice.below(ODD.len())]).unwrap_or_default();
        }
    }
}

fn drop_member(map: &mut Map<String, Value>, dice: &mut Dice<'_>) {
    let index = dice.below(map.len());
    let key = map.keys().nth(index).cloned();
    if let Some(key) = key {
        map.remove(&key);
    }
}

/// Puts a sign that somebody splits at into a text, or cuts the text off.
fn splice(text: &mut String, dice: &mut Dice<'_>) {
    let signs = [':', '/', '-', '.', '@', '$', '(', ' ', '\n', '=', '한', '\u{1f980}', '*', '"'];
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = ends[dice.below(ends.len())];
    if dice.below(4) == 0 {
        text.truncate(at);
    } else {
        text.insert(at, signs[dice.below(signs.len())]);
    }
}
