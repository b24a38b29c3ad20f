claim-title = { $title }, { $item }
claim-for = For { $client }
claim-left = { $time } left
claim-until = { $today ->
     [yes] until { $due }
     *[no] until { $due }
  }
claim-yours = yours when accepted
claim-after-another = The last one is submitted. This is the next; leave it if you stop here.
claim-sent = Submitted. It is with the reviewer now.
claim-back = Take the last one back
claim-back-words = Submitted by accident? It can be taken back until somebody opens it for review.
claim-back-one = Take back
claim-back-aria = Take back: { $title }
claim-back-refused = This was not taken back
claim-guidelines = Guidelines
claim-release = Leave
claim-submit = Submit
claim-save = Save draft
claim-extend = More time, once
claim-open-link = Open the item
claim-saved = { $today ->
     [yes] Saved at { $at }. The draft stays if power or time runs out.
     *[no] Saved on { $at }. The draft stays if power or time runs out.
  }
claim-just-saved = Saved. The draft stays if power or time runs out.
claim-draft-stays = A saved draft stays if power or time runs out.
claim-returned = Sent back: { $code }. { $reason } Guidelines, section { $clause }.
claim-state-submitted = Submitted. It is with the reviewer, and accepted by silence after seven days.
claim-state-accepted = Accepted and paid to the balance.
claim-state-released = You left this task. Nothing is held against you.
claim-state-expired = The time was up and the task is free again. Your draft was kept: claim it again if it is still free.
claim-state-refused = Rejected, and that is final: it is not paid. The item is free for others.
claim-state-claimed = In hand.
claim-state-sent-back = Sent back.
claim-not-granted = This task was not claimed
claim-other-work = Look for other work
claim-optional = may stay empty
claim-number = A number: digits with a point, such as 7.5
claim-place = Give each its place: 1 is the best.
claim-rank = Press them in order, the best first. Pressed again, one comes out.
claim-rank-again = Start again
claim-prefer-a = A is better
claim-prefer-b = B is better
claim-prefer-tie = Both are equally good
claim-why = Why?
claim-why-least = Why? { $least } characters at least.
claim-pair-question = Question
claim-pair-answer = Answer
claim-pair-more = Write another
claim-spans = One passage on each line: its label, a colon, the words as they stand in the text
claim-spans-how = Copy the words from the text. The same line again means the next place where they stand.
claim-spans-choose = Select words in the text, then press a label.
claim-spans-nothing = Nothing to mark here
claim-spans-unmark = Take off
