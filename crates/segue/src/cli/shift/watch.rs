//! `segue shift watch`: a shift while it happens.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use clap::Args;
use live::SystemClock;
use model::Reason;
use model::ports::Clock as _;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use tokio::sync::mpsc;
use traffic::Deed;

use super::draw;
use crate::cli::exit::{DONE, FAILED, Failure, HELD, INTERRUPTED};
use crate::cli::reach::{self, Reach, path, shift_name};
use crate::cli::settings;
use crate::cli::term::Term;
use crate::serve::api::Said;
use crate::serve::api::client::Client;
use crate::serve::book::{Fate, ShiftStatus};
use crate::serve::signals;

/// Redraws are at least this far apart.
const DRAW_EVERY: Duration = Duration::from_millis(200);

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  segue shift watch checkout-prod\n\nKeys on a terminal: p pause or resume, g go on now, a abort (twice), q quit.\nIt ends with the shift: 0 across, 1 rolled back, 5 frozen. Ctrl-C ends only the\nwatching."
)]
pub(in crate::cli) struct WatchArgs {
    /// The shift, as NAME or shift/NAME.
    #[arg(value_name = "NAME")]
    shift: String,
    #[command(flatten)]
    reach: Reach,
    /// Who decides, where a key is pressed [default: $USER].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

/// What ended the watching.
enum End {
    Shift(Fate),
    Quit,
}

pub(super) fn run(args: &WatchArgs, term: &mut Term) -> Result<u8, Failure> {
    let name = shift_name(&args.shift)?.to_owned();
    let client = args.reach.client()?;
    let keys = term.interactive.then(Keys::open).flatten();
    let by = args.by.clone().or_else(settings::user);
    let mut screen = Screen { drawn: 0, seen: 0, note: None, live: keys.is_some() };
    let end = reach::wait(async {
        let interrupt = signals::listen()?;
        let watching = follow(&client, &name, by.as_deref(), keys, &mut screen, term);
        tokio::select! {
            biased;
            () = interrupt.stop.cancelled() => Ok(End::Quit),
            end = watching => end,
        }
    })?;
    match end {
        End::Shift(Fate::Done) => Ok(DONE),
        End::Shift(Fate::Frozen) => Ok(HELD),
        End::Shift(_) => Ok(FAILED),
        End::Quit => {
            term.error_line(&format!(
                "the shift goes on; to stop it: segue shift pause {name}, or segue shift abort {name}"
            ));
            Ok(INTERRUPTED)
        }
    }
}

async fn follow(
    client: &Client,
    name: &str,
    by: Option<&str>,
    keys: Option<Keys>,
    screen: &mut Screen,
    term: &mut Term,
) -> Result<End, Reason> {
    let (tell, mut news) = mpsc::channel::<ShiftStatus>(8);
    let watched = path(name, "watch");
    let hear = async {
        let heard = client.watch(&watched, async |shift: ShiftStatus| {
            tell.send(shift).await.is_err().then_some(())
        });
        heard.await.map(drop)
    };
    let mut pressed = keys.as_ref().map(|_| Keys::listen());
    let mut last: Option<ShiftStatus> = None;
    let mut aborting = false;
    let show = async {
        loop {
            tokio::select! {
                shift = news.recv() => {
                    let Some(shift) = shift else { return Ok(None) };
                    screen.show(&shift, term);
                    let ended = matches!(shift.fate, Fate::Done | Fate::RolledBack | Fate::Frozen);
                    if ended {
                        return Ok(Some(End::Shift(shift.fate)));
                    }
                    last = Some(shift);
                    if screen.live {
                        tokio::time::sleep(DRAW_EVERY).await;
                    }
                }
                key = next(&mut pressed) => {
                    let deed = match (key, &last) {
                        (b'q' | 3, _) => return Ok(Some(End::Quit)),
                        (b'p', Some(shift)) if shift.paused => Deed::Resume,
                        (b'p', _) => Deed::Pause,
                        (b'g', _) => Deed::Promote,
                        (b'a', _) if aborting => Deed::Abort,
                        (b'a', _) => {
                            aborting = true;
                            screen.note("press a once more: everything goes back to the old side");
                            continue;
                        }
                        _ => continue,
                    };
                    aborting = false;
                    screen.note(&decide(client, name, by, deed, last.as_ref()).await);
                }
            }
        }
    };
    tokio::select! {
        biased;
        end = show => end.map(|end| end.unwrap_or(End::Quit)),
        heard = hear => Err(heard.err().unwrap_or_else(|| client.ended())),
    }
}

/// Says it, and tells in a line what came of it.
async fn decide(
    client: &Client,
    name: &str,
    by: Option<&str>,
    what: Deed,
    shift: Option<&ShiftStatus>,
) -> String {
    let Some(by) = by else { return "name yourself with --by to decide".to_owned() };
    let failing = shift.is_some_and(|shift| {
        shift.gates.iter().any(|gate| gate.standing == crate::serve::book::Standing::Failed)
    });
    if what == Deed::Promote && failing {
        return format!("a gate fails: segue shift promote {name}");
    }
    let said = Said { by: by.to_owned(), what };
    match client.post::<Option<ShiftStatus>>(&path(name, "say"), &said).await {
        Ok(_) => String::new(),
        Err(because) => because.sentence(),
    }
}

async fn next(keys: &mut Option<mpsc::Receiver<u8>>) -> u8 {
    let key = match keys {
        Some(keys) => keys.recv().await,
        None => None,
    };
    match key {
        Some(key) => key,
        None => std::future::pending().await,
    }
}

/// What is on the terminal.
struct Screen {
    /// Lines of the page that is there.
    drawn: usize,
    /// Moments of the history that were printed.
    seen: usize,
    note: Option<String>,
    /// Whether it may be drawn over.
    live: bool,
}

impl Screen {
    fn note(&mut self, text: &str) {
        self.note = (!text.is_empty()).then(|| text.to_owned());
    }

