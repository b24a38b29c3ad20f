gold-label = Known answers
gold-words = Items whose right answer you know, spread among the others. Nothing marks them, and they are judged and paid like any other. Members read their share before they claim; whoever has answered one reads the right answer and your explanation. Answers to them are left out of the results.
gold-unknowable = None of these questions has one right answer: what is drawn, marked or written in pairs is never the same twice. Add a question with choices, a number, a ranking, a preference or a short text.
gold-how = { $column } is the column of the right answer, { $explanation } that of your explanation, in the file of items or in one of its own with the id of each item. Members see an item’s id: choose one that does not tell.
gold-table = Download the items as a table to fill in
gold-marked = { $gold ->
     [0] None of { $items } items has a known answer so far.
     [one] { $gold } of { $items } items has a known answer.
     *[other] { $gold } of { $items } items have a known answer.
  }
batch-gold = File of known answers
batch-gold-hint = CSV or JSON Lines. All of it is taken, or nothing; a new file replaces the last.
gold-share-about = About 1 in { $about } items has a known answer.
gold-share-of = { $gold ->
     [one] { $gold } of { $items } items has a known answer.
     *[other] { $gold } of { $items } items have a known answer.
  }
gold-fact-about = about 1 in { $about } items has a known answer
gold-fact-of = { $gold ->
     [one] { $gold } of { $items } items has a known answer
     *[other] { $gold } of { $items } items have a known answer
  }
gold-title = This item had a known answer
gold-met = Yours was the same at once.
gold-missed = Yours is another one. That happens to everybody now and then: it is no verdict, and the item is judged and paid like any other. What is counted for the client has no names.
gold-mended = Your first answer was another one; the one you handed in since is the same.
gold-yours = Your answer
gold-right = The right answer
gold-why = Why
gold-on = Go on
gold-next = Next task
gold-again = Read it again
claim-sent-met = Submitted. The item had a known answer, and yours is the same. It is with the reviewer now.
claim-after-met = The last one had a known answer, and yours is the same. This is the next; leave it if you stop here.
desk-gold-none = { $items ->
     [one] { $items } item has a known answer; nobody has answered it so far.
     *[other] { $items } items have a known answer; nobody has answered one so far.
  }
desk-gold-words = { $met } of { $answers ->
     [one] { $answers } answer was
     *[other] { $answers } answers were
  } the known one: { $share }. { $items ->
     [one] One item has a known answer; it is left out of the results.
     *[other] { $items } items have one; they are left out of the results.
  }
desk-gold-missed = missed
desk-gold-answers = answers
desk-gold-look = Look at what is missed often: perhaps the guidelines do not say it, or the known answer is not the right one.
review-known-words = You know this answer from your own file. Members who review do not see it. A piece goes back for what the guidelines say, not because an answer was missed.
