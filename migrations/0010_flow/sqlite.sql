-- The next task of a member at work, held ready beside the one in hand: a claim that was not begun.
ALTER TABLE claims ADD COLUMN ahead INTEGER NOT NULL DEFAULT 0 CHECK (ahead IN (0, 1));
-- When a judge first had the submitted answer before them: from then on it is not taken back. What waits now counts as seen.
ALTER TABLE claims ADD COLUMN seen_at INTEGER;
UPDATE claims SET seen_at = submitted_at WHERE state = 'submitted';
CREATE INDEX claims_ahead ON claims (member_id) WHERE ahead = 1;
