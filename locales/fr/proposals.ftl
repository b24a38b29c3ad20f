# Votes : ce qui est mis au vote, les brouillons, leurs pages.
place-votes = Votes
proposals-title = Votes
proposals-lede = Les membres fixent les règles qui les paient : un membre, une voix. Où en est un vote ouvert n’est montré à personne avant sa clôture.
proposals-open = Ouverts
proposals-open-none = Aucun vote n’est ouvert. Vous recevez un courriel dès qu’il s’en ouvre un.
proposals-open-end = Aucun autre vote n’est ouvert.
proposals-open-more = Plus de votes ouverts
proposals-turnout = Ont voté : { $cast } sur { $eligible } ; quorum : { $needed }.
proposals-closes = Clôture : { $when }.
proposals-opens = Ouverture : { $when }.
proposals-counted-soon = Son temps est écoulé, et il est dépouillé. Quand le serveur ne peut pas ouvrir un bulletin, son membre a deux jours pour l’ouvrir.
proposals-voted = Vous avez voté. Vous pouvez changer votre vote jusqu’à la clôture.
proposals-not-voted = Vous n’avez pas encore voté.
proposals-not-on-roll = Vous n’êtes pas sur la liste de ce vote : il a été ouvert avant votre adhésion.
proposals-read = Lire
proposals-read-vote = Voter
proposals-read-change = Changer
proposals-drafts = Brouillons
proposals-drafts-none = Personne n’écrit de proposition en ce moment. Tout membre le peut.
proposals-drafts-more = Plus de brouillons
proposals-new = Proposer quelque chose
proposals-closed = Clos
proposals-closed-none = Aucun vote n’a encore été clos.
proposals-closed-on = { $id }, clos le { $date }
proposals-counts = { $yes } oui, { $no } non, { $abstain } { $abstain ->
     [one] abstention
     *[other] abstentions
  }
proposals-older = Votes plus anciens
proposals-older-title = Votes plus anciens
proposals-kinds = Ce qui peut être voté
proposals-kinds-words = Le règlement dit quel vote peut changer quoi, et ce qu’il faut pour cela. Les membres peuvent changer cela aussi.
proposals-rates = Le règlement en vigueur, en mots simples
vote-kind-ordinary = Vote ordinaire
vote-kind-contract = Vote sur un contrat
vote-kind-price-ask = Vote sur un prix
vote-kind-rate-change = Vote sur les tarifs
vote-kind-constitution = Vote sur les règles elles-mêmes
terms-changes = Peut changer : { $parts }.
terms-changes-none = Ne change aucune règle à lui seul.
terms-passes = Quorum : { $quorum }. Adopté avec { $majority }.
terms-days = { $days ->
     [one] Ouvert { $days } jour au moins.
     *[other] Ouvert { $days } jours au moins.
  }
terms-notice = { $days ->
     [one] Ce qu’il décide vaut au plus tôt { $days } jour après la clôture.
     *[other] Ce qu’il décide vaut au plus tôt { $days } jours après la clôture.
  }
terms-at-once = Ce qu’il décide peut valoir dès la clôture.
terms-cosponsors = { $count ->
     [0] S’ouvre sans la signature d’un autre membre.
     [one] S’ouvre avec la signature de { $count } autre membre.
     *[other] S’ouvre avec les signatures de { $count } autres membres.
  }
