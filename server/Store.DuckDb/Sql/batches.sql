-- One row per stored batch, even if all its events were dropped: a batch that is sent again is recognized by its id.
-- No index: the running store has the ids in memory, and with a primary key commits took twice as long (measured).
CREATE TABLE "{alias}".main._batches (
    id UUID NOT NULL,
    received TIMESTAMP_NS NOT NULL,
    events BIGINT NOT NULL
)
