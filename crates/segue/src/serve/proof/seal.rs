//! The envelope. What is signed are the bytes themselves, as they are written, so that nobody has
//! to bring JSON into a canonical form first.
//!
//! ```text
//! {"ledger":ACCOUNT,"signature":{"algorithm":"ed25519","key":"…","value":"…"}}
//! ```
//!
//! The signature covers `ACCOUNT`, from its `{` to its `}`. What surrounds it has a fixed form and
//! a fixed length. A page is signed as a whole, by a comment on its last line; it holds the signed
//! JSON, so that both can be told to belong together.

use model::Reason;
use model::code::proof as code;

use super::Ledger;
use super::key::{Key, Public};

const HEAD: &str = "{\"ledger\":";
const TAIL: [&str; 3] =
    [",\"signature\":{\"algorithm\":\"ed25519\",\"key\":\"", "\",\"value\":\"", "\"}}\n"];
const PAGE: &str = "<!DOCTYPE html>";
const PAGE_TAIL: [&str; 3] = ["\n<!-- signed by ed25519 ", " ", " -->\n"];
/// What stands before the signed JSON of a page.
pub const DATA_BEGIN: &str = "<script type=\"application/json\" id=\"ledger\">";
/// What stands behind it.
const DATA_END: &str = "</script>";

/// Digits of a key and of a signature.
const KEY_DIGITS: usize = 64;
const SIGNATURE_DIGITS: usize = 128;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The ledger as JSON.
    Json,
    /// The ledger as a page.
    Page,
}

/// A signed text in its parts.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    /// What it is.
    pub form: Form,
    /// The account: the signed text of a JSON file, or that within a page.
    pub account: &'a str,
    /// The key that signed.
    pub key: &'a str,
}

/// The ledger as signed JSON.
pub fn json(ledger: &Ledger, key: &Key) -> String {
    // `<` stands in strings alone. Written as an escape, the text may stand in a page as it is.
    let account = serde_json::to_string_pretty(ledger).unwrap_or_default().replace('<', "\\u003c");
    let tail = tail(TAIL, key, &account);
    format!("{HEAD}{account}{tail}")
}

/// A page that holds signed JSON, signed as a whole.
pub fn page(page: &str, key: &Key) -> String {
    let tail = tail(PAGE_TAIL, key, page);
    format!("{page}{tail}")
}

fn tail(parts: [&str; 3], key: &Key, text: &str) -> String {
    let [before, between, after] = parts;
    let (public, signature) = (key.public().hex(), key.sign(text.as_bytes()));
    format!("{before}{public}{between}{signature}{after}")
}

/// Opens a file. It is whole and unchanged since it was signed by the key that is returned; whose
/// key that is, is for the caller to say (`wanted`).
pub fn open<'a>(place: &str, text: &'a str, wanted: Option<&Public>) -> Result<Sealed<'a>, Reason> {
    if text.starts_with(HEAD) {
        return open_json(place, text, wanted);
    }
    if !text.starts_with(PAGE) || !text.contains(DATA_BEGIN) {
        let cause = "it begins neither like one nor like a page that holds one";
        return Err(Reason::new(&code::NOT_A_LEDGER).with("place", place).with("cause", cause));
    }
    let (page, key) = checked(place, text, PAGE_TAIL, wanted)?;
    let changed = || Reason::new(&code::CHANGED).with("place", place);
    let (_, data) = page.split_once(DATA_BEGIN).ok_or_else(changed)?;
    let (data, _) = data.split_once(DATA_END).ok_or_else(changed)?;
    let inner = open_json(place, data, wanted)?;
    if inner.key != key {
        return Err(changed());
    }
    Ok(Sealed { form: Form::Page, ..inner })
}

fn open_json<'a>(
    place: &str,
    text: &'a str,
    wanted: Option<&Public>,
) -> Result<Sealed<'a>, Reason> {
    let body = text.strip_prefix(HEAD).ok_or_else(|| cut(place))?;
    let (account, key) = checked(place, body, TAIL, wanted)?;
    Ok(Sealed { form: Form::Json, account, key })
}

/// The signed text before its tail, and the key that signed it.
fn checked<'a>(
    place: &str,
    text: &'a str,
    [before, between, after]: [&str; 3],
    wanted: Option<&Public>,
) -> Result<(&'a str, &'a str), Reason> {
    let length = before.len() + KEY_DIGITS + between.len() + SIGNATURE_DIGITS + after.len();
    let split = text.len().checked_sub(length).and_then(|at| text.split_at_checked(at));
    let (signed, tail) = split.ok_or_else(|| cut(place))?;
    let parts = tail.strip_prefix(before).and_then(|rest| {
        let (key, rest) = rest.split_at_checked(KEY_DIGITS)?;
        let signature = rest.strip_prefix(between)?.strip_suffix(after)?;
        Some((key, signature))
    });
    let (key, signature) = parts.ok_or_else(|| cut(place))?;
    let changed = || Reason::new(&code::CHANGED).with("place", place);
    let public = Public::of_hex(key).ok_or_else(changed)?;
    if let Some(wanted) = wanted.filter(|wanted| **wanted != public) {
        let reason = Reason::new(&code::WRONG_KEY).with("place", place);
        return Err(reason.with("found", key).with("key", wanted.hex()));
    }
    if public.signed(signed.as_bytes(), signature) { Ok((signed, key)) } else { Err(changed()) }
}

fn cut(place: &str) -> Reason {
    Reason::new(&code::CUT_SHORT).with("place", place)
}
