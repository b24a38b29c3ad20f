-- The founding schema. Text sorts bytewise, as in SQLite. Times are seconds since 1970 UTC, sums millionths, booleans 0 or 1, JSON text.
-- Nothing here holds a float. The ledger's tables take inserts only; what may be erased stands elsewhere.

-- ── the co-op ──────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE settings (
  name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  value TEXT COLLATE "C" NOT NULL
);

-- ── people ─────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE people (
  id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  email         TEXT COLLATE "C" NOT NULL UNIQUE,
  name          TEXT COLLATE "C" NOT NULL,
  language      TEXT COLLATE "C" NOT NULL,
  zone          TEXT COLLATE "C" NOT NULL,
  password_hash TEXT COLLATE "C",
  state         TEXT COLLATE "C" NOT NULL CHECK (state IN ('invited', 'active', 'closed')),
  created_at    BIGINT NOT NULL
);

CREATE TABLE roles (
  person_id  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  role       TEXT COLLATE "C" NOT NULL CHECK (role IN ('reviewer', 'treasurer', 'coordinator')),
  granted_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, role)
);

-- The only mapping from a person to the ledger's M- id. Erasing a member deletes this row.
CREATE TABLE members (
  id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  person_id       TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES people (id),
  country         TEXT COLLATE "C" NOT NULL,
  admitted_at     BIGINT NOT NULL,
  admitted_index  BIGINT NOT NULL,
  left_at         BIGINT,
  rail            TEXT COLLATE "C" NOT NULL,
  payout_to       TEXT COLLATE "C" NOT NULL DEFAULT ''
);

CREATE TABLE clients (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name       TEXT COLLATE "C" NOT NULL,
  country    TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE client_users (
  person_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES people (id),
  client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id)
);

CREATE TABLE sessions (
  token_sha256 BYTEA NOT NULL PRIMARY KEY,
  person_id    TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  created_at   BIGINT NOT NULL,
  seen_at      BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id);

-- Single-use links sent by mail (invitation, reset) and standing ones (unsubscribe).
CREATE TABLE links (
  token_sha256 BYTEA NOT NULL PRIMARY KEY,
  purpose      TEXT COLLATE "C" NOT NULL CHECK (purpose IN ('invitation', 'reset', 'unsubscribe')),
  person_id    TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  stream       TEXT COLLATE "C",
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT,
  used_at      BIGINT
);
CREATE INDEX links_by_person ON links (person_id, purpose);

-- Failed or costly attempts, for throttling. `subject` is a hash: no address is kept.
CREATE TABLE attempts (
  id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject TEXT COLLATE "C" NOT NULL,
  at      BIGINT NOT NULL
);
CREATE INDEX attempts_by_subject ON attempts (subject, at);

-- Beside the ledger: (actor, form key) -> the first answer. The same key with another request is refused.
CREATE TABLE idempotency (
  actor          TEXT COLLATE "C" NOT NULL,
  form_key       TEXT COLLATE "C" NOT NULL,
  request_sha256 TEXT COLLATE "C" NOT NULL,
  answer         TEXT COLLATE "C" NOT NULL,
  at             BIGINT NOT NULL,
  PRIMARY KEY (actor, form_key)
);
CREATE INDEX idempotency_by_age ON idempotency (at);

-- ── contracts ──────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE contracts (
  id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  number        BIGINT NOT NULL UNIQUE,
  client_id     TEXT COLLATE "C" NOT NULL REFERENCES clients (id),
  created_by    TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  state         TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'funded', 'open', 'paused', 'completed', 'terminated')),
  terms         TEXT COLLATE "C" NOT NULL,
  title         TEXT COLLATE "C" NOT NULL,
  end_client    TEXT COLLATE "C" NOT NULL,
  country       TEXT COLLATE "C" NOT NULL,
  purpose       TEXT COLLATE "C" NOT NULL,
  currency      TEXT COLLATE "C" NOT NULL,
  level         BIGINT NOT NULL CHECK (level BETWEEN 0 AND 3),
  held          BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
  created_at    BIGINT NOT NULL,
  changed_at    BIGINT NOT NULL,
  submitted_at  BIGINT,
  approved_at   BIGINT,
  approved_by   TEXT COLLATE "C" REFERENCES people (id),
  listed_index  BIGINT,
  document      TEXT COLLATE "C"
);
CREATE INDEX contracts_by_client ON contracts (client_id, number);
CREATE INDEX contracts_by_state ON contracts (state, number);

