-- Proposals: a draft of one member, from `proposal.opened` on what the entry says. terms and tally are the calc of its two entries,
-- canonical; author_id is a member's M- id, nothing where only the log knows it.
CREATE TABLE proposals (
  id             TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  number         BIGINT UNIQUE CHECK (number > 0),
  state          TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'withdrawn', 'open', 'passed', 'rejected', 'no-quorum', 'void')),
  kind           TEXT COLLATE "C" NOT NULL,
  act            TEXT COLLATE "C" NOT NULL CHECK (act IN ('rules', 'price-ask', 'contract-take', 'contract-end', 'mandate', 'recall', 'exclusion', 'text')),
  about          TEXT COLLATE "C" NOT NULL,
  title          TEXT COLLATE "C" NOT NULL,
  text           TEXT COLLATE "C" NOT NULL,
  language       TEXT COLLATE "C" NOT NULL,
  days           BIGINT NOT NULL,
  opens_at       BIGINT,
  closes_at      BIGINT,
  enacts_at      BIGINT,
  author_id      TEXT COLLATE "C",
  again          BIGINT,
  created_at     BIGINT NOT NULL,
  changed_at     BIGINT NOT NULL,
  opened_index   BIGINT UNIQUE,
  terms          TEXT COLLATE "C",
  closed_index   BIGINT UNIQUE,
  tally          TEXT COLLATE "C",
  reminded       BIGINT NOT NULL DEFAULT 0,
  told_unopened  BIGINT NOT NULL DEFAULT 0,
  outcome        TEXT COLLATE "C" CHECK (outcome IN ('waiting', 'accepted', 'refused', 'paused', 'done', 'lapsed')),
  outcome_index  BIGINT,
  outcome_at     BIGINT,
  outcome_reason TEXT COLLATE "C" NOT NULL DEFAULT '',
  set_aside      BIGINT,
  CHECK (state IN ('draft', 'withdrawn') OR (number IS NOT NULL AND opened_index IS NOT NULL AND closes_at IS NOT NULL AND terms IS NOT NULL)),
  CHECK (state IN ('draft', 'withdrawn', 'open') OR (closed_index IS NOT NULL AND tally IS NOT NULL))
);
CREATE INDEX proposals_by_state ON proposals (state, closes_at);
CREATE INDEX proposals_by_outcome ON proposals (outcome, enacts_at) WHERE outcome IS NOT NULL;

-- Who signed a draft beside its author; whoever edits it begins anew.
CREATE TABLE proposal_cosponsors (
  proposal_id TEXT COLLATE "C" NOT NULL REFERENCES proposals (id),
  member_id   TEXT COLLATE "C" NOT NULL,
  at          BIGINT NOT NULL,
  PRIMARY KEY (proposal_id, member_id)
);

-- What members say of it. One that is withdrawn keeps its place without its words.
CREATE TABLE proposal_comments (
  id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  proposal_id  TEXT COLLATE "C" NOT NULL REFERENCES proposals (id),
  reply_to     TEXT COLLATE "C" REFERENCES proposal_comments (id),
  member_id    TEXT COLLATE "C" NOT NULL,
  text         TEXT COLLATE "C" NOT NULL,
  at           BIGINT NOT NULL,
  withdrawn_at BIGINT
);
CREATE INDEX proposal_comments_by_proposal ON proposal_comments (proposal_id, at);

-- Ballots: a projection of ballot.cast, each with what opens it. Nobody is shown choice or salt before the vote is closed, but the
-- voter. The last one of a member counts.
CREATE TABLE ballots (
  entry_index BIGINT NOT NULL PRIMARY KEY,
  number      BIGINT NOT NULL,
  member_id   TEXT COLLATE "C" NOT NULL,
  at          BIGINT NOT NULL,
  how         TEXT COLLATE "C" NOT NULL CHECK (how IN ('key', 'session')),
  sealed      TEXT COLLATE "C" NOT NULL,
  saw         BIGINT,
  choice      TEXT COLLATE "C" CHECK (choice IN ('yes', 'no', 'abstain')),
  salt        BYTEA,
  CHECK ((how = 'key') = (saw IS NOT NULL)),
  CHECK ((choice IS NULL) = (salt IS NULL))
);
CREATE INDEX ballots_by_vote ON ballots (number, member_id, entry_index);

-- A ballot whose text is prepared for its member's key and not signed yet.
CREATE TABLE ballot_drafts (
  id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  number      BIGINT NOT NULL,
  member_id   TEXT COLLATE "C" NOT NULL,
  choice      TEXT COLLATE "C" NOT NULL CHECK (choice IN ('yes', 'no', 'abstain')),
  salt        BYTEA NOT NULL,
  prepared_at BIGINT NOT NULL
);
CREATE INDEX ballot_drafts_by_vote ON ballot_drafts (number, member_id);

-- Hashes of the codes mailed for a vote; whoever uses one has used them all.
CREATE TABLE ballot_codes (
  number      BIGINT NOT NULL,
  person_id   TEXT COLLATE "C" NOT NULL REFERENCES people (id),
  code_sha256 BYTEA NOT NULL,
  expires_at  BIGINT NOT NULL,
  PRIMARY KEY (number, person_id, code_sha256)
);

-- The proposal for whose price a batch takes no new claims until its client accepts it.
ALTER TABLE batches ADD COLUMN paused_for BIGINT;
