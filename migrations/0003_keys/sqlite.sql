-- Members' keys: a projection of key.added and key.retired. What a key signed stays valid, so no row goes.
CREATE TABLE member_keys (
  member_id     TEXT NOT NULL,
  key_id        TEXT NOT NULL,
  vkey          TEXT NOT NULL,
  added_index   INTEGER NOT NULL UNIQUE,
  added_at      INTEGER NOT NULL,
  retired_index INTEGER UNIQUE,
  retired_at    INTEGER,
  reason        TEXT,
  PRIMARY KEY (member_id, key_id)
) STRICT;

-- The hash of the code mailed before a first key; the newest one counts, once.
CREATE TABLE key_codes (
  person_id   TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
  code_sha256 BLOB NOT NULL,
  expires_at  INTEGER NOT NULL
) STRICT;

-- A further key, which waits for a signature of its member or of two others.
CREATE TABLE key_requests (
  id        TEXT NOT NULL PRIMARY KEY,
  member_id TEXT NOT NULL UNIQUE,
  vkey      TEXT NOT NULL,
  asked_at  INTEGER NOT NULL
) STRICT;

-- Members to be, who wait for two members' signatures. The row goes when they are admitted or the invitation is withdrawn.
CREATE TABLE admissions (
  id         TEXT NOT NULL PRIMARY KEY,
  member_id  TEXT NOT NULL UNIQUE,
  email      TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  language   TEXT NOT NULL,
  zone       TEXT NOT NULL,
  country    TEXT NOT NULL,
  roles      TEXT NOT NULL,
  invited_by TEXT NOT NULL REFERENCES people (id),
  invited_at INTEGER NOT NULL
) STRICT;

-- Texts to be signed, each prepared for one person and taken back once. They are no ledger: those that ran out are deleted.
CREATE TABLE prepared_texts (
  nonce       TEXT NOT NULL PRIMARY KEY,
  person_id   TEXT NOT NULL REFERENCES people (id),
  subject     TEXT NOT NULL,
  subject_id  TEXT NOT NULL,
  line        TEXT NOT NULL,
  signable    TEXT NOT NULL,
  prepared_at INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  used_at     INTEGER
) STRICT;
CREATE INDEX prepared_texts_by_age ON prepared_texts (expires_at);

-- Notes over what still waits for another person's. They go into the entry, and from here.
CREATE TABLE signatures (
  subject     TEXT NOT NULL,
  subject_id  TEXT NOT NULL,
  member_id   TEXT NOT NULL,
  key_id      TEXT NOT NULL,
  note        TEXT NOT NULL,
  prepared_at INTEGER NOT NULL,
  signed_at   INTEGER NOT NULL,
  PRIMARY KEY (subject, subject_id, member_id)
) STRICT;
CREATE INDEX signatures_by_age ON signatures (prepared_at);