-- What was checked of the end client's register entry: by whom, when. No row: unchecked, and shown so.
CREATE TABLE register_checks (
  contract_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES contracts (id),
  checked_by  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  checked_at  BIGINT NOT NULL,
  what        TEXT COLLATE "C" NOT NULL,
  link        TEXT COLLATE "C" NOT NULL DEFAULT ''
);

-- Canonical JSON that entries name by hash. Inserts only.
CREATE TABLE documents (
  sha256 TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  bytes  BYTEA NOT NULL
);

-- Text and salt behind a commitment in the ledger: erasable, the commitment stays.
CREATE TABLE evidence (
  sha256  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  salt    BYTEA NOT NULL,
  text    TEXT COLLATE "C" NOT NULL,
  at      BIGINT NOT NULL
);

CREATE TABLE deposits (
  id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  contract_id TEXT COLLATE "C" NOT NULL REFERENCES contracts (id),
  amount      BIGINT NOT NULL CHECK (amount > 0),
  currency    TEXT COLLATE "C" NOT NULL,
  evidence    TEXT COLLATE "C" NOT NULL,
  entry_index BIGINT NOT NULL,
  recorded_by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  recorded_at BIGINT NOT NULL
);
CREATE INDEX deposits_by_contract ON deposits (contract_id, recorded_at);

-- ── work ───────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE batches (
  id             TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  contract_id    TEXT COLLATE "C" NOT NULL REFERENCES contracts (id),
  title          TEXT COLLATE "C" NOT NULL,
  state          TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'open', 'paused', 'closed')),
  price          BIGINT NOT NULL CHECK (price >= 0),
  currency       TEXT COLLATE "C" NOT NULL,
  seconds        BIGINT NOT NULL CHECK (seconds >= 0),
  skill          TEXT COLLATE "C" NOT NULL,
  level          BIGINT NOT NULL CHECK (level BETWEEN 0 AND 3),
  copies         BIGINT NOT NULL CHECK (copies BETWEEN 1 AND 9),
  unit_noun      TEXT COLLATE "C" NOT NULL,
  payload_kind   TEXT COLLATE "C" NOT NULL CHECK (payload_kind IN ('text', 'image', 'link')),
  form           TEXT COLLATE "C" NOT NULL,
  tasks_total    BIGINT NOT NULL DEFAULT 0,
  tasks_open     BIGINT NOT NULL DEFAULT 0 CHECK (tasks_open >= 0),
  tasks_accepted BIGINT NOT NULL DEFAULT 0,
  accepted_seconds BIGINT NOT NULL DEFAULT 0,
  accepted_pay   BIGINT NOT NULL DEFAULT 0,
  opened_index   BIGINT,
  opened_at      BIGINT,
  rule_index     BIGINT,
  created_at     BIGINT NOT NULL,
  changed_at     BIGINT NOT NULL
);
CREATE INDEX batches_by_contract ON batches (contract_id, created_at);
CREATE INDEX batches_by_state ON batches (state, opened_at);

CREATE TABLE tasks (
  id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  batch_id TEXT COLLATE "C" NOT NULL REFERENCES batches (id),
  item_id  TEXT COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  payload  TEXT COLLATE "C" NOT NULL,
  state    TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'claimed', 'submitted', 'accepted', 'withdrawn')),
  UNIQUE (batch_id, item_id)
);
CREATE INDEX tasks_by_state ON tasks (batch_id, state, position);

CREATE TABLE claims (
  id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  task_id       TEXT COLLATE "C" NOT NULL REFERENCES tasks (id),
  batch_id      TEXT COLLATE "C" NOT NULL REFERENCES batches (id),
  contract_id   TEXT COLLATE "C" NOT NULL REFERENCES contracts (id),
  member_id     TEXT COLLATE "C" NOT NULL,
  state         TEXT COLLATE "C" NOT NULL CHECK (state IN ('claimed', 'submitted', 'sent_back', 'accepted', 'released', 'expired')),
  claimed_size  BIGINT NOT NULL,
  price         BIGINT NOT NULL,
  currency      TEXT COLLATE "C" NOT NULL,
  claimed_at    BIGINT NOT NULL,
  due_at        BIGINT NOT NULL,
  extended      BIGINT NOT NULL DEFAULT 0,
  reminded      BIGINT NOT NULL DEFAULT 0,
  active_seconds BIGINT NOT NULL DEFAULT 0,
  draft         TEXT COLLATE "C",
  draft_at      BIGINT,
  answer        TEXT COLLATE "C",
  submitted_at  BIGINT,
  seconds       BIGINT,
  measured      TEXT COLLATE "C" CHECK (measured IN ('active', 'elapsed')),
  review_by     BIGINT,
  decided_at    BIGINT,
  entry_index   BIGINT,
  worker_share  BIGINT,
  reviewer_id   TEXT COLLATE "C",
  reviewer_share BIGINT
);
-- Never two claimants: one live claim a task.
CREATE UNIQUE INDEX claims_live ON claims (task_id) WHERE state IN ('claimed', 'submitted', 'sent_back', 'accepted');
CREATE INDEX claims_by_member ON claims (member_id, state, claimed_at);
CREATE INDEX claims_by_task ON claims (task_id, member_id);
CREATE INDEX claims_by_batch ON claims (batch_id, state, submitted_at);
CREATE INDEX claims_by_contract ON claims (contract_id, state, decided_at);
CREATE INDEX claims_by_due ON claims (state, due_at);
CREATE INDEX claims_by_reviewer ON claims (reviewer_id, decided_at) WHERE reviewer_id IS NOT NULL;

