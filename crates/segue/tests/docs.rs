//! The documents say what is so: generated references are fresh, links lead somewhere, commands
//! parse, and the console blocks do what they show.
//!
//! `SEGUE_UPDATE_DOCS=1 cargo test -p segue --test docs` writes the generated parts and the output
//! of console blocks again.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at what it did not expect, and touches the world"
)]

#[path = "docs/commands.rs"]
mod commands;
#[path = "docs/console.rs"]
mod console;
#[path = "docs/generated.rs"]
mod generated;
#[path = "docs/links.rs"]
mod links;
#[path = "docs/page.rs"]
mod page;

use page::{Page, pages};

/// Stops with all troubles at once, one a line.
fn report(troubles: &[String]) {
    assert!(troubles.is_empty(), "\n{}", troubles.join("\n"));
}

#[test]
fn generated_references_are_what_the_program_prints() {
    for path in ["docs/reference/cli.md", "docs/reference/codes.md", "docs/reference/exit-codes.md"]
    {
        let page = Page::read(path);
        page.settle(&generated::renewed(&page));
    }
}

#[test]
fn every_relative_link_leads_somewhere() {
    report(&links::broken(&pages()));
}

#[test]
fn every_page_is_in_the_index() {
    report(&links::orphans(&pages()));
}

#[test]
fn every_command_in_the_documents_parses() {
    report(&pages().iter().flat_map(commands::wrong).collect::<Vec<_>>());
}

#[test]
fn every_command_in_the_table_of_codes_parses() {
    report(&commands::wrong_in_codes());
}

#[test]
fn console_blocks_do_what_they_show() {
    for page in pages() {
        if page.path.starts_with("docs/") && page.fences().iter().any(console::is_console) {
            page.settle(&console::run(&page));
        }
    }
}

#[test]
fn pages_are_as_short_as_their_kind_demands() {
    let lines = [("README.md", 150), ("ARCHITECTURE.md", 300)];
    let words = [("docs/tutorial/", 1200), ("docs/how-to/", 500), ("docs/explanation/", 1000)];
    let mut troubles = Vec::new();
    for page in pages() {
        for (path, max) in lines {
            let count = page.text.lines().count();
            if page.path == path && count > max {
                troubles.push(format!("{path} has {count} lines; {max} is the most"));
            }
        }
        for (folder, max) in words {
            let count = page.prose().flat_map(|(_, line)| line.split_whitespace()).count();
            if page.path.starts_with(folder) && count > max {
                troubles.push(format!("{} has {count} words; {max} is the most", page.path));
            }
        }
    }
    report(&troubles);
}

#[test]
fn the_voice_is_the_house_voice() {
    let mut troubles = Vec::new();
    for page in pages().iter().filter(|page| !page.path.ends_with("STYLE.md")) {
        for (number, line) in page.prose() {
            let plain = page::without_code(line).replace("![", "[").replace("<!--", "");
            if plain.contains('!') || plain.to_lowercase().contains("simply") {
                troubles.push(format!("{}:{number}: `!` or `simply`: {line}", page.path));
            }
        }
    }
    report(&troubles);
}
