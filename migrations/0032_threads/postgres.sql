-- Threads are read a page at a time, each with what answers it.
CREATE INDEX proposal_comments_by_reply ON proposal_comments (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX proposal_comments_begun ON proposal_comments (proposal_id, at, id) WHERE reply_to IS NULL;
-- Of which content its author was told that enough have signed: once for each.
ALTER TABLE proposals ADD COLUMN told_ready TEXT NOT NULL DEFAULT '';
