//! Where requests of HTTP/1.1 begin and end, read strictly along with hyper.
//!
//! hyper forgives what RFC 9112 lets a server forgive: a bare line feed, a length beside a
//! transfer coding. A proxy in front of us may have read such bytes as other requests than we do,
//! and what it took for a body would be a request here. So they are refused before hyper sees
//! their end, and nothing of them reaches a target.

/// Follows the bytes of one connection. Pure: the same verdict however the bytes were cut.
#[derive(Debug, Default)]
pub(super) struct Framing {
    state: State,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    head: Head,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between requests.
    #[default]
    Between,
    /// In the lines of a head.
    Head,
    /// In a body with this many bytes to come.
    Body(u64),
    /// In a line with the size of a chunk.
    Size,
    /// In a chunk with this many bytes to come.
    Chunk(u64),
    /// After a chunk, where a line ends.
    ChunkEnd,
    /// In the lines after the last chunk.
    Trailers,
}

/// What a head has said of its body so far.
#[derive(Debug, Default)]
struct Head {
    lines: usize,
    length: Option<u64>,
    chunked: bool,
}

/// Bytes that could be read in two ways; what came before this place could not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ambiguous {
    pub(super) at: usize,
}

/// Bytes of a line that is looked at; hyper refuses longer heads by itself.
const LINE_MAX: usize = 128 << 10;

impl Framing {
    /// Takes in the next bytes.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> Result<(), Ambiguous> {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let taken = match self.state {
                State::Body(left) => self.skip(left, rest, State::Body, State::Between),
                State::Chunk(left) => self.skip(left, rest, State::Chunk, State::ChunkEnd),
                _ => self.line(rest).map_err(|()| Ambiguous { at })?,
            };
            at += taken;
        }
        Ok(())
    }

    /// Whether a head has begun that has not ended.
    pub(super) fn in_head(&self) -> bool {
        self.state == State::Head || !self.line.is_empty()
    }

    fn skip(&mut self, left: u64, rest: &[u8], more: fn(u64) -> State, end: State) -> usize {
        let here = u64::try_from(rest.len()).unwrap_or(u64::MAX).min(left);
        self.state = if here == left { end } else { more(left - here) };
        usize::try_from(here).unwrap_or(rest.len())
    }

    /// Takes in a line, or the part of it that is here.
    fn line(&mut self, rest: &[u8]) -> Result<usize, ()> {
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
            self.line.extend_from_slice(rest);
            return if self.line.len() > LINE_MAX { Err(()) } else { Ok(rest.len()) };
        };
        if self.line.is_empty() {
            self.ended(rest[..end].strip_suffix(b"\r").ok_or(())?)?;
        } else {
            self.line.extend_from_slice(&rest[..end]);
            let line = std::mem::take(&mut self.line);
            self.ended(line.strip_suffix(b"\r").ok_or(())?)?;
        }
        Ok(end + 1)
    }

    /// A line has ended, as lines must.
    fn ended(&mut self, line: &[u8]) -> Result<(), ()> {
        self.state = match self.state {
            // An empty line before a request is passed over (RFC 9112 §2.2).
            State::Between | State::Trailers if line.is_empty() => State::Between,
            State::Between => {
                self.head = Head::default();
                State::Head
            }
            State::Head if line.is_empty() => self.head.body()?,
            State::Head => {
                self.head.field(line)?;
                State::Head
            }
            State::Size => match chunk(line)? {
                0 => State::Trailers,
                size => State::Chunk(size),
            },
            State::ChunkEnd if line.is_empty() => State::Size,
            State::Trailers if !line.starts_with(b" ") && !line.starts_with(b"\t") => {
                State::Trailers
            }
            State::ChunkEnd | State::Trailers | State::Body(_) | State::Chunk(_) => return Err(()),
        };
        Ok(())
    }
}

impl Head {
    /// Takes in a header field.
    fn field(&mut self, line: &[u8]) -> Result<(), ()> {
        self.lines += 1;
        // A line that goes on with the one before; long out of use.
        if matches!(line.first(), Some(b' ' | b'\t')) {
            return Err(());
        }
        // Only two names count; what is wrong with others is hyper's.
        if !matches!(line.first(), Some(b'c' | b'C' | b't' | b'T')) {
            return Ok(());
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { return Ok(()) };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        // As hyper reads it, so that a space before the colon does not hide a name from us.
        let name = name.trim_ascii_end();
        if name.eq_ignore_ascii_case(b"content-length") {
            let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
            let text = std::str::from_utf8(value).map_err(|_| ())?;
            let length = if digits { text.parse().map_err(|_| ())? } else { return Err(()) };
            return if self.length.replace(length).is_some() { Err(()) } else { Ok(()) };
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            // Another coding than chunked would be lost on the way to the target.
            let chunked = value.eq_ignore_ascii_case(b"chunked");
            return if std::mem::replace(&mut self.chunked, true) || !chunked {
                Err(())
            } else {
                Ok(())
            };
        }
        Ok(())
    }

    /// What comes after the head.
    fn body(&self) -> Result<State, ()> {
        match (self.length, self.chunked) {
            (Some(_), true) => Err(()),
            (None, true) => Ok(State::Size),
            (None | Some(0), false) => Ok(State::Between),
            (Some(length), false) => Ok(State::Body(length)),
        }
    }
}

/// The size that begins a chunk.
fn chunk(line: &[u8]) -> Result<u64, ()> {
    let end = line.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(line.len());
    let (digits, rest) = line.split_at(end);
    let rest = rest.trim_ascii_start();
    if digits.is_empty() || digits.len() > 16 || !(rest.is_empty() || rest[0] == b';') {
        return Err(());
    }
    let text = std::str::from_utf8(digits).map_err(|_| ())?;
    u64::from_str_radix(text, 16).map_err(|_| ())
}

#[cfg(test)]
mod tests;
