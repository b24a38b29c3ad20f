mail-footer-checkpoint = The co-op’s book as it stood when this was written. Keep this mail: it is a witness.
mail-hello = { $name },
mail-unsubscribe = Stop this mail:
mail-invited-subject = Your account at { $coop }
mail-invited-text = { $acts ->
     [client] { $by } invites you to act for { $client }.
     *[member] { $by } invites you.
  } Choose your password with this link; it works once, for seven days.
mail-reset-subject = A new password
mail-reset-text = Somebody asked for a new password for your account. If it was you, use this link within an hour. If not, nothing happens.
mail-claim-due-subject = Your time ends soon: { $title }
mail-claim-due-text = Your task of { $title } is yours until { $due }. Submit it, ask for more time, or leave it; the draft stays in any case.
mail-work-accepted-subject = { $amount } for { $title }
mail-work-accepted-text = { $count ->
     [one] { $count } piece of { $title } was accepted
     *[other] { $count } pieces of { $title } were accepted
  } at { $price } each. { $amount } is now in your balance. Entry { $index } in the book says by which rule.
mail-sent-back-subject = Sent back: { $title }
mail-sent-back-text = Your work came back: { $code }. { $said ->
     [yes] { $reason }
     *[no] The reason stands with the work.
  } Guidelines, section { $clause }. It has its own clock, until { $due }.
mail-rejected-subject = Rejected: { $title }
mail-rejected-text = Your work was rejected: { $code }. { $said ->
     [yes] { $reason }
     *[no] The reason stands with the work.
  } Guidelines, section { $clause }. { $left ->
     [yes] Nothing is final: since you have left the co-op, somebody who had nothing to do with it decides without your asking, before { $due }; what nobody decides is accepted and paid.
     *[no] Nothing is final: until { $due } you can appeal, and somebody who had nothing to do with it decides.
  } Entry { $index } in the book.
mail-appealed-subject = An appeal waits: { $title }
mail-appealed-text = Work of { $title } was rejected, and whoever did it appeals, or has left the co-op. You had no part in it, so you can decide, until { $due }. What nobody decides is accepted and paid.
mail-rejection-ended-subject = { $paid ->
     [yes] Accepted after all: { $title }
     *[no] The rejection stands: { $title }
  }
mail-rejection-ended-text = { $title }. { $outcome }
mail-deposit-received-subject = Deposit received: { $amount }
mail-deposit-received-text = { $amount } arrived for { $contract }, { $title }. It stays yours until work is accepted.
mail-deposit-returned-subject = Returned to you: { $amount }
mail-deposit-returned-text = { $amount } of your deposit for { $contract }, { $title }, goes back to you. Two people of the co-op agreed; entry { $index } in the book says so. If you did not expect it, or it does not arrive within a few days, write to the treasurer.
mail-paid-out-subject = Paid out: { $amount }
mail-paid-out-text = { $amount } is on its way to you, payout { $payout }.
mail-payout-failed-subject = A payout came back: { $amount }
mail-payout-failed-text = { $amount } of payout { $payout } did not arrive and is in your balance again. The treasurer will ask you for the right details.
mail-contract-listed-subject = New contract: { $title }
mail-contract-listed-text = { $contract }, { $title }, for { $client }: { $purpose }.
mail-contract-amended-subject = Changed: { $title }
mail-contract-amended-text = { $contract }, { $title }, has a new version, { $version }, for new claims. { $claims ->
     [one] Your { $claims } piece under way keeps the version that you claimed it under.
     *[other] Your { $claims } pieces under way keep the version that you claimed them under.
  } You may leave a task without loss: nothing is held against you. This page shows what changed.
mail-amendment-moved-subject = { $what ->
     [proposed] A change is proposed: { $title }
     [withdrawn] A proposed change is taken back: { $title }
     [declined] Not agreed: { $title }
     [two-people] Agreed, and waits for two people: { $title }
     *[agreed] Changed: { $title }
  }
mail-amendment-moved-text = { $side ->
     [client] The client
     *[coop] The co-op
  } { $what ->
     [proposed] proposes to change { $contract }, { $title }. See what would change, and agree or not. Their reason: { $reason }
     [withdrawn] took the proposed change of { $contract }, { $title }, back. The contract stays as it is.
     [two-people] agreed to change { $contract }, { $title }. It lowers the hazard level, so two people of the co-op must say yes first; until then the contract stays as it is.
     [declined] does not agree to change { $contract }, { $title }. The contract stays as it is. Their reason: { $reason }
     *[agreed] agreed to change { $contract }, { $title }. The new version is in force for new claims, with an entry in the book.
  }
