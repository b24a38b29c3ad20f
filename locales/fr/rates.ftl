# Le règlement en mots simples, et comment il est né.
rates-title = Tarifs
rates-lede = Une seule règle pour tous les pays. Seul un vote des membres la change, et jamais pour le passé.
rates-since = Ces règles valent depuis le { $date }.
rates-floor = Ce qu’une heure doit payer
rates-floor-words = La part du membre seule doit l’atteindre, au temps honnête de la tâche. Un lot qui paie moins ne peut pas être ouvert. La lecture et la formation sont payées à part.
rates-general = toute compétence
rates-skill = Compétence
rates-currency = Monnaie
rates-hour = l’heure
rates-premium = en plus, au niveau de risque { $level }
rates-split-words = Chaque pièce acceptée est répartie ainsi, ici pour une à { $price }. Là où aucun membre ne relit, la part de la relecture va au travail.
rates-split-yours = Chaque pièce acceptée est répartie ainsi, ici pour une à { $price }, comme votre dernière. Là où aucun membre ne relit, la part de la relecture va au travail.
rates-split-copies = Là où plusieurs membres répondent au même élément, chaque réponse acceptée est payée au prix entier.
rates-example = Un exemple
rates-example-words = Détourer une scène de rue : 9,40 USD, 45 minutes, aucun risque connu.
rates-yours = Sur une tâche comme la vôtre
rates-yours-words = Votre dernière pièce acceptée : { $title }, contrat { $contract }. Selon les règles d’aujourd’hui :
rates-yours-alone = Vous seul voyez votre propre pièce ici. Les autres voient un exemple.
rates-example-price = prix d’une pièce
rates-example-share = pour qui la fait
rates-hour-promised = une heure, au temps honnête de { $time }
rates-hour-measured = une heure, à votre temps de { $time }
rates-floor-at = plancher d’une heure, au niveau de risque { $level }
rates-example-least = prix minimal permis pour { $time }
rates-piece-time = Temps pour la faire
rates-piece-silence = Acceptée sans un mot après
rates-piece-rejected = Si elle est rejetée
rates-piece-appeal = { $appeal } jours pour faire appel, puis { $decide } pour décider, sinon elle est payée
rates-piece-exposure = Limites au pire niveau
rates-piece-exposure-0 = aucune pour cette tâche
rates-piece-exposure-3 = valent pour cette tâche
rates-time = Tâches en main
rates-at-once = { $tasks ->
     [one] { $tasks } à la fois, au plus
     *[other] { $tasks } à la fois, au plus
  }
rates-limit = Délai d’une tâche
rates-limit-words = { $times } fois son temps honnête, et jamais moins de { $minutes } minutes
rates-extensions = { $times ->
     [0] aucun
     [one] { $times } fois, sur demande
     *[other] { $times } fois, sur demande
  }
rates-review = Quand le travail est jugé
rates-silence = après { $days } jours de silence, le travail est accepté et payé
rates-appeal = { $days } jours pour faire appel d’un rejet
rates-decide = quelqu’un qui n’y est pour rien décide sous { $days } jours, sinon le travail est payé
rates-exposure = Limites au pire niveau
rates-level3 = { $minutes } minutes au plus par 24 heures
rates-break = { $minutes } minutes sur 60 en sont libres
rates-exposure-words = Elles valent pour le travail de niveau de risque 3. Une tâche commencée peut être finie.
rates-votes = Comment nous votons
rates-votes-words = Un membre, une voix. Qui s’abstient compte pour le quorum, pas pour la majorité.
rates-openings-members = Les bulletins sont ouverts aux membres après la clôture.
rates-openings-all = Les bulletins sont ouverts à tous après la clôture.
rates-currencies = Monnaies
rates-decimals = { $decimals ->
     [0] unités entières
     [one] les prix ont { $decimals } décimale
     *[other] les prix ont { $decimals } décimales
  }
rates-others = Aussi dans le règlement
rates-others-words = Cela se trouve dans le règlement, et rien dans le programme n’agit selon cela.
rates-coming = Adopté, et encore à venir
rates-coming-words = Les membres l’ont adopté. Jusqu’à son jour, les règles ci-dessus valent ; cela ne change jamais ce qui a été pris avant.
rates-coming-from = Vaut à partir du { $date }
rates-coming-unfit = Avec les règles d’aujourd’hui cela ne va plus : le jour venu c’est caduc, et tout le monde apprend pourquoi.
rates-counted = { $yes } oui, { $no } non, { $abstain } { $abstain ->
     [one] abstention
     *[other] abstentions
  } ; ont voté : { $cast } membres sur { $eligible }.
rates-who = Comment les règles sont nées
rates-who-words = Chaque règlement qui a été en vigueur, le plus récent d’abord.
rates-earlier = Règlements précédents
rates-from = Valait à partir du { $date }
rates-founding = Le règlement fondateur
rates-founding-words = Inscrit à la fondation de la coopérative, avant que quiconque puisse voter.
rates-by-vote = Par un vote des membres
rates-line = Quand les règles ont changé
rates-line-words = { $books ->
     [one] Un règlement depuis le { $first }
     *[other] { $books } règlements depuis le { $first }
  } ; { $coming ->
     [0] aucun à venir.
     [one] un à venir.
     *[other] { $coming } à venir.
  }
rates-today = aujourd’hui
rates-changed = { $rule } : { $before } → { $after }
