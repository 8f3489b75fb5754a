//! What a pin of `naming.yaml` says.

/// What a person says an object is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pin {
    /// Its environment.
    pub environment: Say,
    /// Its service.
    pub service: Say,
}

impl Pin {
    /// A pin that leaves nothing open: `None` says that there is none.
    pub fn new(environment: Option<&str>, service: Option<&str>) -> Self {
        let say = |value: Option<&str>| value.map_or(Say::Nothing, |text| Say::Is(text.to_owned()));
        Self { environment: say(environment), service: say(service) }
    }
}

/// What a pin says of one of the two questions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Say {
    /// Nothing was said: the inference answers.
    #[default]
    Open,
    /// It has none (`environment: null`).
    Nothing,
    /// It is this.
    Is(String),
}

impl Say {
    /// The word that was given.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Is(text) => Some(text),
            Self::Open | Self::Nothing => None,
        }
    }

    /// The answer: what was said, or else what was inferred.
    pub(super) fn or(&self, inferred: Option<String>) -> Option<String> {
        match self {
            Self::Open => inferred,
            Self::Nothing => None,
            Self::Is(text) => Some(text.clone()),
        }
    }
}
