wait-go = Go on
wait-draft = A contract is not submitted yet
wait-deposit = The deposit
wait-deposit-words = The co-op has approved the contract. Members can begin once the deposit has arrived.
wait-dry = Members cannot claim
wait-dry-words = { $free } of the deposit is free, and an answer costs { $price }. Claims go on when more has arrived.
wait-batch = A first batch
wait-batch-words = The questions, the items and their price. It can be made before the deposit has arrived.
wait-open = { $title }: not open yet
wait-open-items = { $items ->
     [0] Its items are not uploaded.
     [one] { $items } item is uploaded.
     *[other] { $items } items are uploaded.
  }
wait-unsure = { $title }: is this what you opened?
wait-unsure-words = It came back with the items and questions of an older draft, and is paused until you have looked at it.
wait-submitted = A coordinator reads it next. A mail tells you when it is approved, or what is to be changed.
before-label = Before it opens
before-items = Items
before-items-words = { $items ->
     [0] none yet
     [one] { $items } is here
     *[other] { $items } are here
  }
before-first = The first item
before-first-words = see it as a member does, and try the questions
before-gold = Known answers
before-gold-words = { $gold ->
     [0] none so far; a batch can do without
     *[other] for { $gold } of { $items } items
  }
before-price = Price
before-price-words = a member’s hour comes to { $hour }, the floor is { $floor }
before-price-under = too low: a member’s hour comes to { $hour }, the floor is { $floor }
before-money = Deposit
before-money-words = all of it comes to { $cost }, and { $free } is free
before-money-short = all of it comes to { $cost }, and { $free } is free: members can claim as far as that reaches
before-money-none = all of it comes to { $cost }; nothing is free yet