CREATE TABLE reviews (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  claim_id   TEXT COLLATE "C" NOT NULL REFERENCES claims (id),
  person_id  TEXT COLLATE "C" REFERENCES people (id),
  verdict    TEXT COLLATE "C" NOT NULL CHECK (verdict IN ('accepted', 'sent_back')),
  judged_by  TEXT COLLATE "C" NOT NULL CHECK (judged_by IN ('member', 'client', 'silence')),
  code       TEXT COLLATE "C",
  reason     TEXT COLLATE "C",
  clause     TEXT COLLATE "C",
  at         BIGINT NOT NULL
);
CREATE INDEX reviews_by_claim ON reviews (claim_id, at);

-- Whom the client sees: a number per contract, no person.
CREATE TABLE worker_numbers (
  contract_id TEXT COLLATE "C" NOT NULL REFERENCES contracts (id),
  member_id   TEXT COLLATE "C" NOT NULL,
  number      BIGINT NOT NULL,
  PRIMARY KEY (contract_id, member_id),
  UNIQUE (contract_id, number)
);

-- ── money out ──────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE payouts (
  id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  number       BIGINT NOT NULL UNIQUE,
  currency     TEXT COLLATE "C" NOT NULL,
  rail         TEXT COLLATE "C" NOT NULL,
  step         BIGINT NOT NULL CHECK (step > 0),
  minimum      BIGINT NOT NULL,
  state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('prepared', 'sent', 'withdrawn')),
  count        BIGINT NOT NULL,
  total        BIGINT NOT NULL,
  lines_sha256 TEXT COLLATE "C" NOT NULL,
  prepared_by  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  prepared_at  BIGINT NOT NULL,
  approved_by  TEXT COLLATE "C" REFERENCES people (id),
  approved_at  BIGINT,
  approved_index BIGINT,
  CHECK (approved_by IS NULL OR approved_by <> prepared_by)
);

CREATE TABLE payout_lines (
  payout_id     TEXT COLLATE "C" NOT NULL REFERENCES payouts (id),
  member_id     TEXT COLLATE "C" NOT NULL,
  amount        BIGINT NOT NULL CHECK (amount > 0),
  state         TEXT COLLATE "C" NOT NULL CHECK (state IN ('prepared', 'sent', 'settled', 'failed')),
  sent_index    BIGINT,
  settled_index BIGINT,
  failed_index  BIGINT,
  fee           BIGINT NOT NULL DEFAULT 0 CHECK (fee >= 0),
  reference     TEXT COLLATE "C" NOT NULL DEFAULT '',
  reason        TEXT COLLATE "C" NOT NULL DEFAULT '',
  changed_at    BIGINT NOT NULL,
  PRIMARY KEY (payout_id, member_id)
);
CREATE INDEX payout_lines_by_member ON payout_lines (member_id, changed_at);

CREATE TABLE expenses (
  id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name        TEXT COLLATE "C" NOT NULL,
  amount      BIGINT NOT NULL CHECK (amount > 0),
  currency    TEXT COLLATE "C" NOT NULL,
  evidence    TEXT COLLATE "C" NOT NULL,
  state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('prepared', 'paid', 'withdrawn')),
  prepared_by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  prepared_at BIGINT NOT NULL,
  approved_by TEXT COLLATE "C" REFERENCES people (id),
  approved_at BIGINT,
  entry_index BIGINT,
  CHECK (approved_by IS NULL OR approved_by <> prepared_by)
);

