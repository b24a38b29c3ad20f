# Votes: what is put to the vote, drafts, the pages of both.
place-votes = Votes
proposals-title = Votes
proposals-lede = Members set the rules that pay them: one member, one vote. How an open vote stands is shown to nobody before it closes.
proposals-open = Open now
proposals-open-none = No vote is open now. You get a mail when one opens.
proposals-open-end = No further vote is open.
proposals-open-more = More open votes
proposals-turnout = { $cast } of { $eligible } have voted, the quorum is { $needed }.
proposals-closes = Closes { $when }.
proposals-opens = Opens { $when }.
proposals-counted-soon = Its time is over, and it is being counted. Where a ballot cannot be opened by the server, its member has two days to open it.
proposals-voted = You have voted. You can change your vote until it closes.
proposals-not-voted = You have not voted yet.
proposals-not-on-roll = You are not on the roll of this vote: it was opened before you became a member.
proposals-read = Read
proposals-read-vote = Vote
proposals-read-change = Change
proposals-drafts = Drafts
proposals-drafts-none = Nobody is writing a proposal now. Any member can.
proposals-drafts-more = More drafts
proposals-new = Propose something
proposals-closed = Closed
proposals-closed-none = No vote was closed yet.
proposals-closed-on = { $id }, closed { $date }
proposals-counts = { $yes } yes, { $no } no, { $abstain } abstained
proposals-older = Older votes
proposals-older-title = Older votes
proposals-kinds = What can be voted
proposals-kinds-words = The rule book says which vote may change what, and what it takes. Members can change that, too.
proposals-rates = The rule book in force, in plain words
vote-kind-ordinary = Ordinary vote
vote-kind-contract = Vote on a contract
vote-kind-price-ask = Vote on a price
vote-kind-rate-change = Vote on rates
vote-kind-constitution = Vote on the rules themselves
terms-changes = May change: { $parts }.
terms-changes-none = Changes no rule by itself.
terms-passes = Counts when { $quorum } have voted, and passes with { $majority }.
terms-days = { $days ->
     [one] Open for { $days } day at least.
     *[other] Open for { $days } days at least.
  }
terms-notice = { $days ->
     [one] What it decides holds { $days } day after the close at the soonest.
     *[other] What it decides holds { $days } days after the close at the soonest.
  }
terms-at-once = What it decides can hold from the close on.
terms-cosponsors = { $count ->
     [0] Needs no other member’s signature to be opened.
     [one] Needs the signature of { $count } other member to be opened.
     *[other] Needs the signatures of { $count } other members to be opened.
  }
