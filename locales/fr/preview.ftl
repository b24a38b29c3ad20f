preview-way = Voir le premier élément comme un membre
preview-words = Voici le premier élément comme un membre le voit, avec sa part du prix et son temps. Vous regardez seulement : personne ne le prend, et rien de ce que vous tapez ici n’est gardé.
preview-taken = La réponse d’un membre serait acceptée sous cette forme. Rien n’a été gardé.
preview-not-saved = Vous regardez seulement : rien n’est enregistré.
preview-back = Retour au lot
items-way = Tous les éléments
items-lede = { $items ->
     [one] { $items } élément
     *[other] { $items } éléments
  }, { $copies ->
     [one] chacun avec la réponse d’un membre.
     *[other] chacun avec les réponses de { $copies } membres.
  }
items-states = acceptées : { $accepted }, à relire : { $submitted }, en cours : { $work }, pas commencées : { $free }
items-none = Aucun élément ici.
items-first = Depuis le début
items-next = Éléments suivants
