-- The tables that all rollups of one file share: in "installations" what a code stands for, in "_shapes" which rollups there are and the first part that is
-- not wholly counted in each, in "_consumed" how many rows of each event of that part are, in "_dirty" days whose numbers for charts are to be made again,
-- in "_state" the first day whose sets are kept. The numbers of days before that one never change again.
CREATE TABLE "{alias}".main._shapes (id INTEGER, definition VARCHAR, part INTEGER);
CREATE TABLE "{alias}".main._consumed (shape INTEGER, event VARCHAR, consumed BIGINT);
CREATE TABLE "{alias}".main._dirty (shape INTEGER, day DATE);
CREATE TABLE "{alias}".main._state (frozen DATE);
CREATE TABLE "{alias}".main.installations (code INTEGER, id VARCHAR);
INSERT INTO "{alias}".main._state VALUES (DATE '0001-01-01')
