-- What leak and copy checks found, as in the files of checks (arena.store.checkbook). A flag is on a
-- battle, or on a prompt: then on all its battles, or on those of the model that was trained on it.

CREATE TABLE checks (
    id UUID NOT NULL,
    board INTEGER NOT NULL,
    made TIMESTAMP NOT NULL,
    battles BIGINT NOT NULL,        -- that the board had then
    said VARCHAR NOT NULL           -- JSON of the rest of arena.flags.Done
);

CREATE TABLE flags (
    id UUID NOT NULL,
    board INTEGER NOT NULL,
    mark VARCHAR NOT NULL,          -- copy, alike, trained, public
    battle UUID,
    prompt UUID,
    model VARCHAR,
    source VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    likeness DOUBLE NOT NULL,
    said VARCHAR NOT NULL
);
