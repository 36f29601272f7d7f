-- What people voted: insert-only, as in the vote book (arena.store.votebook). A vote that stands has its verdict
-- among the others, under the same id; one that was taken back, or that repeats another, has none.

CREATE TABLE votes (
    id UUID NOT NULL,
    board INTEGER NOT NULL,
    battle UUID NOT NULL,
    voter VARCHAR NOT NULL,
    winner winner NOT NULL,
    swapped BOOLEAN NOT NULL,       -- side b was shown first
    drawn VARCHAR NOT NULL,         -- why it was asked (arena.votes.Drawn)
    comment VARCHAR,
    milliseconds INTEGER,
    flags VARCHAR[] NOT NULL,       -- what is odd about it (arena.votes.Flag)
    voted TIMESTAMP NOT NULL        -- UTC
);
CREATE TABLE undone (vote UUID NOT NULL, board INTEGER NOT NULL, taken TIMESTAMP NOT NULL);
CREATE TABLE votebook ("offset" BIGINT NOT NULL);    -- bytes of the book that are in
INSERT INTO votebook VALUES (0);
