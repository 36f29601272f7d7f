-- Runs as the database knows them: which there are, how they were at last look, and how far their facts are in.

CREATE TABLE runs (
    id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    board VARCHAR,                  -- name of the board that its facts go to
    config VARCHAR NOT NULL,        -- JSON
    created TIMESTAMP NOT NULL,
    state VARCHAR NOT NULL,         -- at last look
    shard INTEGER NOT NULL DEFAULT 0,   -- its facts up to this place are in
    "offset" BIGINT NOT NULL DEFAULT 0,
    dropped BOOLEAN NOT NULL DEFAULT false, -- its board was removed: it feeds none any more
    trouble VARCHAR                 -- why its facts cannot be taken in
);
