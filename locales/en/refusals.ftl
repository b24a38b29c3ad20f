refusal-amount-unfit = This is no amount. Type digits with a point, such as 9.40, at most six decimals, and nothing else.
refusal-answer-invisible = “{ $question }”: the answer holds an invisible control character. Delete and type it again.
refusal-answer-missing = “{ $question }” has no answer yet. Choose or write one, then submit again.
refusal-answer-none = There is no answer yet. Answer at least one question, then submit again.
refusal-answer-number = “{ $question }” asks for a number. Type digits with a point, such as 7.5.
refusal-answer-one-choice = “{ $question }”: this is not one of the choices. Choose from the list.
refusal-answer-pair = “{ $question }”: one of the pairs is half empty. Write both its question and its answer, or neither.
refusal-answer-pairs = “{ $question }” takes { $most } pairs at most. Leave the best ones.
refusal-answer-preference = “{ $question }”: nothing is chosen yet. Choose which is better, then submit again.
refusal-answer-ranking = “{ $question }”: each of the { $most } needs a place of its own, from 1 to { $most }.
refusal-answer-reason = “{ $question }” asks for a reason of { $least } characters at least. Say what made you choose.
refusal-answer-several = “{ $question }” takes one answer, and several came. Leave one.
refusal-answer-span-absent = “{ $question }”: in the line “{ $line }”, these words do not stand in the text, or are all marked already. Copy them as they are.
refusal-answer-span-label = “{ $question }”: the line “{ $line }” does not begin with a label and a colon. Write, for instance, the label, a colon, then the words.
refusal-answer-span-over = “{ $question }”: in the line “{ $line }”, the passage overlaps “{ $text }”, which is { $label } already. Take one of them out.
refusal-answer-span-range = “{ $question }”: the line “{ $line }” reaches outside the text, which has { $most } characters.
refusal-answer-spans-many = “{ $question }” takes { $most } passages at most.
refusal-answer-spans-nothing = “{ $question }”: passages are marked, and so is “Nothing to mark here”. Leave one of them.
refusal-answer-too-long = “{ $question }”: the answer is longer than { $most } characters. Shorten it; what you typed is kept.
refusal-correction-crosses = { $missing } is missing in this account: { $account }. As the books stand, it holds less than this takes from it, so the correction could never be posted. Take less from it. Nothing was written.
refusal-correction-claimed = Members at work hold a part of { $contract }’s deposits by their claims: { $free } is free now, and the correction would take more. Accepted work can always be paid. Take at most that sum now and the rest when work has ended, or pause the contract first. Nothing was written.
refusal-balance-crossed = { $missing } is missing: a balance would fall below what it may. Nothing was written.
refusal-batch-contract-not-funded = The contract has no deposit yet. Work can be opened once the treasurer has recorded one.
refusal-batch-contract-not-listed = The contract is not approved yet. A batch can be drafted once it is.
refusal-batches-many = { $most } batches were begun on this contract within a day. Wait until tomorrow. Nothing was written.
refusal-batches-unopened = { $most } batches of this contract wait to be opened. Open one of them first; what it asks, its items, its price and its time can still be changed. Nothing was written.
refusal-batch-empty = The batch has no items. Upload a file first.
refusal-batch-changed-meanwhile = Somebody changed this draft while your change was being checked. Nothing was written. Look at the batch, and send it again.
refusal-batch-not-draft = The batch is open already and keeps what it says. Draft a new batch for a change.
refusal-batch-not-open = The batch is not open any more. Other work is on the board.
refusal-batch-state = The batch has changed in the meantime. Reload the page to see how it stands.
refusal-batch-back-unfit = As it came back, this batch cannot be opened, for the reason below, and nothing of it can be changed any more. Take back what is free of it, and make a new batch.
refusal-batch-under-new-floor = The members have voted a higher floor, and this batch pays less. It takes no new claims until its price is raised.
refusal-between-keeps-all = Together they would keep everything. Less than 100 percent may stay between the end client and the co-op.
refusal-erase-claims = { $count ->
     [one] { $count } piece of their work is not judged yet. Judge it first.
     *[other] { $count } pieces of their work are not judged yet. Judge them first.
  }
