-- One row a batch that was stored, even if all its events were dropped: what makes a second sending harmless.
-- No index: the running store keeps the ids in memory, and with a primary key commits took twice as long (measured).
CREATE TABLE "{alias}".main._batches (
    id UUID NOT NULL,
    received TIMESTAMP_NS NOT NULL,
    events BIGINT NOT NULL
)