book-part-none = nothing
book-part-batch-repriced = the price of a batch
book-part-floor = what an hour must pay
book-part-premium = what hazards add
book-part-split = where each 100 goes
book-part-currencies = currencies
book-part-claims = claims
book-part-review = review
book-part-exposure = time at hazard level 3
book-part-votes = votes
share-1-2 = half
share-1-3 = a third
share-2-3 = two thirds
share-1-4 = a quarter
share-3-4 = three quarters
share-1-5 = a fifth
share-2-5 = two fifths
share-3-5 = three fifths
share-4-5 = four fifths
rule-rule = Rule
rule-now = now
rule-then = if it passes
rule-proposed = proposed
rule-at-close = at the close
rule-before = before
rule-since = since
rule-none = none
rule-quorum-of = { $share } of the members
rule-majority-over = more than { $share } of yes and no
rule-majority-least = at least { $share } of yes and no
rule-openings-members = members only
rule-openings-all = everybody
rule-unit-hour = { $currency } an hour
rule-unit-days = days
rule-unit-minutes = minutes
rule-hint-now = Now: { $value }
rule-hint-quorum = A share of all members, such as 1/3 or 40%
rule-name-floor = Floor for { $skill }, { $currency }
rule-name-premium = On top of the floor at hazard level { $level }
rule-name-split = Of each 100: { $who }
rule-name-claims-max-open = Claims that one member may hold at once
rule-name-claims-lease-factor = Time for a claim, times its honest time
rule-name-claims-lease-min-minutes = Time for a claim, at least
rule-name-claims-extensions = Times a claim can be extended
rule-name-review-silence-days = Silence after which work is accepted
rule-name-review-appeal-days = Time to appeal
rule-name-review-decide-days = Time to decide an appeal
rule-name-exposure-level3-minutes-per-day = Time at hazard level 3 a day, at most
rule-name-exposure-break-minutes-per-hour = Rest in each hour at level 3
rule-name-votes-quorum = { $kind }: quorum
rule-name-votes-majority = { $kind }: majority
rule-name-votes-days = { $kind }: open for, at least
rule-name-votes-cosponsors = { $kind }: signatures before it opens
rule-name-votes-notice-days = { $kind }: from the close until it holds
rule-name-votes-openings = { $kind }: who may see the opened ballots
rule-name-votes-changes = { $kind }: what it may change
rule-name-decimals = { $currency }: decimals
act-rules = Rules
act-price-ask = Ask a client for a price
act-price-ask-words = For one batch. If it passes and the client accepts, it holds for new claims; else the batch takes none from that day.
act-contract-take = Take a contract
act-contract-take-words = Whether the co-op works for this client. The result is recorded; officers act on it.
act-contract-end = End a contract
act-contract-end-words = If it passes, the co-op gives the notice that the contract lists. What is claimed is done and paid.
act-mandate = Give a role
act-mandate-words = Reviewer, treasurer or coordinator: one proposal for one member.
act-recall = End a role
act-recall-words = A member stays a member and gives the role back on the day.
act-exclusion = Exclude a member
act-exclusion-words = The gravest vote there is. The result is recorded; two officers act on it.
act-text = Say something together
act-text-words = A question or a statement in words. It changes no rule by itself.
motion-rules-words = For what is claimed from that day on. What was claimed before stays as it was.
motion-rules-votes = This vote itself goes by the rules in force when it opens.
motion-rules-none = By now the rule book says all of this already.
motion-price = Asks { $price } for each accepted piece of “{ $title }”, contract { $contract } ({ $client }).
motion-price-unit = A piece, { $currency }
motion-price-hour = At the honest time, an hour then pays { $then } instead of { $was } { $currency }.
motion-price-words = The client may say no. Then, or without an answer, the batch takes no new claims from the day on and the co-op’s notice runs; what is claimed is paid at its price.
motion-contract-way = Contract { $contract }
motion-take = The co-op takes the contract { $contract }. The result is recorded, and officers act on it.
motion-take-else = If it does not pass, that is recorded, too, and nothing follows by itself: a contract that runs goes on. To stop one, propose to end it.
motion-end = The co-op gives notice for the contract { $contract }, with the days that it lists. What is claimed until then is done and paid.
motion-end-else = If it does not pass, the contract goes on as it is.
motion-mandate = { $name } is given the role of { $role }.
motion-recall = { $name } gives the role of { $role } back.
motion-exclusion = { $name } is excluded as a { $role }. The result is recorded, and two officers act on it.
motion-about-id = The name is shown to members here and stands nowhere else: text and ledger know only { $id }.
motion-text = Nothing but these words: it is what members want to have said.
moment-both = { $here }, that is { $utc }
moment-both-day = { $here }, { $utc }
vote-margin = Vote { $id }, as on { $date }
vote-go = Vote
vote-change = Change my vote
vote-ballot-later = The ballot
vote-does = If it passes
vote-did = What it changed
vote-was = What was proposed
vote-effects = What it would do to me and to us
vote-effects-closed = What it would have done
vote-why = Why
vote-by = Proposed by { $name }
vote-by-log = Who proposed it is not kept here any more.
vote-second-call = Second call of { $id }, which had no quorum: the same text, a new roll.
vote-far = How far
vote-quorum-reached = The quorum is reached: the vote counts.
vote-quorum-missing = { $missing ->
     [one] { $missing } more ballot makes the quorum.
     *[other] { $missing } more ballots make the quorum.
  }
vote-how-counted = It passes with { $majority }. Abstaining counts for the quorum, not for the majority. Yes and no are counted at the close, and shown to nobody before.
vote-tally-aria = { $cast } of { $eligible } have voted, the quorum is { $needed }.
vote-tally-quorum = quorum { $needed }
vote-tally-cast = { $cast } voted
vote-tally-roll = roll of { $eligible }
vote-tally-yes = { $count } yes
vote-tally-no = { $count } no
vote-known = Before you vote
vote-known-words = Until it closes every ballot is sealed, and nobody is shown what it says; only whoever holds the co-op’s database could look. Afterwards members see every ballot beside the pseudonymous id of its member: among members this is an open vote.
vote-terms = Terms
vote-terms-words = Frozen when it was opened. Nobody can change the text, add a voter or move the end.
vote-fact-kind = Kind of vote
vote-fact-roll = Roll
vote-fact-quorum = Quorum
vote-fact-quorum-words = { $share }: { $needed } of { $eligible }
vote-fact-majority = Passes with
vote-fact-opens = Opens
vote-fact-closes = Closes
vote-fact-enacts = Holds from
vote-fact-would = Would have held from
vote-members-count = { $count ->
     [one] { $count } member
     *[other] { $count } members
  }
