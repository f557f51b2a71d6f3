-- The stored ids of installations whose user asked for deletion: their events are never stored again. Kept for good, since a copy of
-- a home folder can send under an old id at any time. No index, as with the batches.
CREATE TABLE IF NOT EXISTS main._deleted (
    id VARCHAR NOT NULL
)
