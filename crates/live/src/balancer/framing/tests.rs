//! What is refused, and that it does not depend on how the bytes were cut.

use proptest::prelude::*;

use super::*;

/// Requests without a doubt, one after the other.
const CLEAR: &str = "\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\n\
    Content-Length: 5\r\n\r\na\nb\n\nPOST / HTTP/1.1\r\ntransfer-encoding: Chunked\r\nHost: a\r\n\r\n\
    3;x=y\r\n\n\n\n\r\nA\r\n0123456789\r\n0\r\nx-sum: 1\r\n\r\nPUT / HTTP/1.1\r\nHost: a\r\n\
    Content-Length: 0\r\nTrailer: x\r\n\r\nGET / HTTP/1.0\r\n\r\n";

/// Heads and bodies that could be read in two ways.
const DOUBTFUL: [&str; 16] = [
    "GET / HTTP/1.1\nHost: a\n\n",
    "GET / HTTP/1.1\r\nHost: a\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\n",
    "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\nContent-Length: 3\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n",
];

/// Whether `bytes`, cut at `cuts`, are doubtful.
fn doubtful(bytes: &[u8], cuts: &[usize]) -> bool {
    let mut framing = Framing::default();
    let mut from = 0;
    cuts.iter().copied().chain([bytes.len()]).any(|cut| {
        let part = &bytes[from..cut];
        from = cut;
        framing.follow(part).is_err()
    })
}

#[test]
fn what_is_clear_passes_and_ends_between_requests() {
    let mut framing = Framing::default();
    assert_eq!(framing.follow(CLEAR.as_bytes()), Ok(()));
    assert_eq!((framing.state, framing.in_head()), (State::Between, false));
    assert_eq!(framing.follow(b"GET"), Ok(()));
    assert!(framing.in_head());
}

#[test]
fn what_is_doubtful_is_refused_at_its_place() {
    for text in DOUBTFUL {
        let whole = format!("{CLEAR}{text}");
        let refused = Framing::default().follow(whole.as_bytes()).unwrap_err();
        assert!(refused.at >= CLEAR.len(), "{text:?}");
        let in_body = text.contains("chunked\r\n\r\n") && !text.contains("Length");
        let first = refused.at == CLEAR.len();
        let whole_head = !first && whole[..refused.at].ends_with("\n\r\n");
        assert!(in_body || !whole_head, "hyper would act on it: {text:?}");
    }
}

proptest! {
    #[test]
    fn the_verdict_does_not_depend_on_the_cuts(
        which in 0..DOUBTFUL.len(), mut cuts in proptest::collection::vec(0_usize..600, 0..6),
    ) {
        cuts.sort_unstable();
        let clear: Vec<usize> = cuts.iter().map(|cut| *cut.min(&CLEAR.len())).collect();
        prop_assert!(!doubtful(CLEAR.as_bytes(), &clear));
        let whole = format!("{CLEAR}{}", DOUBTFUL[which]);
        let each: Vec<usize> = (0..whole.len()).collect();
        let cuts: Vec<usize> = cuts.iter().map(|cut| *cut.min(&whole.len())).collect();
        prop_assert!(doubtful(whole.as_bytes(), &cuts));
        prop_assert!(doubtful(whole.as_bytes(), &each));
    }

    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Framing::default().follow(&bytes);
    }
}
