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

-- What was erased: an account or the text behind a commitment, by an id that says nothing any more. Until `rewritten_at` the
-- file may still hold it in pages that are free, until `purged_at` in its log of writes.
CREATE TABLE erasures (
  what         TEXT COLLATE "C" NOT NULL CHECK (what IN ('person', 'evidence')),
  id           TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  by_person    TEXT COLLATE "C",
  rewritten_at BIGINT,
  purged_at    BIGINT,
  PRIMARY KEY (what, id)
);

-- What people were called before: whoever erases them must find the mail to others that names them so. Goes with them.
CREATE TABLE former_names (
  person_id TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  name      TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (person_id, name)
);
