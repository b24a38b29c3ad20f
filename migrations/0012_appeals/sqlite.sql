-- Work that was refused for good. SQLite has no ALTER for a CHECK: the text of the table is widened, as its documentation describes.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''released'', ''expired'')', '''released'', ''expired'', ''refused'')') WHERE type = 'table' AND name = 'claims';
PRAGMA writable_schema = RESET;

-- Rejections, one a claim at most: it ends in pay or in a refusal. While one is under way the claim stays submitted, and its price held.
CREATE TABLE rejections (
  claim_id    TEXT NOT NULL PRIMARY KEY REFERENCES claims (id),
  state       TEXT NOT NULL CHECK (state IN ('rejected', 'appealed', 'unappealed', 'upheld', 'overturned', 'undecided')),
  code        TEXT NOT NULL,
  reason      TEXT NOT NULL,
  clause      TEXT NOT NULL,
  rejected_by TEXT NOT NULL REFERENCES people (id),
  rejected_at INTEGER NOT NULL,
  entry_index INTEGER NOT NULL,
  appeal_by   INTEGER NOT NULL,
  appeal      TEXT,
  appealed_at INTEGER,
  decide_by   INTEGER,
  decided_by  TEXT REFERENCES people (id),
  decided_at  INTEGER,
  decision    TEXT,
  CHECK (decided_by IS NULL OR decided_by <> rejected_by)
) STRICT;
CREATE INDEX rejections_open ON rejections (state, appeal_by) WHERE state IN ('rejected', 'appealed');
