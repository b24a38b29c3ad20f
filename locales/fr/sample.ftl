sample-title = Ce qui est relu
sample-way = Ce qui est relu
sample-all = Chaque réponse est relue avant d’être acceptée, ou acceptée par silence.
sample-share = { $share } des éléments sont relus, tirés à l’ouverture du lot.
sample-fact = { $share } des éléments sont relus, par tirage ; le client peut en faire relire davantage
sample-words = { $share } des éléments de ce lot sont relus avant d’être acceptés : { $read } sur { $items ->
     [one] { $items } élément
     *[other] { $items } éléments
  }, par tirage. Les autres sont acceptés par silence, ou par le client.
sample-copies = Toutes les réponses à un élément sont relues, ou aucune.
sample-nobody-told = Personne n’apprend si un élément en fait partie avant que sa réponse soit jugée. Ce qui est revenu ou a été rejeté avait été relu ; ce qui vient à sa place est relu aussi.
sample-far = Avancement
sample-waiting = en attente de relecture
sample-decided = relues et jugées
sample-rest-label = Hors du tirage
sample-rest = { unit-count } en attente que personne ne relit, { $sum } en tout.
sample-rest-none = Rien n’attend hors du tirage.
sample-rest-words = Tout ce qui a été tiré jusqu’ici est jugé. Accepter paie ces réponses sans les relire ; cela ne se défait pas. La part de relecture revient à la personne qui a fait le travail.
sample-rest-accept = Accepter le reste : { $count }
sample-rest-silence = Sans cela, chacune est acceptée par silence à son jour.
sample-rest-row = { unit-count } hors du tirage
sample-more = Faire relire davantage
sample-more-words = Ce qui s’ajoute est tiré avec la même graine : rien de ce qui était tiré n’en sort. Ce qui attend et s’ajoute peut être relu aussitôt.
sample-more-send = Relire cette part désormais
sample-review-share = Part relue, en pour cent
sample-review-share-hint = 100 signifie tout. Plus que maintenant, jamais moins.
sample-draw = Le tirage
sample-commitment = Une graine secrète a décidé du tirage à l’ouverture du lot. Voici son SHA-256, pour que personne ne puisse changer la graine ensuite :
sample-seed-later = La graine elle-même sera ici dès que toutes les réponses du lot seront jugées. Avec elle, chacun peut refaire le tirage.
sample-seed = Le lot est terminé, ou tout est relu. Voici la graine :
sample-again = Pour refaire le tirage, calculez pour chaque tâche le SHA-256 de trois lignes, fin de ligne comprise : manyhands sample 1, la graine, l’identifiant de la tâche. Les éléments aux plus petits résultats sont relus, autant que la part en compte, arrondie vers le haut. Le fichier contient tous les identifiants.
sample-json = Le tirage, en fichier (JSON)
sample-back-batch = Retour au lot
