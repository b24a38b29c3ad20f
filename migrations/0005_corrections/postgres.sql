-- Corrections that wait for their second person, and those posted. What is posted is the ledger's; this is how it came about.
CREATE TABLE corrections (
  id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  corrects    BIGINT NOT NULL,
  reason      TEXT COLLATE "C" NOT NULL,
  lines       TEXT COLLATE "C" NOT NULL,
  state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('prepared', 'posted', 'withdrawn')),
  prepared_by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  prepared_at BIGINT NOT NULL,
  approved_by TEXT COLLATE "C" REFERENCES people (id),
  approved_at BIGINT,
  entry_index BIGINT,
  CHECK (approved_by IS NULL OR approved_by <> prepared_by)
);
-- Two at once would both be the difference from the same standing.
CREATE UNIQUE INDEX corrections_waiting ON corrections (corrects) WHERE state = 'prepared';
