//! What people do to a shift: asked about first, on a page that says what happens, then done.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use model::Reason;
use model::code::{console as code, serve};
use serde::Deserialize;
use traffic::Deed;

use super::frame::{Here, Part, Screen};
use super::secret::same;
use super::visitor::Visitor;
use super::{Console, frame, pages, query};
use crate::serve::book::{Book, Fate, ShiftStatus, Standing};
use crate::view::lang::{Words, fill};

/// Something that can be done to a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Start,
    Pause,
    Resume,
    Promote,
    Abort,
    Approve,
    Adopt,
}

impl Act {
    /// All of them.
    const ALL: [Self; 7] = [
        Self::Start,
        Self::Pause,
        Self::Resume,
        Self::Promote,
        Self::Abort,
        Self::Approve,
        Self::Adopt,
    ];

    /// As addresses and commands write it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Promote => "promote",
            Self::Abort => "abort",
            Self::Approve => "approve",
            Self::Adopt => "adopt",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }

    /// As a button says it.
    pub(super) fn name(self, m: &Words) -> &'static str {
        match self {
            Self::Start => m.deed_start,
            Self::Pause => m.deed_pause,
            Self::Resume => m.deed_resume,
            Self::Promote => m.deed_promote,
            Self::Abort => m.deed_abort,
            Self::Approve => m.deed_approve,
            Self::Adopt => m.deed_adopt,
        }
    }

    /// The question, and what happens then.
    fn question(self, m: &Words) -> (&'static str, &'static str) {
        match self {
            Self::Start => (m.ask_start, m.then_start),
            Self::Pause => (m.ask_pause, m.then_pause),
            Self::Resume => (m.ask_resume, m.then_resume),
            Self::Promote => (m.ask_promote, m.then_promote),
            Self::Abort => (m.ask_abort, m.then_abort),
            Self::Approve => (m.ask_approve, m.then_approve),
            Self::Adopt => (m.ask_adopt, m.then_adopt),
        }
    }

    /// Why it is not possible for `by` now; `None` if it is.
    pub(super) fn hindrance(self, shift: &ShiftStatus, by: &str, m: &Words) -> Option<String> {
        let because = match (self, shift.fate) {
            (Self::Start, Fate::Planned | Fate::RolledBack) | (Self::Adopt, Fate::Frozen) => {
                return None;
            }
            (Self::Adopt, _) => m.no_not_frozen,
            (_, Fate::Frozen) => m.no_frozen,
            (_, Fate::Done | Fate::RolledBack) => m.no_ended,
            (Self::Start, _) => m.no_running,
            (_, Fate::Planned) => m.no_planned,
            (_, Fate::RollingBack) => m.no_back,
            (_, Fate::Running | Fate::Paused | Fate::Waiting) => {
                return self.hindrance_on_the_way(shift, by, m);
            }
        };
        Some(because.to_owned())
    }

    fn hindrance_on_the_way(self, shift: &ShiftStatus, by: &str, m: &Words) -> Option<String> {
        let because = match self {
            Self::Approve => return unapproved(shift, by, m),
            Self::Abort => (shift.phase == "decommission").then_some(m.no_return),
            Self::Resume => (!shift.paused).then_some(m.no_not_paused),
            Self::Pause | Self::Promote if shift.paused => Some(m.no_paused),
            Self::Promote => (!held(shift)).then_some(m.no_step),
            Self::Pause | Self::Start | Self::Adopt => None,
        };
        because.map(str::to_owned)
    }
}

/// Whether a step is being held, which could be let go early.
fn held(shift: &ShiftStatus) -> bool {
    shift.steps.iter().any(|step| step.standing == Standing::Now)
}

