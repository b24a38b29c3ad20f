batches-label = Lots
batch-new = Nouveau lot
batch-new-words = Un lot est un ensemble de tâches offertes ensemble à un seul prix. Prix, temps et éléments peuvent changer tant qu’il n’est pas ouvert.
batch-ready-words = Que doivent faire les membres ? Les questions de chaque travail sont prêtes, et toutes modifiables.
batch-ready-studio = Pour une configuration Label Studio, prenez ce qui s’en approche : la page de ses questions importe la vôtre.
batch-ready-text = Ses éléments sont des textes ; vous les envoyez à la page suivante.
batch-ready-image = Ses éléments sont des images ; vous les envoyez à la page suivante.
batch-ready-adapt = Elles peuvent changer jusqu’à l’ouverture du lot.
batch-ready-other = Un autre travail
batch-own = Ou une question à vous
batch-offer = Temps et prix
batch-save-offer = Enregistrer et revérifier
batch-title = Titre
batch-title-hint = Ce que les membres voient au tableau.
batch-price = Prix d’une réponse acceptée
batch-price-hint = Avec un point : 0.34
batch-seconds = Secondes pour une tâche
batch-seconds-hint = D’après votre propre essai. Le temps mesuré des membres s’affichera à côté.
batch-copies = Réponses par élément
batch-copies-hint = De 1 à 9, chacune d’un autre membre, qui ne voit pas celles des autres. Plusieurs réponses montrent si l’on s’accorde ; chacune est payée.
batch-review-share = Part relue, en pour cent
batch-review-share-hint = De 1 à 100. Sous 100, les éléments relus sont tirés à l’ouverture du lot, et personne qui travaille ne sait lesquels. Vous pourrez faire relire davantage, jamais moins.
batch-copies-words = { $items ->
     [one] Le seul élément reçoit
     *[other] Chacun des { $items } éléments reçoit
  } la réponse de { $copies } membres différents. Personne ne voit la réponse d’un autre avant que toutes soient rendues.
batch-payload-kind = Ce qu’une tâche montre
payload-text = un texte
payload-image = une image
payload-link = une page, par son adresse
batch-question = La question
batch-answer-kind = Comment on y répond
answer-one-choice = un choix
answer-several-choices = plusieurs choix
answer-boxes = cadres sur une image
answer-polygons = polygones sur une image
answer-shapes = cadres et polygones sur une image
answer-text = texte
answer-number = un nombre
batch-choices = Choix
batch-choices-hint = Un par ligne, pour les questions à choix ; pour des formes sur une image, les étiquettes. Une touche à elle s’écrit à la fin, comme Nuisible [n] ; sinon les touches vont de 1 à 9.
batch-lede = { $state }. { $tasks ->
     [one] { $tasks } tâche
     *[other] { $tasks } tâches
  }.
batch-state-draft = Brouillon
batch-state-open = Ouvert
batch-state-paused = En pause
batch-state-closed = Clos
batch-level-raised = Le niveau de risque du contrat est maintenant { $now }, celui de ce lot { $level } : il ne reçoit plus de nouvelles prises. Ouvrez un nouveau lot pour ce qui reste.
batch-unsure = Après une panne, la coopérative a restauré une sauvegarde plus ancienne que l’ouverture de ce lot. Son prix et son temps sont ceux du livre ; ses éléments et ses questions sont ceux de votre brouillon d’alors, et ne sont peut-être pas les derniers. Il est en pause, pour que personne ne soit payé pour ce dont vous ne voulez pas.
batch-unsure-label = À regarder d’abord
batch-unsure-words = Si les éléments et les questions sont les bons, rouvrez-le. Sinon, retirez ce qui est libre et mettez ce dont vous avez besoin dans un nouveau lot. Ce qui a été accepté avant la panne est payé dans tous les cas.
batch-withdraw-label = Ce que personne n’a pris
batch-withdraw-words = Personne ne peut prendre ce qui reste de ce lot, et le contrat n’est pas terminé tant qu’il en reste. { $tasks ->
     [0] Rien n’est libre en ce moment, sauf si le temps d’une prise est écoulé.
     [one] { $tasks } réponse est libre.
     *[other] { $tasks } réponses sont libres.
  } Une fois retiré, ce reste n’est plus demandé, et son argent est libre. Ce que des membres tiennent ou ont envoyé reste à eux, est jugé et payé. Ce geste est définitif : ce dont vous avez encore besoin va dans un nouveau lot.
