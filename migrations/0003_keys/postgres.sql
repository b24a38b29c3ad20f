-- Members' keys: a projection of key.added and key.retired. What a key signed stays valid, so no row goes.
CREATE TABLE member_keys (
  member_id     TEXT COLLATE "C" NOT NULL,
  key_id        TEXT COLLATE "C" NOT NULL,
  vkey          TEXT COLLATE "C" NOT NULL,
  added_index   BIGINT NOT NULL UNIQUE,
  added_at      BIGINT NOT NULL,
  retired_index BIGINT UNIQUE,
  retired_at    BIGINT,
  reason        TEXT COLLATE "C",
  PRIMARY KEY (member_id, key_id)
);

-- The hash of the code mailed before a first key; the newest one counts, once.
CREATE TABLE key_codes (
  person_id   TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES people (id),
  code_sha256 BYTEA NOT NULL,
  expires_at  BIGINT NOT NULL
);

-- A further key, which waits for a signature of its member or of two others.
CREATE TABLE key_requests (
  id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  member_id TEXT COLLATE "C" NOT NULL UNIQUE,
  vkey      TEXT COLLATE "C" NOT NULL,
  asked_at  BIGINT NOT NULL
);

-- Members to be, who wait for two members' signatures. The row goes when they are admitted or the invitation is withdrawn.
CREATE TABLE admissions (
  id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  member_id  TEXT COLLATE "C" NOT NULL UNIQUE,
  email      TEXT COLLATE "C" NOT NULL UNIQUE,
  name       TEXT COLLATE "C" NOT NULL,
  language   TEXT COLLATE "C" NOT NULL,
  zone       TEXT COLLATE "C" NOT NULL,
  country    TEXT COLLATE "C" NOT NULL,
  roles      TEXT COLLATE "C" NOT NULL,
  invited_by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  invited_at BIGINT NOT NULL
);

-- Texts to be signed, each prepared for one person and taken back once. They are no ledger: those that ran out are deleted.
CREATE TABLE prepared_texts (
  nonce       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  person_id   TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  subject     TEXT COLLATE "C" NOT NULL,
  subject_id  TEXT COLLATE "C" NOT NULL,
  line        TEXT COLLATE "C" NOT NULL,
  signable    TEXT COLLATE "C" NOT NULL,
  prepared_at BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL,
  used_at     BIGINT
);
CREATE INDEX prepared_texts_by_age ON prepared_texts (expires_at);

-- Notes over what still waits for another person's. They go into the entry, and from here.
CREATE TABLE signatures (
  subject     TEXT COLLATE "C" NOT NULL,
  subject_id  TEXT COLLATE "C" NOT NULL,
  member_id   TEXT COLLATE "C" NOT NULL,
  key_id      TEXT COLLATE "C" NOT NULL,
  note        TEXT COLLATE "C" NOT NULL,
  prepared_at BIGINT NOT NULL,
  signed_at   BIGINT NOT NULL,
  PRIMARY KEY (subject, subject_id, member_id)
);
CREATE INDEX signatures_by_age ON signatures (prepared_at);
