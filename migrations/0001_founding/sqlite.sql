-- The founding schema. Times are seconds since 1970 UTC, sums millionths, booleans 0 or 1, JSON text.
-- Nothing here holds a float. The ledger's tables take inserts only; what may be erased stands elsewhere.

-- ── the co-op ──────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- ── people ─────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE people (
  id            TEXT NOT NULL PRIMARY KEY,
  email         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  language      TEXT NOT NULL,
  zone          TEXT NOT NULL,
  password_hash TEXT,
  state         TEXT NOT NULL CHECK (state IN ('invited', 'active', 'closed')),
  created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE roles (
  person_id  TEXT NOT NULL REFERENCES people (id),
  role       TEXT NOT NULL CHECK (role IN ('reviewer', 'treasurer', 'coordinator')),
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, role)
) STRICT;

-- The only mapping from a person to the ledger's M- id. Erasing a member deletes this row.
CREATE TABLE members (
  id              TEXT NOT NULL PRIMARY KEY,
  person_id       TEXT NOT NULL UNIQUE REFERENCES people (id),
  country         TEXT NOT NULL,
  admitted_at     INTEGER NOT NULL,
  admitted_index  INTEGER NOT NULL,
  left_at         INTEGER,
  rail            TEXT NOT NULL,
  payout_to       TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE clients (
  id         TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  country    TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE client_users (
  person_id TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
  client_id TEXT NOT NULL REFERENCES clients (id)
) STRICT;

CREATE TABLE sessions (
  token_sha256 BLOB NOT NULL PRIMARY KEY,
  person_id    TEXT NOT NULL REFERENCES people (id),
  created_at   INTEGER NOT NULL,
  seen_at      INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_person ON sessions (person_id);

-- Single-use links sent by mail (invitation, reset) and standing ones (unsubscribe).
CREATE TABLE links (
  token_sha256 BLOB NOT NULL PRIMARY KEY,
  purpose      TEXT NOT NULL CHECK (purpose IN ('invitation', 'reset', 'unsubscribe')),
  person_id    TEXT NOT NULL REFERENCES people (id),
  stream       TEXT,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  used_at      INTEGER
) STRICT;
CREATE INDEX links_by_person ON links (person_id, purpose);

-- Failed or costly attempts, for throttling. `subject` is a hash: no address is kept.
CREATE TABLE attempts (
  id      INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_by_subject ON attempts (subject, at);

-- Beside the ledger: (actor, form key) -> the first answer. The same key with another request is refused.
CREATE TABLE idempotency (
  actor          TEXT NOT NULL,
  form_key       TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,
  answer         TEXT NOT NULL,
  at             INTEGER NOT NULL,
  PRIMARY KEY (actor, form_key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (at);

-- ── contracts ──────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE contracts (
  id            TEXT NOT NULL PRIMARY KEY,
  number        INTEGER NOT NULL UNIQUE,
  client_id     TEXT NOT NULL REFERENCES clients (id),
  created_by    TEXT NOT NULL REFERENCES people (id),
  state         TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'funded', 'open', 'paused', 'completed', 'terminated')),
  terms         TEXT NOT NULL,
  title         TEXT NOT NULL,
  end_client    TEXT NOT NULL,
  country       TEXT NOT NULL,
  purpose       TEXT NOT NULL,
  currency      TEXT NOT NULL,
  level         INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3),
  held          INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
  created_at    INTEGER NOT NULL,
  changed_at    INTEGER NOT NULL,
  submitted_at  INTEGER,
  approved_at   INTEGER,
  approved_by   TEXT REFERENCES people (id),
  listed_index  INTEGER,
  document      TEXT
) STRICT;
CREATE INDEX contracts_by_client ON contracts (client_id, number);
CREATE INDEX contracts_by_state ON contracts (state, number);

-- What was checked of the end client's register entry: by whom, when. No row: unchecked, and shown so.
CREATE TABLE register_checks (
  contract_id TEXT NOT NULL PRIMARY KEY REFERENCES contracts (id),
  checked_by  TEXT NOT NULL REFERENCES people (id),
  checked_at  INTEGER NOT NULL,
  what        TEXT NOT NULL,
  link        TEXT NOT NULL DEFAULT ''
) STRICT;

-- Canonical JSON that entries name by hash. Inserts only.
CREATE TABLE documents (
  sha256 TEXT NOT NULL PRIMARY KEY,
  bytes  BLOB NOT NULL
) STRICT;

-- Text and salt behind a commitment in the ledger: erasable, the commitment stays.
CREATE TABLE evidence (
  sha256  TEXT NOT NULL PRIMARY KEY,
  salt    BLOB NOT NULL,
  text    TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT;

CREATE TABLE deposits (
  id          TEXT NOT NULL PRIMARY KEY,
  contract_id TEXT NOT NULL REFERENCES contracts (id),
  amount      INTEGER NOT NULL CHECK (amount > 0),
  currency    TEXT NOT NULL,
  evidence    TEXT NOT NULL,
  entry_index INTEGER NOT NULL,
  recorded_by TEXT NOT NULL REFERENCES people (id),
  recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deposits_by_contract ON deposits (contract_id, recorded_at);

-- ── work ───────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE batches (
  id             TEXT NOT NULL PRIMARY KEY,
  contract_id    TEXT NOT NULL REFERENCES contracts (id),
  title          TEXT NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('draft', 'open', 'paused', 'closed')),
  price          INTEGER NOT NULL CHECK (price >= 0),
  currency       TEXT NOT NULL,
  seconds        INTEGER NOT NULL CHECK (seconds >= 0),
  skill          TEXT NOT NULL,
  level          INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3),
  copies         INTEGER NOT NULL CHECK (copies BETWEEN 1 AND 9),
  unit_noun      TEXT NOT NULL,
  payload_kind   TEXT NOT NULL CHECK (payload_kind IN ('text', 'image', 'link')),
  form           TEXT NOT NULL,
  tasks_total    INTEGER NOT NULL DEFAULT 0,
  tasks_open     INTEGER NOT NULL DEFAULT 0 CHECK (tasks_open >= 0),
  tasks_accepted INTEGER NOT NULL DEFAULT 0,
  accepted_seconds INTEGER NOT NULL DEFAULT 0,
  accepted_pay   INTEGER NOT NULL DEFAULT 0,
  opened_index   INTEGER,
  opened_at      INTEGER,
  rule_index     INTEGER,
  created_at     INTEGER NOT NULL,
  changed_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX batches_by_contract ON batches (contract_id, created_at);
CREATE INDEX batches_by_state ON batches (state, opened_at);

CREATE TABLE tasks (
  id       TEXT NOT NULL PRIMARY KEY,
  batch_id TEXT NOT NULL REFERENCES batches (id),
  item_id  TEXT NOT NULL,
  position INTEGER NOT NULL,
  payload  TEXT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('open', 'claimed', 'submitted', 'accepted', 'withdrawn')),
  UNIQUE (batch_id, item_id)
) STRICT;
CREATE INDEX tasks_by_state ON tasks (batch_id, state, position);

CREATE TABLE claims (
  id            TEXT NOT NULL PRIMARY KEY,
  task_id       TEXT NOT NULL REFERENCES tasks (id),
  batch_id      TEXT NOT NULL REFERENCES batches (id),
  contract_id   TEXT NOT NULL REFERENCES contracts (id),
  member_id     TEXT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('claimed', 'submitted', 'sent_back', 'accepted', 'released', 'expired')),
  claimed_size  INTEGER NOT NULL,
  price         INTEGER NOT NULL,
  currency      TEXT NOT NULL,
  claimed_at    INTEGER NOT NULL,
  due_at        INTEGER NOT NULL,
  extended      INTEGER NOT NULL DEFAULT 0,
  reminded      INTEGER NOT NULL DEFAULT 0,
  active_seconds INTEGER NOT NULL DEFAULT 0,
  draft         TEXT,
  draft_at      INTEGER,
  answer        TEXT,
  submitted_at  INTEGER,
  seconds       INTEGER,
  measured      TEXT CHECK (measured IN ('active', 'elapsed')),
  review_by     INTEGER,
  decided_at    INTEGER,
  entry_index   INTEGER,
  worker_share  INTEGER,
  reviewer_id   TEXT,
  reviewer_share INTEGER
) STRICT;
-- Never two claimants: one live claim a task.
CREATE UNIQUE INDEX claims_live ON claims (task_id) WHERE state IN ('claimed', 'submitted', 'sent_back', 'accepted');
CREATE INDEX claims_by_member ON claims (member_id, state, claimed_at);
CREATE INDEX claims_by_task ON claims (task_id, member_id);
CREATE INDEX claims_by_batch ON claims (batch_id, state, submitted_at);
CREATE INDEX claims_by_contract ON claims (contract_id, state, decided_at);
CREATE INDEX claims_by_due ON claims (state, due_at);
CREATE INDEX claims_by_reviewer ON claims (reviewer_id, decided_at) WHERE reviewer_id IS NOT NULL;

CREATE TABLE reviews (
  id         TEXT NOT NULL PRIMARY KEY,
  claim_id   TEXT NOT NULL REFERENCES claims (id),
  person_id  TEXT REFERENCES people (id),
  verdict    TEXT NOT NULL CHECK (verdict IN ('accepted', 'sent_back')),
  judged_by  TEXT NOT NULL CHECK (judged_by IN ('member', 'client', 'silence')),
  code       TEXT,
  reason     TEXT,
  clause     TEXT,
  at         INTEGER NOT NULL
) STRICT;
CREATE INDEX reviews_by_claim ON reviews (claim_id, at);

-- Whom the client sees: a number per contract, no person.
CREATE TABLE worker_numbers (
  contract_id TEXT NOT NULL REFERENCES contracts (id),
  member_id   TEXT NOT NULL,
  number      INTEGER NOT NULL,
  PRIMARY KEY (contract_id, member_id),
  UNIQUE (contract_id, number)
) STRICT;

-- ── money out ──────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE payouts (
  id           TEXT NOT NULL PRIMARY KEY,
  number       INTEGER NOT NULL UNIQUE,
  currency     TEXT NOT NULL,
  rail         TEXT NOT NULL,
  step         INTEGER NOT NULL CHECK (step > 0),
  minimum      INTEGER NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('prepared', 'sent', 'withdrawn')),
  count        INTEGER NOT NULL,
  total        INTEGER NOT NULL,
  lines_sha256 TEXT NOT NULL,
  prepared_by  TEXT NOT NULL REFERENCES people (id),
  prepared_at  INTEGER NOT NULL,
  approved_by  TEXT REFERENCES people (id),
  approved_at  INTEGER,
  approved_index INTEGER,
  CHECK (approved_by IS NULL OR approved_by <> prepared_by)
) STRICT;

CREATE TABLE payout_lines (
  payout_id     TEXT NOT NULL REFERENCES payouts (id),
  member_id     TEXT NOT NULL,
  amount        INTEGER NOT NULL CHECK (amount > 0),
  state         TEXT NOT NULL CHECK (state IN ('prepared', 'sent', 'settled', 'failed')),
  sent_index    INTEGER,
  settled_index INTEGER,
  failed_index  INTEGER,
  fee           INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0),
  reference     TEXT NOT NULL DEFAULT '',
  reason        TEXT NOT NULL DEFAULT '',
  changed_at    INTEGER NOT NULL,
  PRIMARY KEY (payout_id, member_id)
) STRICT;
CREATE INDEX payout_lines_by_member ON payout_lines (member_id, changed_at);

