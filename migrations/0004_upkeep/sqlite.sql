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

-- What was erased: an account or the text behind a commitment, by an id that says nothing any more. Until `rewritten_at` the
-- file may still hold it in pages that are free, until `purged_at` in its log of writes.
CREATE TABLE erasures (
  what         TEXT NOT NULL CHECK (what IN ('person', 'evidence')),
  id           TEXT NOT NULL,
  at           INTEGER NOT NULL,
  by_person    TEXT,
  rewritten_at INTEGER,
  purged_at    INTEGER,
  PRIMARY KEY (what, id)
) STRICT;

-- What people were called before: whoever erases them must find the mail to others that names them so. Goes with them.
CREATE TABLE former_names (
  person_id TEXT NOT NULL REFERENCES people (id),
  name      TEXT NOT NULL,
  PRIMARY KEY (person_id, name)
) STRICT;
