-- What a file says of a draft, and what a change of its questions leaves, is worked out while nobody waits to write, and holds if the
-- draft is still the same when it is written. This number moves with its form, what it shows, its items, and what is known or suggested.
ALTER TABLE batches ADD COLUMN draft_version BIGINT NOT NULL DEFAULT 0;

-- By whose form a notice came about: what they wrote in it goes with their account.
ALTER TABLE notices ADD COLUMN caused_by TEXT COLLATE "C";
CREATE INDEX notices_by_cause ON notices (caused_by) WHERE caused_by IS NOT NULL;

-- What accepted answers cost together, kept like their number: a client's desk would read every one of them for the sum.
ALTER TABLE batches ADD COLUMN accepted_price BIGINT NOT NULL DEFAULT 0;
UPDATE batches SET accepted_price =
  (SELECT CAST(COALESCE(SUM(l.price), 0) AS BIGINT) FROM claims l WHERE l.batch_id = batches.id AND l.state = 'accepted');
