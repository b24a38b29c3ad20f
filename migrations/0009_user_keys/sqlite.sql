-- The id of a client's user in the ledger, from the moment they first ask for a key. The only mapping: erasing them deletes the row.
ALTER TABLE client_users ADD COLUMN user_id TEXT;
CREATE UNIQUE INDEX client_users_by_user ON client_users (user_id);

-- Their keys: a projection of key.added and key.retired, as member_keys is of members'.
CREATE TABLE user_keys (
  user_id       TEXT NOT NULL,
  key_id        TEXT NOT NULL,
  vkey          TEXT NOT NULL,
  added_index   INTEGER NOT NULL UNIQUE,
  added_at      INTEGER NOT NULL,
  retired_index INTEGER UNIQUE,
  retired_at    INTEGER,
  reason        TEXT,
  PRIMARY KEY (user_id, key_id)
) STRICT;

-- Who waits for a further key, and who signed, may now be a client's user.
ALTER TABLE key_requests RENAME COLUMN member_id TO holder_id;
ALTER TABLE signatures RENAME COLUMN member_id TO holder_id;
