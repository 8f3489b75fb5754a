//! What a scan draws: on terminals of several sizes, read back as a terminal shows it; and without
//! one.

use std::fs::File;
use std::io::Read as _;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use xtask::fakeaws::Settings;

use crate::support::{Case, done};

/// What came out of a program on a terminal.
struct Shown {
    raw: String,
    took: Duration,
}

/// Runs `command` with all its streams on a new terminal.
fn on_terminal(mut command: Command, (columns, rows): (u16, u16)) -> Shown {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&ours, size).unwrap();
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let theirs = File::from(ioctl_tiocgptpeer(&ours, flags).unwrap());
    command.stdin(theirs.try_clone().unwrap()).stdout(theirs.try_clone().unwrap()).stderr(theirs);
    let started = Instant::now();
    let mut child = command.spawn().unwrap();
    // Our copies of its side go away with the command; reading ends when the program has ended.
    drop(command);
    let mut raw = Vec::new();
    let mut piece = [0; 4096];
    let mut ours = File::from(ours);
    while let Ok(length @ 1..) = ours.read(&mut piece) {
        raw.extend_from_slice(&piece[..length]);
    }
    assert!(child.wait().unwrap().success());
    Shown { raw: String::from_utf8(raw).unwrap(), took: started.elapsed() }
}

impl Shown {
    /// How often it was drawn over.
    fn redraws(&self) -> usize {
        self.raw.matches("A\r").count()
    }

    /// What a terminal of `columns` and `rows` has shown in the end, what scrolled away first.
    fn lines(&self, (columns, rows): (u16, u16)) -> Vec<String> {
        let (columns, rows) = (usize::from(columns), usize::from(rows));
        let mut lines: Vec<Vec<char>> = vec![Vec::new()];
        let (mut row, mut column) = (0_usize, 0_usize);
        let mut rest = self.raw.chars();
        while let Some(letter) = rest.next() {
            match letter {
                '\r' => column = 0,
                '\n' => row += 1,
                '\x1b' => {
                    assert_eq!(rest.next(), Some('['));
                    let mut number = String::new();
                    let end = loop {
                        match rest.next().unwrap() {
                            digit if digit.is_ascii_digit() || digit == ';' => number.push(digit),
                            end => break end,
                        }
                    };
                    match end {
                        // No higher than the first line that is still in sight.
                        'A' => {
                            let up: usize = number.parse().unwrap();
                            row = row.saturating_sub(up).max(lines.len().saturating_sub(rows));
                        }
                        'K' => lines[row].truncate(column),
                        'J' => {
                            lines[row].truncate(column);
                            lines.truncate(row + 1);
                        }
                        'm' => {}
                        other => panic!("{other:?} is not known"),
                    }
                }
                _ => {
                    if column == columns {
                        (row, column) = (row + 1, 0);
                    }
                    lines.resize(lines.len().max(row + 1), Vec::new());
                    let line = &mut lines[row];
                    line.resize(line.len().max(column + 1), ' ');
                    line[column] = letter;
                    column += 1;
                }
            }
            lines.resize(lines.len().max(row + 1), Vec::new());
        }
        lines.iter().map(|line| line.iter().collect::<String>().trim_end().to_owned()).collect()
    }
}

/// An account in which nothing is, so that scans are short; slow, so that there is much to draw.
fn slow() -> Settings {
    Settings { empty: true, delay: Duration::from_millis(250), ..Settings::default() }
}

fn services(lines: &[String]) -> Vec<&str> {
    let done = lines.iter().filter(|line| line.starts_with("  ") && line.ends_with(" done"));
    done.filter_map(|line| line.split_whitespace().next()).collect()
}

#[test]
fn each_service_has_one_line_that_is_drawn_over() {
    for size in [(80, 24), (120, 40), (50, 30)] {
        let case = Case::new();
        let fake = case.fake(slow());
        let shown = on_terminal(case.scan_at(&fake, "1"), size);
        let lines = shown.lines(size);
        assert_eq!(lines[0], "Scanning 111122223333 ap-northeast-2", "{lines:#?}");
        let named = services(&lines);
        let mut sorted = named.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(named, sorted, "each once, in order: {lines:#?}");
        assert!(named.len() > 12, "{lines:#?}");
        // Nothing is left of what was drawn over, and the summary follows at once.
        let after: Vec<&str> = lines[named.len() + 1..].iter().map(String::as_str).collect();
        assert!(after[0].starts_with("▲ there is no ECS cluster"), "{lines:#?}");
        assert!(!lines.iter().any(|line| line.contains("to go")), "{lines:#?}");
        let (redraws, most) = (shown.redraws(), shown.took.as_millis() / 200 + 1);
        assert!(redraws >= 3, "{redraws} in {:?}", shown.took);
        assert!(u128::try_from(redraws).unwrap() <= most, "{redraws} in {:?}", shown.took);
    }
}

#[test]
fn a_low_terminal_shows_no_more_than_it_can_draw_over() {
    let case = Case::new();
    let fake = case.fake(slow());
    let size = (80, 10);
    let lines = on_terminal(case.scan(&fake), size).lines(size);
    assert_eq!(lines[0], "Scanning 111122223333 ap-northeast-2", "{lines:#?}");
    assert!(lines[1].ends_with(" services done"), "{lines:#?}");
    assert!(lines[2].starts_with("▲ there is no ECS cluster"), "{lines:#?}");
}

#[test]
fn without_a_terminal_there_are_plain_lines() {
    let case = Case::new();
    let fake = case.fake(Settings { empty: true, ..Settings::default() });
    let (_, stderr) = done(&mut case.scan(&fake));
    assert!(!stderr.contains('\x1b') && !stderr.contains('\r'), "{stderr:?}");
    let lines: Vec<String> = stderr.lines().map(str::to_owned).collect();
    let named = services(&lines);
    let mut once = named.clone();
    once.dedup();
    assert!(named.len() > 12 && once == named, "{stderr}");
}
