-- Work sent back is measured by itself, from when it went back.
ALTER TABLE claims ADD COLUMN resumed_at INTEGER;
-- Silence is asked for every second.
CREATE INDEX claims_by_silence ON claims (review_by) WHERE state = 'submitted';
-- What a member earned, newest first.
CREATE INDEX claims_by_earning ON claims (member_id, entry_index) WHERE entry_index IS NOT NULL;
CREATE INDEX claims_by_review ON claims (reviewer_id, entry_index) WHERE reviewer_id IS NOT NULL;

-- Where a line goes is fixed when the run is prepared: the second person approves what they see.
ALTER TABLE payout_lines ADD COLUMN rail TEXT NOT NULL DEFAULT '';
ALTER TABLE payout_lines ADD COLUMN payout_to TEXT NOT NULL DEFAULT '';
UPDATE payout_lines SET
  rail = COALESCE((SELECT m.rail FROM members m WHERE m.id = payout_lines.member_id), ''),
  payout_to = COALESCE((SELECT m.payout_to FROM members m WHERE m.id = payout_lines.member_id), '')
  WHERE state IN ('prepared', 'sent');
-- Two runs at once would pay twice: of several that wait, the newest stays.
UPDATE payouts SET state = 'withdrawn' WHERE state = 'prepared' AND number <
  (SELECT MAX(other.number) FROM payouts other WHERE other.currency = payouts.currency AND other.state = 'prepared');
CREATE UNIQUE INDEX payouts_waiting ON payouts (currency) WHERE state = 'prepared';
