-- How a listed contract goes on: which side paused it, which gave notice, when that ends it, and the entry that closed it.
ALTER TABLE contracts ADD COLUMN paused_by TEXT COLLATE "C" CHECK (paused_by IN ('client', 'coop'));
ALTER TABLE contracts ADD COLUMN notice_by TEXT COLLATE "C" CHECK (notice_by IN ('client', 'coop'));
ALTER TABLE contracts ADD COLUMN ends_at BIGINT;
ALTER TABLE contracts ADD COLUMN closed_index BIGINT;
CREATE INDEX contracts_by_end ON contracts (ends_at) WHERE ends_at IS NOT NULL AND closed_index IS NULL;

-- Every step of it, in order. What a person wrote stands here, never in the ledger.
CREATE TABLE contract_moves (
  contract_id TEXT COLLATE "C" NOT NULL REFERENCES contracts (id),
  number      BIGINT NOT NULL,
  move        TEXT COLLATE "C" NOT NULL CHECK (move IN ('paused', 'resumed', 'completed', 'noticed', 'kept', 'terminated')),
  side        TEXT COLLATE "C" NOT NULL CHECK (side IN ('client', 'coop')),
  moved_by    TEXT COLLATE "C" REFERENCES people (id),
  reason      TEXT COLLATE "C" NOT NULL,
  ends_at     BIGINT,
  entry_index BIGINT,
  at          BIGINT NOT NULL,
  PRIMARY KEY (contract_id, number)
);
