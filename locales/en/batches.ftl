batches-label = Batches
batch-new = New batch
batch-new-words = A batch is a set of tasks offered together at one price. Price, time and items can change until you open it.
batch-ready-words = What are members to do? The questions of each are ready; all of them can be changed.
batch-ready-studio = For a Label Studio configuration, take whichever comes nearest: the page of its questions brings yours in.
batch-ready-text = Its items are texts; you upload them on the next page.
batch-ready-image = Its items are pictures; you upload them on the next page.
batch-ready-adapt = They can be changed until the batch is open.
batch-ready-other = Another kind of work
batch-own = Or a question of your own
batch-offer = Time and price
batch-save-offer = Save and check again
batch-title = Title
batch-title-hint = What members see on the board.
batch-price = Price of one accepted answer
batch-price-hint = Use a point: 0.34
batch-seconds = Seconds for one task
batch-seconds-hint = From your own trial. Members’ measured time is shown beside it later.
batch-copies = Answers to each item
batch-copies-hint = 1 to 9, each by another member, who does not see the others’. Several show how far people agree; each is paid.
batch-review-share = Share that is read, in percent
batch-review-share-hint = 1 to 100. Below 100, the items that are read are drawn when you open the batch, and nobody who works knows which. You can have more read later, never less.
batch-copies-words = Each of { $items ->
     [one] { $items } item is answered
     *[other] { $items } items is answered
  } by { $copies } different members. Nobody sees another’s answer before all are in.
batch-payload-kind = What a task shows
payload-text = a text
payload-image = a picture
payload-link = a page, by its address
batch-question = The question
batch-answer-kind = How it is answered
answer-one-choice = one choice
answer-several-choices = several choices
answer-boxes = boxes on a picture
answer-polygons = polygons on a picture
answer-shapes = boxes and polygons on a picture
answer-text = text
answer-number = a number
batch-choices = Choices
batch-choices-hint = One on each line, for questions with choices; for shapes on a picture, the labels. A key of its own stands at the end, as in Harmful [h]; else the keys are 1 to 9.
batch-lede = { $state }. { $tasks ->
     [one] { $tasks } task
     *[other] { $tasks } tasks
  }.
batch-state-draft = Draft
batch-state-open = Open
batch-state-paused = Paused
batch-state-closed = Closed
batch-level-raised = The contract’s hazard level is { $now } by now, this batch’s { $level }: it takes no new claims. Open a new batch for what is left.
batch-unsure = After a fault the co-op put back a backup that is older than the opening of this batch. Its price and time are those of the ledger; its items and questions are those of your draft at that time, and may not be the last. It is paused, so nobody is paid for what you do not want.
batch-unsure-label = Please look at it first
batch-unsure-words = If items and questions are the right ones, open it again. If not, take back what is free and put what you need into a new batch. What was accepted before the fault is paid in any case.
batch-withdraw-label = What nobody has claimed
batch-withdraw-words = Nobody can claim what is left of this batch, and the contract is not completed while it is left. { $tasks ->
     [0] Nothing is free at this moment, unless the time of a claim has run out.
     [one] { $tasks } answer is free.
     *[other] { $tasks } answers are free.
  } Taken back, it is not asked for any more, and its money is free. What members hold or have handed in stays theirs, is judged and paid. It cannot be undone: what you still need goes into a new batch.
batch-withdraw = Take it back
batch-withdrawn = { $tasks ->
     [one] { $tasks } answer was taken back before anybody claimed it.
     *[other] { $tasks } answers were taken back before anybody claimed them.
  }
items-withdrawn = taken back
batch-items-label = Items
batch-items-words = A file with the columns id and payload, as CSV or JSON Lines; other columns are left out, but for those of known answers and of suggestions (below). All of it is taken, or nothing; a new file replaces the last.
batch-items = File of items
batch-items-hint = At most 100 000 items and 50 MB.
batch-upload = Upload
batch-how-far = How far it is
batch-hour = A member’s hour
batch-sum-price = your price for one piece, { $currency }
batch-sum-pieces = pieces an hour, at { $seconds } s
batch-sum-hour = a member’s hour, { $currency }
batch-sum-floor = the floor
batch-sum-missing = missing
batch-sum-least = least price at this time
batch-take = Take { $least }
batch-least-now = Least price at this time: { $least }.
batch-change-price = Change the price
batch-change-seconds = Change the time
batches-none-yet = Batches can be drafted once the co-op has approved the contract.
batch-under-floor = This price is under the floor
batch-open = Open the batch
batch-open-label = Open
batch-open-words = From then on members can claim its tasks, and the price stands in the ledger.
batch-ended-label = Not opened
batch-ended-words = This batch was not opened before its contract ended, so it takes no items and no changes any more. To have the work done, draft a batch on a contract that goes on, or begin a new contract, and send the items there.
batch-ended-pictures = Pictures that were sent for it are deleted { $days } days after the end.
batch-pause = Pause
batch-resume = Open again
batch-pause-label = Pause
batch-opened-words = The entry that opened this batch signs its price, its time and its hazard level.
batch-pause-words = Pausing stops new claims. Work in hand goes on and is paid.
board-lede = { $open ->
     [one] { $open } batch open.
     *[other] { $open } batches open.
  } You hold { $held }; { $most } at most at once.
board-sent = With the reviewer
board-hands = In your hands
board-open = Open to you
board-none = Nothing is open at the moment. New contracts can be announced by mail: see your account.
board-until = { $today ->
     [yes] Yours until { $due }
     *[no] Yours until { $due }
  }
board-again-until = { $today ->
     [yes] Sent back, yours until { $due }
     *[no] Sent back, yours until { $due }
  }
board-go-on = Go on
board-claim = Claim
board-claim-aria = Claim: { $title }
board-price = { $share } of { $price } { $currency } { unit-a }
board-no-hazard = { $time }, no known hazard
board-words = “Measured” is what all accepted work paid by its measured time; “promised” rests on fewer than 20 pieces.
board-pick = Filter and sort
board-pick-level = Hazard
board-pick-client = Client
board-pick-sort = Order
board-pick-show = Show
board-level-all = any level
board-level-0 = no known hazard
board-level-1 = level 1 at most
board-level-2 = level 2 at most
board-client-all = every client
board-sort-all = contract order
board-sort-hour = best hour first, each currency by itself
board-sort-price = highest price first, each currency by itself
board-sort-minutes = shortest first
board-none-chosen = Nothing open fits this choice. Choose another level or client above.