mail-payout-to-changed-subject = Where your pay goes was changed
mail-payout-to-changed-text = Where your pay goes was changed. If it was not you, choose a new password at once and tell the treasurer.
mail-colleague-invited-subject = Invited to act with you: { $name }
mail-colleague-invited-text = { $by } invited { $name } to act for your organisation: they can do all that you can, accept work and pay for it too. If you do not know of this, speak with { $by }, and with the co-op.
mail-invited-elsewhere-subject = { $client } wanted to invite you
mail-invited-elsewhere-text = { $by } wanted to invite you to act for { $client } here. Your address has an account already, so nothing was changed, and { $by } was not told. If you want to act for them, tell them another address of yours.
mail-role-granted-subject = A new role: { $name }, { $role }
mail-role-granted-text = { $by } invited { $name } with the role: { $role }. Two people decide every sum that leaves: if you do not know of this, speak with the co-op before you approve anything.
mail-contract-submitted-subject = To approve: { $title }
mail-contract-submitted-text = { $contract }, { $title }, for { $client }, waits for a coordinator.
mail-contract-approved-subject = Approved: { $title }
mail-contract-approved-text = { $contract }, { $title }, is approved and public. Next comes the deposit; the treasurer tells you where to, and work can be opened once it has arrived.
mail-contract-returned-subject = Back to you: { $title }
mail-contract-returned-text = { $contract }, { $title }, is a draft again, with everything kept. { $reason }
mail-contract-moved-subject = { $what ->
     [paused] Paused: { $title }
     [resumed] Goes on: { $title }
     [completed] Completed: { $title }
     [noticed] Ends on { $when }: { $title }
     [kept] { $ends ->
         [yes] Still ends on { $when }: { $title }
         *[no] Does not end: { $title }
      }
     *[terminated] Ended: { $title }
  }
mail-contract-moved-text = { $side ->
     [client] The client
     *[coop] The co-op
  } { $what ->
     [paused] paused { $contract }, { $title }: no new task can be claimed until that side resumes it.
     [resumed] resumed { $contract }, { $title }: tasks can be claimed again.
     [completed] completed { $contract }, { $title }: everything is accepted and paid, and it is closed.
     [noticed] gave notice for { $contract }, { $title }: it ends on { $when }. Until then tasks can be claimed; what is claimed by then is judged and paid, later too.
     [kept] { $ends ->
         [yes] took one notice for { $contract }, { $title }, back. Another one runs on: it ends on { $when }.
         *[no] took the notice for { $contract }, { $title }, back: it goes on as before.
      }
     *[terminated] ended { $contract }, { $title }, early: no new task can be claimed. What was claimed before is judged and paid.
  } { $whose ->
     [member] { $claims ->
         [one] Your { $claims } piece under way stays yours: hand it in as before. It is judged, and paid from the client’s deposit.
         *[other] Your { $claims } pieces under way stay yours: hand them in as before. They are judged, and paid from the client’s deposit.
      }
     *[other] The contract’s page says how work and deposit stand.
  }{ $said ->
     [yes] {" "}Their reason: { $reason }
     *[no] {""}
  }
mail-second-person-subject = To approve: { $what }, { $amount }
mail-second-person-text = { $by } prepared { $what }, { $amount }. It waits for a second person.
mail-correction-prepared-subject = To approve: correction of entry { $corrects }, { $amount }
mail-correction-prepared-text = { $by } prepared a correction of entry { $corrects } in the book: { $reason }. It moves { $amount } between the accounts of that entry, and nothing is posted before a second person agrees. Hold it against the entry, then approve it here; if you doubt it, speak with { $by } first.
mail-return-prepared-subject = To approve: { $amount } back from { $contract }
mail-return-prepared-text = { $by } prepared the return of { $amount } to the client of { $contract }, { $title }. Nothing leaves before a second person agrees. Hold it against the deposit and what the client asked, then decide here; if you doubt it, speak with { $by } first.
mail-corrected-subject = { $whose ->
     [deposit] Your deposit for { $contract } was corrected: { $amount } { $way ->
         [less] less
         *[more] more
      }
     *[pay] Your pay was corrected: { $amount } { $way ->
         [less] less
         *[more] more
      }
  }
mail-corrected-text = Entry { $corrects } in the book was corrected by two people: { $reason }. { $whose ->
     [deposit] Your deposit for { $contract }
     *[pay] Your balance
  } has { $amount } { $way ->
     [less] less
     *[more] more
  } than before. The entry itself stays as it was; entry { $index } says what changed. If you think this is wrong, write to the treasurer.