CREATE TABLE expenses (
  id          TEXT NOT NULL PRIMARY KEY,
  name        TEXT NOT NULL,
  amount      INTEGER NOT NULL CHECK (amount > 0),
  currency    TEXT NOT NULL,
  evidence    TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('prepared', 'paid', 'withdrawn')),
  prepared_by TEXT NOT NULL REFERENCES people (id),
  prepared_at INTEGER NOT NULL,
  approved_by TEXT REFERENCES people (id),
  approved_at INTEGER,
  entry_index INTEGER,
  CHECK (approved_by IS NULL OR approved_by <> prepared_by)
) STRICT;

-- ── notices and mail ───────────────────────────────────────────────────────────────────────────────
CREATE TABLE notices (
  id         TEXT NOT NULL PRIMARY KEY,
  kind       TEXT NOT NULL,
  person_id  TEXT NOT NULL REFERENCES people (id),
  language   TEXT NOT NULL,
  params     TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  message_id TEXT
) STRICT;
CREATE INDEX notices_waiting ON notices (created_at) WHERE message_id IS NULL;
CREATE INDEX notices_by_person ON notices (person_id, created_at);

-- Rendered once; these exact bytes are sent, however often it must try.
CREATE TABLE messages (
  id         TEXT NOT NULL PRIMARY KEY,
  person_id  TEXT NOT NULL REFERENCES people (id),
  recipient  TEXT NOT NULL,
  subject    TEXT NOT NULL,
  bytes      BLOB NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  tries      INTEGER NOT NULL DEFAULT 0,
  next_at    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  sent_at    INTEGER,
  error      TEXT
) STRICT;
CREATE INDEX messages_due ON messages (next_at) WHERE state = 'waiting';

