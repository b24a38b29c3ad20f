sample-title = What is read
sample-way = What is read
sample-all = Every answer is read before it is accepted, or accepted by silence.
sample-share = { $share } of the items are read, drawn when the batch opened.
sample-fact = { $share } of the items are read, drawn; the client may have more read
sample-words = { $share } of the items of this batch are read before they are accepted: { $read } of { $items ->
     [one] { $items } item
     *[other] { $items } items
  }, drawn. The others are accepted by silence, or by the client.
sample-copies = All answers to an item are read, or none.
sample-nobody-told = Nobody is told whether an item is among them before its answer is decided. What was sent back or rejected was read; what comes in its place is read again.
sample-far = How far
sample-waiting = waiting to be read
sample-decided = read and decided
sample-rest-label = What was not drawn
sample-rest = { unit-count } handed in that nobody reads, { $sum } together.
sample-rest-none = Nothing that was not drawn waits.
sample-rest-words = Everything drawn so far is decided. Accepting pays these unread; it cannot be undone. The reviewer’s share goes to whoever did the work.
sample-rest-accept = Accept the rest: { $count }
sample-rest-silence = Without a press, each is accepted by silence on its day.
sample-rest-row = { unit-count } not drawn
sample-more = Have more read
sample-more-words = What is added is drawn with the same seed, so nothing drawn before drops out. Everything waiting that is added can be reviewed at once.
sample-more-send = Read this share from now on
sample-review-share = Share that is read, in percent
sample-review-share-hint = 100 means all. More than now, never less.
sample-draw = The draw
sample-commitment = A secret seed decided the draw when the batch opened. This is its SHA-256, so that nobody can change the seed afterwards:
sample-seed-later = The seed itself will stand here once every answer of the batch is decided. With it anybody can draw again.
sample-seed = The batch is done, or everything is read. This was the seed:
sample-again = To draw again, take for each task the SHA-256 of three lines, each with its line end: manyhands sample 1, the seed, the task’s id. The items with the smallest results are read, as many as the share comes to, rounded up. The file has every id.
sample-json = The draw, as a file (JSON)
sample-back-batch = Back to the batch