mail-key-code-subject = The code for your key
mail-key-code-text = { $code } is the code for making your key at { $coop }. It counts for 15 minutes, once. If you did not ask for it, somebody knows your password: choose a new one at once, and tell the co-op.
mail-key-changed-subject = { $what ->
     [retired] A key of yours was retired
     *[added] A key of yours was added
  }
mail-key-changed-text = { $what ->
     [retired] Your key { $key } was retired: it signs nothing from now on. What it signed before stays valid. If this was not you, choose a new password at once, and tell the treasurers and coordinators.
     [vouched] Two members vouched for you, and key { $key } is now yours. Your older keys are retired. If this was not you, choose a new password at once, and tell the treasurers and coordinators before three days are over: only then does a new key count among two people.
     [client] Key { $key } is now yours: with it you sign what your organisation accepts. If this was not you, choose a new password at once, and tell the co-op.
     [client-vouched] Two members vouched for you, and key { $key } is now yours. Your older keys are retired. If this was not you, choose a new password at once, and tell the co-op.
     *[added] Key { $key } is now yours. If this was not you, choose a new password at once, and tell the treasurers and coordinators before three days are over: only then does a new key count among two people.
  }
mail-key-of-colleague-subject = { $what ->
     [retired] A key was retired: { $name }
     *[added] A new key: { $name }
  }
mail-key-of-colleague-text = { $what ->
     [retired] Key { $key } of { $name } was retired. What it signed before stays valid.
     [vouched] Two members vouched for { $name }, who now has key { $key }. It counts among two people after three days. If you have doubts, speak with { $name } before then.
     [client] { $name }, who acts for a client, now has key { $key } and signs with it what the client accepts. If you have doubts, speak with { $name }.
     [client-vouched] Two members vouched for { $name }, who acts for a client and now has key { $key }. If you have doubts, speak with { $name }.
     *[added] { $name } now has key { $key }. It counts among two people after three days. If you have doubts, speak with { $name } before then.
  }
mail-signature-wanted-subject = { $about ->
     [key] To vouch for: { $what }
     [correction] To sign: correction of entry { $what }
     [lowering] To decide: a lower hazard level for { $what }
     [return] To sign: a return from { $what }
     *[other] To sign: { $what }
  }
mail-signature-wanted-text = { $about ->
     [key] { $what } has lost their keys and made another. It counts once two members with keys have signed for it. Speak with { $what } before you sign.
     [admission] { $by } wants { $what } as a member. Two members with keys sign for it.
     [correction] { $by } has signed the correction of entry { $what }. Nothing is posted before a second person signs. Read what it changes and why, hold it against the entry, then sign it here.
     [lowering] Both sides of { $what } agree to a lower hazard level. It is in force once two people of the co-op have said yes. See what would change, and whether the items themselves became milder; then decide here.
     [return] { $by } has signed the return of a part of the deposit of { $what }. Nothing leaves before a second person signs. Hold it against the deposit and what the client asked, then sign it here.
     [departure] { $what } was admitted and never came in; { $by } asks to take them off the roll. Two treasurers or coordinators with keys sign for it.
     [excluded] The members voted in { $by } that { $what } leaves. Their roles have ended, and no new task is given to them. Two treasurers or coordinators with keys sign that they are off the roll.
     [leaving] { $what } wants to leave the co-op and has no key. Two treasurers or coordinators with keys sign for it.
     *[other] { $by } has signed { $what }. The signature of another person is missing.
  }
mail-left-subject = You have left { $coop }
mail-left-text = You are off the roll of { $coop }; entry { $index } in the book says so. What you handed in is judged, and { $unsaid ->
     [yes] what you are owed stays yours: say in your account where it is to go, and the next payout takes it along.
     *[no] what you are owed is paid out.
  } If it was not you, tell the co-op at once.
mail-erased-subject = Something was erased
mail-erased-text = { $by } erased an account, or the text behind an entry. The law gives people the right to ask for it. Entries and receipts stay as they are. If you know nothing of it, ask.
mail-vote-opened-subject = Vote { $proposal }: { $title }
mail-vote-opened-text = { $call ->
     [second] Too few members voted in { $again }, so “{ $title }” is called once more, for the last time, as { $proposal }.
     *[first] “{ $title }” is put to the vote as { $proposal }.
  } It opens on { $opens } and closes on { $closes }. Your code for it is { $code }; with it you vote signed in, without a key. Until the vote closes your ballot is sealed, and nobody is shown what it says; only whoever holds the co-op’s database could look. Until then you can change your vote. Afterwards every member can see it beside your number, and the ballot’s page says so where others can, too.