batch-withdraw = Retirer ce reste
batch-withdrawn = { $tasks ->
     [one] { $tasks } réponse a été retirée avant que personne ne la prenne.
     *[other] { $tasks } réponses ont été retirées avant que personne ne les prenne.
  }
items-withdrawn = retiré
batch-items-label = Éléments
batch-items-words = Un fichier avec les colonnes id et payload, en CSV ou JSON Lines ; d’autres colonnes sont ignorées, sauf celles des réponses connues et des suggestions (ci-dessous). Tout est pris, ou rien ; un nouveau fichier remplace le précédent.
batch-items = Fichier d’éléments
batch-items-hint = Au plus 100 000 éléments et 50 Mo.
batch-upload = Envoyer le fichier
batch-how-far = Où en est le travail
batch-hour = L’heure d’un membre
batch-sum-price = votre prix pour une pièce, { $currency }
batch-sum-pieces = pièces par heure, à { $seconds } s
batch-sum-hour = l’heure d’un membre, { $currency }
batch-sum-floor = le plancher
batch-sum-missing = il manque
batch-sum-least = prix minimal à ce temps
batch-take = Prendre { $least }
batch-least-now = Prix minimal à ce temps : { $least }.
batch-change-price = Changer le prix
batch-change-seconds = Changer le temps
batches-none-yet = Des lots peuvent être préparés dès que la coopérative a approuvé le contrat.
batch-under-floor = Ce prix est sous le plancher
batch-open = Ouvrir le lot
batch-open-label = Ouvrir
batch-open-words = Dès lors les membres peuvent prendre ses tâches, et le prix est au livre.
batch-ended-label = Non ouvert
batch-ended-words = Ce lot n’a pas été ouvert avant la fin de son contrat ; il ne prend donc plus ni éléments ni changements. Pour que le travail se fasse, préparez un lot sur un contrat qui continue, ou commencez un nouveau contrat, et envoyez-y les éléments.
batch-ended-pictures = Les images envoyées pour lui sont supprimées { $days } jours après la fin.
batch-pause = Mettre en pause
batch-resume = Rouvrir
batch-pause-label = Pause
batch-opened-words = L’écriture qui a ouvert ce lot signe son prix, son temps et son niveau de risque.
batch-pause-words = La pause arrête les nouvelles prises. Le travail en cours continue et sera payé.
board-lede = { $open ->
     [one] { $open } lot ouvert.
     *[other] { $open } lots ouverts.
  } { $held ->
     [one] Vous tenez { $held } tâche
     *[other] Vous tenez { $held } tâches
  } ; { $most } au plus à la fois.
board-sent = À la relecture
board-hands = Entre vos mains
board-open = Ouvert à vous
board-none = Rien n’est ouvert pour l’instant. Les nouveaux contrats peuvent être annoncés par courriel : voyez votre compte.
board-until = { $today ->
     [yes] À vous jusqu’à { $due }
     *[no] À vous jusqu’au { $due }
  }
board-again-until = { $today ->
     [yes] Renvoyé, à vous jusqu’à { $due }
     *[no] Renvoyé, à vous jusqu’au { $due }
  }
board-go-on = Continuer
board-claim = Prendre
board-claim-aria = Prendre : { $title }
board-price = { $share } sur { $price } { $currency } par { unit-name }
board-no-hazard = { $time }, aucun risque connu
board-words = « Mesuré » est ce que tout le travail accepté a payé par son temps mesuré ; « promis » repose sur moins de 20 pièces.
board-pick = Filtrer et trier
board-pick-level = Risque
board-pick-client = Client
board-pick-sort = Ordre
board-pick-show = Afficher
board-level-all = tous niveaux
board-level-0 = aucun risque connu
board-level-1 = niveau 1 au plus
board-level-2 = niveau 2 au plus
board-client-all = tous les clients
board-sort-all = ordre des contrats
board-sort-hour = meilleure heure d’abord, par monnaie
board-sort-price = prix le plus haut d’abord, par monnaie
board-sort-minutes = les plus courtes d’abord
board-none-chosen = Rien d’ouvert ne répond à ce choix. Choisissez un autre niveau ou client ci-dessus.
