life-label = How it goes on
life-words = Pause it, resume it, complete it, or end it early. Each says what it means before you press.
life-way = Pause, complete or end
life-look = How it goes on
life-change = Changes
life-change-words = Guidelines, hazards, price, intermediaries and terms of a listed contract change by versions that both sides agree to.
life-under-way-label = Contracts under way
life-lede = { $state }. For { $client }.
life-paused = { $side ->
     [client] The client has paused it: no new task can be claimed. Work under way goes on, is judged and paid.
     *[coop] The co-op has paused it: no new task can be claimed. Work under way goes on, is judged and paid.
  }
life-notice = { $side ->
     [client] The client gave notice: it ends on { $when }. Until then tasks can be claimed; what is claimed by then is judged and paid, later too.
     *[coop] The co-op gave notice: it ends on { $when }. Until then tasks can be claimed; what is claimed by then is judged and paid, later too.
  }
life-notice-paused = { $side ->
     [client] The client gave notice: it ends on { $when }. What is claimed by then is judged and paid, later too.
     *[coop] The co-op gave notice: it ends on { $when }. What is claimed by then is judged and paid, later too.
  }
life-completed = Everything is done, and the contract is closed.
life-terminated = The contract ended early: no new task can be claimed. What was claimed before is judged and paid.
life-stands = How it stands
life-under-way = Claims under way
life-free = Answers nobody has claimed
life-left = Answers not accepted yet
life-balance = Deposited and not spent
life-held = Of which held for claims under way
life-not-held = Free for new claims
life-rest = What is left of the deposit
life-can-go-back = { $currency } can go back
life-returnable = To be returned
life-returnable-words = The contract has ended, and this is the client’s. The treasurer prepares its return, a second person agrees, and the client hears of it by mail.
life-still-held = { $claims ->
     [one] { $claims } claim is still under way, and { $held } is held for it. What is not accepted of it can go back later.
     *[other] { $claims } claims are still under way, and { $held } is held for them. What is not accepted of it can go back later.
  }
life-fee = { $tasks ->
     [one] The listing names a fee for an early end: { $share } of the price of what nobody has claimed by then. Today that is { $tasks } answer, a fee of { $fee }. This program posts no such fee and takes nothing from the deposit: the two sides settle it themselves.
     *[other] The listing names a fee for an early end: { $share } of the price of what nobody has claimed by then. Today that is { $tasks } answers, a fee of { $fee }. This program posts no such fee and takes nothing from the deposit: the two sides settle it themselves.
  }
life-fee-ended = { $tasks ->
     [one] { $side ->
        [client] The client ended it early.
        [coop] The co-op ended it early.
        *[other] { "" }
     } The listing names a fee for an early end: { $share } of the price of what nobody had claimed, { $tasks } answer, a fee of { $fee }. This program posts no such fee and takes nothing from the deposit: the two sides settle it themselves.
     *[other] { $side ->
        [client] The client ended it early.
        [coop] The co-op ended it early.
        *[other] { "" }
     } The listing names a fee for an early end: { $share } of the price of what nobody had claimed, { $tasks } answers, a fee of { $fee }. This program posts no such fee and takes nothing from the deposit: the two sides settle it themselves.
  }
life-ways = What can be done
life-so-far = So far
life-means = What it means
life-do = Do it
life-leave = Leave it as it is
life-reason = Why
life-reason-hint = In a sentence or two: members with work under way, the client and the coordinators read it, in their mail and here. It does not go into the ledger.
life-told = Members with work under way, the client’s users and the coordinators hear of it by mail.
life-drafts = { $drafts ->
     [one] { $drafts } batch was never opened and cannot be opened afterwards.
     *[other] { $drafts } batches were never opened and cannot be opened afterwards.
  }
life-pause = Pause it
life-pause-short = no new claims for now; work under way goes on
life-pause-title = Pause { $title }?
life-pause-means = No new task of this contract can be claimed, and no batch opened, until your side resumes it. { $claims ->
     [0] No work is under way.
     [one] { $claims } claim is under way: it can be handed in as before, is judged, and is paid from the deposit.
     *[other] { $claims } claims are under way: they can be handed in as before, are judged, and are paid from the deposit.
  }
life-resume = Resume it
life-resume-short = tasks can be claimed again
life-resume-title = Resume { $title }?
life-resume-means = Its open batches are on the board again at once, at the price and terms they had.
life-complete = Complete it
life-complete-short = everything is accepted and paid
life-complete-title = Complete { $title }?
life-complete-means = Everything that was ordered is accepted and paid. The contract closes for ever, with an entry in the book: no new batch, no new claim, no further deposit. { $free } of the deposit is left and can go back. Results stay where they are.
life-terminate = End it early
life-terminate-short = after the days of notice that its listing names
life-terminate-title = End { $title } early?
life-terminate-means = { $at_once ->
     [yes] It ends at once, for ever, with an entry in the book: no new batch, no new claim, no further deposit. What is claimed is honoured: it can be handed in, is judged, and is paid from the deposit.
     *[no] It ends on { $when }, after the notice that its listing names, { $days }. Until then everything goes on, and your side cannot pause it: members have these days to work in. On that day it closes for ever, with an entry in the book: no new batch, no new claim, no further deposit. What is claimed by then is honoured: it can be handed in, is judged, and is paid from the deposit, later too. Until that day your side can take the notice back.
  }
life-keep = Take the notice back
life-keep-short = it does not end
life-keep-short-voted = the day that members voted stays
life-keep-title = Take the notice for { $title } back?
life-keep-means = { $voted ->
     [yes] Your side’s notice is taken back. The members voted an end as well: it ends on { $when }, and no side takes that back. Until then everything goes on.
     *[no] It does not end on { $when }, and goes on as if no notice had been given. A later one begins its days anew.
  }
life-did-paused = { $side ->
     [client] Paused by the client
     *[coop] Paused by the co-op
  }
life-did-resumed = { $side ->
     [client] Resumed by the client
     *[coop] Resumed by the co-op
  }
life-did-completed = { $side ->
     [client] Completed by the client
     *[coop] Completed by the co-op
  }
life-did-noticed = { $side ->
     [client] Notice by the client: ends on { $when }
     *[coop] Notice by the co-op: ends on { $when }
  }
life-did-kept = { $side ->
     [client] Notice taken back by the client
     *[coop] Notice taken back by the co-op
  }{ $ends ->
     [yes] ; by another one it still ends on { $when }
     *[no] {""}
  }
life-did-terminated = { $side ->
     [client] Ended early, by the client
     *[coop] Ended early, by the co-op
  }
contract-reason-finished = everything is done
contract-reason-ended-by-client = ended early by the client
contract-reason-ended-by-coop = ended early by the co-op