mail-vote-reminder-subject = Open until { $closes }: { $title }
mail-vote-reminder-text = You have not voted in { $proposal } (“{ $title }”). It closes on { $closes }. Your code for it is { $code }. Abstaining is a vote, too: it counts for the quorum.
mail-vote-code-subject = The code for your vote in { $proposal }
mail-vote-code-text = { $code } is the code for your ballot in { $proposal } (“{ $title }”). It counts once. If you did not ask for it, somebody may know your password: choose a new one at once, and tell the co-op.
mail-ballot-cast-subject = Your ballot is in: { $title }
mail-ballot-cast-text = A ballot was cast in your name in { $proposal } (“{ $title }”), signed in with a mailed code; it is entry { $index } of the book, sealed. Your page shows what it says, and you can cast another until the vote closes, with a new code that the page mails you. If this was not you, choose a new password at once, cast your own, and tell the co-op.
mail-vote-closed-subject = { $result ->
     [passed] Passed: { $title }
     [rejected] Rejected: { $title }
     [void] Void: { $title }
     *[no-quorum] Too few voted: { $title }
  }
mail-vote-closed-text = { $proposal } (“{ $title }”): { $yes } yes, { $no } no, { $abstain ->
     [one] { $abstain } abstention
     *[other] { $abstain } abstentions
  }; { $cast } of { $eligible } voted. { $result ->
     [passed] It passed.
     [rejected] It is rejected.
     [void] Ballots that nobody opened could have changed the result, so there is none.
     *[no-quorum] That is under the quorum, so nothing changes.
  } { $holds ->
     [yes] It holds from { $enacts }. The page shows every count, and that your ballot is counted as you cast it.
     *[no] The page shows every count, and that your ballot is counted as you cast it.
  }
mail-vote-enacted-subject = In force: { $title }
mail-vote-enacted-text = { $proposal } (“{ $title }”): { $what ->
     [rules] the rule book has changed as you voted, for whatever is claimed from now on. What is claimed already keeps its price.
     [price-ask] the client accepted the price. It holds for whatever is claimed from now on.
     [met] the client pays this price by itself. It holds for whatever is claimed from now on.
     [ended] the client has not accepted the price, and its listing gives no days of notice: the contract has ended. What is claimed already is honoured.
     [paused] the client has not accepted the price. The batch takes no new claims, and the notice of the contract runs. What is claimed already is honoured.
     [contract-end] the contract ends after its notice. What is claimed is honoured.
     [exclusion] the member’s roles have ended, and no new task is given to them. They leave the roll as soon as what the ledger asks is signed; what they are owed is paid.
     [mandate] the mandate has begun.
     *[recall] the mandate has ended.
  }
mail-vote-lapsed-subject = Not in force: { $title }
mail-vote-lapsed-text = { $proposal } (“{ $title }”) passed and cannot be brought about: { $reason }. Nothing changes. Whoever still wants it proposes it anew.
mail-ballot-unopened-subject = Your ballot must be opened: { $title }
mail-ballot-unopened-text = The server cannot open your ballot in { $proposal } (“{ $title }”). Open it on this page before { $until }, and it counts: with your choice and the 64 digits that the browser in which you voted has kept, and the file if you saved it.
mail-draft-ready-subject = Signed by enough members: { $title }
mail-draft-ready-text = Your draft “{ $title }” is signed by enough members. You can put it to the vote.
mail-price-asked-subject = { $price } is asked: { $title }
mail-price-asked-text = The members voted to ask { $price } an answer for { $title } ({ $proposal }), for whatever is claimed from { $from } on. If you accept, work goes on at that price. { $ends ->
     [at-once] If not, the contract ends on that day: its listing names no days of notice;
     *[notice] If not, the batch takes no new claims from that day, and the notice of the contract runs;
  } what is claimed is paid as it was agreed.
mail-batch-unsure-subject = Please look at { $title }: it is paused
mail-batch-unsure-text = After a fault the co-op put back a backup that is older than the opening of { $title } ({ $contract }). Its price and time are as you opened it. Its items and questions are those of your draft at that time, and may not be the last, so nobody can claim from it now. { $lost ->
     [0] Look
     [one] { $lost } answer was accepted since to an item that this draft does not have: it is lost, and paid all the same. Look
     *[other] { $lost } answers were accepted since to items that this draft does not have: they are lost, and paid all the same. Look
  } at it, then open it again, or take back what is free.
mail-batch-under-floor-subject = Under the new floor: { $title }
mail-batch-under-floor-text = The members have voted a new floor. The price of { $title } is under it, so it takes no new claims. From { $least } an answer it goes on; work that is claimed keeps its price.
