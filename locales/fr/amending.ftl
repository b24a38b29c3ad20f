amend-way = Proposer un changement
amend-title = Changer { $title }
amend-lede = Un contrat inscrit change par versions. Une partie propose, l’autre accepte, et une écriture au livre met la nouvelle version en vigueur. Les prises d’avant gardent la leur. Client final, usage, unité et monnaie restent : en changer serait un autre contrat.
amend-draft = Commencer un changement
amend-draft-words = Un brouillon de votre partie, avec ce qui vaut aujourd’hui. Changez ce qu’il faut, page par page ; personne d’autre ne le voit avant que vous ne le proposiez.
amend-drafted = Le brouillon de votre partie. Personne d’autre ne le voit avant que vous ne le proposiez.
amend-waits = Votre partie a proposé ceci, et l’autre n’a pas encore répondu : { $reason }
amend-asks = { $side ->
     [client] Le client propose ceci : { $reason }
     *[coop] La coopérative propose ceci : { $reason }
  }
amend-changes = Ce qui changerait
amend-pages = Pages
amend-page-words = Seul ce qui peut changer figure ici. Rien n’est en vigueur avant l’accord des deux parties.
amend-overview = Tous les changements
amend-nothing-yet = Rien n’est changé jusqu’ici.
amend-legend = Une ligne avec − figurait avant, une ligne avec + figure maintenant, … remplace les lignes qui restent.
amend-gone = avant :
amend-new = maintenant :
amend-propose = Proposer
amend-propose-words = L’autre partie en est avertie par courriel, voit la même comparaison, et accepte ou non. Un niveau de risque plus haut ferme les lots ouverts d’un niveau plus bas aux nouvelles prises : ce qu’il en reste demande un nouveau lot.
amend-reason = Pourquoi
amend-reason-hint = En une phrase ou deux : l’autre partie la lit, dans son courriel et ici.
amend-withdraw = Retirer
amend-withdraw-words = Ce qui était en brouillon ou proposé disparaît ; le contrat reste comme il est.
amend-agree = Accepter
amend-agree-words = La nouvelle version est en vigueur aussitôt, pour les nouvelles prises, avec une écriture au livre. Les membres qui ont du travail en cours gardent la version sous laquelle ils l’ont pris, en sont avertis par courriel, et peuvent laisser leur tâche sans perte. Si le niveau de risque monte, les lots ouverts d’un niveau plus bas ne reçoivent plus de nouvelles prises.
amend-decline = Ne pas accepter
amend-decline-words = Le contrat reste comme il est, et l’autre partie lit pourquoi.
versions-way = Toutes les versions
versions-title = Versions de { $title }
versions-lede = Chaque version est signée au livre, et aucune n’est jamais réécrite. Une prise suit la version qui était en vigueur quand elle a été faite.
versions-number = Version { $number }
versions-since = En vigueur depuis le { $when }.
versions-first = Telle qu’elle a été inscrite.
versions-amended = Version { $number }, en vigueur depuis le { $when }.
claim-amended = Le contrat a changé depuis que vous avez pris cette tâche : la version { $newest } vaut pour les nouvelles prises. La vôtre suit la version { $version }, dont les consignes figurent ci-dessous. Vous pouvez laisser la tâche sans perte : rien ne vous est reproché.
claim-amended-way = Ce qui a changé
