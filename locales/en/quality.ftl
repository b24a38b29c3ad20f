quality-title = How my work was judged
quality-lede = For you alone: nobody else can open this page, nobody is compared with anybody, and nothing here decides what you may claim or what you are paid.
quality-label = Your work
quality-none = Nothing yet. What you hand in will stand here, batch by batch.
quality-answered = Items you answered
quality-accepted = accepted
quality-sent-back = sent back at least once
quality-met = known answers met at once
quality-of = { $part } of { $all }
quality-agreed = same as others’ answers
quality-agreed-on = same as others’ answers: { $question }
quality-over = over { $items ->
     [one] { $items } item
     *[other] { $items } items
  }
quality-missed = Known answers that you missed at first:
quality-right = Right: { $answer }
quality-link = How my work was judged
quality-older = Older batches
quality-latest = Latest batches
