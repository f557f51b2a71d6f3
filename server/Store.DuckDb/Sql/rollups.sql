-- The tables that all rollups of a file share. "installations" maps codes to ids. "_shapes" has the rollups and the
-- first part that each has not completely counted, "_consumed" the number of counted rows of each event of that part,
-- "_dirty" the days whose totals must be recomputed, "_state" the first day whose sets are kept. The totals of earlier
-- days never change. No line of this comment may end with a semicolon: the store splits the statements there.
CREATE TABLE "{alias}".main._shapes (id INTEGER, definition VARCHAR, part INTEGER);
CREATE TABLE "{alias}".main._consumed (shape INTEGER, event VARCHAR, consumed BIGINT);
CREATE TABLE "{alias}".main._dirty (shape INTEGER, day DATE);
CREATE TABLE "{alias}".main._state (frozen DATE);
CREATE TABLE "{alias}".main.installations (code INTEGER, id VARCHAR);
INSERT INTO "{alias}".main._state VALUES (DATE '0001-01-01')
