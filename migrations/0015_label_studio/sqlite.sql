-- What an imported labelling configuration calls the things that a task shows (`domain::label_studio::Shown`, JSON).
ALTER TABLE batches ADD COLUMN shown_as TEXT;
