//! The frame of a section: its number and topic in the margin, its answer as the heading.

use maud::{Markup, html};

/// A section of the page.
pub(super) struct Section {
    /// Where links lead.
    pub(super) id: &'static str,
    /// The topic, a word or two.
    pub(super) topic: &'static str,
    /// The answer, one sentence.
    pub(super) heading: String,
    /// What is below it.
    pub(super) body: Markup,
}

/// The section with its number.
pub(super) fn draw(number: &str, section: &Section) -> Markup {
    html! {
        section id=(section.id) aria-labelledby={ (section.id) "-h" } {
            p.topic { span.no { (number) } " " (section.topic) }
            h2 id={ (section.id) "-h" } { (section.heading) }
            div.body { (section.body) }
        }
    }
}
