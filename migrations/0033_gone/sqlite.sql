-- When the bytes of a batch had left where files lie; nothing: they are on their way out.
ALTER TABLE file_deletions ADD COLUMN gone_at INTEGER;
UPDATE file_deletions SET gone_at = at;
