-- Files whose bytes are on their way to their place, or out of it, by the SHA-256 of their bytes: `coming` for whoever noted it under
-- `holder` until what shows them is written, `going` until they are gone. Moving bytes takes long where they lie on another machine, and
-- no transaction waits for it. Nothing stays here for longer than a day.
CREATE TABLE file_holds (
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  holder TEXT NOT NULL,
  way    TEXT NOT NULL CHECK (way IN ('coming', 'going')),
  at     INTEGER NOT NULL,
  PRIMARY KEY (sha256, holder)
) STRICT;
CREATE INDEX file_holds_by_holder ON file_holds (holder);
