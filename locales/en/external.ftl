answer-external = work in another tool
answer-external-words = A link leads to your tool, with a key for one task; the tool sends its result back, or the member uploads it.
question-link = Link to the tool
question-link-hint = https:// and your tool’s address. Filled in for each task: {"{token}"} the key, {"{post}"} where the result goes, {"{item}"} the item’s id, {"{link}"} the item’s own address. Put the key after a #, where no server writes it down.
external-open = Open the tool
external-words = Opens { $host } in a new tab, with a key for this task alone. The key ends when you submit or leave.
external-none = No result has come yet. When the tool says that it is done, come back here and submit.
external-came-tool = { $today ->
     [yes] The tool has sent its result: { $name }, { $size } MB, at { $at }.
     *[no] The tool has sent its result: { $name }, { $size } MB, on { $at }.
  }
external-came-member = { $today ->
     [yes] You sent the result: { $name }, { $size } MB, at { $at }.
     *[no] You sent the result: { $name }, { $size } MB, on { $at }.
  }
external-replaced = It took the place of an earlier one.
external-preview = In a claim, the result would stand here. You only look: the link has the word preview in the place of a key.
external-download = Download the result
external-look = Has it come?
external-own = Send the result yourself
external-file = Its file, at most 20 MB
external-paste = Or paste it
external-send = Send the result
external-pasted-name = pasted
external-given = { $name }
  { $bytes } bytes, SHA-256 { $sha256 }
external-gone = The file is not kept any more.
external-taken = Where the work is done in another tool, each answer names its file, with its SHA-256 and where to download it. Files are kept for { $days } days after a batch’s last piece is accepted or the contract ended. They are left out of agreement and consensus: two files that mean the same differ in their bytes.
external-zip = All files as a ZIP
template-tool = Long video or lidar in another tool
template-tool-words = A link to your tool, its result, whether all of it could be done.
template-tool-result = Do this one in the tool, then send its result.
template-tool-whole = Could all of it be done?
template-tool-whole-choices = Yes; Partly; No
template-tool-remark = If not: what was missing?
refusal-answer-result-missing = “{ $question }”: no result has come yet. Send it from the tool, or send its file here, then submit again.
refusal-external-link = This is no link to a tool. Write https:// and the address; its host must be written out, and spaces as %20.
refusal-external-needs-link = The link holds {"{link}"}, the item’s own address, and this batch’s items have none. Draft a batch that shows links, or take {"{link}"} out.
refusal-external-place = The link holds braces that nothing is filled into. There are {"{token}"}, {"{post}"}, {"{item}"} and {"{link}"}.
refusal-external-sample = The link to the tool is still the example’s, tool.example. Write your tool’s address under its question, then open the batch.
refusal-question-external-twice = The form has a question for another tool already: a task is done in one. Change that one, or take it out first.
refusal-result-broke-off = The result broke off on its way, and nothing was kept. Send it again.
refusal-result-empty = The result is empty, and nothing was kept. Send a file with something in it.
refusal-result-full = This contract keeps { $kept } MB of files and items and may keep { $most } MB, so the result was not kept. Nothing is lost here; tell the client or the co-op, who can make room.
refusal-result-large = The result is larger than { $most } MB, and nothing was kept. Send it smaller: packed, or in a shorter format.
refusal-result-slow = The result came too slowly, and nothing was kept. Send it again on a better line, or smaller.
refusal-results-busy = Many files are on their way just now. Try again in a minute.
refusal-tool-token = This key is good for nothing: it is unknown, or its task was submitted, left, or its time is up. Open the tool again from the task’s page.
refusal-too-many-results = For this task, { $most } results came within an hour. Try again later.
refusal-results-of-claim = This task has taken { $most } results, each in the place of the one before. It keeps the last one and takes no other. Hand that in, or give the task back.
