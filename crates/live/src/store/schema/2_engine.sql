-- Who plays a role, until when.
CREATE TABLE leases (
    role   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    epoch  BIGINT NOT NULL,
    until  BIGINT NOT NULL
);

-- What each rule of a balancer was last told: one that starts anew has nothing else to go by.
CREATE TABLE rules (
    rule    TEXT PRIMARY KEY,
    weights TEXT NOT NULL,
    epoch   BIGINT NOT NULL,
    seq     BIGINT NOT NULL
);

-- What was started, by whom, and what it is to reach.
CREATE TABLE runs (
    subject TEXT PRIMARY KEY,
    goal    TEXT NOT NULL,
    author  TEXT NOT NULL,
    at      BIGINT NOT NULL
);

-- Measurements for the charts.
CREATE TABLE samples (
    subject TEXT NOT NULL,
    at      BIGINT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (subject, at)
);

-- What people and engines did beside the journal.
CREATE TABLE acts (
    number  BIGINT PRIMARY KEY,
    at      BIGINT NOT NULL,
    author  TEXT NOT NULL,
    subject TEXT NOT NULL,
    what    TEXT NOT NULL,
    because TEXT NOT NULL
);