vote-brought = What it brought
vote-for-ever = Title and text stand in the book for ever, with no name in them.
verdict-passed = Passed.
verdict-rejected = Rejected.
verdict-no-quorum = No quorum.
verdict-void = Void.
vote-result = Result
vote-result-over = { $yes } of { $all } is more than { $share }.
vote-result-least = { $yes } of { $all } is at least { $share }.
vote-result-not-over = { $yes } of { $all } is not more than { $share }.
vote-result-under = { $yes } of { $all } is under { $share }.
vote-result-nobody = Nobody said yes or no.
vote-result-no-quorum = { $missing ->
     [one] { $missing } ballot was missing.
     *[other] { $missing } ballots were missing.
  }
vote-result-void = { $unopened ->
     [one] { $unopened } ballot was never opened, and it could have changed the result.
     *[other] { $unopened } ballots were never opened, and they could have changed the result.
  }
vote-quorum-met = { $cast } of { $eligible } voted. The quorum, { $share }, was { $needed }: it was met.
vote-quorum-missed = { $cast } of { $eligible } voted. The quorum, { $share }, was { $needed }: it was missed.
vote-ballots = Ballots
vote-members = members
vote-yes = Yes
vote-no = No
vote-abstained = Abstained
vote-unopened = Never opened
vote-cast = Voted
vote-not-cast = Did not vote
vote-roll = On the roll
vote-signed = { $keys } signed by members, { $sessions } attested by the co-op, { $fresh } with a key first enrolled during the vote.
vote-signed-words = Signed: with the member’s own key. Attested: cast signed in, with a mailed code; that is the co-op’s word.
vote-recount = Recount it
vote-again-way = To the second call, { $id }
vote-after-waiting = It holds from { $date }.
vote-after-asked = The client was asked. Accepted, the price holds from { $date }; else the batch takes no new claims from then on.
vote-after-accepted = The client has accepted the price: it holds from { $date }.
vote-after-refused = The client has not accepted the price. Unless it does, the batch takes no new claims from { $date }.
vote-after-paused = Without the client’s yes, the batch takes no new claims since { $date }, and the co-op’s notice runs.
vote-after-lapsed = It was to hold, but lapsed on { $date }: { $reason }.
vote-after-done = It holds since { $date }.
vote-after-recorded = It is recorded; members can point to it.
vote-after-again = It is called a second time, with the same text and the roll of that day.
vote-after-nothing = Nothing changes.
vote-after-contract-take = That is recorded; nothing follows by itself, and a contract that runs goes on.
vote-after-contract-end = The contract goes on as it is.
draft-margin = Draft
draft-label = What you propose
draft-by = By { $name }
draft-is-yours = This draft is yours.
draft-you-signed = You have signed it.
draft-changed = As of { $date }; not put to the vote yet.
draft-withdrawn = You have withdrawn this draft. Only you read it still, and whoever said something of it.
draft-withdrawn-other = Its author has withdrawn this draft. You read it still since you said something of it, which you can withdraw here.
draft-signatures = Signatures
draft-signatures-count = { $signed } of { $needed } signatures
draft-signed-enough = { $needed ->
     [0] It needs no signature beside its author’s.
     *[other] Enough members have signed it: it needed { $needed }.
  }
draft-signed-missing = { $missing ->
     [one] { $missing } more member must sign it, of { $needed }, before its author can put it to the vote.
     *[other] { $missing } more members must sign it, of { $needed }, before its author can put it to the vote.
  }
draft-sign = Sign this draft
draft-sign-words = Signing says that this should be voted on, as it stands here; you need not agree with it. An edit undoes all signatures.
draft-unsign = Take my signature back
draft-unsign-words = You have signed it.
draft-vote = The vote
draft-fact-days = Open for
draft-enacts-on = { $date }, or { $days ->
     [one] { $days } day
     *[other] { $days } days
  } after the close where that is later
draft-enacts-close = the close
draft-enacts-days = { $days ->
     [one] { $days } day after the close
     *[other] { $days } days after the close
  }
draft-yours = What you can do
draft-edit = Change it
draft-edit-signed = { $count ->
     [one] { $count } member has signed it as it was. If you change it, they must sign it again.
     *[other] { $count } members have signed it as it was. If you change it, they must sign it again.
  }
