life-label = La suite
life-words = Le mettre en pause, le reprendre, le terminer ou y mettre fin plus tôt. Chaque geste dit ce qu’il signifie avant que vous ne validiez.
life-way = Pause, achèvement ou fin
life-look = La suite
life-change = Changements
life-change-words = Consignes, risques, prix, intermédiaires et conditions d’un contrat inscrit changent par versions, que les deux parties acceptent.
life-under-way-label = Contrats en cours
life-lede = { $state }. Pour { $client }.
life-paused = { $side ->
     [client] Le client l’a mis en pause : aucune nouvelle tâche ne peut être prise. Le travail en cours continue, il est jugé et payé.
     *[coop] La coopérative l’a mis en pause : aucune nouvelle tâche ne peut être prise. Le travail en cours continue, il est jugé et payé.
  }
life-notice = { $side ->
     [client] Le client a donné son préavis : le contrat finit le { $when }. D’ici là, des tâches peuvent être prises ; ce qui est pris d’ici là est jugé et payé, même plus tard.
     *[coop] La coopérative a donné son préavis : le contrat finit le { $when }. D’ici là, des tâches peuvent être prises ; ce qui est pris d’ici là est jugé et payé, même plus tard.
  }
life-notice-paused = { $side ->
     [client] Le client a donné son préavis : le contrat prend fin le { $when }. Ce qui est pris d’ici là est jugé et payé, même plus tard.
     *[coop] La coopérative a donné son préavis : le contrat prend fin le { $when }. Ce qui est pris d’ici là est jugé et payé, même plus tard.
  }
life-completed = Tout est fait, et le contrat est clos.
life-terminated = Le contrat a pris fin plus tôt que prévu : aucune nouvelle tâche ne peut être prise. Ce qui a été pris avant est jugé et payé.
life-stands = Où il en est
life-under-way = Prises en cours
life-free = Réponses que personne n’a prises
life-left = Réponses pas encore acceptées
life-balance = Déposé et non dépensé
life-held = Dont retenu pour les prises en cours
life-not-held = Libre pour de nouvelles prises
life-rest = Ce qui reste du dépôt
life-can-go-back = { $currency } peuvent être rendus
life-returnable = À rendre
life-returnable-words = Le contrat est fini, et ceci appartient au client. La trésorerie prépare son retour, une seconde personne donne son accord, et le client l’apprend par courriel.
life-still-held = { $claims ->
     [one] { $claims } prise est encore en cours, et { $held } sont retenus pour elle. Ce qui n’en est pas accepté pourra être rendu plus tard.
     *[other] { $claims } prises sont encore en cours, et { $held } sont retenus pour elles. Ce qui n’en est pas accepté pourra être rendu plus tard.
  }
life-fee = { $tasks ->
     [one] L’inscription prévoit une indemnité en cas de fin anticipée : { $share } du prix de ce que personne n’aura pris d’ici là. Aujourd’hui, c’est { $tasks } réponse, soit { $fee }. Ce programme n’inscrit pas cette indemnité et ne prend rien sur le dépôt : les deux parties la règlent entre elles.
     *[other] L’inscription prévoit une indemnité en cas de fin anticipée : { $share } du prix de ce que personne n’aura pris d’ici là. Aujourd’hui, ce sont { $tasks } réponses, soit { $fee }. Ce programme n’inscrit pas cette indemnité et ne prend rien sur le dépôt : les deux parties la règlent entre elles.
  }
life-fee-ended = { $tasks ->
     [one] { $side ->
        [client] Le client y a mis fin plus tôt.
        [coop] La coopérative y a mis fin plus tôt.
        *[other] { "" }
     } L’inscription prévoit une indemnité en cas de fin anticipée : { $share } du prix de ce que personne n’avait pris, { $tasks } réponse, soit { $fee }. Ce programme n’inscrit pas cette indemnité et ne prend rien sur le dépôt : les deux parties la règlent entre elles.
     *[other] { $side ->
        [client] Le client y a mis fin plus tôt.
        [coop] La coopérative y a mis fin plus tôt.
        *[other] { "" }
     } L’inscription prévoit une indemnité en cas de fin anticipée : { $share } du prix de ce que personne n’avait pris, { $tasks } réponses, soit { $fee }. Ce programme n’inscrit pas cette indemnité et ne prend rien sur le dépôt : les deux parties la règlent entre elles.
  }
