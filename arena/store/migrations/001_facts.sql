-- Facts: what was imported or judged. Insert-only; ids are content keys (arena.keys), so nothing is stored twice.
-- `seq` is the order of arrival. Verdicts repeat their battle's small columns, so that ranking reads one table.

CREATE TYPE winner AS ENUM ('a', 'b', 'tie', 'both_bad');
CREATE TYPE status AS ENUM ('ok', 'unparsed', 'refused', 'truncated', 'error');

CREATE TABLE boards (
    id INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    kind VARCHAR NOT NULL CHECK (kind IN ('battles', 'pairs', 'published')),
    title VARCHAR,
    source VARCHAR,
    licence VARCHAR,
    date DATE,                      -- state of the board, where it has one
    category VARCHAR,               -- the category shown first
    shipped BOOLEAN NOT NULL,
    digest VARCHAR,                 -- hash of the shipped file
    created TIMESTAMP NOT NULL,
    battles BIGINT NOT NULL DEFAULT 0,      -- the rest is counted anew after every import
    models INTEGER NOT NULL DEFAULT 0,
    judges VARCHAR[] NOT NULL DEFAULT [],
    clustered BOOLEAN NOT NULL DEFAULT false -- some prompt has several battles
);

CREATE TABLE models (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL UNIQUE);
CREATE TABLE judges (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL UNIQUE);

CREATE TABLE imports (
    number INTEGER PRIMARY KEY,
    board INTEGER NOT NULL,
    format VARCHAR NOT NULL,
    path VARCHAR NOT NULL,
    read BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    made TIMESTAMP NOT NULL
);

CREATE TABLE prompts (
    id UUID NOT NULL,
    source VARCHAR NOT NULL,
    "natural" VARCHAR NOT NULL,
    turns VARCHAR[] NOT NULL,
    categories VARCHAR[] NOT NULL,
    language VARCHAR,
    difficulty DOUBLE
);

CREATE TABLE reference_answers (id UUID NOT NULL, prompt UUID NOT NULL, author VARCHAR NOT NULL, turns VARCHAR[] NOT NULL);

CREATE TABLE responses (
    id UUID NOT NULL,
    prompt UUID NOT NULL,
    model INTEGER NOT NULL,
    turns VARCHAR[] NOT NULL,
    sampling VARCHAR NOT NULL,
    sample INTEGER NOT NULL,
    tokens INTEGER,
    headers INTEGER,
    lists INTEGER,
    bolds INTEGER
);

CREATE TABLE battles (
    id UUID NOT NULL,
    board INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    prompt UUID,
    model_a INTEGER NOT NULL,
    model_b INTEGER NOT NULL,
    response_a UUID,
    response_b UUID,
    games TINYINT NOT NULL,         -- expected per judge
    turn SMALLINT NOT NULL,
    played TIMESTAMP
);

CREATE TABLE verdicts (
    id UUID NOT NULL,
    battle UUID NOT NULL,
    board INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    prompt UUID,
    model_a INTEGER NOT NULL,
    model_b INTEGER NOT NULL,
    games TINYINT NOT NULL,
    turn SMALLINT NOT NULL,
    played TIMESTAMP,
    judge INTEGER NOT NULL,
    game TINYINT NOT NULL,
    swapped BOOLEAN NOT NULL,
    winner winner,
    preference DOUBLE,
    score_a DOUBLE,
    score_b DOUBLE,
    strength TINYINT NOT NULL,
    explanation VARCHAR,
    raw VARCHAR,
    status status NOT NULL,
    tokens INTEGER,
    milliseconds INTEGER
);

CREATE TABLE grades (
    id UUID NOT NULL,
    board INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    prompt UUID NOT NULL,
    model INTEGER NOT NULL,
    judge INTEGER NOT NULL,
    turn SMALLINT NOT NULL,
    score DOUBLE,
    explanation VARCHAR,
    status status NOT NULL
);

CREATE TABLE pair_counts (
    board INTEGER NOT NULL,
    category VARCHAR NOT NULL,
    model_a INTEGER NOT NULL,
    model_b INTEGER NOT NULL,
    win_a DOUBLE NOT NULL,
    win_b DOUBLE NOT NULL,
    tie DOUBLE NOT NULL,
    both_bad DOUBLE NOT NULL
);

CREATE TABLE published (
    board INTEGER NOT NULL,
    category VARCHAR NOT NULL,
    model INTEGER NOT NULL,
    value DOUBLE NOT NULL,
    low DOUBLE,
    high DOUBLE,
    battles BIGINT
);