book-part-none = rien
book-part-batch-repriced = le prix d’un lot
book-part-floor = ce qu’une heure doit payer
book-part-premium = ce que les risques ajoutent
book-part-split = où va chaque centaine
book-part-currencies = les monnaies
book-part-claims = les prises de tâches
book-part-review = la relecture
book-part-exposure = le temps au niveau de risque 3
book-part-votes = les votes
share-1-2 = la moitié
share-1-3 = un tiers
share-2-3 = deux tiers
share-1-4 = un quart
share-3-4 = trois quarts
share-1-5 = un cinquième
share-2-5 = deux cinquièmes
share-3-5 = trois cinquièmes
share-4-5 = quatre cinquièmes
rule-rule = Règle
rule-now = maintenant
rule-then = si c’est oui
rule-proposed = proposé
rule-at-close = à la clôture
rule-before = avant
rule-since = depuis
rule-none = aucun
rule-quorum-of = { $share } des membres
rule-majority-over = plus de { $share } des oui et non
rule-majority-least = au moins { $share } des oui et non
rule-openings-members = les membres seulement
rule-openings-all = tout le monde
rule-unit-hour = { $currency } l’heure
rule-unit-days = jours
rule-unit-minutes = minutes
rule-hint-now = Actuellement : { $value }
rule-hint-quorum = Une part de tous les membres, comme 1/3 ou 40%
rule-name-floor = Plancher pour { $skill }, { $currency }
rule-name-premium = En plus du plancher au niveau de risque { $level }
rule-name-split = Sur 100 : { $who }
rule-name-claims-max-open = Tâches qu’un membre peut tenir à la fois
rule-name-claims-lease-factor = Temps pour une tâche, en multiple de son temps honnête
rule-name-claims-lease-min-minutes = Temps pour une tâche, au moins
rule-name-claims-extensions = Prolongations possibles d’une tâche
rule-name-review-silence-days = Silence après lequel le travail est accepté
rule-name-review-appeal-days = Temps pour faire appel
rule-name-review-decide-days = Temps pour décider d’un appel
rule-name-exposure-level3-minutes-per-day = Temps par jour au niveau de risque 3, au plus
rule-name-exposure-break-minutes-per-hour = Repos dans chaque heure au niveau 3
rule-name-votes-quorum = { $kind } : quorum
rule-name-votes-majority = { $kind } : majorité
rule-name-votes-days = { $kind } : ouvert au moins
rule-name-votes-cosponsors = { $kind } : signatures avant l’ouverture
rule-name-votes-notice-days = { $kind } : de la clôture à la mise en vigueur
rule-name-votes-openings = { $kind } : qui peut voir les bulletins ouverts
rule-name-votes-changes = { $kind } : ce qu’il peut changer
rule-name-decimals = { $currency } : décimales
act-rules = Règles
act-price-ask = Demander un prix à un client
act-price-ask-words = Pour un lot. Si c’est oui et que le client accepte, il vaut pour les nouvelles prises ; sinon le lot n’en reçoit plus à partir de ce jour.
act-contract-take = Prendre un contrat
act-contract-take-words = Si la coopérative travaille pour ce client. Le résultat est noté ; les responsables agissent.
act-contract-end = Mettre fin à un contrat
act-contract-end-words = Si c’est oui, la coopérative donne le préavis prévu au contrat. Ce qui est pris est fait et payé.
act-mandate = Donner un rôle
act-mandate-words = Relecture, trésorerie ou coordination : une proposition pour un membre.
act-recall = Mettre fin à un rôle
act-recall-words = Le membre reste membre et rend le rôle ce jour-là.
act-exclusion = Exclure un membre
act-exclusion-words = Le vote le plus grave. Le résultat est noté ; deux responsables agissent.
act-text = Dire quelque chose ensemble
act-text-words = Une question ou une déclaration en mots. Elle ne change aucune règle à elle seule.
motion-rules-words = Pour ce qui est pris à partir de ce jour. Ce qui a été pris avant reste comme c’était.
motion-rules-votes = Ce vote lui-même suit les règles en vigueur à son ouverture.
motion-rules-none = Le règlement dit déjà tout cela.
motion-price = Demande { $price } pour chaque pièce acceptée de « { $title } », contrat { $contract } ({ $client }).
motion-price-unit = Une pièce, { $currency }
motion-price-hour = Au temps honnête, une heure paie alors { $then } au lieu de { $was } { $currency }.
motion-price-words = Le client peut refuser. Alors, ou sans réponse, le lot ne reçoit plus de nouvelles prises à partir de ce jour et le préavis de la coopérative court ; ce qui est pris est payé à son prix.
motion-contract-way = Contrat { $contract }
motion-take = La coopérative prend le contrat { $contract }. Le résultat est noté, et les responsables agissent.
motion-take-else = Sans majorité, cela est noté aussi, et rien n’en suit de lui-même : un contrat en cours continue. Pour en arrêter un, proposez d’y mettre fin.
motion-end = La coopérative donne le préavis du contrat { $contract }, avec les jours qu’il prévoit. Ce qui est pris d’ici là est fait et payé.
motion-end-else = Sans majorité, le contrat continue comme il est.
motion-mandate = { $name } reçoit un rôle : { $role }.
motion-recall = { $name } rend un rôle : { $role }.
motion-exclusion = { $name } est exclu comme { $role }. Le résultat est noté, et deux responsables agissent.
motion-about-id = Le nom est montré ici aux membres et ne figure nulle part ailleurs : le texte et le livre ne connaissent que { $id }.
motion-text = Rien que ces mots : c’est ce que les membres veulent dire.
moment-both = { $here }, soit { $utc }
moment-both-day = { $here }, { $utc }
vote-margin = Vote { $id }, au { $date }
vote-go = Voter
vote-change = Changer mon vote
vote-ballot-later = Le bulletin
vote-does = Si c’est oui
vote-did = Ce qui a changé
vote-was = Ce qui était proposé
vote-effects = Ce que cela ferait, à moi et à nous
vote-effects-closed = Ce que cela aurait fait
vote-why = Pourquoi
vote-by = Proposé par { $name }
vote-by-log = L’auteur de la proposition n’est plus gardé ici.
vote-second-call = Deuxième appel de { $id }, qui n’avait pas de quorum : le même texte, une nouvelle liste.
vote-far = Où en est-on
vote-quorum-reached = Le quorum est atteint : le vote compte.
vote-quorum-missing = { $missing ->
     [one] Encore { $missing } bulletin pour le quorum.
     *[other] Encore { $missing } bulletins pour le quorum.
  }
