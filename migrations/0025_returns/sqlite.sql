-- Parts of deposits that go back to their client: prepared by one person, posted by another. What is posted is the ledger's; this
-- is how it came about.
CREATE TABLE deposit_returns (
  id          TEXT NOT NULL PRIMARY KEY,
  contract_id TEXT NOT NULL REFERENCES contracts (id),
  deposit_id  TEXT NOT NULL REFERENCES deposits (id),
  amount      INTEGER NOT NULL CHECK (amount > 0),
  currency    TEXT NOT NULL,
  evidence    TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('prepared', 'posted', 'withdrawn')),
  prepared_by TEXT NOT NULL REFERENCES people (id),
  prepared_at INTEGER NOT NULL,
  approved_by TEXT REFERENCES people (id),
  approved_at INTEGER,
  entry_index INTEGER,
  CHECK (approved_by IS NULL OR approved_by <> prepared_by),
  CHECK ((state = 'posted') = (entry_index IS NOT NULL))
) STRICT;
-- Two at once would both be of what is left of the same deposit.
CREATE UNIQUE INDEX deposit_returns_waiting ON deposit_returns (deposit_id) WHERE state = 'prepared';
CREATE INDEX deposit_returns_by_contract ON deposit_returns (contract_id, prepared_at);

-- A change that lowers the hazard level, agreed to by both sides, waits for two people of the co-op: who agreed, and when.
ALTER TABLE amendments ADD COLUMN agreed_by TEXT REFERENCES people (id);
ALTER TABLE amendments ADD COLUMN agreed_at INTEGER;
