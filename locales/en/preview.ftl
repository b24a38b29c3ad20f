preview-way = See the first item as a member does
preview-words = This is the first item as a member sees it, with their share of the price and their time. You only look: nobody claims it, and nothing that you type here is kept.
preview-taken = A member’s answer would be taken like this. Nothing was kept.
preview-not-saved = You only look: nothing is saved.
preview-back = Back to the batch
items-way = All items
items-lede = { $items ->
     [one] { $items } item
     *[other] { $items } items
  }, { $copies ->
     [one] each answered by one member.
     *[other] each answered by { $copies } members.
  }
items-states = { $accepted } accepted, { $submitted } to review, { $work } in work, { $free } not begun
items-none = No items here.
items-first = From the beginning
items-next = Next items
