//! Where a scan stands, on stderr: drawn again and again on a terminal, else a line a change.

use std::io::Write as _;

use crate::cli::term::{Style, Term, fit};
use crate::demo::Look;
use crate::serve::sweep::{Progress, Standing};

/// Without a terminal: calls of a service between two lines about it.
const CALLS_A_LINE: usize = 100;

/// The screen of a scan.
pub(super) struct Screen {
    look: Look,
    /// Lines that were drawn and stand above the cursor.
    drawn: usize,
    said: Progress,
}

impl Screen {
    pub(super) fn new(term: &Term) -> Self {
        Self { look: term.look(true), drawn: 0, said: Progress::new() }
    }

    pub(super) fn show(&mut self, progress: &Progress, term: &mut Term) {
        match self.look {
            Look::Plain => self.lines(progress, term),
            Look::Terminal { .. } => self.draw(progress, term),
        }
    }

    /// What was drawn stays, and the next lines stand below it.
    pub(super) fn leave(&mut self) {
        self.drawn = 0;
    }

    fn draw(&mut self, progress: &Progress, term: &mut Term) {
        if *progress == self.said && self.drawn > 0 {
            return;
        }
        if self.drawn > 0 {
            let mut out = std::io::stderr();
            let _ = write!(out, "\x1b[{}A\x1b[J", self.drawn);
        }
        for (service, standing) in progress {
            let line = line(service, *standing);
            let style = if standing.open > 0 { Style::Changing } else { Style::Dim };
            let text = fit(&line, term.width.min(100));
            let text = term.paint(style, text.trim_end());
            term.error_line(&text);
        }
        self.drawn = progress.len();
        self.said.clone_from(progress);
    }

    fn lines(&mut self, progress: &Progress, term: &mut Term) {
        for (service, standing) in progress {
            let before = self.said.get(service).copied().unwrap_or_default();
            let more = standing.done.saturating_sub(before.done);
            if more >= CALLS_A_LINE || (standing.open == 0 && more > 0) {
                term.error_line(&line(service, *standing));
                self.said.insert(service.clone(), *standing);
            }
        }
    }
}

fn line(service: &str, standing: Standing) -> String {
    let Standing { done, open, refused } = standing;
    let sign = if open > 0 { "…" } else { " " };
    let refused = if refused > 0 { format!(", {refused} not answered") } else { String::new() };
    let open = if open > 0 { format!(", {open} to go") } else { String::new() };
    format!("{sign} {service:<26} {done:>5} done{open}{refused}")
}