life-ways = Ce qui est possible
life-so-far = Jusqu’ici
life-means = Ce que cela signifie
life-do = Valider
life-leave = Laisser comme c’est
life-reason = Pourquoi
life-reason-hint = En une phrase ou deux : les membres qui ont du travail en cours, le client et la coordination la lisent, dans leur courriel et ici. Elle n’entre pas au livre.
life-told = Les membres qui ont du travail en cours, les personnes du client et la coordination en sont avertis par courriel.
life-drafts = { $drafts ->
     [one] { $drafts } lot n’a jamais été ouvert et ne pourra plus l’être.
     *[other] { $drafts } lots n’ont jamais été ouverts et ne pourront plus l’être.
  }
life-pause = Mettre en pause
life-pause-short = plus de nouvelles prises pour l’instant ; le travail en cours continue
life-pause-title = Mettre { $title } en pause ?
life-pause-means = Aucune nouvelle tâche de ce contrat ne peut être prise, et aucun lot ouvert, tant que votre partie ne l’a pas repris. { $claims ->
     [0] Aucun travail n’est en cours.
     [one] { $claims } prise est en cours : elle peut être envoyée comme avant, elle est jugée et payée sur le dépôt.
     *[other] { $claims } prises sont en cours : elles peuvent être envoyées comme avant, elles sont jugées et payées sur le dépôt.
  }
life-resume = Reprendre
life-resume-short = des tâches peuvent de nouveau être prises
life-resume-title = Reprendre { $title } ?
life-resume-means = Ses lots ouverts reviennent aussitôt au tableau, au prix et aux conditions qu’ils avaient.
life-complete = Terminer
life-complete-short = tout est accepté et payé
life-complete-title = Terminer { $title } ?
life-complete-means = Tout ce qui a été commandé est accepté et payé. Le contrat est clos pour toujours, avec une écriture au livre : plus de lot, plus de prise, plus de dépôt. Il reste { $free } du dépôt, qui peuvent être rendus. Les résultats restent où ils sont.
life-terminate = Mettre fin plus tôt
life-terminate-short = après les jours de préavis que son inscription prévoit
life-terminate-title = Mettre fin à { $title } plus tôt ?
life-terminate-means = { $at_once ->
     [yes] Il finit aussitôt, pour toujours, avec une écriture au livre : plus de lot, plus de prise, plus de dépôt. Ce qui est pris est honoré : on peut l’envoyer, il est jugé et payé sur le dépôt.
     *[no] Il finit le { $when }, après le préavis que son inscription prévoit, { $days }. D’ici là, tout continue, et votre partie ne peut pas le mettre en pause : ces jours sont là pour que les membres travaillent. Ce jour-là, il est clos pour toujours, avec une écriture au livre : plus de lot, plus de prise, plus de dépôt. Ce qui est pris d’ici là est honoré : on peut l’envoyer, il est jugé et payé sur le dépôt, même plus tard. Jusqu’à ce jour, votre partie peut retirer le préavis.
  }
life-keep = Retirer le préavis
life-keep-short = il ne finit pas
life-keep-short-voted = le jour voté par les membres reste
life-keep-title = Retirer le préavis pour { $title } ?
life-keep-means = { $voted ->
     [yes] Le préavis de votre partie est retiré. Les membres ont aussi voté une fin : il finit le { $when }, et aucune partie ne revient là-dessus. D’ici là, tout continue.
     *[no] Il ne finit pas le { $when }, et continue comme si aucun préavis n’avait été donné. Un préavis ultérieur recommence ses jours.
  }
life-did-paused = { $side ->
     [client] Mis en pause par le client
     *[coop] Mis en pause par la coopérative
  }
life-did-resumed = { $side ->
     [client] Repris par le client
     *[coop] Repris par la coopérative
  }
life-did-completed = { $side ->
     [client] Terminé par le client
     *[coop] Terminé par la coopérative
  }
life-did-noticed = { $side ->
     [client] Préavis du client : fin le { $when }
     *[coop] Préavis de la coopérative : fin le { $when }
  }
life-did-kept = { $side ->
     [client] Préavis retiré par le client
     *[coop] Préavis retiré par la coopérative
  }{ $ends ->
     [yes] {""} ; un autre court, et il finit le { $when }
     *[no] {""}
  }
life-did-terminated = { $side ->
     [client] Fin anticipée, du fait du client
     *[coop] Fin anticipée, du fait de la coopérative
  }
contract-reason-finished = tout est fait
contract-reason-ended-by-client = fin anticipée, du fait du client
contract-reason-ended-by-coop = fin anticipée, du fait de la coopérative
