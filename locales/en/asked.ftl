# Prices: what members ask of a client, a new price for an open batch, and the floor above one.
asked-margin = Contract { $id }, { $proposal }
asked-title = { $price } is asked for { $title }
asked-lede = The members do this work, and they voted to ask a new price for it. You decide whether you pay it.
asked-state-waiting = You have not answered yet.
asked-state-accepted = You accepted. The price holds from { $day } on.
asked-state-accepted-late = You accepted. The price holds as soon as what members voted before it is in force; that takes a moment.
asked-state-over = The contract is over, so nothing is asked any more.
asked-state-refused = You did not accept. You still can, as long as the contract goes on.
asked-state-paused = It was not accepted by { $day }: the batch takes no new claims, and the contract ends on { $ends }. If you accept now, claims go on at once and this notice is taken back.
asked-state-done = Settled: you pay this price.
asked-state-lapsed = It is asked no more: { $reason }.
asked-price-label = The price
asked-now = now
asked-then = asked
asked-row-price = { unit-a }
asked-row-share = of which the member’s share
asked-row-rest = { $tasks ->
     [one] the { $tasks } answer that nobody has claimed
     *[other] the { $tasks } answers that nobody has claimed
  }
asked-since = { $price } holds since { $day }.
asked-from = The new price would hold from { $day } on, for whatever is claimed from then. What is claimed before keeps its price.
asked-deposit = { $free } of the deposit is free, enough for all of it at the new price.
asked-deposit-short = { $free } of the deposit is free. At the new price the rest of the batch comes to { $cost }: claims go as far as the deposit reaches.
asked-answer-label = Your answer
asked-accept = Accept { $price }
asked-accept-short = work goes on at the new price
asked-accept-title = Accept { $price } for { $title }?
asked-accept-means = { $late ->
     [yes] The price holds at once, for whatever is claimed from now on, and stands in the ledger. The batch takes new claims again, and the notice that runs for this price is taken back. What is claimed already keeps its price.
     *[no] The price holds from { $day } on, for whatever is claimed from then, and stands in the ledger on that day. What is claimed before keeps its price. Members go by it, so it is not taken back.
  } It is not lowered again below this for this batch.
asked-refuse = Do not accept
asked-refuse-short = { $ends ->
     [at-once] the contract ends on that day
     *[notice] the batch takes no new claims from that day, and notice runs
  }
asked-refuse-title = Do not accept { $price } for { $title }?
asked-refuse-means = { $ends ->
     [at-once] On { $day } the contract ends: its listing names no days of notice.
     *[notice] From { $day } on the batch takes no new claims, and the contract ends after the days of notice that its listing names.
  } What is claimed by then is judged and paid as agreed. You can still accept as long as the contract goes on; or pay as much by a price of your own.
asked-leave = Back without an answer
asked-follows-label = What follows
asked-if-accepted = If you accept
asked-if-accepted-words = { $late ->
     [yes] The price holds at once for new claims, the batch goes on, and the notice ends.
     *[no] The price holds from { $day } on for new claims, and the batch goes on without a break.
  }
asked-if-refused = If you do not
asked-if-refused-words = { $late ->
     [yes] The batch takes no new claims, and the contract ends on its day. What is claimed is judged and paid.
     *[no] { $ends ->
         [at-once] On { $day } the contract ends: its listing names no days of notice. What is claimed is judged and paid.
         *[notice] From { $day } on the batch takes no new claims, and the notice of the contract runs. What is claimed is judged and paid.
      }
  }
asked-if-unanswered = Without an answer
asked-if-unanswered-words = The same as if you do not accept, from { $day } on.
asked-vote-label = The vote
asked-vote-words = { $proposal }: { $yes } yes, { $no } no, { $abstain } abstained; { $cast } of { $eligible } members voted. In their words:
asked-entry = The entry that put the price in force:
asked-batch = The batch
wait-asked = { $price } is asked for { $title }
wait-asked-go = Answer
wait-asked-look = Look
wait-floor = { $title }: under the floor
price-label = Price
price-title = The price of { $title }
price-price = Price of one accepted answer
price-price-hint = With a point: 0.94
price-change = Change the price
price-new = A new price
price-new-words = It holds for whatever is claimed from now on, and stands in the ledger. What is claimed already keeps its price.
price-so-far = Prices so far
price-holds = Holds since { $day }
price-held = From { $day }
price-by-opening = with which the batch opened
price-by-client = set by you
price-by-vote = asked by the members, { $proposal }
price-under-floor = Under the floor that the members voted, since { $day }: nobody can claim. From { $least } an answer on it goes on; what is claimed keeps its price.
price-waits = Members ask another price ({ $proposal }), and it was not accepted: nobody can claim until it is, or until you pay as much.
batch-state-waits = Waits for an answer about its price
board-under-floor = Under the floor since { $day }: no new claims until its client pays { $least }.