vote-how-counted = Il est adopté avec { $majority }. L’abstention compte pour le quorum, pas pour la majorité. Oui et non sont comptés à la clôture, et montrés à personne avant.
vote-tally-aria = Ont voté : { $cast } sur { $eligible } ; quorum : { $needed }.
vote-tally-quorum = quorum { $needed }
vote-tally-cast = { $cast ->
     [one] { $cast } a voté
     *[other] { $cast } ont voté
  }
vote-tally-roll = liste de { $eligible }
vote-tally-yes = { $count } oui
vote-tally-no = { $count } non
vote-known = Avant de voter
vote-known-words = Jusqu’à la clôture chaque bulletin est scellé, et ce qu’il dit n’est montré à personne ; seul qui tient la base de données de la coopérative pourrait regarder. Ensuite les membres voient chaque bulletin à côté de l’identifiant pseudonyme de son membre : entre membres, ce vote est ouvert.
vote-terms = Conditions
vote-terms-words = Figées à l’ouverture. Personne ne peut changer le texte, ajouter une voix ou déplacer la clôture.
vote-fact-kind = Type de vote
vote-fact-roll = Liste
vote-fact-quorum = Quorum
vote-fact-quorum-words = { $share } : { $needed } sur { $eligible }
vote-fact-majority = Adopté avec
vote-fact-opens = Ouverture
vote-fact-closes = Clôture
vote-fact-enacts = Entrée en vigueur
vote-fact-would = Aurait valu dès le
vote-members-count = { $count ->
     [one] { $count } membre
     *[other] { $count } membres
  }
vote-brought = Ce qu’il a apporté
vote-for-ever = Le titre et le texte restent pour toujours dans le livre, sans aucun nom.
verdict-passed = Adopté.
verdict-rejected = Rejeté.
verdict-no-quorum = Pas de quorum.
verdict-void = Nul.
vote-result = Résultat
vote-result-over = { $yes } sur { $all }, c’est plus de { $share }.
vote-result-least = { $yes } sur { $all }, c’est au moins { $share }.
vote-result-not-over = { $yes } sur { $all }, ce n’est pas plus de { $share }.
vote-result-under = { $yes } sur { $all }, c’est moins de { $share }.
vote-result-nobody = Personne n’a dit oui ou non.
vote-result-no-quorum = { $missing ->
     [one] Il manquait { $missing } bulletin.
     *[other] Il manquait { $missing } bulletins.
  }
vote-result-void = { $unopened ->
     [one] { $unopened } bulletin n’a jamais été ouvert, et il aurait pu changer le résultat.
     *[other] { $unopened } bulletins n’ont jamais été ouverts, et ils auraient pu changer le résultat.
  }
