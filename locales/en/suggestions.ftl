suggested-by = Suggested by { $model }
suggested-words = A model suggests answers here. It may be wrong: look for yourself first. Nothing is filled in before you press.
suggested-take = Take over
suggested-take-all = Take over all that is not answered yet
suggested-undo = Put back
suggested-read = Read what is suggested
suggested-same = The same as { $model } suggested.
suggested-changed = Another answer than { $model } suggested:
suggested-fact = { $all ->
     [yes] with suggestions of a model
     *[no] { $with } of { $items } items with suggestions of a model
  }
suggested-share = { $all ->
     [yes] Every item comes with suggestions of a model.
     *[no] { $with } of { $items } items come with suggestions of a model.
  } Members read so before they claim. The price is the same whether they take one over or answer otherwise.
board-suggested = Suggestions of a model may be wrong, and nothing is filled in before you press. The price is the same whether you take one over or answer otherwise; the minutes are meant for looking yourself, and what is measured counts.
items-suggested = suggested by { $model }
suggestions-label = Suggestions of a model
suggestions-text = A model’s answers can come with your items. Members see them beside each question, under the model’s name, and take them over by a press or answer otherwise; nothing is filled in by itself. Results say whether an answer was changed from what was suggested. People who see a suggestion tend to follow it, right or wrong: leave it out where you want their own judgement.
suggestions-brought = { $all ->
     [yes] Every item comes with a suggestion.
     *[no] { $with } of { $items } items come with a suggestion.
  }
suggestions-of-model = { $items ->
     [one] { $items } item
     *[other] { $items } items
  }
suggestions-how = { $column } is the column of what is suggested, { $model } that of the model’s name, { $version } that of its version, which may stay empty; in the file of items or in one of its own with the id of each item. In JSON Lines: a key suggestion with answer, model and version. Tasks of Label Studio: their predictions.
suggestions-remove = Take out all suggestions
batch-suggestions = File of suggestions
batch-suggestions-hint = CSV, JSON Lines or tasks of Label Studio. All of it is taken, or nothing; a new file replaces the last.
