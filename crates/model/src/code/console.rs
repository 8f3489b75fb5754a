//! Codes of the console (area W).

use super::{ErrorKind, Kind, codes};

codes! {
    /// The request names another host.
    OTHER_HOST = "SG-W001", Kind::Error(ErrorKind::Denied), "the console is not served as {host}",
        next: "open it by the address that segue serve printed, or start it with --host NAME",
        help: "A page of another site may point a name of its own at this machine and have your browser ask for it (DNS rebinding). The console therefore answers only to the names that it was started with.";
    /// The request comes from somewhere else.
    OTHER_SITE = "SG-W002", Kind::Error(ErrorKind::Denied), "this request does not come from a page of the console: {cause}",
        next: "open the page again and press the button there",
        help: "Whatever changes something needs the token of a page that the console itself has shown, and has to come from that page. A page that was open while Segue was started anew has an old token: loading it again is enough.";
    /// Nobody has logged in.
    LOGIN = "SG-W003", Kind::Error(ErrorKind::Denied), "the console asks for its token",
        next: "log in with the token of the file console-token in the state folder",
        help: "The console is bound to an address that others reach, so it asks for a token. The token lies in the state folder, readable by its owner alone.";
    /// The token is wrong.
    WRONG_TOKEN = "SG-W004", Kind::Error(ErrorKind::Denied), "this is not the token of this console",
        next: "copy the token from the file console-token in the state folder",
        help: "The token is compared as a whole. A space or a line break around it does not matter.";
    /// There is no such page.
    NO_PAGE = "SG-W005", Kind::Error(ErrorKind::Usage), "there is no {what} here",
        next: "go to the first page and take the link from there",
        help: "The address names something that this Segue does not know: a shift that was removed, a page of another version, or a misspelt name.";
    /// The deed does not fit.
    NOT_NOW = "SG-W006", Kind::Error(ErrorKind::Held), "{deed} is not possible now: {cause}",
        next: "look at the shift: what can be done is written beside its buttons",
        help: "The shift has gone on since the page was shown, or the deed does not apply to it.";
    /// The address needs a token.
    NO_TOKEN = "SG-W007", Kind::Error(ErrorKind::Config), "the console may not be bound to {address} without a token",
        next: "bind it to 127.0.0.1, or let it make a token",
        help: "Who reaches the console can pause and abort shifts. On any address but the machine's own it asks for a token.";
    /// Too many open pages.
    TOO_MANY = "SG-W008", Kind::Error(ErrorKind::World), "{limit} pages are watching already",
        next: "close some; a page that is not live loads itself again every few seconds",
        help: "Each open page holds a connection. Their number is bounded, so that forgotten pages cannot use up what the shifts need.";
}