refusal-erase-client = Nobody else acts for { $client }, which has { $count ->
     [one] { $count } contract that is not finished
     *[other] { $count } contracts that are not finished
  }. Invite another user first.
refusal-erase-member = { $name } is a member. Members leave first, by themselves, in their account.
refusal-erase-owed = { $amount } is still owed to them. Pay it out first, and note that it arrived.
refusal-erase-payout = A payout to them is prepared or under way. Withdraw it, or note whether it arrived.
refusal-items-candidates = Line { $line } has { $found } candidates; the questions need { $least } at least and { $most } at most. Nothing of the file was taken.
refusal-labels-too-few = Marking passages or drawing shapes needs between 1 and { $most } labels, one on each line.
refusal-leave-last-coordinator = You are the only coordinator: without you the office is closed to everybody. Invite another one, then leave.
refusal-leave-no-destination = { $amount } is owed to you, and you have not said where it is to go. Say where your pay goes, then leave.
refusal-question-last = A form needs one question at least. Add another first, then take this one out.
refusal-question-name = A short name begins with a letter and holds small letters, digits and _ only, { $most } at most; item, worker, guidelines, key and active_seconds are taken. Leave it empty to have one made.
refusal-question-name-twice = Another question is called { $name } already. Choose another short name.
refusal-questions-too-many = A form has { $most } questions at most. Take one out, or ask the rest in another batch.
refusal-spans-need-text = Passages are marked in texts, and this batch shows pictures or pages. Ask for them in a batch of texts.
refusal-unit-unknown = Choose what one piece is from the list.
refusal-between-hidden = Whoever stands between must be named too: members have a right to know what each keeps. Give the legal name.
refusal-choice-unfit = The choice “{ $choice }” is there twice, too long, or holds an invisible character.
refusal-choices-too-few = A question with choices needs between 2 and { $most } of them, one on each line.
refusal-claim-accepted = This work is accepted already. Nothing more is to be done.
refusal-claim-refused = This work was rejected, and that is final. What you typed was not kept.
refusal-claim-back-full = You hold { $most } tasks already. Submit or leave one first; then this one can come back.
refusal-claim-back-not = This is not with the reviewer: it is in your hands, or the task is free again.
refusal-claim-back-seen = Somebody has opened this for review, so it stays as it is. If something is wrong with it, it is sent back to you.
refusal-claim-back-told = You have read what is known of this item, so the answer stays. It is paid like any other once it is accepted.
refusal-claim-escrow = The client’s deposit does not cover another piece: { $free } is free, the price is { $price }. The client must add to it first; other work is on the board.
refusal-claim-expired = The time was up at { $due } and the task is free again. Your text is kept as a draft: claim the task again if it is still free.
refusal-claim-extended = The time was extended once already. Submit or leave the task; the draft stays.
refusal-claim-released = You left this task before. Claim it again from the board if it is free.
refusal-claim-submitted = This was submitted already and is with the reviewer.
refusal-claims-full = You hold { $most } tasks already. Submit or leave one first.
refusal-contract-under-floor = At this price and time a member earns { $hour } an hour. The floor that the members voted is { $floor }. The least price at this time is { $least }. The contract is kept as a draft.
refusal-contract-changed = The contract was changed since the page was shown. Nothing was approved: read it again.
refusal-contract-missing = Still missing: { $label }.
refusal-contract-not-draft = The contract is with the co-op already and cannot be changed here.
refusal-contract-not-submitted = The contract does not wait for approval any more. Reload the page.
refusal-batch-contract-paused = The contract is paused, so no batch opens. Whoever paused it resumes it first.
refusal-batch-level-raised = The contract’s hazard level rose to { $now }, and this batch is of level { $level }: no new task of it can be claimed. Other work is on the board.
refusal-batch-not-raised = Members can still claim the tasks of this batch, so they are not taken back. Pause the batch, or end the contract: members then have the days of its notice.
refusal-batch-none-free = Nothing of this batch is free, so there is nothing to take back. Reload the page to see how it stands.
refusal-amendment-agreed = Your side has agreed to this already: it waits for two people of the co-op. You can still say no.
refusal-amendment-nothing = Nothing is changed yet. Change a page first, then propose it.
refusal-amendment-none = No change is proposed here any more. Reload the page to see how it stands.
refusal-amendment-open = Your side has a draft of a change already, or one is proposed and waits. One at a time: it must be decided or taken back first.
refusal-amendment-waits = Another change of this contract is proposed and waits for an answer. Your draft is kept: propose it once that one is decided or taken back.
refusal-amendment-stale = The contract has changed since this draft was begun, so it would undo what was agreed to. Take the draft back, and begin again from what stands now.
refusal-contract-moves-many = Your side did this { $most } times within a day, and each time people got mail. Wait until tomorrow, or speak with the other side.
refusal-amendment-of-other = The other side proposed this, so only that side takes it back.
refusal-amendment-own = Your side proposed this, so the other side must agree.
refusal-amendment-proposed = This is with the other side already. Take it back first if it must change.
refusal-amendment-why = Say why in a sentence: the other side reads it.
refusal-contract-over = This contract has ended. No new task can be claimed, and no batch opened or changed; what was claimed before is judged and paid.
refusal-contract-paused = This contract is paused: no new task can be claimed for now. What you hold goes on as before; other work is on the board.
refusal-contract-paused-already = It is paused already. Nothing more is to be done.
refusal-contract-not-running = It is not funded yet, so there is nothing to pause. It can be ended instead.
refusal-contract-notice-runs = Your side gave notice, and members have these days to work in: nothing is paused before it ends. Take the notice back first if you must pause.
refusal-contract-paused-by-other = The other side paused it, so the other side resumes it. Write to them.
refusal-contract-not-paused = It is not paused. Nothing more is to be done.
refusal-contract-nothing-done = No batch of it was ever opened, so there is nothing to complete. It can be ended instead.
refusal-contract-not-done = { $left ->
     [one] { $left } answer is not accepted yet. A contract is completed when all of them are; before that, it can be ended early.
     *[other] { $left } answers are not accepted yet. A contract is completed when all of them are; before that, it can be ended early.
  }
