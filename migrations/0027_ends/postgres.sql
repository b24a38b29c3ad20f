-- Every notice that would end a contract, each with its own source: `client` and `coop` gave theirs themselves and take it back, `P-…` is
-- of a vote. The earliest ends the contract, and stands in contracts.notice_by and ends_at.
CREATE TABLE contract_notices (
  contract_id TEXT COLLATE "C" NOT NULL REFERENCES contracts (id),
  source      TEXT COLLATE "C" NOT NULL CHECK (source IN ('client', 'coop') OR source LIKE 'P-%'),
  ends_at     BIGINT NOT NULL,
  given_at    BIGINT NOT NULL,
  PRIMARY KEY (contract_id, source)
);
INSERT INTO contract_notices (contract_id, source, ends_at, given_at)
  SELECT id, notice_by, ends_at, changed_at FROM contracts WHERE notice_by IS NOT NULL AND ends_at IS NOT NULL AND closed_index IS NULL;

-- A batch that waits for an answer about its price says so in paused_for alone: its state is its client's own.
UPDATE batches SET state = 'open' WHERE state = 'paused' AND paused_for IS NOT NULL;

-- Until when the jobs pass over a vote whose members they could not remind.
ALTER TABLE proposals ADD COLUMN remind_from BIGINT;

-- An exclusion that members voted waits for two officers as a wish to leave does; a vote asked for it, and no person.
ALTER TABLE departures RENAME TO departures_before;
CREATE TABLE departures (
  id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  member_id TEXT COLLATE "C" NOT NULL UNIQUE,
  reason    TEXT COLLATE "C" NOT NULL CHECK (reason IN ('own', 'asked', 'never-came', 'excluded')),
  asked_by  TEXT COLLATE "C" REFERENCES people (id),
  proposal  BIGINT,
  asked_at  BIGINT NOT NULL,
  CHECK ((reason = 'excluded') = (proposal IS NOT NULL)),
  CHECK ((reason = 'excluded') = (asked_by IS NULL))
);
INSERT INTO departures (id, member_id, reason, asked_by, asked_at) SELECT id, member_id, reason, asked_by, asked_at FROM departures_before;
DROP TABLE departures_before;