/// Why `by` may not agree to the removal of the old side.
fn unapproved(shift: &ShiftStatus, by: &str, m: &Words) -> Option<String> {
    if !["hold", "handOver", "drain", "approve"].contains(&shift.phase.as_str()) {
        return Some(m.no_early.to_owned());
    }
    if shift.author == by {
        return Some(fill(m.no_author, &[("author", &shift.author)]));
    }
    shift.approved.iter().any(|name| name == by).then(|| m.no_twice.to_owned())
}

/// The buttons of a shift: what can be done, and what cannot with the reason.
pub(super) fn buttons(shift: &ShiftStatus, visitor: &Visitor) -> Markup {
    let m = visitor.lang.console();
    let first = match (shift.fate, shift.paused) {
        (Fate::Planned | Fate::RolledBack, _) => Act::Start,
        (Fate::Frozen, _) => Act::Adopt,
        (_, true) => Act::Resume,
        (_, false) => Act::Pause,
    };
    let others = [Act::Promote, Act::Approve].into_iter().filter(|_| {
        !matches!(shift.fate, Fate::Planned | Fate::RolledBack | Fate::Done | Fate::Frozen)
    });
    html! {
        div.deeds role="group" aria-label=(m.deeds_label) {
            (button(first, shift, visitor, "main")) (button(Act::Abort, shift, visitor, "main danger"))
            @for act in others { (button(act, shift, visitor, "")) }
        }
    }
}

/// One button: a link to its question, or dead with the reason beside it.
fn button(act: Act, shift: &ShiftStatus, visitor: &Visitor, class: &str) -> Markup {
    let m = visitor.lang.console();
    let id = format!("deed-{}", act.word());
    match act.hindrance(shift, visitor.name(), m) {
        None => html! {
            a.button.(class) id=(id) data-ask=(act.word()) href=(place(&shift.name, act)) { (act.name(m)) }
        },
        Some(because) => html! {
            span.dead { button.(class) id=(id) type="button" disabled aria-describedby={ (id) "-no" } { (act.name(m)) }
                small id={ (id) "-no" } { (because) } }
        },
    }
}

fn place(shift: &str, act: Act) -> String {
    format!("/shifts/{}/{}", query::escaped(shift), act.word())
}

/// The command that does the same.
pub(super) fn command(shift: &str, act: Act) -> String {
    format!("segue shift {} {shift}", act.word())
}

/// The question before a deed.
pub(super) async fn ask<B: Book>(
    State(console): State<Arc<Console<B>>>,
    Extension(visitor): Extension<Visitor>,
    Path((name, word)): Path<(String, String)>,
) -> Response {
    let (Some(shift), Some(act)) = (console.book.shift(&name), Act::of(&word)) else {
        return pages::missing(&visitor, &format!("shifts/{name}/{word}"));
    };
    if let Some(reason) = not_now(act, &shift, &visitor) {
        return pages::trouble(&visitor, &reason, StatusCode::CONFLICT);
    }
    let screen = question(act, &shift, &visitor);
    if query::value(&visitor.uri, "part").is_some() {
        return frame::fragment(&screen).into_response();
    }
    frame::page(&visitor, &screen).into_response()
}

fn question(act: Act, shift: &ShiftStatus, visitor: &Visitor) -> Screen {
    let m = visitor.lang.console();
    let (title, then) = act.question(m);
    let seconds = shift.roll_back.as_secs().max(1);
    let steps: Vec<String> = shift.steps.iter().map(|step| step.share.to_string()).collect();
    let share = match act {
        Act::Adopt => shift.weights.stated.unwrap_or(shift.weights.asked),
        _ => shift.weights.asked,
    };
    let facts: [(&str, &dyn std::fmt::Display); 6] = [
        ("name", &shift.name),
        ("old", &shift.old.group),
        ("new", &shift.new.group),
        ("share", &share),
        ("seconds", &seconds),
        ("steps", &steps.join(", ")),
    ];
    let class = if act == Act::Abort { "main danger" } else { "main" };
    let against = shift.against();
    let command = command(&shift.name, act);
    let body = html! {
        p.then { (fill(then, &facts)) }
        p.small { (fill(m.as_who, &[("name", &visitor.name())])) }
        form.question method="post" action=(place(&shift.name, act)) {
            input type="hidden" name="form" value=(visitor.form);
            @if act == Act::Promote && !against.is_empty() {
                p.against { (fill(m.gates_against, &[("gates", &against.join(", "))])) }
                label for="typed" { (fill(m.type_name, &[("name", &shift.name)])) }
                input #typed name="typed" required autocomplete="off" spellcheck="false";
            }
            button.(class) type="submit" { (act.name(m)) }
            a.button.cancel href={ "/shifts/" (query::escaped(&shift.name)) } { (m.cancel) }
        }
        p.command { code { (command) } button.plain.copy type="button" hidden data-copy=(command) { (m.copy) } }
    };
    let title = fill(title, &facts);
    Screen { here: Here::Shifts, title, parts: vec![Part { id: "question", body }], live: None }
}