refusal-contract-notice-given = Notice was given already: it ends on { $when }.
refusal-contract-resume-first = Resume the contract and its batches first: when your side gives notice, members have its days to work in.
refusal-contract-no-notice = No notice was given. Nothing more is to be done.
refusal-contract-notice-of-other = The other side gave notice, so only that side takes it back. Write to them.
refusal-contract-why = Say why in a sentence: people whose work it stops read it.
refusal-country-unknown = This is no country code. Two capital letters, such as DE or KE.
refusal-currency-unused = The co-op has no floor in this currency, so nothing can be promised in it. Choose USD or EUR.
refusal-deposit-not-listed = The contract is not listed. A deposit needs a listed contract.
refusal-deposit-unnamed = { $count ->
     [one] Entry { $entries } is a deposit of this sum on this contract
     *[other] Entries { $entries } are deposits of this sum on this contract
  } whose reference is no longer known: it was lost with an older backup, or erased. Look at the bank’s statement. If it is the same money, it is booked already, and there is nothing to do. If it is another transfer, tick the box and record it. Nothing was written.
refusal-deposit-twice = A deposit of this sum with this reference stands on this contract already: entry { $index }. If it is another transfer, add what tells them apart.
refusal-email-taken = There is an account with this address already.
refusal-email-unfit = This is no e-mail address. It needs a name, an @ and a domain.
refusal-end-client-hidden = The end client must be named: members have a right to know who they work for before they claim. “Confidential” or “under NDA” is no name. Give the legal name of whoever uses the results.
refusal-expense-name = The account must begin with a capital letter and hold letters, digits and - only, such as Hosting.
refusal-field-unknown = The form holds a field that does not belong to it: { $field }. Nothing was written. Reload the page and send it again.
refusal-form-key-missing = The form came without its key. Nothing was written. Reload the page and send it again.
refusal-form-reused = This form was sent before with other content. Nothing was written. Reload the page and send it again.
refusal-guidelines-unnumbered = Number the sections of the guidelines, each at the beginning of a line, such as “4.2 When in doubt …”: whoever sends work back must name one.
refusal-hazard-forbidden = Pictures or video of child sexual exploitation are refused as a contract, without exception.
refusal-hazard-unfit = A hazard needs its category, form, level 0 to 3 and share from 1 to 100 percent.
refusal-hazard-not-agreed = This work may show you what you have not agreed to meet. Read what it is below: agree and claim, or look for other work.
refusal-hazard-changed = The contract names other hazards by now. Read them on the board before you go on.
refusal-exposure-day = You have worked { $most } or more at hazard level 3 within 24 hours, the most that the rule book allows. You can go on from { $at }; other work is open to you now.
refusal-exposure-rest = Of every hour, { $rest } must be free of hazard level 3. You can go on from { $at }; other work is open to you now.
refusal-invitation-kind = This person was invited before, as a member or as a client’s user, and that cannot be changed. Use another address.
refusal-items-cell = Line { $line }: the column { $column } is empty, too long, or holds an invisible character. Nothing of the file was taken.
refusal-items-cells = Line { $line } has { $found } cells, the head has { $expected }. Nothing of the file was taken.
refusal-items-column = The file has no column { $column }. It needs the columns id and payload.
refusal-items-encoding = Line { $line } is not UTF-8. Save the file as UTF-8 and upload it again.
refusal-items-full = This contract keeps { $kept } MB of items, pictures and results, and these items would be { $more } MB more; it may keep { $most } MB. Send fewer, or shorter ones, or ask the co-op for room. Nothing of the file was taken.
refusal-items-gold-answer = Line { $line }: “{ $given }” is no answer to the question “{ $question }”. Write it as a member would give it. Nothing of the file was taken.
refusal-items-gold-item = Line { $line }: no item has the id { $id }. Nothing of the file was taken.
refusal-items-gold-kind = Line { $line }: no right answer can be known to “{ $question }”: what is drawn, marked or written in pairs is never the same twice. Leave it out. Nothing of the file was taken.
refusal-items-gold-none = The file names no known answer. It needs the columns id, gold and gold_explanation, and a row for each item whose answer is known.
refusal-items-gold-question = Line { $line }: no question is called “{ $name }”. Nothing of the file was taken.
refusal-items-gold-which = Line { $line }: it is not clear which question gold answers. Name it in the column, as in gold.{ $name }, or in JSON Lines as a key of an object. Nothing of the file was taken.
refusal-items-suggestion-answer = { $at ->
     [task] Task
     *[line] Line
  } { $line }: “{ $given }” could not be taken over as an answer to “{ $question }”. Write it as a member would give it. Nothing of the file was taken.
