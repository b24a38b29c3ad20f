-- Since when somebody is called as they are; and for how long in all they had an earlier name, in seconds, nothing where nobody noted it.
ALTER TABLE people ADD COLUMN named_at BIGINT NOT NULL DEFAULT 0;
UPDATE people SET named_at = created_at;
ALTER TABLE former_names ADD COLUMN named_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE former_names ADD COLUMN carried_secs BIGINT CHECK (carried_secs >= 0);
