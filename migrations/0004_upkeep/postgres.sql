-- How far what stands beside the notes was held against them, kept outside the ledger's own tables: the next look begins there.
CREATE TABLE checked (
  one         BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  size        BIGINT NOT NULL,
  edge        BYTEA NOT NULL,
  lines       BIGINT NOT NULL,
  checkpoints BIGINT NOT NULL,
  at          BIGINT NOT NULL
);

-- The balances at that size.
CREATE TABLE checked_balances (
  account TEXT COLLATE "C" NOT NULL,
  unit    TEXT COLLATE "C" NOT NULL,
  amount  BIGINT NOT NULL,
  PRIMARY KEY (account, unit)
);