refusal-items-suggestion-empty = { $at ->
     [task] Task
     *[line] Line
  } { $line } names a model, and not what it suggests. Leave both empty, or neither. Nothing of the file was taken.
refusal-items-suggestion-item = { $at ->
     [task] Task
     *[line] Line
  } { $line }: no item has the id { $id }. Nothing of the file was taken.
refusal-items-suggestion-kind = { $at ->
     [task] Task
     *[line] Line
  } { $line }: nothing can be suggested to “{ $question }”, since it is done in another tool. Leave it out. Nothing of the file was taken.
refusal-items-suggestion-model = { $at ->
     [task] Task
     *[line] Line
  } { $line }: a suggestion needs the name of its model (in Label Studio model_version), name and version each one line of at most { $most } characters. Members read who suggests. Nothing of the file was taken.
refusal-items-suggestion-none = The file suggests nothing. It needs the columns id, suggestion and suggestion_model, and a row for each item for which a model suggests an answer; or tasks of Label Studio with predictions.
refusal-items-suggestion-question = { $at ->
     [task] Task
     *[line] Line
  } { $line }: something is suggested to a question called “{ $name }”, and there is none. Nothing of the file was taken.
refusal-items-suggestion-shape = { $at ->
     [task] Task
     *[line] Line
  } { $line }: its prediction draws a shape that cannot stand here: it is turned, neither box nor polygon, off the picture, or does not say the picture’s size (original_width and original_height). Nothing of the file was taken.
refusal-items-suggestion-which = { $at ->
     [task] Task
     *[line] Line
  } { $line }: it is not clear to which question something is suggested. Name it in the column, as in suggestion.{ $name }, or in JSON Lines as a key of answer. Nothing of the file was taken.
