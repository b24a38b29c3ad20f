-- Pictures that tasks show, by the SHA-256 of their bytes as kept in the data folder; the bytes are never here. A picture that two
-- contracts show is a row of each. `view_bytes` are those of its first view. After `deleted_at` the folder holds it no more.
CREATE TABLE files (
  sha256      TEXT NOT NULL,
  contract_id TEXT NOT NULL REFERENCES contracts (id),
  kind        TEXT NOT NULL CHECK (kind IN ('jpeg', 'png', 'webp')),
  width       INTEGER NOT NULL CHECK (width > 0),
  height      INTEGER NOT NULL CHECK (height > 0),
  bytes       INTEGER NOT NULL CHECK (bytes > 0),
  view_bytes  INTEGER NOT NULL CHECK (view_bytes > 0),
  created_at  INTEGER NOT NULL,
  deleted_at  INTEGER,
  PRIMARY KEY (sha256, contract_id)
) STRICT;
CREATE INDEX files_by_contract ON files (contract_id, deleted_at);

-- That a batch's pictures were deleted, as its contract says: how many, and how many bytes.
CREATE TABLE file_deletions (
  batch_id    TEXT NOT NULL PRIMARY KEY REFERENCES batches (id),
  contract_id TEXT NOT NULL REFERENCES contracts (id),
  files       INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  at          INTEGER NOT NULL
) STRICT;
CREATE INDEX file_deletions_by_contract ON file_deletions (contract_id, at);

-- Bytes that a member's line carries for one task: the middle of its pictures' first views. Nothing where they lie elsewhere.
ALTER TABLE batches ADD COLUMN picture_bytes INTEGER;