-- ── notices and mail ───────────────────────────────────────────────────────────────────────────────
CREATE TABLE notices (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  kind       TEXT COLLATE "C" NOT NULL,
  person_id  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  language   TEXT COLLATE "C" NOT NULL,
  params     TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  message_id TEXT COLLATE "C"
);
CREATE INDEX notices_waiting ON notices (created_at) WHERE message_id IS NULL;
CREATE INDEX notices_by_person ON notices (person_id, created_at);

-- Rendered once; these exact bytes are sent, however often it must try.
CREATE TABLE messages (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  person_id  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  recipient  TEXT COLLATE "C" NOT NULL,
  subject    TEXT COLLATE "C" NOT NULL,
  bytes      BYTEA NOT NULL,
  state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  tries      BIGINT NOT NULL DEFAULT 0,
  next_at    BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at    BIGINT,
  error      TEXT COLLATE "C"
);
CREATE INDEX messages_due ON messages (next_at) WHERE state = 'waiting';

CREATE TABLE subscriptions (
  person_id TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  stream    TEXT COLLATE "C" NOT NULL CHECK (stream IN ('contract-listed')),
  since     BIGINT NOT NULL,
  PRIMARY KEY (person_id, stream)
);

-- ── the ledger ─────────────────────────────────────────────────────────────────────────────────────
-- `note` is the entry: every byte as signed. The other columns and tables are a projection of it.
CREATE TABLE entries (
  idx       BIGINT NOT NULL PRIMARY KEY CHECK (idx >= 0),
  note      BYTEA NOT NULL,
  leaf      BYTEA NOT NULL,
  kind      TEXT COLLATE "C" NOT NULL,
  at        BIGINT NOT NULL,
  contract_id TEXT COLLATE "C",
  member_id TEXT COLLATE "C",
  total     BIGINT NOT NULL,
  unit      TEXT COLLATE "C"
);
CREATE INDEX entries_by_kind ON entries (kind, idx);
CREATE INDEX entries_by_contract ON entries (contract_id, idx) WHERE contract_id IS NOT NULL;
CREATE INDEX entries_by_member ON entries (member_id, idx) WHERE member_id IS NOT NULL;

CREATE TABLE lines (
  idx     BIGINT NOT NULL REFERENCES entries (idx),
  account TEXT COLLATE "C" NOT NULL,
  unit    TEXT COLLATE "C" NOT NULL,
  amount  BIGINT NOT NULL CHECK (amount <> 0),
  PRIMARY KEY (idx, account, unit)
);
CREATE INDEX lines_by_account ON lines (account, unit, idx);

-- Full tiles of 256 hashes; partial ones are computed.
CREATE TABLE tiles (
  level  BIGINT NOT NULL,
  number BIGINT NOT NULL,
  bytes  BYTEA NOT NULL,
  PRIMARY KEY (level, number)
);

CREATE TABLE checkpoints (
  size BIGINT NOT NULL PRIMARY KEY,
  root BYTEA NOT NULL,
  note BYTEA NOT NULL,
  at   BIGINT NOT NULL
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entries_never_truncated BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER lines_append_only BEFORE UPDATE OR DELETE ON lines FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER lines_never_truncated BEFORE TRUNCATE ON lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tiles_append_only BEFORE UPDATE OR DELETE ON tiles FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tiles_never_truncated BEFORE TRUNCATE ON tiles FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE ON checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoints_never_truncated BEFORE TRUNCATE ON checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER documents_append_only BEFORE UPDATE OR DELETE ON documents FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER documents_never_truncated BEFORE TRUNCATE ON documents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One row: where the log stands. `edge` is the tree's frontier; it is rebuilt from the entries, never trusted alone.
CREATE TABLE ledger_head (
  one        BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  size       BIGINT NOT NULL,
  edge       BYTEA NOT NULL,
  last_at    BIGINT NOT NULL,
  rule_index BIGINT
);

-- Current balances: a projection of `lines`, kept so that escrow and pay are one read away.
CREATE TABLE balances (
  account TEXT COLLATE "C" NOT NULL,
  unit    TEXT COLLATE "C" NOT NULL,
  amount  BIGINT NOT NULL,
  PRIMARY KEY (account, unit)
);

-- The rule books enacted, by the index of their entry.
CREATE TABLE rule_books (
  idx        BIGINT NOT NULL PRIMARY KEY REFERENCES entries (idx),
  book       TEXT COLLATE "C" NOT NULL,
  enacted_at BIGINT NOT NULL
);
