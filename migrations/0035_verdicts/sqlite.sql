-- Verdicts of a contract by its own index: a client's desk says how many pieces people judged and why some went back, and would look at
-- every claim of the contract for it.
ALTER TABLE reviews ADD COLUMN contract_id TEXT REFERENCES contracts (id);
UPDATE reviews SET contract_id = (SELECT l.contract_id FROM claims l WHERE l.id = reviews.claim_id);
CREATE INDEX reviews_judged ON reviews (contract_id, claim_id, verdict, judged_by, unread) WHERE judged_by <> 'silence' AND unread = 0;
CREATE INDEX reviews_sent_back ON reviews (contract_id, code) WHERE verdict = 'sent_back';
