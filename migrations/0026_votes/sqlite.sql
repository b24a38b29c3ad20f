-- Proposals: a draft of one member, from `proposal.opened` on what the entry says. terms and tally are the calc of its two entries,
-- canonical; author_id is a member's M- id, nothing where only the log knows it.
CREATE TABLE proposals (
  id             TEXT NOT NULL PRIMARY KEY,
  number         INTEGER UNIQUE CHECK (number > 0),
  state          TEXT NOT NULL CHECK (state IN ('draft', 'withdrawn', 'open', 'passed', 'rejected', 'no-quorum', 'void')),
  kind           TEXT NOT NULL,
  act            TEXT NOT NULL CHECK (act IN ('rules', 'price-ask', 'contract-take', 'contract-end', 'mandate', 'recall', 'exclusion', 'text')),
  about          TEXT NOT NULL,
  title          TEXT NOT NULL,
  text           TEXT NOT NULL,
  language       TEXT NOT NULL,
  days           INTEGER NOT NULL,
  opens_at       INTEGER,
  closes_at      INTEGER,
  enacts_at      INTEGER,
  author_id      TEXT,
  again          INTEGER,
  created_at     INTEGER NOT NULL,
  changed_at     INTEGER NOT NULL,
  opened_index   INTEGER UNIQUE,
  terms          TEXT,
  closed_index   INTEGER UNIQUE,
  tally          TEXT,
  reminded       INTEGER NOT NULL DEFAULT 0,
  told_unopened  INTEGER NOT NULL DEFAULT 0,
  outcome        TEXT CHECK (outcome IN ('waiting', 'accepted', 'refused', 'paused', 'done', 'lapsed')),
  outcome_index  INTEGER,
  outcome_at     INTEGER,
  outcome_reason TEXT NOT NULL DEFAULT '',
  set_aside      INTEGER,
  CHECK (state IN ('draft', 'withdrawn') OR (number IS NOT NULL AND opened_index IS NOT NULL AND closes_at IS NOT NULL AND terms IS NOT NULL)),
  CHECK (state IN ('draft', 'withdrawn', 'open') OR (closed_index IS NOT NULL AND tally IS NOT NULL))
) STRICT;
CREATE INDEX proposals_by_state ON proposals (state, closes_at);
CREATE INDEX proposals_by_outcome ON proposals (outcome, enacts_at) WHERE outcome IS NOT NULL;

-- Who signed a draft beside its author; whoever edits it begins anew.
CREATE TABLE proposal_cosponsors (
  proposal_id TEXT NOT NULL REFERENCES proposals (id),
  member_id   TEXT NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (proposal_id, member_id)
) STRICT;

-- What members say of it. One that is withdrawn keeps its place without its words.
CREATE TABLE proposal_comments (
  id           TEXT NOT NULL PRIMARY KEY,
  proposal_id  TEXT NOT NULL REFERENCES proposals (id),
  reply_to     TEXT REFERENCES proposal_comments (id),
  member_id    TEXT NOT NULL,
  text         TEXT NOT NULL,
  at           INTEGER NOT NULL,
  withdrawn_at INTEGER
) STRICT;
CREATE INDEX proposal_comments_by_proposal ON proposal_comments (proposal_id, at);

-- Ballots: a projection of ballot.cast, each with what opens it. Nobody is shown choice or salt before the vote is closed, but the
-- voter. The last one of a member counts.
CREATE TABLE ballots (
  entry_index INTEGER NOT NULL PRIMARY KEY,
  number      INTEGER NOT NULL,
  member_id   TEXT NOT NULL,
  at          INTEGER NOT NULL,
  how         TEXT NOT NULL CHECK (how IN ('key', 'session')),
  sealed      TEXT NOT NULL,
  saw         INTEGER,
  choice      TEXT CHECK (choice IN ('yes', 'no', 'abstain')),
  salt        BLOB,
  CHECK ((how = 'key') = (saw IS NOT NULL)),
  CHECK ((choice IS NULL) = (salt IS NULL))
) STRICT;
CREATE INDEX ballots_by_vote ON ballots (number, member_id, entry_index);

-- A ballot whose text is prepared for its member's key and not signed yet.
CREATE TABLE ballot_drafts (
  id          TEXT NOT NULL PRIMARY KEY,
  number      INTEGER NOT NULL,
  member_id   TEXT NOT NULL,
  choice      TEXT NOT NULL CHECK (choice IN ('yes', 'no', 'abstain')),
  salt        BLOB NOT NULL,
  prepared_at INTEGER NOT NULL
) STRICT;
CREATE INDEX ballot_drafts_by_vote ON ballot_drafts (number, member_id);

-- Hashes of the codes mailed for a vote; whoever uses one has used them all.
CREATE TABLE ballot_codes (
  number      INTEGER NOT NULL,
  person_id   TEXT NOT NULL REFERENCES people (id),
  code_sha256 BLOB NOT NULL,
  expires_at  INTEGER NOT NULL,
  PRIMARY KEY (number, person_id, code_sha256)
) STRICT;

-- The proposal for whose price a batch takes no new claims until its client accepts it.
ALTER TABLE batches ADD COLUMN paused_for INTEGER;
