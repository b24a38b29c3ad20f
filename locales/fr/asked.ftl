# Prix : ce que les membres demandent à un client, un nouveau prix pour un lot ouvert, et le plancher au-dessus d’un prix.
asked-margin = Contrat { $id }, { $proposal }
asked-title = { $price } est demandé pour { $title }
asked-lede = Les membres font ce travail, et ont voté d’en demander un nouveau prix. Vous décidez si vous le payez.
asked-state-waiting = Vous n’avez pas encore répondu.
asked-state-accepted = Vous avez accepté. Le prix vaut à partir du { $day }.
asked-state-accepted-late = Vous avez accepté. Le prix vaut dès que ce que les membres ont voté avant lui est en vigueur ; c’est l’affaire d’un instant.
asked-state-over = Le contrat est fini : rien n’est plus demandé.
asked-state-refused = Vous n’avez pas accepté. Vous le pouvez encore, tant que le contrat dure.
asked-state-paused = Il n’a pas été accepté avant le { $day } : le lot ne prend plus de nouvelles tâches, et le contrat finit le { $ends }. Si vous acceptez maintenant, le travail reprend aussitôt et ce préavis est retiré.
asked-state-done = Réglé : vous payez ce prix.
asked-state-lapsed = Il n’est plus demandé : { $reason }.
asked-price-label = Le prix
asked-now = maintenant
asked-then = demandé
asked-row-price = { unit-a }
asked-row-share = dont la part du membre
asked-row-rest = { $tasks ->
     [0] les réponses que personne n’a prises : aucune
     [one] la réponse que personne n’a prise
     *[other] les { $tasks } réponses que personne n’a prises
  }
asked-since = { $price } vaut depuis le { $day }.
asked-from = Le nouveau prix vaudrait à partir du { $day }, pour tout ce qui est pris dès lors. Ce qui est pris avant garde son prix.
asked-deposit = { $free } du dépôt est libre, assez pour tout le reste au nouveau prix.
asked-deposit-short = { $free } du dépôt est libre. Au nouveau prix le reste du lot revient à { $cost } : les tâches se prennent aussi loin que va le dépôt.
asked-answer-label = Votre réponse
asked-accept = Accepter { $price }
asked-accept-short = le travail continue au nouveau prix
asked-accept-title = Accepter { $price } pour { $title } ?
asked-accept-means = { $late ->
     [yes] Le prix vaut aussitôt, pour tout ce qui est pris à partir de maintenant, et figure au livre. Le lot reprend de nouvelles tâches, et le préavis qui court pour ce prix est retiré. Ce qui est déjà pris garde son prix.
     *[no] Le prix vaut à partir du { $day }, pour tout ce qui est pris dès lors, et figure ce jour-là au livre. Ce qui est pris avant garde son prix. Les membres comptent dessus : cela ne se retire pas.
  } Il ne redescend plus au-dessous pour ce lot.
asked-refuse = Ne pas accepter
asked-refuse-short = { $ends ->
     [at-once] le contrat finit ce jour-là
     *[notice] le lot ne prend plus de nouvelles tâches dès ce jour, et un préavis court
  }
asked-refuse-title = Ne pas accepter { $price } pour { $title } ?
asked-refuse-means = { $ends ->
     [at-once] Le { $day } le contrat finit : son annonce ne donne pas de jours de préavis.
     *[notice] À partir du { $day } le lot ne prend plus de nouvelles tâches, et le contrat finit après les jours de préavis de son annonce.
  } Ce qui est pris d’ici là est jugé et payé comme convenu. Vous pouvez encore accepter tant que le contrat dure ; ou payer autant par un prix de votre choix.
asked-leave = Revenir sans répondre
asked-follows-label = Ce qui suit
asked-if-accepted = Si vous acceptez
asked-if-accepted-words = { $late ->
     [yes] Le prix vaut aussitôt pour ce qui est pris, le lot continue, et le préavis prend fin.
     *[no] Le prix vaut à partir du { $day } pour ce qui est pris, et le lot continue sans interruption.
  }
asked-if-refused = Si vous n’acceptez pas
asked-if-refused-words = { $late ->
     [yes] Le lot ne prend plus de nouvelles tâches, et le contrat finit à son jour. Ce qui est pris est jugé et payé.
     *[no] { $ends ->
         [at-once] Le { $day } le contrat finit : son annonce ne donne pas de jours de préavis. Ce qui est pris est jugé et payé.
         *[notice] À partir du { $day } le lot ne prend plus de nouvelles tâches, et le préavis du contrat court. Ce qui est pris est jugé et payé.
      }
  }
asked-if-unanswered = Sans réponse
asked-if-unanswered-words = La même chose que si vous n’acceptez pas, à partir du { $day }.
asked-vote-label = Le vote
asked-vote-words = { $abstain ->
     [0] { $proposal } : { $yes } oui, { $no } non, aucune abstention ; ont voté : { $cast } sur { $eligible }. Dans leurs mots :
     [one] { $proposal } : { $yes } oui, { $no } non, { $abstain } abstention ; ont voté : { $cast } sur { $eligible }. Dans leurs mots :
     *[other] { $proposal } : { $yes } oui, { $no } non, { $abstain } abstentions ; ont voté : { $cast } sur { $eligible }. Dans leurs mots :
  }
asked-entry = L’écriture qui a mis le prix en vigueur :
asked-batch = Le lot
wait-asked = { $price } est demandé pour { $title }
wait-asked-go = Répondre
wait-asked-look = Voir
wait-floor = { $title } : sous le plancher
price-label = Prix
price-title = Le prix de { $title }
price-price = Prix d’une réponse acceptée
price-price-hint = Avec un point : 0.94
price-change = Changer le prix
price-new = Un nouveau prix
price-new-words = Il vaut pour tout ce qui est pris à partir de maintenant, et figure au livre. Ce qui est déjà pris garde son prix.
price-so-far = Les prix jusqu’ici
price-holds = Vaut depuis le { $day }
price-held = À partir du { $day }
price-by-opening = celui de l’ouverture du lot
price-by-client = fixé par vous
price-by-vote = demandé par les membres, { $proposal }
price-under-floor = Sous le plancher voté par les membres, depuis le { $day } : personne ne peut prendre de tâche. À partir de { $least } par réponse le lot continue ; ce qui est pris garde son prix.
price-waits = Les membres demandent un autre prix ({ $proposal }), qui n’a pas été accepté : personne ne peut prendre de tâche avant qu’il le soit, ou que vous payiez autant.
batch-state-waits = Attend une réponse sur son prix
board-under-floor = Sous le plancher depuis le { $day } : pas de nouvelles tâches avant que son client paie { $least }.