refusal-items-json = Line { $line }, column { $column }: this is not a JSON object. Nothing of the file was taken.
refusal-tasks-long = Task { $line } is larger than { $most } MB. Nothing of the file was taken: leave out what no item needs, annotations for example.
refusal-items-line-long = Line { $line } is longer than { $most } MB. Nothing of the file was taken: split the line, or leave out what no item needs.
refusal-items-link = Line { $line }, column { $column }: an address must begin with https://. Nothing of the file was taken.
refusal-items-none = The file holds no items. It needs the columns id and payload, and a row for each item.
refusal-items-quote = A quotation mark is left open, at or after line { $line }. Nothing of the file was taken.
refusal-items-row = Line { $line } cannot be read. Nothing of the file was taken.
refusal-items-too-large = The file is larger than { $most } MB. Send it in several batches.
refusal-items-too-many = The file holds more than { $most } items. Send it in several batches.
refusal-items-twice = Line { $line }: the id { $id } is there twice. Nothing of the file was taken.
refusal-items-zero = Line { $line } holds a sign that no text has, a zero byte. Save the table anew as UTF-8, or take the sign out, and upload it again. Nothing of the file was taken.
refusal-lei-digits = The check digits of this LEI do not fit. Copy it again from the register.
refusal-lei-form = A LEI has 20 capital letters and digits. Without one, give the national register and the number.
refusal-link-used-up = This link was used or has run out. Ask for a new one.
refusal-name-unfit = This name is empty, too long, or holds an invisible control or direction character.
refusal-number-range = This must be a whole number from { $least } to { $most }.
refusal-password-weak = The password needs 10 to 200 characters, at least four different ones. A sentence of your own is easiest to keep.
refusal-password-wrong = The password is wrong. Nothing was written; type it again.
refusal-payload-kind = Choose what a task shows: a text, a picture or a page.
refusal-payout-fee = A fee may be { $most } at most, the line itself. Prepare an expense for a larger cost: two people decide it.
refusal-books-changed = The balances do not follow from the entries: the database was changed. Nothing leaves until that is cleared up.
refusal-payout-line-not-sent = This line is not under way any more. Reload the page to see how it stands.
refusal-payout-nobody = Nobody is owed { $minimum } or more. Lower the smallest balance, or wait.
refusal-payout-not-waiting = This does not wait for its second person any more. Reload the page to see how it stands.
refusal-payout-waiting = { $payout } waits for its second person already. Two runs at once would pay twice: approve or withdraw it first.
refusal-price-under-floor = At this price and time a member earns { $hour } an hour. The floor that the members voted is { $floor }. The least price at this time is { $least }. The batch is kept as a draft.
refusal-percent-unfit = This must be a share from 0 to 100 percent, such as 12.5.
refusal-price-too-large = The price of one answer may be { $most } at most.
refusal-question-missing = There is no question, or it is longer than 200 characters.
refusal-rail-unknown = This way of paying is not known to the ledger.
refusal-reference-missing = Say in a line what this rests on, such as the bank’s reference. It is kept outside the ledger, behind a seal.
refusal-reference-digits = The check digits of this reference do not fit: a digit was mistyped. Copy it again from the statement.
refusal-reference-of-other = This reference names another contract than { $contract }. Choose that one, or leave the choice to the reference.
refusal-reference-names-none = This reference names no listed contract of ours. Choose the contract from the list.
refusal-quote-no-price = Say currency, price and time first: a quote rests on them.
refusal-return-reason = Say in a sentence what is to be changed: the client reads it.
refusal-share-unfit = The share must be a number of percent from 1 to 100, with at most two decimals and a point, such as 10 or 2.5. Nothing was changed.
refusal-share-not-more = A share can only be raised while the batch is open: members were told it before they claimed. Type a greater number. Nothing was changed.
refusal-rest-unread = { $count ->
     [one] One drawn answer waits to be read.
     *[other] { $count } drawn answers wait to be read.
  } The rest can be accepted once everything drawn that was handed in is decided.
