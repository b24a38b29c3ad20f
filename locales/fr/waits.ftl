wait-go = Continuer
wait-draft = Un contrat n’est pas encore soumis
wait-deposit = Le dépôt
wait-deposit-words = La coopérative a approuvé le contrat. Les membres peuvent commencer dès que le dépôt est arrivé.
wait-dry = Les membres ne peuvent plus prendre de tâches
wait-dry-words = { $free } du dépôt sont libres, et une réponse coûte { $price }. Les prises reprennent dès que davantage est arrivé.
wait-batch = Un premier lot
wait-batch-words = Les questions, les éléments et leur prix. Il peut se préparer avant l’arrivée du dépôt.
wait-open = { $title } : pas encore ouvert
wait-open-items = { $items ->
     [0] Ses éléments ne sont pas encore envoyés.
     [one] { $items } élément est là.
     *[other] { $items } éléments sont là.
  }
wait-unsure = { $title } : est-ce bien ce que vous avez ouvert ?
wait-unsure-words = Il est revenu avec les éléments et les questions d’un brouillon plus ancien, et reste en pause jusqu’à ce que vous l’ayez regardé.
wait-submitted = Un coordinateur le lit maintenant. Un courriel vous dira s’il est approuvé, ou ce qu’il faut changer.
before-label = Avant l’ouverture
before-items = Éléments
before-items-words = { $items ->
     [0] aucun pour l’instant
     [one] { $items } est là
     *[other] { $items } sont là
  }
before-first = Le premier élément
before-first-words = le voir comme un membre, et essayer les questions
before-gold = Réponses connues
before-gold-words = { $gold ->
     [0] aucune pour l’instant ; un lot peut s’en passer
     *[other] pour { $gold } éléments sur { $items }
  }
before-price = Prix
before-price-words = l’heure d’un membre revient à { $hour }, le plancher est { $floor }
before-price-under = trop bas : l’heure d’un membre revient à { $hour }, le plancher est { $floor }
before-money = Dépôt
before-money-words = le tout revient à { $cost }, et { $free } sont libres
before-money-short = le tout revient à { $cost }, et { $free } sont libres : les membres peuvent prendre des tâches jusque-là
before-money-none = le tout revient à { $cost } ; rien n’est encore libre
