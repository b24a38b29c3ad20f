-- Corrections that wait for their second person, and those posted. What is posted is the ledger's; this is how it came about.
CREATE TABLE corrections (
  id          TEXT NOT NULL PRIMARY KEY,
  corrects    INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  lines       TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('prepared', 'posted', 'withdrawn')),
  prepared_by TEXT NOT NULL REFERENCES people (id),
  prepared_at INTEGER NOT NULL,
  approved_by TEXT REFERENCES people (id),
  approved_at INTEGER,
  entry_index INTEGER,
  CHECK (approved_by IS NULL OR approved_by <> prepared_by)
) STRICT;
-- Two at once would both be the difference from the same standing.
CREATE UNIQUE INDEX corrections_waiting ON corrections (corrects) WHERE state = 'prepared';
