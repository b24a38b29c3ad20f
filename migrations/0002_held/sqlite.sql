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
-- Two runs at once would pay twice.
CREATE UNIQUE INDEX payouts_waiting ON payouts (currency) WHERE state = 'prepared';
