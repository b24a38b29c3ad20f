-- What kinds of harm somebody agreed to meet at work. Theirs alone: no page shows it to anybody else, and it goes with them.
CREATE TABLE hazard_consents (
  person_id TEXT NOT NULL REFERENCES people (id),
  category  TEXT NOT NULL CHECK (length(category) BETWEEN 1 AND 16),
  agreed_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, category)
) STRICT;

-- Tasks that somebody left at once: they are not offered to them again.
CREATE TABLE left_tasks (
  person_id TEXT NOT NULL REFERENCES people (id),
  task_id   TEXT NOT NULL REFERENCES tasks (id),
  left_at   INTEGER NOT NULL,
  PRIMARY KEY (person_id, task_id)
) STRICT;
CREATE INDEX left_tasks_by_task ON left_tasks (task_id);

-- What a member had in hand of late: nobody holds a task beyond its time.
CREATE INDEX claims_by_member_due ON claims (member_id, due_at);
