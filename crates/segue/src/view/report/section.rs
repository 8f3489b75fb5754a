//! The frame of a section: its number and topic in the margin, its answer as the heading.

use maud::{Markup, html};

/// A section of the page.
pub(crate) struct Section {
    /// Where links lead.
    pub(crate) id: &'static str,
    /// The topic, a word or two.
    pub(crate) topic: &'static str,
    /// The answer, one sentence.
    pub(crate) heading: String,
    /// What is below it.
    pub(crate) body: Markup,
}

/// The section with its number.
pub(crate) fn draw(number: &str, section: &Section) -> Markup {
    html! {
        section id=(section.id) aria-labelledby={ (section.id) "-h" } {
            p.topic { span.no { (number) } " " (section.topic) }
            h2 id={ (section.id) "-h" } { (section.heading) }
            div.body { (section.body) }
        }
    }
}