CREATE TABLE subscriptions (
  person_id TEXT NOT NULL REFERENCES people (id),
  stream    TEXT NOT NULL CHECK (stream IN ('contract-listed')),
  since     INTEGER NOT NULL,
  PRIMARY KEY (person_id, stream)
) STRICT;

-- ── the ledger ─────────────────────────────────────────────────────────────────────────────────────
-- `note` is the entry: every byte as signed. The other columns and tables are a projection of it.
CREATE TABLE entries (
  idx       INTEGER NOT NULL PRIMARY KEY CHECK (idx >= 0),
  note      BLOB NOT NULL,
  leaf      BLOB NOT NULL,
  kind      TEXT NOT NULL,
  at        INTEGER NOT NULL,
  contract_id TEXT,
  member_id TEXT,
  total     INTEGER NOT NULL,
  unit      TEXT
) STRICT;
CREATE INDEX entries_by_kind ON entries (kind, idx);
CREATE INDEX entries_by_contract ON entries (contract_id, idx) WHERE contract_id IS NOT NULL;
CREATE INDEX entries_by_member ON entries (member_id, idx) WHERE member_id IS NOT NULL;

CREATE TABLE lines (
  idx     INTEGER NOT NULL REFERENCES entries (idx),
  account TEXT NOT NULL,
  unit    TEXT NOT NULL,
  amount  INTEGER NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (idx, account, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX lines_by_account ON lines (account, unit, idx);

-- Full tiles of 256 hashes; partial ones are computed.
CREATE TABLE tiles (
  level  INTEGER NOT NULL,
  number INTEGER NOT NULL,
  bytes  BLOB NOT NULL,
  PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  size INTEGER NOT NULL PRIMARY KEY,
  root BLOB NOT NULL,
  note BLOB NOT NULL,
  at   INTEGER NOT NULL
) STRICT;

CREATE TRIGGER entries_never_updated BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_never_deleted BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER lines_never_updated BEFORE UPDATE ON lines BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER lines_never_deleted BEFORE DELETE ON lines BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER tiles_never_updated BEFORE UPDATE ON tiles BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER tiles_never_deleted BEFORE DELETE ON tiles BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER checkpoints_never_updated BEFORE UPDATE ON checkpoints BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER checkpoints_never_deleted BEFORE DELETE ON checkpoints BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER documents_never_updated BEFORE UPDATE ON documents BEGIN SELECT RAISE(ABORT, 'documents are append-only'); END;
CREATE TRIGGER documents_never_deleted BEFORE DELETE ON documents BEGIN SELECT RAISE(ABORT, 'documents are append-only'); END;

-- One row: where the log stands. `edge` is the tree's frontier; it is rebuilt from the entries, never trusted alone.
CREATE TABLE ledger_head (
  one        INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  size       INTEGER NOT NULL,
  edge       BLOB NOT NULL,
  last_at    INTEGER NOT NULL,
  rule_index INTEGER
) STRICT;

-- Current balances: a projection of `lines`, kept so that escrow and pay are one read away.
CREATE TABLE balances (
  account TEXT NOT NULL,
  unit    TEXT NOT NULL,
  amount  INTEGER NOT NULL,
  PRIMARY KEY (account, unit)
) STRICT, WITHOUT ROWID;

-- The rule books enacted, by the index of their entry.
CREATE TABLE rule_books (
  idx        INTEGER NOT NULL PRIMARY KEY REFERENCES entries (idx),
  book       TEXT NOT NULL,
  enacted_at INTEGER NOT NULL
) STRICT;
