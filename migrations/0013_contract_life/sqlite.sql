-- How a listed contract goes on: which side paused it, which gave notice, when that ends it, and the entry that closed it.
ALTER TABLE contracts ADD COLUMN paused_by TEXT CHECK (paused_by IN ('client', 'coop'));
ALTER TABLE contracts ADD COLUMN notice_by TEXT CHECK (notice_by IN ('client', 'coop'));
ALTER TABLE contracts ADD COLUMN ends_at INTEGER;
ALTER TABLE contracts ADD COLUMN closed_index INTEGER;
CREATE INDEX contracts_by_end ON contracts (ends_at) WHERE ends_at IS NOT NULL AND closed_index IS NULL;

-- Every step of it, in order. What a person wrote stands here, never in the ledger.
CREATE TABLE contract_moves (
  contract_id TEXT NOT NULL REFERENCES contracts (id),
  number      INTEGER NOT NULL,
  move        TEXT NOT NULL CHECK (move IN ('paused', 'resumed', 'completed', 'noticed', 'kept', 'terminated')),
  side        TEXT NOT NULL CHECK (side IN ('client', 'coop')),
  moved_by    TEXT REFERENCES people (id),
  reason      TEXT NOT NULL,
  ends_at     INTEGER,
  entry_index INTEGER,
  at          INTEGER NOT NULL,
  PRIMARY KEY (contract_id, number)
) STRICT;
