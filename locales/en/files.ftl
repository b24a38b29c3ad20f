batch-pictures-words = A ZIP of pictures (JPEG, PNG, WebP), or a single one: each becomes an item, called by its path in the ZIP. At most { $entries } pictures and { $most } MB in one upload; what the pictures tell of cameras, people and places is taken out of them.
batch-pictures-table = Or, for pictures that stay where they are, a table of their addresses: a file with the columns id and payload, as CSV or JSON Lines. All of it is taken, or nothing; a new file replaces the last.
batch-pictures = ZIP of pictures, or a table
batch-pictures-hint = Pictures: at most 2 000 MB. A table: at most 50 MB.
batch-pictures-cost = A task takes { $size } MB of a member’s data: half of the pictures take no more at first view.
board-picture-cost = { $size } MB of your data a task, at first view
picture-whole = Full resolution: { $width } × { $height }, { $size } MB
picture-deleted = The picture was deleted, as agreed, once the work was done.
files-label = Files
files-deleted = On { $day }, { $count ->
    [one] { $count } file of { $title } ({ $size } MB) was deleted
    *[other] { $count } files of { $title } ({ $size } MB) were deleted
  }, { $days } days after its last piece was accepted or the contract ended.
files-being-deleted = Since { $day } nobody sees the { $count ->
    [one] { $count } file
    *[other] { $count } files
  } of { $title } ({ $size } MB) any more. They are being removed from where they lie; it is tried again every hour.
upload-sent = Sent: { $percent } %. Keep this page open.
upload-looked = All of it has arrived. The pictures are looked through; this takes a few minutes for thousands of them.
upload-looking = All of it has arrived. Looked through: { $percent } %. Keep this page open.
upload-broke = The connection broke off, and nothing was taken. Press the button again when it is back.
refusal-files-broken = { $file } cannot be read as a picture: it is damaged. Nothing of the upload was taken.
refusal-files-bomb = { $file } unpacks to far more than pictures do. Nothing of the upload was taken.
refusal-files-cut = { $file } breaks off before its end. Send it again from where it is whole; nothing of the upload was taken.
refusal-files-encrypted = { $file } is encrypted. Pack the ZIP without a password; nothing of the upload was taken.
refusal-files-full = This contract keeps { $kept } MB of pictures, items and results, and these would be { $more } MB more; it may keep { $most } MB. Send fewer, or smaller ones, or ask the co-op for room. Nothing of the upload was taken.
refusal-files-heavy = { $file } is larger than { $most } MB. Nothing of the upload was taken.
refusal-files-large = { $file } says that it has { $width } × { $height } pixels. A picture may have 50 million, and 20 000 on a side; nothing of the upload was taken.
refusal-files-moving = { $file } moves. Only pictures that stand still can be shown; nothing of the upload was taken.
refusal-files-name = The path { $file } leads out of the ZIP, or is written with backslashes. Pack the folder again; nothing of the upload was taken.
refusal-files-name-unfit = The name { $file } is empty, longer than 120 characters, or holds characters that nobody sees. Nothing of the upload was taken.
refusal-files-nested = { $file } is a ZIP inside the ZIP. Pack the pictures alone; nothing of the upload was taken.
refusal-files-no-pictures = This batch does not show pictures: it takes a table, as CSV or JSON Lines. Draft a batch that shows a picture for this file.
refusal-files-none = The ZIP holds no pictures. Nothing was taken.
refusal-files-other = { $file } is no JPEG, PNG or WebP picture, whatever its name says. Nothing of the upload was taken.
refusal-files-packed = { $file } is packed in a way that few programs read. Pack the ZIP with your system’s own program; nothing of the upload was taken.
refusal-files-too-many = The ZIP holds more than { $most } entries. Send them in several batches.
refusal-files-twice = { $file } is there twice. Nothing of the upload was taken.
refusal-files-zip = The ZIP cannot be read: it is damaged, or broke off. Pack it again; nothing of it was taken.
refusal-files-zip-entry = { $file } is damaged in the ZIP. Pack it again; nothing of the upload was taken.
