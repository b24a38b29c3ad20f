-- Items whose right answer the client knows. Nothing of it stands beside what members are shown.
CREATE TABLE gold_items (
  task_id     TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES tasks (id),
  batch_id    TEXT COLLATE "C" NOT NULL REFERENCES batches (id),
  answer      TEXT COLLATE "C" NOT NULL,
  explanation TEXT COLLATE "C" NOT NULL
);
CREATE INDEX gold_items_by_batch ON gold_items (batch_id);
ALTER TABLE batches ADD COLUMN gold_items BIGINT NOT NULL DEFAULT 0 CHECK (gold_items >= 0);

-- Whether a member's first answer to such an item was the right one: once it was told, a second says nothing.
CREATE TABLE gold_outcomes (
  task_id   TEXT COLLATE "C" NOT NULL REFERENCES tasks (id),
  member_id TEXT COLLATE "C" NOT NULL,
  claim_id  TEXT COLLATE "C" NOT NULL REFERENCES claims (id),
  met       BIGINT NOT NULL CHECK (met IN (0, 1)),
  at        BIGINT NOT NULL,
  PRIMARY KEY (task_id, member_id)
);
CREATE INDEX gold_outcomes_by_claim ON gold_outcomes (claim_id);
CREATE INDEX gold_outcomes_by_member ON gold_outcomes (member_id, at);

-- When a task's turn comes: its place in the client's file, but for gold items, which are spread among the others.
ALTER TABLE tasks ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
UPDATE tasks SET turn = position;
DROP INDEX tasks_by_state;
CREATE INDEX tasks_by_turn ON tasks (batch_id, state, turn, position);
