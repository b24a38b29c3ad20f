# What a proposal would do.
effects-title = What it would do
effects-title-closed = What it would have done
effects-draft = Draft
effects-back = Back to { $proposal }
effects-back-draft = Back to the draft
effects-basis = Computed from the first { $size } entries of the ledger, on { $when }. It moves as work is accepted.
effects-basis-opening = Computed from the first { $size } entries of the ledger: those that stood there when the vote was opened, on { $when }. These figures stay as they are.
effects-none = This proposal changes no rule and no price, so there is nothing to compute.
effects-unfit = As the rules are now, this proposal does not fit beside them, so there is nothing to compute.
effects-now = now
effects-then = if it passes
effects-change = change
effects-same = Nothing changes in { $currency }.
effects-new = new
effects-piece = One piece
effects-piece-worker = whoever does it
effects-piece-hour = an hour of it
effects-piece-words = Contract { $contract }, at the honest time of { $time } a piece. The client may say no; then, or without an answer, the batch takes no new claims from the day on, and the co-op’s notice for the contract runs.
effects-me = To me
effects-my-pieces = { $pieces ->
     [one] your { $pieces } piece of { $days } days
     *[other] your { $pieces } pieces of { $days } days
  }
effects-my-hour = your hour, measured
effects-my-words = What your accepted work and your reviews of the last { $days } days were paid, and what they would have been. Nothing is ever changed backwards. Only you see this part.
effects-my-none = No work of yours was accepted in these { $days } days, and you reviewed none: it would have changed nothing for you. Below is what it would have done for all. Only you see this part.
effects-us = To all of us
effects-us-words = What everybody’s accepted work of the last { $days } days was paid, and what it would have been. Every member reads the same figures here.
effects-no-work = No work was accepted in these { $days } days.
effects-few = Fewer than { $least } members did work in { $currency }, so sums would tell what one of them earns. Here are the changes alone.
effects-picture = Where the money goes, in { $currency }, now and if it passes
effects-signs = On the two lines: ▽ now, ▲ if it passes.
effects-median = the middle member’s hour
effects-lowest = the lowest member’s hour
effects-members = all members
effects-clients = all clients pay
effects-rests = From { $pieces } accepted pieces of { $members } members in { $days } days.
effects-open = Open batches
effects-under = { $under ->
     [0] None of the { $open } open batches would fall under the floor.
     [one] { $under } of the { $open } open batches would fall under the floor.
     *[other] { $under } of the { $open } open batches would fall under the floor.
  }
effects-under-price = Now { $price } a piece
effects-under-least = { $currency } at least
effects-under-words = From that day they take no new claims until their clients raise the price. What is claimed before keeps its price.
effects-lowered = The floor falls ({ $skill }): no price of today falls with it, but an hour of new batches may then pay { $then } instead of { $was }.
effects-how = How it is computed
effects-how-pay = Every piece accepted in the last { $days } days is paid twice: by the rules before, and by the rules after, at a price raised to the new least price where it is under that. Nobody knows what a client would do instead: some would pay, some would bring less work.
effects-how-hour = An hour is what somebody was paid over the time that was measured, rounded down to cents. The middle member is the one with as many above as below; of two in the middle it is the lower.
effects-how-recompute = Whoever runs the co-op’s server recomputes the table with this command. With --log and a copy of the log anybody does; which batches are still open is then left out, since no entry says how much work is left.
effects-entry = Entry № { $index }
