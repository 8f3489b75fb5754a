//! Korean for the words that planners write into facts and figures.
//!
//! A code has its sentence in both languages, but some of its facts are words: why a schedule is no
//! CronJob, what a bill assumes. Each such word of the planners stands here with its Korean. A row
//! may have `{places}`; what stands in one is looked up again, so that rows can be put together.

mod facts;
mod money;
mod sweep;

use std::sync::LazyLock;

/// English as a planner writes it, Korean.
type Row = (&'static str, &'static str);

/// How often a phrase may stand within a phrase.
const DEPTH_MAX: usize = 4;
/// A pattern with fewer letters of its own takes single words only: it would fit anything.
const LETTERS_MIN: usize = 7;

/// A row with the letters that it has of its own.
struct Pattern {
    english: &'static str,
    korean: &'static str,
    letters: usize,
}

/// The rows, those with most letters of their own first: `{a} of {b}` must not take what another
/// row spells out. Counted once, since a large plan has ten thousand findings.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let pattern = |(english, korean): &Row| Pattern { english, korean, letters: letters(english) };
    let mut all: Vec<Pattern> = rows().map(pattern).collect();
    all.sort_by_key(|one| (usize::MAX - one.letters, one.english));
    all
});

fn rows() -> impl Iterator<Item = &'static Row> {
    [money::ROWS, facts::ROWS, sweep::ROWS].into_iter().flatten()
}

/// The Korean for `text`, if it is a phrase of the table or a list of such.
pub(super) fn korean(text: &str) -> Option<String> {
    within(text, DEPTH_MAX)
}

fn within(text: &str, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let fits = |row: &&Pattern| Some((row.korean, taken(row, text)?));
    if let Some((korean, places)) = PATTERNS.iter().find_map(|row| fits(&row)) {
        let facts = places.into_iter().map(|(name, value)| {
            let value = within(value, depth).unwrap_or_else(|| value.to_owned());
            (name.to_owned(), value)
        });
        return Some(super::fill_map(korean, &facts.collect()));
    }
    // What differs between environments is told side by side, what is to be done one by one.
    [" / ", "; "].into_iter().find_map(|between| {
        let parts: Vec<&str> = text.split(between).collect();
        let said: Vec<Option<String>> = parts.iter().map(|part| within(part, depth)).collect();
        let some = parts.len() > 1 && said.iter().any(Option::is_some);
        let whole =
            parts.iter().zip(said).map(|(part, said)| said.unwrap_or_else(|| (*part).to_owned()));
        some.then(|| whole.collect::<Vec<_>>().join(between))
    })
}

/// Letters of a pattern outside of its places.
fn letters(pattern: &str) -> usize {
    let mut depth = 0_usize;
    let own = pattern.chars().filter(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => return depth == 0 && c.is_alphanumeric(),
        }
        false
    });
    own.count()
}

/// What stands in the places of `pattern` if it fits all of `text`.
fn taken<'t>(pattern: &Pattern, text: &'t str) -> Option<Vec<(&'static str, &'t str)>> {
    let single = pattern.letters < LETTERS_MIN;
    let pattern = pattern.english;
    let mut out: Vec<(&'static str, &'t str)> = Vec::new();
    let (first, mut pattern_rest) = pattern.split_once('{').unwrap_or((pattern, ""));
    let mut rest = text.strip_prefix(first)?;
    while let Some((name, tail)) = pattern_rest.split_once('}') {
        let (literal, next) = tail.split_once('{').unwrap_or((tail, ""));
        let end = match (literal.is_empty(), next.is_empty()) {
            (true, _) => rest.len(),
            (false, true) => {
                rest.len().checked_sub(literal.len()).filter(|_| rest.ends_with(literal))?
            }
            (false, false) => rest.find(literal)?,
        };
        let (value, after) = rest.split_at(end);
        if value.is_empty() || single && value.contains(char::is_whitespace) {
            return None;
        }
        out.push((name, value));
        rest = after.strip_prefix(literal)?;
        pattern_rest = next;
    }
    rest.is_empty().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_with_what_stands_in_it() {
        for (english, korean) in [
            ("five fields have no year", "필드 5개로는 연도를 쓸 수 없음"),
            ("Fargate Spot costs 70 % less", "Fargate Spot이 70 % 저렴"),
            (
                "no capacity unit through each load balancer, before and after",
                "로드 밸런서마다 LCU 0, 이전 전후 동일",
            ),
            (
                "has capital letters / says `staging`; the estate's word is `stag`",
                "대문자를 씀 / `staging`을 씀, 관례는 `stag`",
            ),
            ("live-chat in stag", "stag 환경의 live-chat"),
            ("a/dev, b/dev and 6 more", "a/dev, b/dev 외 6개"),
        ] {
            assert_eq!(super::korean(english).as_deref(), Some(korean), "{english}");
        }
        for text in [
            "",
            "shop",
            "a thing in a place",
            "five fields have no year, really",
            "{a}",
            "한글 in 한글 in",
        ] {
            assert_eq!(korean(text), None, "{text}");
        }
    }

    #[test]
    fn every_row_is_korean_and_tells_what_stands_in_it() {
        let mut seen = std::collections::BTreeSet::new();
        for (english, korean) in rows() {
            assert!(seen.insert(english), "{english} is there twice");
            assert_eq!(super::super::names(english), super::super::names(korean), "{english}");
            let hangul = korean.chars().any(|c| ('가'..='힣').contains(&c));
            assert!(hangul || letters(korean) <= 5, "{english}: {korean}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test reads the sources of the planners")]
    fn every_row_is_what_a_planner_still_writes() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrate");
        let mut sources = String::new();
        let mut open = vec![root.join("src"), root.join("data")];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    sources.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        // A literal may be broken over lines.
        let lines: Vec<&str> = sources.lines().map(str::trim).collect();
        let sources = lines.join("\n").replace("\\\n", "");
        for (english, _) in rows() {
            let mut rest = *english;
            while !rest.is_empty() {
                let (literal, tail) = rest.split_once('{').unwrap_or((rest, ""));
                // `the database {name}`: what a thing is called is a word of its own.
                let noun = format!("\"{}\"", literal.trim_start_matches("the ").trim());
                let written = sources.contains(literal) || sources.contains(&noun);
                assert!(written, "nobody writes `{literal}` of `{english}`");
                rest = tail.split_once('}').map_or("", |(_, after)| after);
            }
        }
    }

    #[test]
    fn what_a_refused_call_would_have_told_is_said_in_korean() {
        for operation in migrate::sweep::operations() {
            assert!(korean(operation.missing).is_some(), "{}", operation.missing);
        }
    }
}
