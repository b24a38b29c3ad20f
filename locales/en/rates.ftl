# The rule book in plain words, and how it came to be.
rates-title = Rates
rates-lede = One rule for every country. Only a vote of the members changes it, and never backwards.
rates-since = These rules hold since { $date }.
rates-floor = What an hour must pay
rates-floor-words = The member’s share alone must reach this, at the honest time of the task. A batch that pays less cannot be opened. Reading and training are paid apart.
rates-general = any skill
rates-skill = Skill
rates-currency = Currency
rates-hour = an hour
rates-premium = on top, at hazard level { $level }
rates-split-words = Every accepted piece is paid out like this, here for one of { $price }. Where no member reviews, the reviewer’s part is the worker’s.
rates-split-yours = Every accepted piece is paid out like this, here for one of { $price }, as your latest was. Where no member reviews, the reviewer’s part is the worker’s.
rates-split-copies = Where several members answer the same item, each accepted answer is paid the whole price.
rates-example = An example
rates-example-words = Outlining one street scene: 9.40 USD, 45 minutes, no known hazard.
rates-yours = On a task like yours
rates-yours-words = Your latest accepted piece: { $title }, contract { $contract }. By the rules of today:
rates-yours-alone = Only you see your own piece here. Others see an example.
rates-example-price = price of one piece
rates-example-share = for whoever does it
rates-hour-promised = an hour of it, at the honest { $time }
rates-hour-measured = an hour of it, at your { $time }
rates-floor-at = floor of an hour, at hazard level { $level }
rates-example-least = least price allowed for { $time }
rates-piece-time = Time for it
rates-piece-silence = Accepted without a word after
rates-piece-rejected = If it is rejected
rates-piece-appeal = { $appeal } days to appeal, then { $decide } to decide, or it is paid
rates-piece-exposure = Limits at the worst level
rates-piece-exposure-0 = none for this task
rates-piece-exposure-3 = hold for this task
rates-time = Tasks in hand
rates-at-once = { $tasks ->
     [one] { $tasks } at once, at most
     *[other] { $tasks } at once, at most
  }
rates-limit = Time limit of a task
rates-limit-words = { $times } times its honest time, and never under { $minutes } minutes
rates-extensions = { $times ->
     [0] none
     [one] once, for the asking
     *[other] { $times } times, for the asking
  }
rates-review = When work is judged
rates-silence = after { $days } days of silence work is accepted and paid
rates-appeal = { $days } days to appeal after work was rejected
rates-decide = somebody who had no part in it decides within { $days } days, or the work is paid
rates-exposure = Limits at the worst level
rates-level3 = { $minutes } minutes at most in any 24 hours
rates-break = { $minutes } minutes of every 60 are free of it
rates-exposure-words = They hold for work of hazard level 3. A task that was begun may be finished.
rates-votes = How we vote
rates-votes-words = One member, one vote. Who abstains counts for the quorum, not for the majority.
rates-openings-members = Ballots are opened to members once the vote is closed.
rates-openings-all = Ballots are opened to everybody once the vote is closed.
rates-currencies = Currencies
rates-decimals = { $decimals ->
     [0] whole units
     [one] prices have { $decimals } decimal
     *[other] prices have { $decimals } decimals
  }
rates-others = Also in the book
rates-others-words = These stand in the rule book, and nothing in the program acts by them.
rates-coming = Passed, and still to come
rates-coming-words = Members have passed this. Until its day the rules above hold; it never changes what was claimed before.
rates-coming-from = Holds from { $date }
rates-coming-unfit = Beside the rules of today it does not fit any more: on its day it lapses, and everybody is told why.
rates-counted = { $yes } yes, { $no } no, { $abstain } abstained; { $cast } of { $eligible } members voted.
rates-who = How the rules came about
rates-who-words = Every rule book that was in force, the newest first.
rates-earlier = Earlier rule books
rates-from = Held from { $date }
rates-founding = The founding rule book
rates-founding-words = It was entered when the co-op was founded, before anybody could vote.
rates-by-vote = By a vote of the members
rates-line = When the rules changed
rates-line-words = { $books ->
     [one] One rule book since { $first }
     *[other] { $books } rule books since { $first }
  }; { $coming ->
     [0] none to come.
     [one] one to come.
     *[other] { $coming } to come.
  }
rates-today = today
rates-changed = { $rule }: { $before } → { $after }
