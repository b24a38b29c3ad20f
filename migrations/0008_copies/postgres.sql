-- Several members may answer the same item, each once. A task is open while copies of it are free, and accepted when all of them are.
ALTER TABLE tasks ADD COLUMN copies_left BIGINT NOT NULL DEFAULT 1 CHECK (copies_left >= 0);
UPDATE tasks SET copies_left = CASE WHEN state = 'open' THEN 1 ELSE 0 END;
UPDATE tasks SET state = 'claimed' WHERE state = 'submitted';
-- Never the same member twice on one task; how many hold it, the task counts.
DROP INDEX claims_live;
CREATE UNIQUE INDEX claims_live ON claims (task_id, member_id) WHERE state IN ('claimed', 'submitted', 'sent_back', 'accepted');
