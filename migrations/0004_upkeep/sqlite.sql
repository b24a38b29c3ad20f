-- How far what stands beside the notes was held against them, kept outside the ledger's own tables: the next look begins there.
CREATE TABLE checked (
  one         INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  size        INTEGER NOT NULL,
  edge        BLOB NOT NULL,
  lines       INTEGER NOT NULL,
  checkpoints INTEGER NOT NULL,
  at          INTEGER NOT NULL
) STRICT;

-- The balances at that size.
CREATE TABLE checked_balances (
  account TEXT NOT NULL,
  unit    TEXT NOT NULL,
  amount  INTEGER NOT NULL,
  PRIMARY KEY (account, unit)
) STRICT, WITHOUT ROWID;