/// What a form of ours sends.
#[derive(Deserialize)]
pub(super) struct Sent {
    form: String,
    /// The name of the shift, typed by whoever goes on past a gate.
    #[serde(default)]
    typed: String,
}

/// Whether a form was one of ours.
pub(super) fn own_form(visitor: &Visitor, form: &str) -> Result<(), Reason> {
    if same(form, &visitor.form) {
        return Ok(());
    }
    let cause = "its form has another token than this page";
    Err(Reason::new(&code::OTHER_SITE).with("cause", cause))
}

/// The deed.
pub(super) async fn act<B: Book>(
    State(console): State<Arc<Console<B>>>,
    Extension(visitor): Extension<Visitor>,
    Path((name, word)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Response {
    if let Err(reason) = own_form(&visitor, &sent.form) {
        return pages::trouble(&visitor, &reason, StatusCode::FORBIDDEN);
    }
    let (Some(shift), Some(act)) = (console.book.shift(&name), Act::of(&word)) else {
        return pages::missing(&visitor, &format!("shifts/{name}/{word}"));
    };
    if let Some(reason) = not_now(act, &shift, &visitor) {
        return pages::trouble(&visitor, &reason, StatusCode::CONFLICT);
    }
    let against = shift.against();
    if act == Act::Promote && !against.is_empty() && sent.typed.trim() != name {
        let reason = Reason::new(&serve::GATE_FAILS).with("shift", &name);
        let reason = reason.with("gates", against.join(", "));
        return pages::trouble(&visitor, &reason, StatusCode::CONFLICT);
    }
    let (book, by) = (&console.book, visitor.name());
    let done = match act {
        Act::Start => book.start(&name, by).await,
        Act::Adopt => book.adopt(&name, by).await,
        Act::Pause => book.say(&name, by, Deed::Pause).await,
        Act::Resume => book.say(&name, by, Deed::Resume).await,
        Act::Promote => book.say(&name, by, Deed::Promote).await,
        Act::Abort => book.say(&name, by, Deed::Abort).await,
        Act::Approve => book.say(&name, by, Deed::Approve).await,
    };
    match done {
        Ok(()) => Redirect::to(&format!("/shifts/{}?said={}", query::escaped(&name), act.word()))
            .into_response(),
        Err(reason) => pages::trouble(&visitor, &reason, StatusCode::CONFLICT),
    }
}

fn not_now(act: Act, shift: &ShiftStatus, visitor: &Visitor) -> Option<Reason> {
    let m = visitor.lang.console();
    let cause = act.hindrance(shift, visitor.name(), m)?;
    Some(Reason::new(&code::NOT_NOW).with("deed", act.name(m)).with("cause", cause))
}

/// What was just done, if the address says so.
pub(super) fn said(visitor: &Visitor) -> Option<String> {
    let act = Act::of(&query::value(&visitor.uri, "said")?)?;
    let m = visitor.lang.console();
    Some(fill(m.said, &[("deed", &act.name(m))]))
}
