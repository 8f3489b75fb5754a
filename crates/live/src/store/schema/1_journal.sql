-- What a shift was told and what it did. Written once, never changed.
CREATE TABLE records (
    subject TEXT NOT NULL,
    number  BIGINT NOT NULL,
    epoch   BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (subject, number)
);
CREATE INDEX records_by_time ON records (at);

-- The engine that may write about a subject.
CREATE TABLE epochs (
    subject TEXT PRIMARY KEY,
    epoch   BIGINT NOT NULL
);
