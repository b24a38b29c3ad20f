# Votes : ce qui est mis au vote, les projets, leurs pages.
place-votes = Votes
proposals-title = Votes
proposals-open = Ouverts maintenant
proposals-vote = Voter
proposals-recount = Recompter
proposals-effects = Ce que cela changerait
