suggested-by = Suggéré par { $model }
suggested-words = Un modèle suggère ici des réponses. Il peut se tromper : regardez d’abord par vous-même. Rien n’est rempli avant que vous n’appuyiez.
suggested-take = Adopter
suggested-take-all = Adopter tout ce qui est sans réponse
suggested-undo = Remettre
suggested-read = Lire ce qui est suggéré
suggested-same = Comme { $model } l’a suggéré.
suggested-changed = Une autre réponse que celle que { $model } a suggérée :
suggested-fact = { $all ->
     [yes] avec les suggestions d’un modèle
     *[no] { $with } éléments sur { $items } avec les suggestions d’un modèle
  }
suggested-share = { $all ->
     [yes] Chaque élément vient avec les suggestions d’un modèle.
     *[no] { $with } éléments sur { $items } viennent avec les suggestions d’un modèle.
  } Les membres le lisent avant de prendre une tâche. Le prix est le même, que l’on adopte une suggestion ou que l’on réponde autrement.
board-suggested = Les suggestions d’un modèle peuvent être fausses, et rien n’est rempli avant que vous n’appuyiez. Le prix est le même, que vous en adoptiez une ou que vous répondiez autrement ; les minutes sont prévues pour regarder par vous-même, et ce qui est mesuré compte.
items-suggested = suggéré par { $model }
suggestions-label = Suggestions d’un modèle
suggestions-text = Les réponses d’un modèle peuvent venir avec vos éléments. Les membres les voient à côté de chaque question, sous le nom du modèle, et les adoptent d’une pression ou répondent autrement ; rien ne se remplit seul. Les résultats disent si une réponse diffère de ce qui était suggéré. Qui voit une suggestion tend à la suivre, juste ou fausse : laissez-la de côté là où vous voulez le jugement de chacun.
suggestions-brought = { $all ->
     [yes] Chaque élément vient avec une suggestion.
     *[no] { $with } éléments sur { $items } viennent avec une suggestion.
  }
suggestions-of-model = { $items ->
     [one] { $items } élément
     *[other] { $items } éléments
  }
suggestions-how = { $column } est la colonne de ce qui est suggéré, { $model } celle du nom du modèle, { $version } celle de sa version, qui peut rester vide ; dans le fichier d’éléments ou dans un fichier à part avec l’id de chaque élément. En JSON Lines : une clé suggestion avec answer, model et version. Tâches de Label Studio : leurs prédictions.
suggestions-remove = Enlever toutes les suggestions
batch-suggestions = Fichier de suggestions
batch-suggestions-hint = CSV, JSON Lines ou tâches de Label Studio. Tout est pris, ou rien ; un nouveau fichier remplace le précédent.
