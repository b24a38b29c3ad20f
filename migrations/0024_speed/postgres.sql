-- Only unfinished claims run out. With every state in it the planner took this index for a way to all accepted work, and read that whole
-- for a single task.
DROP INDEX claims_by_due;
CREATE INDEX claims_by_due ON claims (due_at) WHERE state IN ('claimed', 'sent_back');
-- A member's last ones in one state, without sorting all of them.
DROP INDEX claims_by_member;
CREATE INDEX claims_by_member ON claims (member_id, state, COALESCE(decided_at, submitted_at, claimed_at));