refusal-rest-contested = A rejection is under way: the rest can be accepted once it is decided.
refusal-review-back-again = This work was sent back { $most } times already. Accept it or reject it: a rejection can be appealed.
refusal-review-back-left = Whoever did this work has left the co-op and cannot hand it in again. Accept it or reject it: then somebody uninvolved decides.
refusal-review-changed = What waits has changed since the page was shown. Nothing was accepted: look at count and sum again.
refusal-review-clause = Name a section that the guidelines have, such as 4.2.
refusal-review-code = Choose a code from the list.
refusal-review-not-submitted = This work does not wait for a verdict any more. Reload the page.
refusal-review-rejected = This work was rejected; only an appeal decides about it now. Nothing was written.
refusal-appeal-late = The time for an appeal ended on { $date }. Nothing was written.
refusal-appeal-made = The appeal was made before; it is decided by somebody who had nothing to do with it.
refusal-appeal-text = Say in a few sentences why you see it otherwise, { $most } characters at most.
refusal-appeal-involved = Whoever had a part in this work decides nothing about it.
refusal-appeal-over = This appeal is decided, or its time is over. Nothing was written.
refusal-appeal-decision = Say in a sentence or two why, { $most } characters at most: both sides read it.
refusal-appeal-outcome = Choose whether the appeal succeeds or the rejection stands.
refusal-review-own = Nobody reviews their own work. Somebody else will.
refusal-review-reason = Say in a sentence what is to be done differently.
refusal-role-unknown = This role does not exist here.
refusal-sign-in-failed = Address and password do not fit together. Type them again, or ask for a new password.
refusal-sum-too-large = The sum is larger than the ledger can hold. Nothing was written.
refusal-task-none-free = Somebody else was quicker: no task of this batch is free for you now. Other work is on the board.
refusal-text-invisible = This text holds an invisible control or direction character. Delete it and type it again.
refusal-text-too-long = This is longer than { $most } characters.
refusal-too-many-attempts = There were too many attempts. Wait { $minutes } minutes and try again.
refusal-two-people = You prepared this, so somebody else must approve it: no sum leaves by one person’s hand.
refusal-website-form = An address must begin with https://.
refusal-zone-unknown = This time zone is not known. Write it like Africa/Nairobi.
refusal-payout-to-unfit = This is empty, too long, or holds a sign that banks and spreadsheets misread. Write the number or account in one line: letters, digits, and . , : / ( ) # @ _ - + only.
refusal-period-nothing-new = The last entry already closes a period: nothing has happened since. Nothing was written.
refusal-period-too-long = The period has more balances than the book can tell. Nothing was written.
refusal-size-beyond = The book holds { $size } entries, not that many yet. The balances of now stand below.
refusal-size-unfit = That is no number of entries: type a whole number from 0. The balances of now stand below.
refusal-key-code-wrong = This code does not fit, was used, or is older than 15 minutes. Type the digits of the newest mail, or ask for another code.
refusal-colleagues-many = { $most } people act for your organisation or are invited to, which is the most. Ask the co-op to take out whoever acts no more.
refusal-key-contract-first = A key signs what your organisation accepts. You can make it once a contract of yours stands in the ledger; the co-op writes it there when it approves one.
refusal-key-first-done = You have a key, or had one. Another is signed for with a key of yours, or by two members.
refusal-key-known = You used this key before. Make a new one.
refusal-key-many = You have { $most } keys in force, which is the most. Retire one that you do not use first.
refusal-key-not-in-force = This is no key of yours that is in force. Reload the page to see how they stand.
refusal-key-officers-first = Keys begin with the treasurers and coordinators: once two members have one, no sum leaves without signatures. Ask two of them to make theirs; then you can make yours.
refusal-key-private = This was the secret half of a key, which nobody may see. Nothing was kept of it, but make a new key, and paste its public line: it begins with your key’s name.
refusal-key-reason = Choose a reason from the list.
refusal-key-unfit = This is no public key of yours: one line that begins with { $name }+. Copy it whole.
refusal-note-broken = The signature does not hold. Sign the text again, and paste all that is printed.
refusal-note-other-key = This was not signed by a key of yours that is in force. Sign with the key that is listed under your account.
refusal-note-other-text = This was signed over another text. Sign the text of this page.
refusal-note-unfit = This is no signed note. Paste all that was printed, from the first line to the end of the signature.
refusal-signature-key-young = Your key counts among two people from { $when }: three days after it was entered, so that a stolen mailbox is noticed first. Until then, two others can sign.
refusal-signature-no-key = This takes the signatures of two people, and you have no key in force. Make one under your account: it counts after three days. Until then, two others can sign.
refusal-signature-not-needed = This needs no signatures yet: a second person approves it with their password.
refusal-signature-not-waiting = This does not wait for signatures any more. Reload the page to see how it stands.
refusal-signature-no-key-acceptance = You have no key in force to sign this with. Make one under your account, or accept the piece without a signature: it counts the same.
refusal-signature-vouched = You have no key in force with which to sign for another. Two other members with keys can: send them the address of this page.
refusal-signature-yours = You have signed this. The signature of another person is missing.
refusal-signatures-missing = This takes the signatures of two different members, by keys that are three days old. Sign it with your key on its page, and ask another person to.
refusal-text-changed = What was to be signed has changed since you read it. Nothing was signed: read it again.
refusal-text-expired = This text was prepared more than ten minutes ago. Prepare it again, so that you sign what is so now.
refusal-text-used = This text was signed already. Each is signed once.
refusal-departure-last-coordinator = { $name } is the only coordinator: without them the office is closed to everybody. Invite another one first.
refusal-departure-no-destination = { $amount } is owed to { $name }, who has not said where it is to go. They say so in their account first.
refusal-departure-no-key = You have no key in force, so two treasurers or coordinators sign this for you. With a key of your own you can sign it yourself.
refusal-departure-waiting = This waits for two signatures already. Nothing more is needed from you here.
refusal-database-busy = The database has been busy for half a minute, as it is while erased texts leave its files. Nothing was written. Please send it again in a few minutes.
refusal-files-away = The place where files are kept does not answer just now. Nothing was written. Try again in a few minutes; if it goes on, tell your co-op.
refusal-admission-known = The ledger has { $name } as a member already, by an entry of before. Nothing was written, and this invitation can be withdrawn.
refusal-admission-waiting = An invitation for this address waits for two members’ signatures already.
refusal-correction-of-nothing = This entry moves no money, so there is nothing to correct in it.
refusal-correction-of-payout = A payout is not corrected: what was paid out is never taken back. One that failed is noted as failed on its own page.
refusal-correction-of-correction = This is a correction itself. Correct the entry that it names: its amounts are shown with all corrections so far.
refusal-correction-unbalanced = The lines do not add up to zero any more: { $missing } is too much or too little. Change another line by as much.
refusal-correction-changes-nothing = Nothing was changed. Type what a line should have been.
refusal-correction-reason = Choose why it is corrected.
refusal-correction-waits = A correction of this entry waits for its second person already. Decide or withdraw that one first.
refusal-return-asked = This contract runs: a part of its deposit goes back only at its client’s request. Say in a sentence when and how they asked.
refusal-return-beyond-deposit = { $left } is left of this deposit: nobody is sent back more than arrived. Take that much at most, and the rest of another deposit.
refusal-return-beyond-free = { $free } can go back now: the rest is spent, held for claims, or waits to go back already. Take that much at most.
refusal-return-claimed = Less is free than when this was prepared, { $free } by now: work was claimed in between, and accepted work can always be paid. Withdraw this return, and prepare one of at most that sum. Nothing was returned.
refusal-return-unnamed = { $count ->
     [one] Entry { $entries } is a return of this sum on this contract
     *[other] Entries { $entries } are returns of this sum on this contract
  } whose payment is no longer known: its reference was lost with an older backup, or erased. Look at the bank’s statement. If it is the same payment, it is booked already, and there is nothing to do. If it is another one, tick the box and prepare it. Nothing was written.
refusal-return-twice = A return of this sum by this payment stands on this contract already: entry { $index }. If it is another payment, add what tells them apart.
refusal-return-fraction = A bank sends nothing smaller than { $least }. Leave the smaller part of it; it stays in the contract’s account.
refusal-return-of-none = Choose the deposit of which this is a part.
refusal-return-reference = This reference names another contract than { $contract }. Look at both, and type the reference of this payment.
refusal-return-waits = A return of this deposit waits for its second person already. Decide or withdraw that one first.
refusal-lowering-second = You spoke for the co-op in this already, so somebody else must say yes: a lower level takes two people.
refusal-suggestions-betray = Members could tell which items have a known answer: { $gold } of those { $golds } come with a suggestion, and { $others } of the other { $all }. Give each item a suggestion, or a like share of both kinds, or none. The batch was not opened.
refusal-text-zero = A text holds a sign that nobody sees and that cannot be kept, a zero byte. Delete the text, type it again and send it. Nothing was written.
