-- Bytes of a batch's items, and of what is known of them or suggested for them: they count against what its contract may keep.
ALTER TABLE batches ADD COLUMN item_bytes INTEGER NOT NULL DEFAULT 0 CHECK (item_bytes >= 0);
UPDATE batches SET item_bytes =
  COALESCE((SELECT SUM(OCTET_LENGTH(t.item_id) + OCTET_LENGTH(t.payload)) FROM tasks t WHERE t.batch_id = batches.id), 0)
  + COALESCE((SELECT SUM(OCTET_LENGTH(s.answer)) FROM suggestions s WHERE s.batch_id = batches.id), 0)
  + COALESCE((SELECT SUM(OCTET_LENGTH(g.answer) + OCTET_LENGTH(g.explanation)) FROM gold_items g WHERE g.batch_id = batches.id), 0);
-- The prices that the batches of a contract had, without reading those of all others.
CREATE INDEX entries_repriced ON entries (contract_id, idx) WHERE kind = 'batch.repriced';
-- Accepted answers that a recovery could not bring back: looked for at every sight of a desk, and nearly always none.
CREATE INDEX claims_lost ON claims (contract_id, state) WHERE state = 'accepted' AND answer IS NULL;
