//! A client that sends exactly what it is told, right or wrong.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::story::site::Site;

/// How long a test waits for what has to come.
const WAIT: Duration = Duration::from_mins(1);

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header; the first one.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The cookie `name`, as a browser sends it back.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let start = format!("set-cookie: {name}=");
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&start))?;
        Some(line["set-cookie: ".len()..].split(';').next().unwrap().to_owned())
    }

    /// The token of the page's form.
    pub(crate) fn form(&self) -> &str {
        self.body.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap()
    }
}

impl Site {
    /// The page at `path`.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    /// Any request; a `host` among the headers replaces the right one.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut stream = self.open(method, path, headers, body);
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A form, sent as a browser sends it from the page that `cookies` belong to.
    pub(crate) fn post(&self, path: &str, cookies: &str, body: &str) -> Answer {
        let origin = format!("http://{}", self.address);
        let headers =
            [("cookie", cookies), ("origin", &*origin), ("sec-fetch-site", "same-origin")];
        self.send("POST", path, &headers, body)
    }

    /// Reads events of `path` until one holds `wanted`; what came until then.
    pub(crate) fn watch(
        &self,
        path: &str,
        cookies: &str,
        wanted: &str,
        then: impl FnOnce(),
    ) -> String {
        let stream = self.open("GET", path, &[("cookie", cookies)], "");
        let mut lines = BufReader::new(stream);
        let (mut seen, mut then) = (String::new(), Some(then));
        loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "ended before `{wanted}`: {seen}");
            seen.push_str(&line);
            if line.starts_with("data:") {
                if let Some(then) = then.take() {
                    then();
                    seen.clear();
                } else if line.contains(wanted) {
                    return seen;
                }
            }
        }
    }

    fn open(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(WAIT)).unwrap();
        let mut text = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            let _ = write!(text, "host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        if method == "POST" {
            let kind = "application/x-www-form-urlencoded";
            let _ = write!(text, "content-type: {kind}\r\ncontent-length: {}\r\n", body.len());
        }
        write!(stream, "{text}\r\n{body}").unwrap();
        stream
    }
}