    /// A page over the last one on a terminal; else a line for each thing that happened.
    fn show(&mut self, shift: &ShiftStatus, term: &mut Term) {
        if !self.live {
            let from = self.seen.min(shift.history.len());
            for moment in &shift.history[from..] {
                term.line(&draw::moment(moment));
            }
            self.seen = shift.history.len();
            return;
        }
        let mut lines = draw::page(shift, SystemClock.now(), term);
        lines.extend(shift.history.iter().rev().take(5).rev().map(draw::moment));
        lines.push(self.note.clone().unwrap_or_default());
        lines.push("p pause or resume · g go on now · a abort · q quit".to_owned());
        if self.drawn > 0 {
            // Up to the first line of the last page, and everything below it away.
            term.raw(&format!("\x1b[{}A\x1b[J", self.drawn));
        }
        self.drawn = lines.len();
        for line in lines {
            term.line(&term.cut(&line));
        }
    }
}

/// The keyboard, a key at a time; as it was when this is dropped.
struct Keys {
    before: Termios,
}

impl Keys {
    fn open() -> Option<Self> {
        let before = tcgetattr(std::io::stdin()).ok()?;
        let mut now = before.clone();
        now.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        now.special_codes[SpecialCodeIndex::VMIN] = 1;
        now.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(std::io::stdin(), OptionalActions::Now, &now).ok()?;
        Some(Self { before })
    }

    /// Keys as they are pressed. The thread that reads ends with the program: a read of a terminal
    /// cannot be called off.
    fn listen() -> mpsc::Receiver<u8> {
        let (tell, keys) = mpsc::channel(16);
        std::thread::spawn(move || {
            let mut key = [0];
            while std::io::stdin().read_exact(&mut key).is_ok() {
                if tell.blocking_send(key[0]).is_err() {
                    return;
                }
            }
        });
        keys
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &self.before);
        let _ = std::io::stdout().flush();
    }
}
