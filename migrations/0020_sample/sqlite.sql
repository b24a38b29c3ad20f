-- Which share of a batch's items is read, in basis points.
ALTER TABLE batches ADD COLUMN review_share INTEGER NOT NULL DEFAULT 10000 CHECK (review_share BETWEEN 1 AND 10000);

-- What a draw began with: told when the batch is done, never before. The items that were drawn; where all are read, none stands here.
CREATE TABLE samples (
  batch_id TEXT NOT NULL PRIMARY KEY REFERENCES batches (id),
  seed     TEXT NOT NULL CHECK (length(seed) = 64),
  drawn_at INTEGER NOT NULL
) STRICT;
CREATE TABLE sample_tasks (
  task_id  TEXT NOT NULL PRIMARY KEY REFERENCES tasks (id),
  batch_id TEXT NOT NULL REFERENCES batches (id)
) STRICT;
CREATE INDEX sample_tasks_by_batch ON sample_tasks (batch_id);

-- Accepted without being read: what was not drawn.
ALTER TABLE reviews ADD COLUMN unread INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1));

-- Whether an answer waits for others to the same item: the days of silence have not begun.
ALTER TABLE claims ADD COLUMN waits INTEGER NOT NULL DEFAULT 0 CHECK (waits IN (0, 1));
CREATE INDEX claims_waiting ON claims (task_id) WHERE waits = 1;

-- Who rejected is not in the log: a rejection that came back from it names nobody. As its documentation describes, SQLite lets a NOT NULL go.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'rejected_by TEXT NOT NULL', 'rejected_by TEXT') WHERE type = 'table' AND name = 'rejections';
PRAGMA writable_schema = RESET;
