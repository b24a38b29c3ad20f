-- Members who are to leave once signatures are there: their own, or those of two others. The row goes when they have left or the wish
-- is withdrawn.
CREATE TABLE departures (
  id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  member_id TEXT COLLATE "C" NOT NULL UNIQUE,
  reason    TEXT COLLATE "C" NOT NULL CHECK (reason IN ('own', 'asked', 'never-came')),
  asked_by  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  asked_at  BIGINT NOT NULL
);
