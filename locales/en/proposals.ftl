# Votes: what is put to the vote, drafts, the pages of both.
place-votes = Votes
proposals-title = Votes
proposals-open = Open now
proposals-vote = Vote
proposals-recount = Recount it
proposals-effects = What it would do
