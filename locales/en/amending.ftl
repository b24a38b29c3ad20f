amend-way = Propose a change
amend-title = Change { $title }
amend-lede = A listed contract changes by versions. One side proposes, the other agrees, and an entry in the book puts the new version in force. Claims made before keep theirs. End client, purpose, unit and currency stay: another of these is another contract.
amend-draft = Begin a change
amend-draft-words = A draft of your side with what stands now. Change what you need, page by page; nobody else sees it before you propose it.
amend-drafted = Your side’s draft. Nobody else sees it before you propose it.
amend-waits = Your side proposed this, and the other side has not answered yet: { $reason }
amend-asks = { $side ->
     [client] The client proposes this: { $reason }
     *[coop] The co-op proposes this: { $reason }
  }
amend-changes = What would change
amend-pages = Pages
amend-page-words = Only what can change stands here. Nothing is in force before both sides agree.
amend-overview = All changes
amend-nothing-yet = Nothing is changed so far.
amend-legend = A line with − stood there before, a line with + stands there now, … stands for lines that stay.
amend-gone = before:
amend-new = now:
amend-propose = Propose it
amend-propose-words = The other side hears of it by mail, sees the same comparison, and agrees or not. A higher hazard level keeps new claims off open batches of a lower one: what is left of them needs a new batch.
amend-reason = Why
amend-reason-hint = In a sentence or two: the other side reads it, in its mail and here.
amend-withdraw = Take it back
amend-withdraw-words = What was drafted or proposed goes; the contract stays as it is.
amend-agree = Agree
amend-agree-words = The new version is in force at once, for new claims, with an entry in the book. Members with work under way keep the version they claimed under, hear of it by mail, and may leave their task without loss. If the hazard level rises, open batches of a lower level take no new claims.
amend-decline = Do not agree
amend-decline-words = The contract stays as it is, and the other side reads why.
versions-way = All versions
versions-title = Versions of { $title }
versions-lede = Every version is signed into the book, and none is ever rewritten. A claim goes by the version that was in force when it was made.
versions-number = Version { $number }
versions-since = In force since { $when }.
versions-first = As it was listed.
versions-amended = Version { $number }, in force since { $when }.
claim-amended = The contract changed since you took this task: version { $newest } is in force for new claims. Yours goes by version { $version }, whose guidelines stand below. You may leave the task without loss: nothing is held against you.
claim-amended-way = What changed
