-- What became of a member's answers, batch by batch.
CREATE INDEX claims_by_member_batch ON claims (member_id, batch_id, state, decided_at);

-- Who acts for a client.
CREATE INDEX client_users_by_client ON client_users (client_id);
