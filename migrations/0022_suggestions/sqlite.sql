-- What a model suggests for an item, under the model's name. It is shown beside the question, and its answers go when the item's picture
-- does: then `answer` is an empty object.
CREATE TABLE suggestions (
  task_id  TEXT NOT NULL PRIMARY KEY REFERENCES tasks (id),
  batch_id TEXT NOT NULL REFERENCES batches (id),
  answer   TEXT NOT NULL CHECK (answer <> ''),
  model    TEXT NOT NULL CHECK (length(model) BETWEEN 1 AND 80),
  version  TEXT NOT NULL CHECK (length(version) <= 80)
) STRICT;
CREATE INDEX suggestions_by_batch ON suggestions (batch_id, model, version);
ALTER TABLE batches ADD COLUMN suggestions INTEGER NOT NULL DEFAULT 0 CHECK (suggestions >= 0);

-- Of an answer as it was handed in: by question, whether it is another one than was suggested. JSON.
CREATE TABLE suggestion_outcomes (
  claim_id TEXT NOT NULL PRIMARY KEY REFERENCES claims (id),
  changed  TEXT NOT NULL CHECK (changed <> '')
) STRICT;
