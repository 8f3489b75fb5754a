//! The output of a process, kept in files that do not grow without end.
//!
//! As a kubelet keeps the logs of containers: the present file and up to four older ones, each of
//! about the same size; the newest has no number, then come `.1` to `.4`.
#![expect(clippy::disallowed_methods, reason = "the shim keeps the output in files")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, PipeReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::limits::LOG_FILES_MAX;

/// Bytes that are read at one time: a pipe's size.
const CHUNK: usize = 64 << 10;

/// A log that goes on in a new file when it is full.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: Option<File>,
    size: u64,
    size_max: u64,
    /// Bytes that could not be written, in all and since the last that could.
    lost: u64,
    lost_now: u64,
}

impl Log {
    /// Goes on at the end of `path`. A log that cannot be opened is tried again with each write.
    pub(super) fn open(path: &Path, size_max: u64) -> Self {
        let mut log =
            Self { path: path.to_owned(), file: None, size: 0, size_max, lost: 0, lost_now: 0 };
        let _ = log.reopen();
        log
    }

    /// Keeps all that comes until the other end is closed; returns how many bytes were lost.
    pub(super) fn keep(mut self, mut output: PipeReader) -> u64 {
        let mut bytes = vec![0; CHUNK];
        loop {
            match output.read(&mut bytes) {
                Ok(0) => return self.lost,
                Ok(read) => self.write(&bytes[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return self.lost,
            }
        }
    }

    /// Writes, or counts what cannot be written: the process must not stand still for its log.
    fn write(&mut self, bytes: &[u8]) {
        match self.try_write(bytes) {
            Ok(()) => self.lost_now = 0,
            Err((_, written)) => {
                let lost = u64::try_from(bytes.len() - written).unwrap_or(u64::MAX);
                self.lost += lost;
                self.lost_now += lost;
                self.file = None;
            }
        }
    }

    fn try_write(&mut self, bytes: &[u8]) -> Result<(), (io::Error, usize)> {
        if self.size >= self.size_max {
            self.rotate();
        }
        if self.file.is_none() {
            self.reopen().map_err(|error| (error, 0))?;
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        if self.lost_now > 0 {
            let note = format!("\n[segue: {} bytes of output could not be kept]\n", self.lost_now);
            file.write_all(note.as_bytes()).map_err(|error| (error, 0))?;
        }
        let mut written = 0;
        while written < bytes.len() {
            match file.write(&bytes[written..]) {
                Ok(0) => return Err((io::ErrorKind::WriteZero.into(), written)),
                Ok(count) => {
                    written += count;
                    self.size += u64::try_from(count).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err((error, written)),
            }
        }
        Ok(())
    }

    fn reopen(&mut self) -> io::Result<()> {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)?;
        self.size = file.metadata().map_or(0, |metadata| metadata.len());
        self.file = Some(file);
        Ok(())
    }

    /// Every file takes the next number, the last goes. What fails leaves one file longer or lost
    /// from the middle, which is better than a process that waits.
    fn rotate(&mut self) {
        self.file = None;
        self.size = 0;
        for number in (1..LOG_FILES_MAX).rev() {
            let from = if number == 1 { self.path.clone() } else { self.numbered(number - 1) };
            let _ = fs::rename(from, self.numbered(number));
        }
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{number}"));
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_goes_on_in_a_new_file_and_the_oldest_goes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("shop.log");
        let mut log = Log::open(&path, 10);
        for number in 0..8 {
            log.write(format!("line {number} of 8\n").as_bytes());
        }
        let mut names: Vec<String> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["shop.log", "shop.log.1", "shop.log.2", "shop.log.3", "shop.log.4"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), "line 7 of 8\n");
        assert_eq!(fs::read_to_string(log.numbered(4)).unwrap(), "line 3 of 8\n");
        assert_eq!(log.lost, 0);
    }

    #[test]
    fn what_cannot_be_kept_is_counted_and_said() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("later");
        let mut log = Log::open(&folder.join("shop.log"), 1_000);
        log.write(b"lost");
        assert_eq!(log.lost, 4);
        fs::create_dir_all(&folder).unwrap();
        log.write(b"kept\n");
        log.write(b"too\n");
        let text = fs::read_to_string(folder.join("shop.log")).unwrap();
        assert_eq!(text, "\n[segue: 4 bytes of output could not be kept]\nkept\ntoo\n");
    }
}
