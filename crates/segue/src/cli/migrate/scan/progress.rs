//! Where a scan stands, on stderr: a line a service, drawn again and again on a terminal; without
//! one a line now and then, and how each service ended.

use std::fmt::Write as _;
use std::io::Write as _;

use terminal_size::{Height, Width, terminal_size_of};

use crate::cli::term::{Style, Term, count, fit};
use crate::demo::{Colour, Look};
use crate::serve::sweep::{Progress, Standing};

/// Without a terminal: calls of a service between two lines about it.
const CALLS_A_LINE: usize = 100;
/// Columns and rows of a terminal that does not say.
const SIZE: (usize, usize) = (80, 24);
/// Columns of a line at most: no line has more to say.
const WIDTH_MAX: usize = 100;

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
            Look::Terminal { colour, .. } => {
                if *progress != self.said {
                    self.draw(progress, colour, term);
                }
            }
        }
    }

    /// Draws over what was drawn last. In one write, so that nobody sees half of it.
    fn draw(&mut self, progress: &Progress, colour: Colour, term: &Term) {
        // Asked each time: the window may have another size by now. Of stderr, since stdout may be
        // a file.
        let size = terminal_size_of(std::io::stderr())
            .map_or(SIZE, |(Width(columns), Height(rows))| (columns.into(), rows.into()));
        let lines = frame(progress, size);
        let mut text = String::new();
        if self.drawn > 0 {
            let _ = write!(text, "\x1b[{}A\r", self.drawn);
        }
        for (style, line) in &lines {
            let line = if colour == Colour::On { term.paint(*style, line) } else { line.clone() };
            let _ = writeln!(text, "{line}\x1b[K");
        }
        if lines.len() < self.drawn {
            text.push_str("\x1b[J");
        }
        // A terminal that went away is no reason to end the scan.
        let _ = std::io::stderr().write_all(text.as_bytes());
        self.drawn = lines.len();
        self.said.clone_from(progress);
    }

    fn lines(&mut self, progress: &Progress, term: &mut Term) {
        // Only at its end has a scan nothing left to ask.
        let ended = progress.values().all(|standing| standing.open == 0);
        for (service, standing) in progress {
            let before = self.said.get(service).copied().unwrap_or_default();
            let more = standing.done.saturating_sub(before.done);
            if more >= CALLS_A_LINE || (ended && *standing != before) {
                term.error_line(&line(service, *standing));
                self.said.insert(service.clone(), *standing);
            }
        }
    }
}

/// The lines to draw on a terminal of `size`: all of them, or those with work left and a count of
/// the others. What scrolls out of the terminal could not be drawn over.
fn frame(progress: &Progress, (columns, rows): (usize, usize)) -> Vec<(Style, String)> {
    // Not the last column: some terminals go to the next line at once.
    let width = columns.saturating_sub(1).clamp(1, WIDTH_MAX);
    let room = rows.saturating_sub(2).max(1);
    let style = |standing: &Standing| if standing.open > 0 { Style::Changing } else { Style::Dim };
    let all = |(service, standing): (&String, &Standing)| {
        (style(standing), fit(&line(service, *standing), width).trim_end().to_owned())
    };
    if progress.len() <= room {
        return progress.iter().map(all).collect();
    }
    let busy: Vec<_> = progress.iter().filter(|(_, standing)| standing.open > 0).collect();
    let shown = busy.len().min(room - 1);
    let mut lines: Vec<_> = busy.into_iter().take(shown).map(all).collect();
    let rest = count(progress.len() - shown, "service");
    let all_done = progress.values().filter(|standing| standing.open > 0).count() == shown;
    let more = if all_done { format!("  {rest} done") } else { format!("  {rest} more") };
    lines.push((Style::Dim, fit(&more, width).trim_end().to_owned()));
    lines
}

fn line(service: &str, standing: Standing) -> String {
    let Standing { done, open, refused } = standing;
    let sign = if open > 0 { "…" } else { " " };
    let refused = if refused > 0 { format!(", {refused} not answered") } else { String::new() };
    let open = if open > 0 { format!(", {open} to go") } else { String::new() };
    format!("{sign} {service:<26} {done:>5} done{open}{refused}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr as _;

    fn progress(services: usize, busy: usize) -> Progress {
        let standing = |n| Standing { done: 1200, open: 1200 * usize::from(n < busy), refused: 99 };
        (0..services).map(|n| (format!("application-autoscaling{n:02}"), standing(n))).collect()
    }

    #[test]
    fn a_frame_fits_its_terminal() {
        for (columns, rows) in [(120, 50), (80, 24), (80, 10), (40, 10), (20, 3), (1, 1)] {
            for (services, busy) in [(1, 1), (21, 21), (21, 4), (21, 0)] {
                let lines = frame(&progress(services, busy), (columns, rows));
                assert!(lines.len() < rows.max(2), "{columns}x{rows}: {lines:?}");
                assert!(lines.iter().all(|(_, line)| line.width() < columns.max(2)), "{lines:?}");
            }
        }
    }

    #[test]
    fn a_small_terminal_shows_those_with_work_left() {
        let lines = frame(&progress(21, 3), (80, 10));
        let text: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
        assert_eq!(text.len(), 4);
        assert!(text[0].starts_with("… application-autoscaling00"), "{text:?}");
        assert_eq!(text[3], "  18 services done");
    }
}