vote-quorum-met = Ont voté : { $cast } sur { $eligible }. Le quorum, { $share }, était de { $needed } : il est atteint.
vote-quorum-missed = Ont voté : { $cast } sur { $eligible }. Le quorum, { $share }, était de { $needed } : il n’est pas atteint.
vote-ballots = Bulletins
vote-members = membres
vote-yes = Oui
vote-no = Non
vote-abstained = Abstentions
vote-unopened = Jamais ouverts
vote-cast = Ont voté
vote-not-cast = N’ont pas voté
vote-roll = Sur la liste
vote-signed = Signés par des membres : { $keys } ; attestés par la coopérative : { $sessions } ; avec une clé créée pendant le vote : { $fresh }.
vote-signed-words = Signé : avec la clé du membre. Attesté : déposé en étant connecté, avec un code du courriel ; c’est alors la parole de la coopérative.
vote-recount = Recompter
vote-again-way = Au deuxième appel, { $id }
vote-after-waiting = Cela vaut à partir du { $date }.
vote-after-asked = Le client a été interrogé. Accepté, le prix vaut à partir du { $date } ; sinon le lot ne reçoit plus de nouvelles prises à partir de ce jour.
vote-after-accepted = Le client a accepté le prix : il vaut à partir du { $date }.
vote-after-refused = Le client n’a pas accepté le prix. S’il ne le fait pas, le lot ne reçoit plus de nouvelles prises à partir du { $date }.
vote-after-paused = Sans l’accord du client, le lot ne reçoit plus de nouvelles prises depuis le { $date }, et le préavis de la coopérative court.
vote-after-lapsed = Cela devait valoir, mais est devenu caduc le { $date } : { $reason }.
vote-after-done = Cela vaut depuis le { $date }.
vote-after-recorded = C’est noté ; les membres peuvent s’y référer.
vote-after-again = Il est appelé une deuxième fois, avec le même texte et la liste de ce jour-là.
vote-after-nothing = Rien ne change.
vote-after-contract-take = C’est noté ; rien n’en suit de lui-même, et un contrat en cours continue.
vote-after-contract-end = Le contrat continue comme il est.
draft-margin = Brouillon
draft-label = Ce que vous proposez
draft-by = De { $name }
draft-is-yours = Ce brouillon est le vôtre.
draft-you-signed = Vous l’avez signé.
draft-changed = État du { $date } ; pas encore mis au vote.
draft-withdrawn = Vous avez retiré ce brouillon. Seuls vous et ceux qui en ont dit quelque chose le lisent encore.
draft-withdrawn-other = Ce brouillon a été retiré par qui l’a écrit. Vous le lisez encore, car vous en avez dit quelque chose, que vous pouvez retirer ici.
draft-signatures = Signatures
draft-signatures-count = { $signed } sur { $needed } signatures
draft-signed-enough = { $needed ->
     [0] Il n’a besoin d’aucune autre signature que celle de son auteur.
     *[other] Assez de membres l’ont signé : il en fallait { $needed }.
  }
draft-signed-missing = { $missing ->
     [one] Encore { $missing } membre doit le signer, sur { $needed }, avant que son auteur puisse le mettre au vote.
     *[other] Encore { $missing } membres doivent le signer, sur { $needed }, avant que son auteur puisse le mettre au vote.
  }
draft-sign = Signer ce brouillon
draft-sign-words = Signer dit que ceci doit être mis au vote, tel qu’il est écrit ici ; vous n’avez pas à être d’accord. Une modification annule toutes les signatures.
draft-unsign = Retirer ma signature
draft-unsign-words = Vous l’avez signé.
draft-vote = Le vote
draft-fact-days = Durée du vote
draft-enacts-on = { $date }, ou { $days ->
     [one] { $days } jour
     *[other] { $days } jours
  } après la clôture si c’est plus tard
draft-enacts-close = la clôture
draft-enacts-days = { $days ->
     [one] { $days } jour après la clôture
     *[other] { $days } jours après la clôture
  }
draft-yours = Ce que vous pouvez faire
draft-edit = Le modifier
draft-edit-signed = { $count ->
     [one] { $count } membre l’a signé tel qu’il était. Si vous le modifiez, il faut signer de nouveau.
     *[other] { $count } membres l’ont signé tel qu’il était. Si vous le modifiez, il faut signer de nouveau.
  }
