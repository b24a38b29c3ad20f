-- What lets another tool hand in the result of one claim, by the SHA-256 of the secret, which is kept nowhere. It is good while its claim
-- is at work, and goes when that ends.
CREATE TABLE tool_tokens (
  sha256     BYTEA NOT NULL PRIMARY KEY CHECK (length(sha256) = 32),
  claim_id   TEXT COLLATE "C" NOT NULL REFERENCES claims (id),
  created_at BIGINT NOT NULL
);
CREATE INDEX tool_tokens_by_claim ON tool_tokens (claim_id, created_at);

-- The result of a claim that was worked on in another tool: the last one that came. Its bytes lie in the data folder by their SHA-256.
-- `replaced` counts the others that it took the place of. After `deleted_at` the folder holds it no more.
CREATE TABLE result_files (
  claim_id    TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES claims (id),
  contract_id TEXT COLLATE "C" NOT NULL REFERENCES contracts (id),
  sha256      TEXT COLLATE "C" NOT NULL CHECK (length(sha256) = 64),
  kind        TEXT COLLATE "C" NOT NULL CHECK (kind IN ('json', 'zip', 'text', 'other')),
  name        TEXT COLLATE "C" NOT NULL,
  bytes       BIGINT NOT NULL CHECK (bytes > 0),
  came        TEXT COLLATE "C" NOT NULL CHECK (came IN ('tool', 'member')),
  at          BIGINT NOT NULL,
  replaced    BIGINT NOT NULL DEFAULT 0 CHECK (replaced >= 0),
  deleted_at  BIGINT
);
CREATE INDEX result_files_by_contract ON result_files (contract_id, sha256);
CREATE INDEX result_files_by_hash ON result_files (sha256);
