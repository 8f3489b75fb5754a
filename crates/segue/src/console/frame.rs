//! The frame around every page: names, links, language, look, and the parts in between.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use super::visitor::{Theme, Visitor};
use super::{assets, query};
use crate::view::lang::{Lang, fill};

/// The place in the frame that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Here {
    /// Home.
    Home,
    /// The shifts.
    Shifts,
    /// The plan of the migration.
    Migrate,
    /// The rehearsals.
    Rehearse,
    /// The activity.
    Log,
    /// None of them.
    Nowhere,
}

/// A part of a page that is rendered, and replaced, as a whole.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Its place on the page.
    pub(super) id: &'static str,
    /// What is in it.
    pub(super) body: Markup,
}

/// A page.
#[derive(Debug, Clone)]
pub(super) struct Screen {
    /// Where it belongs.
    pub(super) here: Here,
    /// Its question.
    pub(super) title: String,
    /// Its parts in their order.
    pub(super) parts: Vec<Part>,
    /// Where its changes come from; `None` if it never changes.
    pub(super) live: Option<String>,
}

/// The page as HTML.
pub(super) fn page(visitor: &Visitor, screen: &Screen) -> Html<String> {
    Html(document(visitor, screen).into_string())
}

fn document(visitor: &Visitor, screen: &Screen) -> Markup {
    let m = visitor.lang.console();
    let theme = (visitor.theme != Theme::System).then(|| visitor.theme.name());
    html! {
        (DOCTYPE)
        html lang=(visitor.lang.tag()) data-theme=[theme] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (screen.title) " · segue" }
                link rel="icon" href=(assets::ICON_PLACE) type="image/svg+xml";
                link rel="stylesheet" href=(assets::style());
                script src=(assets::script()) defer {}
                @if screen.live.is_some() { noscript { meta http-equiv="refresh" content="5"; } }
            }
            body data-copied=(m.copied) {
                a.skip href="#main" { (m.skip) }
                (header(visitor, screen))
                main id="main" tabindex="-1" data-live=[screen.live.as_deref()] {
                    h1 { (screen.title) }
                    @for part in &screen.parts { div.part id=(part.id) { (part.body) } }
                }
                dialog id="ask" aria-label=(m.deeds_label) {}
                (keys(visitor))
            }
        }
    }
}

fn header(visitor: &Visitor, screen: &Screen) -> Markup {
    let m = visitor.lang.console();
    let places = [
        (Here::Home, "/", m.nav_home),
        (Here::Shifts, "/shifts", m.nav_shifts),
        (Here::Migrate, "/migrate", m.nav_migrate),
        (Here::Rehearse, "/rehearse", m.nav_rehearse),
        (Here::Log, "/log", m.nav_log),
    ];
    html! {
        header.top {
            a.brand href="/" { (mark()) "segue" }
            nav aria-label=(m.nav_label) { @for (here, place, name) in places {
                a href=(place) aria-current=[(here == screen.here).then_some("page")] { (name) }
            } }
            span.space {}
            @if screen.live.is_some() {
                span.live id="state" role="status" data-on=(m.live_on) data-off=(m.live_off) { noscript { (m.live_none) } }
            }
            (languages(visitor))
            (looks(visitor))
            @if visitor.by.is_some() { span.you title=(fill(m.you, &[("name", &visitor.name())])) { (visitor.name()) } }
            button.plain id="keys-open" type="button" hidden title=(m.keys_help) aria-label=(m.keys_help) { "?" }
        }
    }
}

/// Two banks and the step between them.
fn mark() -> Markup {
    html! { svg.mark viewBox="0 0 16 16" aria-hidden="true" {
        path.bank d="M1 2.5H15M1 13.5H15" {} path.step d="M2 10.5H8V6H14" {}
    } }
}

fn languages(visitor: &Visitor) -> Markup {
    let m = visitor.lang.console();
    let names = [(Lang::Ko, "한국어"), (Lang::En, "English")];
    html! { span.choice role="group" aria-label=(m.lang_label) { @for (lang, name) in names {
        a href=(query::with(&visitor.uri, "lang", lang.tag())) lang=(lang.tag()) title=(name)
            aria-current=[(lang == visitor.lang).then_some("true")] { (lang.tag()) }
    } } }
}

fn looks(visitor: &Visitor) -> Markup {
    let m = visitor.lang.console();
    let looks = [(Theme::Light, "○", m.theme_light), (Theme::Dark, "●", m.theme_dark)];
    html! { span.choice role="group" aria-label=(m.theme_label) { @for (theme, sign, name) in looks {
        // Choosing what is chosen goes back to what the system says.
        @let chosen = theme == visitor.theme;
        @let to = if chosen { Theme::System } else { theme };
        a href=(query::with(&visitor.uri, "theme", to.name())) title=(name) aria-label=(name)
            aria-current=[chosen.then_some("true")] { (sign) }
    } } }
}

fn keys(visitor: &Visitor) -> Markup {
    let m = visitor.lang.console();
    let keys = [
        ("g h", m.key_home),
        ("g s", m.key_shifts),
        ("g m", m.key_migrate),
        ("g r", m.key_rehearse),
        ("g l", m.key_log),
        ("p", m.key_pause),
        ("a", m.key_abort),
        ("t", m.key_table),
        ("?", m.keys_help),
        ("Esc", m.key_close),
    ];
    html! { dialog id="keys" aria-labelledby="keys-h" {
        h2 id="keys-h" { (m.keys) }
        dl.keys { @for (key, what) in keys { dt { @for one in key.split(' ') { kbd { (one) } " " } } dd { (what) } } }
        form method="dialog" { button type="submit" { (m.close) } }
    } }
}

/// The fragment of a dialog: what a page of its own would show, without the frame.
pub(super) fn fragment(screen: &Screen) -> Html<String> {
    let parts = html! { h2 { (screen.title) } @for part in &screen.parts { (part.body) } };
    Html(parts.into_string())
}
