-- From battles to what was trained on them: rows that were selected, what was dropped and why, and checkpoints.
-- Read from run folders, each selection and each checkpoint once; a rebuild reads them again.

CREATE TABLE selections (
    run VARCHAR NOT NULL,           -- the flywheel's run
    step VARCHAR NOT NULL,          -- i1-sft
    iteration INTEGER NOT NULL,     -- 0 where the step does not say
    stage VARCHAR NOT NULL,
    trouble VARCHAR,                -- why its files cannot be read
    PRIMARY KEY (run, step)
);

CREATE TABLE training_rows (
    run VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    id UUID NOT NULL,               -- the same row may stand in several selections
    kind VARCHAR NOT NULL,          -- sft, pair, prompt
    prompt UUID,
    battles UUID[] NOT NULL,
    model VARCHAR NOT NULL,         -- who wrote what is learnt or preferred
    beaten VARCHAR NOT NULL,        -- who wrote what lost
    gap DOUBLE,
    origin VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    category VARCHAR NOT NULL
);

CREATE TABLE dropped_rows (
    run VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    prompt UUID,
    rule VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    battles UUID[] NOT NULL         -- empty: all of the prompt's
);

CREATE TABLE checkpoints (
    run VARCHAR NOT NULL PRIMARY KEY,   -- that trained it
    name VARCHAR NOT NULL,
    key VARCHAR NOT NULL,           -- content key of all that decided it
    stage VARCHAR NOT NULL,
    made_from VARCHAR,              -- run of the selection that it learnt from
    made_by VARCHAR,                -- step of that selection
    rows BIGINT NOT NULL,
    steps BIGINT NOT NULL,
    trouble VARCHAR
);

CREATE TABLE checkpoint_parents (
    run VARCHAR NOT NULL,
    role VARCHAR NOT NULL,          -- start, reference, reward
    key VARCHAR NOT NULL,           -- content key of that model
    name VARCHAR NOT NULL           -- checkpoint or directory, where the run says so
);