draft-withdraw = Retirer le brouillon
draft-withdraw-words = Un brouillon retiré ne revient pas.
draft-open = Mettre au vote
draft-open-way = Mettre au vote …
draft-open-ready = Il peut être mis au vote, plus haut. La page suivante montre ce que cela fige, avant que rien ne soit définitif.
draft-open-title = Mettre « { $title } » au vote ?
draft-open-lede = À partir de là personne ne le change, vous non plus : ni le texte, ni la liste, ni les dates. Cela ne se reprend pas.
draft-open-words = Chacun sur la liste reçoit aussitôt un courriel avec un code pour son bulletin.
draft-open-frozen = Ce qui est figé
draft-open-quorum = { $needed } sur { $eligible } doivent voter
draft-open-not = Pas encore
draft-open-cannot = Il ne peut pas être mis au vote tel qu’il est. Modifiez-le d’abord.
draft-new-title = Proposer quelque chose
draft-new-lede = Écrivez un brouillon, laissez d’autres le lire et le signer, puis mettez-le au vote. Rien n’est décidé avant.
draft-new-of-rules = Règles
draft-new-of-else = Tout le reste
draft-new-rules = Changer : { $parts }
draft-form-rules = Changer les règles
draft-form-price-ask = Demander un prix à un client
draft-form-contract-take = Prendre un contrat
draft-form-contract-end = Mettre fin à un contrat
draft-form-mandate = Donner un rôle
draft-form-recall = Mettre fin à un rôle
draft-form-exclusion = Exclure un membre
draft-form-text = Dire quelque chose ensemble
draft-for-ever = Une fois mis au vote, le titre et le texte restent pour toujours, et tous ceux qui peuvent lire le livre les lisent : n’y nommez personne.
draft-about-member = Vous choisissez le membre dans une liste. Les membres voient le nom ici ; le texte et le livre ne contiennent qu’un identifiant pseudonyme, et le titre est donc écrit pour vous.
draft-rules-lede = Chaque règle est telle qu’elle vaut maintenant. Changez celles que vous voulez ; les autres restent.
draft-title-mandate = Donner un rôle à un membre : { $role }
draft-title-recall = Mettre fin au rôle d’un membre : { $role }
draft-title-exclusion = Exclure un membre
draft-title = Titre
draft-title-hint = Une ligne : la question à laquelle les membres répondent par oui ou non
draft-text = Pourquoi
draft-text-hint = Vos raisons, en mots simples
draft-kind = Type de vote
draft-kind-option = { $kind } : { $quorum }, { $majority }
draft-days = Jours de vote
draft-days-hint = Vide : le moins que permet le règlement, et jamais moins de trois
draft-opens = Ouverture le
draft-opens-hint = Vide : dès que vous le mettez au vote. Un jour commence à 00:00 UTC
draft-enacts = En vigueur à partir du
draft-enacts-hint = Vide : dès que le règlement le permet. Un jour commence à 00:00 UTC
draft-when = D’autres dates que celles du règlement
draft-choose = Choisissez
draft-batch = Lot
draft-batch-option = { $contract }, { $title }, actuellement { $price }
draft-price = Prix demandé
draft-price-hint = D’une pièce acceptée, dans la monnaie du lot, avec un point : 120.00
draft-contract = Contrat
draft-member = Membre
draft-role = Rôle
draft-group-votes = { $kind } : son déroulement
draft-new-skill = Un plancher qui manque encore : compétence
draft-new-skill-hint = Un nom court comme lidar ; general pour toute compétence dans une autre monnaie
draft-new-skill-currency = Sa monnaie
draft-new-skill-floor = Son plancher, l’heure
draft-new-fund = Un nouveau fonds : son nom
draft-new-fund-hint = Commence par une majuscule, comme Formation
draft-new-fund-share = Sa part sur 100, en pour cent
draft-new-currency = Une nouvelle monnaie : ses trois lettres
draft-new-currency-decimals = Ses décimales
draft-save = Enregistrer le brouillon
discussion-label = Discussion
discussion-none = Personne n’a encore rien dit. Les membres lisent ce que vous écrivez ici.
discussion-none-over = Personne n’a rien dit.
discussion-over = Le vote est clos, et rien ne peut être ajouté.
discussion-text = Votre commentaire
discussion-text-hint = Texte simple, pour les membres seulement
discussion-send = Le dire
discussion-answer = Répondre
discussion-answer-aria = Répondre à { $name }
discussion-answer-text = Votre réponse
discussion-answer-send = Envoyer la réponse
discussion-withdraw = Retirer
discussion-withdraw-words = Vos mots disparaissent pour de bon ; leur place reste, pour ceux qui y répondent.
discussion-gone = Retiré par son auteur.
discussion-yours = Votre commentaire
discussion-back = Retour à la page
discussion-earlier = Plus tôt dans la discussion
discussion-later = Suite de la discussion
refusal-proposal-names = « { $words } » est le nom d’un membre. Le titre et le texte restent pour toujours, et tous ceux qui peuvent lire le livre les lisent. Dites-le sans le nom : les membres voient sur la page de qui il s’agit. Si vous ne pensez à personne, dites-le avec d’autres mots.
refusal-comments-thread-full = Ce fil compte { $most } réponses et n’en prend plus. Commencez-en un autre sous la discussion, et dites à quoi il répond. Ce que vous avez écrit reste ci-dessous.
refusal-proposal-day = Choisissez un jour, comme 2026-12-15.
