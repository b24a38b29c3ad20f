-- Work that was refused for good.
ALTER TABLE claims DROP CONSTRAINT claims_state_check;
ALTER TABLE claims ADD CONSTRAINT claims_state_check CHECK (state IN ('claimed', 'submitted', 'sent_back', 'accepted', 'released', 'expired', 'refused'));

-- Rejections, one a claim at most: it ends in pay or in a refusal. While one is under way the claim stays submitted, and its price held.
CREATE TABLE rejections (
  claim_id    TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES claims (id),
  state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('rejected', 'appealed', 'unappealed', 'upheld', 'overturned', 'undecided')),
  code        TEXT COLLATE "C" NOT NULL,
  reason      TEXT COLLATE "C" NOT NULL,
  clause      TEXT COLLATE "C" NOT NULL,
  rejected_by TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  rejected_at BIGINT NOT NULL,
  entry_index BIGINT NOT NULL,
  appeal_by   BIGINT NOT NULL,
  appeal      TEXT COLLATE "C",
  appealed_at BIGINT,
  decide_by   BIGINT,
  decided_by  TEXT COLLATE "C" REFERENCES people (id),
  decided_at  BIGINT,
  decision    TEXT COLLATE "C",
  CHECK (decided_by IS NULL OR decided_by <> rejected_by)
);
CREATE INDEX rejections_open ON rejections (state, appeal_by) WHERE state IN ('rejected', 'appealed');
