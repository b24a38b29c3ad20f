-- Parts of deposits that go back to their client: prepared by one person, posted by another. What is posted is the ledger's; this
-- is how it came about.
CREATE TABLE deposit_returns (
  id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  contract_id TEXT COLLATE "C" NOT NULL REFERENCES contracts (id),
  deposit_id  TEXT COLLATE "C" NOT NULL REFERENCES deposits (id),
  amount      BIGINT NOT NULL CHECK (amount > 0),
  currency    TEXT COLLATE "C" NOT NULL,
  evidence    TEXT COLLATE "C" NOT NULL,
  state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('prepared', 'posted', 'withdrawn')),
  prepared_by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  prepared_at BIGINT NOT NULL,
  approved_by TEXT COLLATE "C" REFERENCES people (id),
  approved_at BIGINT,
  entry_index BIGINT,
  CHECK (approved_by IS NULL OR approved_by <> prepared_by),
  CHECK ((state = 'posted') = (entry_index IS NOT NULL))
);
-- Two at once would both be of what is left of the same deposit.
CREATE UNIQUE INDEX deposit_returns_waiting ON deposit_returns (deposit_id) WHERE state = 'prepared';
CREATE INDEX deposit_returns_by_contract ON deposit_returns (contract_id, prepared_at);

-- A change that lowers the hazard level, agreed to by both sides, waits for two people of the co-op: who agreed, and when.
ALTER TABLE amendments ADD COLUMN agreed_by TEXT COLLATE "C" REFERENCES people (id);
ALTER TABLE amendments ADD COLUMN agreed_at BIGINT;
