# Ce que ferait une proposition.
effects-title = Ce que cela ferait
effects-title-closed = Ce que cela aurait fait
effects-draft = Brouillon
effects-back = Retour à { $proposal }
effects-back-draft = Retour au brouillon
effects-basis = Calculé sur les { $size } premières écritures du livre, le { $when }. Cela bouge à mesure que du travail est accepté.
effects-basis-opening = Calculé sur les { $size } premières écritures du livre : celles qui s’y trouvaient à l’ouverture du vote, le { $when }. Ces chiffres ne changent plus.
effects-none = Cette proposition ne change ni règle ni prix : il n’y a rien à calculer.
effects-unfit = Avec les règles d’aujourd’hui cette proposition ne va pas : il n’y a rien à calculer.
effects-now = maintenant
effects-then = si c’est oui
effects-change = variation
effects-same = Rien ne change en { $currency }.
effects-new = nouveau
effects-piece = Une pièce
effects-piece-worker = qui la fait
effects-piece-hour = une heure
effects-piece-words = Contrat { $contract }, au temps honnête de { $time } par pièce. Le client peut dire non ; alors, ou sans réponse, le lot n’ouvre plus de nouvelles tâches à partir du jour dit, et le préavis de la coopérative pour le contrat court.
effects-me = Pour moi
effects-my-pieces = { $pieces ->
     [one] votre { $pieces } pièce en { $days } jours
     *[other] vos { $pieces } pièces en { $days } jours
  }
effects-my-hour = votre heure, mesurée
effects-my-words = Ce qu’ont été payés votre travail accepté et vos relectures des { $days } derniers jours, et ce qu’ils l’auraient été. Rien n’est jamais changé pour le passé. Vous seul voyez cette partie.
effects-my-none = Aucun travail de vous n’a été accepté pendant ces { $days } jours, et vous n’en avez relu aucun : cela n’aurait rien changé pour vous. Plus bas, ce que cela aurait fait pour tous. Vous seul voyez cette partie.
effects-us = Pour nous tous
effects-us-words = Ce qu’a été payé le travail accepté de tous ces { $days } derniers jours, et ce qu’il l’aurait été. Chaque membre lit ici les mêmes chiffres.
effects-no-work = Aucun travail n’a été accepté pendant ces { $days } jours.
effects-few = Moins de { $least } membres ont travaillé en { $currency } : des sommes diraient ce que gagne l’un d’eux. Voici les variations seules.
effects-picture = Où va l’argent, en { $currency }, maintenant et si c’est oui
effects-signs = Sur les deux lignes : ▽ maintenant, ▲ si c’est oui.
effects-median = l’heure du membre du milieu
effects-lowest = l’heure du membre le moins payé
effects-members = tous les membres
effects-clients = tous les clients paient
effects-rests = Sur { $pieces } pièces acceptées de { $members } membres en { $days } jours.
effects-open = Lots ouverts
effects-under = { $under ->
     [0] Aucun des { $open } lots ouverts ne passerait sous le plancher.
     [one] { $under } des { $open } lots ouverts passerait sous le plancher.
     *[other] { $under } des { $open } lots ouverts passeraient sous le plancher.
  }
effects-under-price = Maintenant { $price } la pièce
effects-under-least = { $currency } au moins
effects-under-words = Dès ce jour ils ne prennent plus de nouvelle prise jusqu’à ce que leurs clients relèvent le prix. Ce qui est pris avant garde son prix.
effects-lowered = Le plancher baisse ({ $skill }) : aucun prix d’aujourd’hui ne baisse, mais une heure des nouveaux lots pourra payer { $then } au lieu de { $was }.
effects-how = Comment c’est calculé
effects-how-pay = Chaque pièce acceptée dans les { $days } derniers jours est payée deux fois : selon les règles d’avant, et selon celles d’après, au prix relevé au nouveau minimum s’il est en dessous. Personne ne sait ce qu’un client ferait à la place : les uns paieraient, d’autres apporteraient moins de travail.
effects-how-hour = Une heure, c’est ce qui a été payé divisé par le temps mesuré, arrondi aux centimes inférieurs. Le membre du milieu en a autant au-dessus qu’au-dessous. De deux au milieu, c’est le plus bas.
effects-how-recompute = Qui tient le serveur de la coopérative recalcule le tableau avec cette commande. Avec --log et une copie du livre, tout le monde le peut ; quels lots sont encore ouverts est alors laissé de côté, car aucune écriture ne dit combien de travail reste.
effects-entry = Écriture № { $index }
