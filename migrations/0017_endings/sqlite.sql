-- A drafted amendment is its side's own and keeps nobody from anything; of those proposed there is one at a time.
DROP INDEX amendments_open;
CREATE UNIQUE INDEX amendments_drafted ON amendments (contract_id, side) WHERE state = 'draft';
CREATE UNIQUE INDEX amendments_proposed ON amendments (contract_id) WHERE state = 'proposed';
-- Nobody can decide these any more.
UPDATE amendments SET state = 'withdrawn'
  WHERE state IN ('draft', 'proposed') AND contract_id IN (SELECT id FROM contracts WHERE closed_index IS NOT NULL);

-- What nobody had claimed when a contract closed: answers, and their price in millionths, where that is a sum at all.
ALTER TABLE contract_moves ADD COLUMN free_tasks INTEGER;
ALTER TABLE contract_moves ADD COLUMN free_price INTEGER;

-- Until when the jobs pass over a contract that they failed on.
ALTER TABLE contracts ADD COLUMN set_aside INTEGER;

-- Copies that a client took back before anybody claimed them. They are not in copies_left, nor in tasks_total.
ALTER TABLE tasks ADD COLUMN copies_withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (copies_withdrawn >= 0);
ALTER TABLE batches ADD COLUMN tasks_withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (tasks_withdrawn >= 0);
