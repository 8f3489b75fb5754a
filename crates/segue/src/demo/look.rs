//! How the demo may draw: on a terminal or not, with colour or not, with which signs.

/// What the output can show. Decided once, by the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A file or a pipe: one plain line a change.
    Plain,
    /// A terminal that is drawn on again and again.
    Terminal {
        /// Whether colours are wanted; every coloured thing has a sign and a word too.
        colour: Colour,
        /// Which signs it has.
        signs: Signs,
    },
}

/// Whether colours are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Yes.
    On,
    /// No: `NO_COLOR`, `TERM=dumb`, `--color never`.
    Off,
}

/// Which signs a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// UTF-8.
    Unicode,
    /// ASCII only.
    Ascii,
}

/// The weight of a thing that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// As it should be.
    Good,
    /// Under way.
    Going,
    /// Waits.
    Waits,
    /// Went wrong.
    Bad,
    /// A remark.
    Quiet,
    /// What a person does.
    Person,
}

impl Look {
    /// The sign of a tone.
    pub(super) fn sign(self, tone: Tone) -> &'static str {
        let ascii = matches!(self, Self::Terminal { signs: Signs::Ascii, .. });
        match (tone, ascii) {
            (Tone::Good, false) => "✔",
            (Tone::Good, true) => "ok",
            (Tone::Going, false) => "●",
            (Tone::Going, true) => "->",
            (Tone::Waits, false) => "○",
            (Tone::Waits, true) => "..",
            (Tone::Bad, false) => "✖",
            (Tone::Bad, true) => "!!",
            (Tone::Quiet, false) => "·",
            (Tone::Quiet, true) => "--",
            (Tone::Person, false) => "▶",
            (Tone::Person, true) => ">>",
        }
    }

    /// `text` in the colour of its tone, where colours are wanted.
    pub(super) fn paint(self, tone: Tone, text: &str) -> String {
        if !matches!(self, Self::Terminal { colour: Colour::On, .. }) {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Going => "36",
            Tone::Waits => "33",
            Tone::Bad => "31",
            Tone::Quiet => "2",
            Tone::Person => "1",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// A bar of `width` columns, filled by `percent`.
    pub(super) fn bar(self, percent: u8, width: usize) -> String {
        let (full, empty) = match self {
            Self::Terminal { signs: Signs::Ascii, .. } => ("#", "."),
            _ => ("█", "░"),
        };
        // Any share at all shows, on both banks: 1 % is the step that matters most.
        let filled = match percent.min(100) {
            0 => 0,
            100 => width,
            share => (usize::from(share) * width / 100).clamp(1, width.saturating_sub(1).max(1)),
        };
        format!("{}{}", full.repeat(filled), empty.repeat(width - filled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_or_empty_only_when_the_share_is() {
        for (percent, expected) in
            [(0, "░░░░"), (1, "█░░░"), (50, "██░░"), (99, "███░"), (100, "████")]
        {
            assert_eq!(Look::Plain.bar(percent, 4), expected);
        }
    }
}
