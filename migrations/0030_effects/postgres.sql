-- Accepted work by its entries: what a proposal would do is told by the entries of ninety days, not by all work that there ever was.
CREATE INDEX claims_by_entry ON claims (entry_index) WHERE entry_index IS NOT NULL;
