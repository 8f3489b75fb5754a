//! Codes of the proof ledger (area P).

use super::{ErrorKind, Kind, codes};

codes! {
    /// The file is something else.
    NOT_A_LEDGER = "SG-P001", Kind::Error(ErrorKind::Config), "{place} is no ledger of a shift: {cause}",
        next: "name a file that Segue wrote at the end of a shift; they lie in the folder ledger of its state",
        help: "A ledger is a JSON file that begins with {\"ledger\": and ends with its signature, or a page that holds one. Each byte of it counts, so one that an editor or a mail program has changed is no ledger any more.";
    /// The end of the file is missing.
    CUT_SHORT = "SG-P002", Kind::Error(ErrorKind::Config), "{place} is cut short: a ledger ends with its signature, and this one ends without",
        next: "copy the whole file again from the folder ledger of the state",
        help: "The signature is the last thing in the file. Where it is missing, the file was cut on its way, and nothing can be said about what is left of it.";
    /// A format that this program does not know.
    OTHER_VERSION = "SG-P003", Kind::Error(ErrorKind::Config), "{place} has format version {version}; this program reads up to {known}",
        next: "verify it with the segue that wrote it, or a newer one",
        help: "Ledgers are versioned. A newer program may have written members whose meaning this one would guess, and a check that guesses is worth nothing.";
    /// The content does not fit the signature.
    CHANGED = "SG-P004", Kind::Error(ErrorKind::Config), "{place} was changed after it was signed: its signature does not fit its content",
        next: "copy the file again from the folder ledger of the state; if that one fails too, the ledger proves nothing",
        help: "The signature covers each byte of the account. One that was changed by a single character fails this check, whoever changed it and why.";
    /// Another key signed.
    WRONG_KEY = "SG-P005", Kind::Error(ErrorKind::Config), "{place} was signed by the key {found}, not by {key}",
        next: "ask those who ran the shift for their public key: segue shift key",
        help: "Anybody can sign a ledger with a key of their own. It is a proof only against a key that you have from those who ran the shift, by another way than the ledger itself.";
    /// No public key.
    BAD_KEY = "SG-P006", Kind::Error(ErrorKind::Usage), "{place} is no public key: {cause}",
        next: "give the 64 hexadecimal digits, or the file, that segue shift key prints",
        help: "A public key is 64 hexadecimal digits, or a PEM file with BEGIN PUBLIC KEY, of the kind ed25519.";
    /// The private key cannot be used.
    BAD_PRIVATE_KEY = "SG-P007", Kind::Error(ErrorKind::Config), "{place} is no private key: {cause}",
        next: "put the key of your backup there; without one, move the file away and the next start makes another",
        help: "The state folder holds the ed25519 key that signs ledgers, as PEM (PKCS #8). A new key is never made over a file that is there: ledgers of the old one could then not be told from forged ones.";
    /// There is no key yet.
    NO_KEY = "SG-P008", Kind::Error(ErrorKind::Config), "there is no key in {place}",
        next: "start segue serve once, which makes one, or name its state folder with --state",
        help: "The key that signs ledgers is made on first use, in the state folder.";
    /// The journal says something else.
    OTHER_JOURNAL = "SG-P009", Kind::Error(ErrorKind::Config), "{journal} is not the journal that {place} was made from: {cause}",
        next: "give the journal of the same state folder and the same time",
        help: "A ledger holds the SHA-256 of the journal records that it was made from, so that both can be held against each other.";
    /// No random bytes.
    NO_RANDOM = "SG-P010", Kind::Error(ErrorKind::World), "the system gives no random bytes for {what}: {cause}",
        next: "look why getrandom fails on this machine",
        help: "Keys and tokens are made of random bytes of the operating system. Without them nothing is made: a key that can be guessed is worse than none.";
    /// The two accounts differ.
    MISSING = "SG-P020", Kind::Because, "the balancer counted {balancer} answers of the {side} side, and the prober alone got {prober}",
        next: "see whether the balancer was started anew during the shift",
        help: "The balancer must have counted at least what the prober got through it. Fewer means that counts were lost, most often because the balancer was started anew.";
    /// Requests without an end.
    UNDER_WAY = "SG-P021", Kind::Because, "{requests} requests of the prober had no end yet when the ledger was written",
        next: "nothing to do; they are neither answered nor lost",
        help: "A ledger is written when the prober has stopped. Where it had to be written earlier, requests under way are told apart from lost ones.";
    /// The balancer began to count again.
    RECOUNTED = "SG-P022", Kind::Because, "the balancer was started anew {times} times: what it counted just before is not in its sums",
        next: "nothing to do; the prober's account is whole",
        help: "The counts of a balancer begin at 0 when it starts. The sums add up what was seen before and after.";
    /// Nobody probed.
    NO_PROBER = "SG-P023", Kind::Because, "no prober ran: that nothing was lost is known from the balancer alone",
        next: "let the prober run during a shift to have a second account",
        help: "A balancer sees the requests that reach it. Only somebody who sends requests can say that each of them came back.";
    /// Requests were lost.
    LOST = "SG-P024", Kind::Because, "{lost} requests of the prober were lost; the balancer itself answered {refused} with 502, 503 or 504",
        next: "look at the list of lost requests and at the log of the side that they were sent to",
        help: "A request is lost when no application answered it. The first ones are listed with their ids and causes.";
}
