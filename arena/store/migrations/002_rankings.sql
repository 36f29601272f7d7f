-- Rankings that were made: settings, filters, time, source and every line, so that a board has a history.

CREATE TABLE rankings (
    id UUID NOT NULL,
    board INTEGER NOT NULL,
    made TIMESTAMP NOT NULL,
    source VARCHAR NOT NULL,        -- import, run, request
    settings VARCHAR NOT NULL,      -- JSON of RankSettings
    filters VARCHAR NOT NULL,       -- JSON of Filters
    n_battles BIGINT NOT NULL,
    warnings VARCHAR NOT NULL       -- JSON list
);

CREATE TABLE ranking_lines (
    ranking UUID NOT NULL,
    model INTEGER NOT NULL,
    value DOUBLE NOT NULL,
    low DOUBLE,
    high DOUBLE,
    battles BIGINT NOT NULL,
    rank INTEGER NOT NULL,
    rank_low INTEGER NOT NULL,
    rank_high INTEGER NOT NULL
);
