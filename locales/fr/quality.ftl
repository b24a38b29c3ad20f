quality-title = Comment mon travail a été jugé
quality-lede = Pour vous seulement : personne d’autre ne peut ouvrir cette page, personne n’y est comparé à personne, et rien ici ne décide de ce que vous pouvez prendre ni de ce que vous gagnez.
quality-label = Votre travail
quality-none = Rien encore. Ce que vous rendrez figurera ici, lot par lot.
quality-answered = Éléments auxquels vous avez répondu
quality-accepted = acceptés
quality-sent-back = renvoyés au moins une fois
quality-met = réponses connues trouvées d’emblée
quality-of = { $part } sur { $all }
quality-agreed = comme d’autres ont répondu
quality-agreed-on = comme d’autres ont répondu : { $question }
quality-over = sur { $items ->
     [one] { $items } élément
     *[other] { $items } éléments
  }
quality-missed = Réponses connues que vous aviez d’abord manquées :
quality-right = Juste : { $answer }
quality-link = Comment mon travail a été jugé
quality-older = Lots plus anciens
quality-latest = Derniers lots
