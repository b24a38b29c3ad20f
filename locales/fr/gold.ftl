gold-label = Réponses connues
gold-words = Des éléments dont vous connaissez la bonne réponse, répartis parmi les autres. Rien ne les distingue ; ils sont relus et payés comme les autres. Les membres lisent leur part avant de prendre une tâche ; qui a répondu à l’un d’eux lit la bonne réponse et votre explication. Les réponses à ces éléments ne figurent pas dans les résultats.
gold-unknowable = Aucune de ces questions n’a une seule bonne réponse : ce qui se dessine, se marque ou s’écrit par paires n’est jamais deux fois pareil. Ajoutez une question à choix, un nombre, un classement, une préférence ou un texte court.
gold-how = { $column } est la colonne de la bonne réponse, { $explanation } celle de votre explication, dans le fichier d’éléments ou dans un fichier à part avec l’id de chaque élément. Les membres voient l’id d’un élément : choisissez-en un qui ne dit rien.
gold-table = Télécharger les éléments, en tableau à remplir
gold-marked = { $gold ->
     [0] Aucun des { $items } éléments n’a encore de réponse connue.
     [one] { $gold } élément sur { $items } a une réponse connue.
     *[other] { $gold } éléments sur { $items } ont une réponse connue.
  }
batch-gold = Fichier de réponses connues
batch-gold-hint = CSV ou JSON Lines. Tout est pris, ou rien ; un nouveau fichier remplace le précédent.
gold-share-about = Environ 1 élément sur { $about } a une réponse connue.
gold-share-of = { $gold ->
     [one] { $gold } élément sur { $items } a une réponse connue.
     *[other] { $gold } éléments sur { $items } ont une réponse connue.
  }
gold-fact-about = environ 1 élément sur { $about } a une réponse connue
gold-fact-of = { $gold ->
     [one] { $gold } élément sur { $items } a une réponse connue
     *[other] { $gold } éléments sur { $items } ont une réponse connue
  }
gold-title = Cet élément avait une réponse connue
gold-met = La vôtre était la même, d’emblée.
gold-missed = La vôtre est différente. Cela arrive à tout le monde : ce n’est pas un verdict, et l’élément est relu et payé comme les autres. Ce qui est compté pour le client l’est sans noms.
gold-mended = Votre première réponse était différente ; celle que vous avez rendue depuis est la même.
gold-yours = Votre réponse
gold-right = La bonne réponse
gold-why = Pourquoi
gold-on = Continuer
gold-next = Tâche suivante
gold-again = Le relire
claim-sent-met = Envoyé. L’élément avait une réponse connue, et la vôtre est la même. C’est maintenant à la relecture.
claim-after-met = La précédente avait une réponse connue, et la vôtre est la même. Voici la suivante ; laissez-la si vous vous arrêtez ici.
desk-gold-none = { $items ->
     [one] { $items } élément a une réponse connue ; personne n’y a encore répondu.
     *[other] { $items } éléments ont une réponse connue ; personne n’a encore répondu à l’un d’eux.
  }
desk-gold-words = { $met } sur { $answers ->
     [one] { $answers } réponse était la réponse connue
     *[other] { $answers } réponses étaient la réponse connue
  } : { $share }. { $items ->
     [one] Un élément en a une ; il ne figure pas dans les résultats.
     *[other] { $items } éléments en ont une ; ils ne figurent pas dans les résultats.
  }
desk-gold-missed = manquées
desk-gold-answers = réponses
desk-gold-look = Regardez ce qui est souvent manqué : peut-être les consignes ne le disent-elles pas, ou la réponse connue n’est-elle pas la bonne.
review-known-words = Vous connaissez cette réponse par votre propre fichier. Les membres qui relisent ne la voient pas. Un travail est renvoyé pour ce que disent les consignes, non parce qu’une réponse a été manquée.