draft-withdraw = Withdraw the draft
draft-withdraw-words = A draft that is withdrawn does not come back.
draft-open = Put it to the vote
draft-open-way = Put it to the vote …
draft-open-ready = It can be put to the vote, above. The next page shows what that freezes, before anything is final.
draft-open-title = Put “{ $title }” to the vote?
draft-open-lede = From then on nobody changes it, you included: not the text, not the roll, not the times. It cannot be taken back.
draft-open-words = Everybody on the roll gets a mail at once, with a code for their ballot.
draft-open-frozen = What is frozen
draft-open-quorum = { $needed } of { $eligible } must vote
draft-open-not = Not yet
draft-open-cannot = It cannot be put to the vote as it stands. Change it first.
draft-new-title = Propose something
draft-new-lede = Write a draft, let others read and sign it, then put it to the vote. Nothing is decided before.
draft-new-of-rules = Rules
draft-new-of-else = Everything else
draft-new-rules = Change { $parts }
draft-form-rules = Change the rules
draft-form-price-ask = Ask a client for a price
draft-form-contract-take = Take a contract
draft-form-contract-end = End a contract
draft-form-mandate = Give a role
draft-form-recall = End a role
draft-form-exclusion = Exclude a member
draft-form-text = Say something together
draft-for-ever = Once it is put to the vote, title and text stand for ever and everybody reads them who may read the ledger: name no person in them.
draft-about-member = You choose the member from a list. Members see the name here; the text and the ledger hold only a pseudonymous id, so the title is written for you.
draft-rules-lede = Each rule stands as it is now. Change those that you mean; the others stay.
draft-title-mandate = Give a member a role: { $role }
draft-title-recall = End a member’s role: { $role }
draft-title-exclusion = Exclude a member
draft-title = Title
draft-title-hint = One line: the question that members answer with yes or no
draft-text = Why
draft-text-hint = Your reasons, in plain words
draft-kind = Kind of vote
draft-kind-option = { $kind }: { $quorum }, { $majority }
draft-days = Days of voting
draft-days-hint = Empty: the fewest that the rule book allows, and never under three
draft-opens = Opens on
draft-opens-hint = Empty: as soon as you put it to the vote. A day begins at 00:00 UTC
draft-enacts = Holds from
draft-enacts-hint = Empty: as soon as the rule book allows. A day begins at 00:00 UTC
draft-when = Other times than the rule book’s
draft-choose = Choose
draft-batch = Batch
draft-batch-option = { $contract }, { $title }, now { $price }
draft-price = Price asked
draft-price-hint = Of one accepted piece, in the batch’s currency, with a point: 120.00
draft-contract = Contract
draft-member = Member
draft-role = Role
draft-group-votes = { $kind }: how it is held
draft-new-skill = A floor that is not there yet: skill
draft-new-skill-hint = A short name such as lidar; general for any skill in another currency
draft-new-skill-currency = Its currency
draft-new-skill-floor = Its floor, an hour
draft-new-fund = A new fund: its name
draft-new-fund-hint = Begins with a capital letter, such as Training
draft-new-fund-share = Its part of each 100, in percent
draft-new-currency = A new currency: its three letters
draft-new-currency-decimals = Its decimals
draft-save = Save the draft
discussion-label = Discussion
discussion-none = Nobody has said anything yet. Members read what you write here.
discussion-none-over = Nobody said anything.
discussion-over = The vote is closed, and nothing can be added.
discussion-text = Your comment
discussion-text-hint = Plain text, for members only
discussion-send = Say it
discussion-answer = Answer
discussion-answer-aria = Answer { $name }
discussion-answer-text = Your answer
discussion-answer-send = Send the answer
discussion-withdraw = Withdraw
discussion-withdraw-words = Your words go for good; their place stays, for those that answer them.
discussion-gone = Withdrawn by whoever wrote it.
discussion-yours = Your comment
discussion-back = Back to the page
discussion-earlier = Earlier in the discussion
discussion-later = Further in the discussion
refusal-proposal-names = “{ $words }” is the name of a member. Title and text stand for ever, and everybody reads them who may read the ledger. Say it without the name: members see on the page whom it is about. If you mean nobody, say it in other words.
refusal-comments-thread-full = This thread has { $most } answers, and takes no more. Begin a new one under the discussion, and say what it answers. What you wrote is kept below.
refusal-proposal-day = Choose a day, such as 2026-12-15.
