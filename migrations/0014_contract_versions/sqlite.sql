-- What a contract said, version by version: the first is its listing, each later one an amendment. The version in force when a claim
-- was made is the last one whose entry stood in the log then.
CREATE TABLE contract_versions (
  contract_id TEXT NOT NULL REFERENCES contracts (id),
  number      INTEGER NOT NULL,
  terms       TEXT NOT NULL,
  document    TEXT NOT NULL,
  entry_index INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (contract_id, number)
) STRICT;
INSERT INTO contract_versions (contract_id, number, terms, document, entry_index, at)
  SELECT id, 1, terms, document, listed_index, approved_at FROM contracts
  WHERE listed_index IS NOT NULL AND document IS NOT NULL AND approved_at IS NOT NULL;

-- A change of a listed contract: one side drafts and proposes it, the other agrees or does not. One at a time.
CREATE TABLE amendments (
  id          TEXT NOT NULL PRIMARY KEY,
  contract_id TEXT NOT NULL REFERENCES contracts (id),
  based_on    INTEGER NOT NULL,
  side        TEXT NOT NULL CHECK (side IN ('client', 'coop')),
  state       TEXT NOT NULL CHECK (state IN ('draft', 'proposed', 'agreed', 'declined', 'withdrawn')),
  terms       TEXT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  answer      TEXT NOT NULL DEFAULT '',
  proposed_by TEXT NOT NULL REFERENCES people (id),
  decided_by  TEXT REFERENCES people (id),
  changed_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX amendments_open ON amendments (contract_id) WHERE state IN ('draft', 'proposed');
CREATE INDEX amendments_by_contract ON amendments (contract_id, changed_at);

-- A client's items are shown page by page in the order of their file.
CREATE INDEX tasks_by_place ON tasks (batch_id, position);
