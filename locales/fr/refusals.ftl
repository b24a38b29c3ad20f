refusal-amount-unfit = Ce n’est pas un montant. Écrivez des chiffres avec un point, comme 9.40, six décimales au plus, et rien d’autre.
refusal-answer-invisible = « { $question } » : la réponse contient un caractère de contrôle invisible. Effacez-le et retapez.
refusal-answer-missing = « { $question } » n’a pas encore de réponse. Choisissez ou écrivez-en une, puis renvoyez.
refusal-answer-none = Il n’y a pas encore de réponse. Répondez à une question au moins, puis renvoyez.
refusal-answer-number = « { $question } » demande un nombre. Écrivez des chiffres avec un point, comme 7.5.
refusal-answer-one-choice = « { $question } » : ce n’est pas un des choix. Choisissez dans la liste.
refusal-answer-pair = « { $question } » : une des paires est à moitié vide. Écrivez sa question et sa réponse, ou aucune des deux.
refusal-answer-pairs = « { $question } » prend { $most } paires au plus. Laissez les meilleures.
refusal-answer-preference = « { $question } » : rien n’est encore choisi. Choisissez la meilleure, puis renvoyez.
refusal-answer-ranking = « { $question } » : chacun des { $most } demande un rang à lui, de 1 à { $most }.
refusal-answer-reason = « { $question } » demande une raison de { $least } caractères au moins. Dites ce qui vous a fait choisir.
refusal-answer-several = « { $question } » prend une seule réponse, et plusieurs sont arrivées. N’en laissez qu’une.
refusal-answer-span-absent = « { $question } » : à la ligne « { $line } », ces mots ne sont pas dans le texte, ou sont déjà tous marqués. Copiez-les tels quels.
refusal-answer-span-label = « { $question } » : la ligne « { $line } » ne commence pas par une étiquette et deux-points. Écrivez l’étiquette, deux-points, puis les mots.
refusal-answer-span-over = « { $question } » : à la ligne « { $line } », le passage recouvre « { $text } », qui est déjà { $label }. Retirez l’un des deux.
refusal-answer-span-range = « { $question } » : la ligne « { $line } » sort du texte, qui a { $most } caractères.
refusal-answer-spans-many = « { $question } » prend { $most } passages au plus.
refusal-answer-spans-nothing = « { $question } » : des passages sont marqués, et « Rien à marquer ici » aussi. Laissez l’un ou l’autre.
refusal-answer-too-long = « { $question } » : la réponse dépasse { $most } caractères. Raccourcissez-la ; ce que vous avez écrit est gardé.
refusal-correction-crosses = Il manque { $missing } sur ce compte : { $account }. Tel qu’est le livre, il contient moins que ce qui en est retiré, la correction ne pourrait donc jamais être inscrite. Retirez-en moins. Rien n’a été écrit.
refusal-correction-claimed = Des membres au travail retiennent une part des dépôts de { $contract } : { $free } est libre maintenant, et la correction prendrait davantage. Le travail accepté peut toujours être payé. Retirez au plus cette somme maintenant et le reste quand le travail aura pris fin, ou suspendez d’abord le contrat. Rien n’a été écrit.
refusal-balance-crossed = Il manque { $missing } : un solde descendrait sous sa limite. Rien n’a été enregistré.
refusal-batch-contract-not-funded = Le contrat n’a pas encore de dépôt. Le travail peut s’ouvrir dès que la trésorerie en a enregistré un.
refusal-batch-contract-not-listed = Le contrat n’est pas encore approuvé. Un lot peut être préparé dès qu’il l’est.
refusal-batches-many = { $most } lots ont été commencés dans ce contrat en un jour. Attendez demain. Rien n’a été enregistré.
refusal-batches-unopened = { $most } lots de ce contrat attendent d’être ouverts. Ouvrez-en un d’abord ; ses questions, ses éléments, son prix et son temps peuvent encore changer. Rien n’a été enregistré.
refusal-batch-empty = Le lot n’a pas d’éléments. Envoyez d’abord un fichier.
refusal-batch-changed-meanwhile = Quelqu’un a modifié ce brouillon pendant la vérification de votre changement. Rien n’a été écrit. Regardez le lot, puis envoyez de nouveau.
refusal-batch-not-draft = Le lot est déjà ouvert et garde ce qu’il dit. Préparez un nouveau lot pour changer.
refusal-batch-not-open = Le lot n’est plus ouvert. D’autre travail est au tableau.
refusal-batch-state = Le lot a changé entre-temps. Rechargez la page pour voir où il en est.
refusal-batch-back-unfit = Tel qu’il est revenu, ce lot ne peut pas être ouvert, pour la raison ci-dessous, et rien n’y peut plus être changé. Retirez ce qui en est libre, et préparez un nouveau lot.
refusal-batch-under-new-floor = Les membres ont voté un plancher plus haut, et ce lot paie moins. Il ne prend plus de tâches avant que son prix monte.
refusal-between-keeps-all = Ensemble ils garderaient tout. Moins de 100 pour cent peuvent rester entre le client final et la coopérative.
refusal-erase-claims = { $count ->
     [one] { $count } pièce de son travail n’est pas encore jugée. Jugez-la d’abord.
     *[other] { $count } pièces de son travail ne sont pas encore jugées. Jugez-les d’abord.
  }
refusal-erase-client = Personne d’autre n’agit pour { $client }, qui a { $count ->
     [one] { $count } contrat non terminé
     *[other] { $count } contrats non terminés
  }. Invitez d’abord quelqu’un d’autre.
refusal-erase-member = { $name } est membre. Un membre part d’abord, de lui-même, dans son compte.
refusal-erase-owed = { $amount } lui sont encore dus. Versez-les d’abord, et notez qu’ils sont arrivés.
refusal-erase-payout = Un versement à cette personne est préparé ou en route. Retirez-le, ou notez s’il est arrivé.
refusal-items-candidates = La ligne { $line } a { $found } propositions ; les questions en demandent { $least } au moins et { $most } au plus. Rien du fichier n’a été pris.
refusal-labels-too-few = Marquer des passages ou dessiner des formes demande entre 1 et { $most } étiquettes, une par ligne.
refusal-leave-last-coordinator = Personne d’autre n’a la coordination : sans vous, le secrétariat est fermé à tout le monde. Invitez quelqu’un, puis partez.
refusal-leave-no-destination = { $amount } vous sont dus, et vous n’avez pas dit où les envoyer. Dites où va votre paie, puis partez.
refusal-question-last = Un formulaire garde une question au moins. Ajoutez-en une autre d’abord, puis retirez celle-ci.
refusal-question-name = Un nom court commence par une lettre et ne contient que minuscules sans accent, chiffres et _, { $most } signes au plus ; item, worker, guidelines, key et active_seconds sont pris. Laissez-le vide pour qu’il soit tiré de la phrase.
refusal-question-name-twice = Une autre question s’appelle déjà { $name }. Choisissez un autre nom court.
refusal-questions-too-many = Un formulaire a { $most } questions au plus. Retirez-en une, ou posez les autres dans un autre lot.
refusal-spans-need-text = Les passages se marquent dans des textes, et ce lot montre des images ou des pages. Demandez-les dans un lot de textes.
refusal-unit-unknown = Choisissez dans la liste ce qu’est une pièce.
refusal-between-hidden = Qui se trouve entre les deux doit être nommé aussi : les membres ont le droit de savoir ce que chacun garde. Donnez le nom légal.
refusal-choice-unfit = Le choix « { $choice } » est en double, trop long, ou contient un caractère invisible.
refusal-choices-too-few = Une question à choix en demande entre 2 et { $most }, un par ligne.
refusal-claim-accepted = Ce travail est déjà accepté. Il n’y a plus rien à faire.
refusal-claim-refused = Ce travail a été rejeté, et c’est définitif. Ce que vous avez tapé n’a pas été gardé.
refusal-claim-back-full = Vous tenez déjà { $most } tâches. Envoyez ou laissez-en une d’abord ; celle-ci pourra revenir ensuite.
refusal-claim-back-not = Ce n’est pas en relecture : c’est entre vos mains, ou la tâche est de nouveau libre.
refusal-claim-back-seen = Quelqu’un l’a ouverte pour la relire : elle reste telle quelle. Si quelque chose ne va pas, elle vous sera renvoyée.
refusal-claim-back-told = Vous avez lu ce que l’on sait de cet élément : la réponse reste. Acceptée, elle est payée comme les autres.
refusal-claim-escrow = Le dépôt du client ne couvre pas une pièce de plus : { $free } libres, le prix est { $price }. Prenez un autre travail au tableau.
refusal-claim-expired = Le temps s’est écoulé à { $due } et la tâche est de nouveau libre. Votre texte est gardé en brouillon : reprenez la tâche si elle est encore libre.
refusal-claim-extended = Le temps a déjà été prolongé une fois. Envoyez ou laissez la tâche ; le brouillon reste.
refusal-claim-released = Vous aviez laissé cette tâche. Reprenez-la au tableau si elle est libre.
refusal-claim-submitted = C’est déjà envoyé et en relecture.
refusal-claims-full = Vous tenez déjà { $most } tâches. Envoyez ou laissez-en une d’abord.
refusal-contract-under-floor = À ce prix et à ce temps un membre gagne { $hour } l’heure. Le plancher voté par les membres est { $floor }. Le prix minimal à ce temps est { $least }. Le contrat reste un brouillon.
refusal-contract-changed = Le contrat a été modifié depuis l’affichage de la page. Rien n’a été approuvé : relisez-le.
refusal-contract-missing = Il manque encore : { $label }.
refusal-contract-not-draft = Le contrat est déjà à la coopérative et ne peut plus être changé ici.
refusal-contract-not-submitted = Le contrat n’attend plus d’accord. Rechargez la page.
refusal-batch-contract-paused = Le contrat est en pause : aucun lot ne peut être ouvert. La partie qui l’a mis en pause doit d’abord le reprendre.
refusal-batch-level-raised = Le niveau de risque du contrat est monté à { $now }, et ce lot est de niveau { $level } : plus aucune tâche ne peut y être prise. Il y a d’autre travail au tableau.
refusal-batch-not-raised = Les tâches de ce lot peuvent encore être prises, elles ne sont donc pas retirées. Mettez le lot en pause, ou mettez fin au contrat : les membres ont alors les jours de son préavis.
refusal-batch-none-free = Rien n’est libre dans ce lot : il n’y a rien à retirer. Rechargez la page pour voir où il en est.
refusal-amendment-agreed = Votre partie a déjà accepté ceci : deux personnes de la coopérative doivent encore dire oui. Vous pouvez toujours refuser.
refusal-amendment-nothing = Rien n’est encore changé. Changez d’abord une page, puis proposez.
refusal-amendment-none = Aucun changement n’est plus proposé ici. Rechargez la page pour voir où cela en est.
refusal-amendment-open = Votre partie a déjà un brouillon de changement, ou un changement proposé attend. Un seul à la fois : il faut d’abord en décider ou le retirer.
refusal-amendment-waits = Un autre changement de ce contrat est proposé et attend une réponse. Votre brouillon est gardé : proposez-le une fois que l’autre est décidé ou retiré.
refusal-amendment-stale = Le contrat a changé depuis que ce brouillon a été commencé : il déferait ce qui a été convenu. Retirez le brouillon, et recommencez à partir de ce qui vaut aujourd’hui.
refusal-contract-moves-many = Votre partie l’a fait { $most } fois en un jour, et chaque fois des personnes ont reçu un courriel. Attendez demain, ou parlez avec l’autre partie.
refusal-amendment-of-other = L’autre partie a proposé ceci, elle seule peut le retirer.
refusal-amendment-own = Votre partie a proposé ceci, c’est donc à l’autre d’accepter.
refusal-amendment-proposed = Ceci est déjà chez l’autre partie. Retirez-le d’abord s’il doit changer.
refusal-amendment-why = Dites pourquoi en une phrase : l’autre partie la lit.
refusal-contract-over = Ce contrat est fini. Aucune nouvelle tâche ne peut être prise, et aucun lot ouvert ni changé ; ce qui a été pris avant est jugé et payé.
refusal-contract-paused = Ce contrat est en pause : aucune nouvelle tâche ne peut être prise pour l’instant. Ce que vous tenez continue comme avant ; il y a d’autre travail au tableau.
refusal-contract-paused-already = Il est déjà en pause. Il n’y a rien de plus à faire.
refusal-contract-not-running = Il n’est pas encore provisionné : il n’y a rien à mettre en pause. On peut y mettre fin.
refusal-contract-notice-runs = Votre partie a donné son préavis, et ces jours sont là pour que les membres travaillent : rien n’est mis en pause avant la fin. Retirez d’abord le préavis si une pause est nécessaire.
refusal-contract-paused-by-other = L’autre partie l’a mis en pause, c’est donc à elle de le reprendre. Écrivez-lui.
refusal-contract-not-paused = Il n’est pas en pause. Il n’y a rien de plus à faire.
refusal-contract-nothing-done = Aucun de ses lots n’a jamais été ouvert : il n’y a rien à terminer. On peut y mettre fin.
refusal-contract-not-done = { $left ->
     [one] { $left } réponse n’est pas encore acceptée. Un contrat est terminé quand toutes le sont ; avant, on peut y mettre fin plus tôt.
     *[other] { $left } réponses ne sont pas encore acceptées. Un contrat est terminé quand toutes le sont ; avant, on peut y mettre fin plus tôt.
  }
refusal-contract-notice-given = Un préavis a déjà été donné : il finit le { $when }.
refusal-contract-resume-first = Reprenez d’abord le contrat et ses lots : quand votre partie donne son préavis, ces jours sont là pour que les membres travaillent.
refusal-contract-no-notice = Aucun préavis n’a été donné. Il n’y a rien de plus à faire.
refusal-contract-notice-of-other = L’autre partie a donné son préavis, elle seule peut le retirer. Écrivez-lui.
refusal-contract-why = Dites pourquoi en une phrase : les personnes dont cela arrête le travail la lisent.
refusal-country-unknown = Ce n’est pas un code de pays. Deux majuscules, comme DE ou KE.
refusal-currency-unused = La coopérative n’a pas de plancher dans cette monnaie et n’y peut rien promettre. Choisissez USD ou EUR.
refusal-deposit-not-listed = Le contrat n’est pas inscrit. Un dépôt demande un contrat inscrit.
refusal-deposit-unnamed = { $count ->
     [one] L’écriture { $entries } est un dépôt de cette somme sur ce contrat
     *[other] Les écritures { $entries } sont des dépôts de cette somme sur ce contrat
  } dont la référence n’est plus connue : elle s’est perdue avec une sauvegarde plus ancienne, ou a été effacée. Regardez le relevé bancaire. Si c’est le même argent, il est déjà enregistré et il n’y a rien à faire. Si c’est un autre virement, cochez la case et enregistrez-le. Rien n’a été enregistré.
refusal-deposit-twice = Un dépôt de cette somme avec cette référence figure déjà sur ce contrat : écriture { $index }. Si c’est un autre virement, ajoutez ce qui les distingue.
refusal-email-taken = Il existe déjà un compte à cette adresse.
refusal-email-unfit = Ce n’est pas une adresse de courriel. Il faut un nom, un @ et un domaine.
refusal-end-client-hidden = Le client final doit être nommé : les membres ont le droit de savoir pour qui ils travaillent avant de prendre une tâche. « Confidentiel » ou « sous NDA » n’est pas un nom. Donnez le nom légal de qui utilise les résultats.
refusal-expense-name = Le compte doit commencer par une majuscule et ne contenir que lettres, chiffres et -, comme Hosting.
refusal-field-unknown = Le formulaire contient un champ qui n’en fait pas partie : { $field }. Rien n’a été enregistré. Rechargez la page et renvoyez-le.
refusal-form-key-missing = Le formulaire est arrivé sans sa clé. Rien n’a été écrit. Rechargez la page et envoyez-le de nouveau.
refusal-form-reused = Ce formulaire a déjà été envoyé avec un autre contenu. Rien n’a été enregistré. Rechargez la page et renvoyez-le.
refusal-guidelines-unnumbered = Numérotez les sections des consignes, chacune en début de ligne, par exemple « 4.2 En cas de doute … » : qui renvoie un travail doit en citer une.
refusal-hazard-forbidden = Les images ou vidéos d’exploitation sexuelle d’enfants sont refusées comme contrat, sans exception.
refusal-hazard-unfit = Un risque demande sa catégorie, sa forme, un niveau de 0 à 3 et une part de 1 à 100 pour cent.
refusal-hazard-not-agreed = Ce travail peut vous montrer ce que vous n’avez pas accepté de rencontrer. Lisez plus bas de quoi il s’agit : acceptez et prenez la tâche, ou cherchez un autre travail.
refusal-hazard-changed = Le contrat nomme maintenant d’autres risques. Lisez-les au tableau avant de continuer.
refusal-exposure-day = Vous avez travaillé { $most } ou plus au niveau de risque 3 en 24 heures, le plus que permet le règlement. Vous pourrez continuer à partir du { $at } ; d’autres travaux vous sont ouverts dès maintenant.
refusal-exposure-rest = De chaque heure, { $rest } doivent être libres du niveau de risque 3. Vous pourrez continuer à partir du { $at } ; d’autres travaux vous sont ouverts dès maintenant.
refusal-invitation-kind = Cette personne a déjà été invitée, comme membre ou pour un client, et cela ne se change pas. Prenez une autre adresse.
refusal-items-cell = Ligne { $line } : la colonne { $column } est vide, trop longue, ou contient un caractère invisible. Rien du fichier n’a été pris.
refusal-items-cells = La ligne { $line } a { $found } cellules, l’en-tête { $expected }. Rien du fichier n’a été pris.
refusal-items-column = Le fichier n’a pas de colonne { $column }. Il lui faut les colonnes id et payload.
refusal-items-encoding = La ligne { $line } n’est pas en UTF-8. Enregistrez le fichier en UTF-8 et renvoyez-le.
refusal-items-full = Ce contrat garde { $kept } Mo d’éléments, d’images et de résultats, et ces éléments en feraient { $more } de plus ; il peut en garder { $most }. Envoyez-en moins, ou de plus courts, ou demandez de la place à la coopérative. Rien du fichier n’a été pris.
refusal-items-gold-answer = Ligne { $line } : « { $given } » ne répond pas à la question « { $question } ». Écrivez-la comme un membre la donnerait. Rien du fichier n’a été pris.
refusal-items-gold-item = Ligne { $line } : aucun élément n’a l’id { $id }. Rien du fichier n’a été pris.
refusal-items-gold-kind = Ligne { $line } : aucune bonne réponse ne peut être connue à « { $question } » : ce qui se dessine, se marque ou s’écrit par paires n’est jamais deux fois pareil. Laissez-la vide. Rien du fichier n’a été pris.
refusal-items-gold-none = Le fichier ne donne aucune réponse connue. Il lui faut les colonnes id, gold et gold_explanation, et une ligne par élément dont la réponse est connue.
refusal-items-gold-question = Ligne { $line } : aucune question ne s’appelle « { $name } ». Rien du fichier n’a été pris.
refusal-items-gold-which = Ligne { $line } : on ne sait pas à quelle question gold répond. Nommez-la dans la colonne, comme gold.{ $name }, ou en JSON Lines comme clé d’un objet. Rien du fichier n’a été pris.
refusal-items-suggestion-answer = { $at ->
     [task] Tâche
     *[line] Ligne
  } { $line } : « { $given } » ne pourrait pas être adopté comme réponse à « { $question } ». Écrivez-la comme un membre la donnerait. Rien du fichier n’a été pris.
refusal-items-suggestion-empty = { $at ->
     [task] Tâche
     *[line] Ligne
  } { $line } : un modèle y est nommé, sans ce qu’il suggère. Remplissez les deux, ou aucun. Rien du fichier n’a été pris.
refusal-items-suggestion-item = { $at ->
     [task] Tâche
     *[line] Ligne
  } { $line } : aucun élément n’a l’id { $id }. Rien du fichier n’a été pris.
refusal-items-suggestion-kind = { $at ->
     [task] Tâche
     *[line] Ligne
  } { $line } : rien ne peut être suggéré à « { $question } », qui se fait dans un autre outil. Laissez-la vide. Rien du fichier n’a été pris.
refusal-items-suggestion-model = { $at ->
     [task] Tâche
     *[line] Ligne
  } { $line } : il faut à une suggestion le nom de son modèle (dans Label Studio model_version), nom et version d’une ligne chacun et de { $most } caractères au plus. Les membres lisent qui suggère. Rien du fichier n’a été pris.
refusal-items-suggestion-none = Le fichier ne suggère rien. Il lui faut les colonnes id, suggestion et suggestion_model, et une ligne par élément pour lequel un modèle suggère une réponse ; ou des tâches de Label Studio avec des prédictions.
refusal-items-suggestion-question = { $at ->
     [task] Tâche
     *[line] Ligne
  } { $line } : quelque chose est suggéré à une question nommée « { $name } », et il n’y en a pas. Rien du fichier n’a été pris.
refusal-items-suggestion-shape = { $at ->
     [task] Tâche
     *[line] Ligne
  } { $line } : sa prédiction dessine une forme qui ne peut figurer ici : elle est tournée, ni cadre ni polygone, hors de l’image, ou ne dit pas la taille de l’image (original_width et original_height). Rien du fichier n’a été pris.
refusal-items-suggestion-which = { $at ->
     [task] Tâche
     *[line] Ligne
  } { $line } : on ne sait pas à quelle question quelque chose est suggéré. Nommez-la dans la colonne, comme suggestion.{ $name }, ou en JSON Lines comme clé de answer. Rien du fichier n’a été pris.
refusal-items-json = Ligne { $line }, colonne { $column } : ce n’est pas un objet JSON. Rien du fichier n’a été pris.
refusal-tasks-long = La tâche { $line } dépasse { $most } Mo. Rien du fichier n’a été pris : enlevez ce dont aucun élément n’a besoin, les annotations par exemple.
refusal-items-line-long = La ligne { $line } dépasse { $most } Mo. Rien du fichier n’a été pris : partagez la ligne, ou laissez de côté ce dont aucun élément n’a besoin.
refusal-items-link = Ligne { $line }, colonne { $column } : une adresse doit commencer par https://. Rien du fichier n’a été pris.
refusal-items-none = Le fichier ne contient aucun élément. Il lui faut les colonnes id et payload, et une ligne par élément.
refusal-items-quote = Un guillemet reste ouvert, à la ligne { $line } ou après. Rien du fichier n’a été pris.
refusal-items-row = La ligne { $line } ne peut pas être lue. Rien du fichier n’a été pris.
refusal-items-too-large = Le fichier dépasse { $most } Mo. Envoyez-le en plusieurs lots.
refusal-items-too-many = Le fichier contient plus de { $most } éléments. Envoyez-le en plusieurs lots.
refusal-items-twice = Ligne { $line } : l’id { $id } est en double. Rien du fichier n’a été pris.
refusal-items-zero = La ligne { $line } contient un signe qu’aucun texte ne contient, un octet nul. Enregistrez le tableau de nouveau en UTF-8, ou retirez ce signe, puis renvoyez-le. Rien du fichier n’a été pris.
refusal-lei-digits = Les chiffres de contrôle de ce LEI ne correspondent pas. Recopiez-le depuis le registre.
refusal-lei-form = Un LEI a 20 majuscules et chiffres. Sans LEI, donnez le registre national et le numéro.
refusal-link-used-up = Ce lien a été utilisé ou a expiré. Demandez-en un nouveau.
refusal-name-unfit = Ce nom est vide, trop long, ou contient un caractère invisible de contrôle ou de direction.
refusal-number-range = Il faut un nombre entier de { $least } à { $most }.
refusal-password-weak = Le mot de passe demande 10 à 200 caractères, dont quatre différents au moins. Une phrase à vous est la plus facile à retenir.
refusal-password-wrong = Le mot de passe est faux. Rien n’a été enregistré ; retapez-le.
refusal-payload-kind = Choisissez ce qu’une tâche montre : un texte, une image ou une page.
refusal-payout-fee = Les frais peuvent être de { $most } au plus, la ligne elle-même. Pour un coût plus grand, préparez une dépense : deux personnes en décident.
refusal-books-changed = Les soldes ne découlent pas des écritures : la base a été modifiée. Rien ne sort avant que ce soit éclairci.
refusal-payout-line-not-sent = Cette ligne n’est plus en route. Rechargez la page pour voir où elle en est.
refusal-payout-nobody = On ne doit { $minimum } ou plus à personne. Baissez le plus petit solde, ou attendez.
refusal-payout-not-waiting = Ceci n’attend plus de seconde personne. Rechargez la page pour voir où cela en est.
refusal-payout-waiting = { $payout } attend déjà sa seconde personne. Deux versements à la fois paieraient deux fois : approuvez-le ou retirez-le d’abord.
refusal-price-under-floor = À ce prix et ce temps un membre gagne { $hour } l’heure. Le plancher voté par les membres est { $floor }. Le prix minimal à ce temps est { $least }. Le lot reste un brouillon.
refusal-percent-unfit = Cela doit être une part de 0 à 100 pour cent, par exemple 12.5.
refusal-price-too-large = Le prix d’une réponse est de { $most } au plus.
refusal-question-missing = Il n’y a pas de question, ou elle dépasse 200 caractères.
refusal-rail-unknown = Cette voie de paiement est inconnue du livre.
refusal-reference-missing = Dites en une ligne sur quoi cela repose, comme la référence bancaire. C’est gardé hors du livre, sous scellé.
refusal-reference-digits = Les chiffres de contrôle de cette référence ne correspondent pas : un chiffre a été mal tapé. Recopiez-la depuis le relevé.
refusal-reference-of-other = Cette référence désigne un autre contrat que { $contract }. Choisissez celui-là, ou laissez le choix à la référence.
refusal-reference-names-none = Cette référence ne désigne aucun contrat inscrit chez nous. Choisissez le contrat dans la liste.
refusal-quote-no-price = Dites d’abord la monnaie, le prix et le temps : un devis repose sur eux.
refusal-return-reason = Dites en une phrase ce qui est à changer : le client la lit.
refusal-share-unfit = La part doit être un nombre de pour cent de 1 à 100, avec au plus deux décimales et un point, comme 10 ou 2.5. Rien n’a été changé.
refusal-share-not-more = La part peut seulement augmenter tant que le lot est ouvert : les membres la connaissaient avant de réserver. Écrivez un nombre plus grand. Rien n’a été changé.
refusal-rest-unread = { $count ->
     [one] Une réponse tirée attend d’être relue.
     *[other] { $count } réponses tirées attendent d’être relues.
  } Le reste pourra être accepté quand tout ce qui est tiré et reçu sera jugé.
refusal-rest-contested = Un rejet est en cours : le reste pourra être accepté quand il sera décidé.
refusal-review-back-again = Ce travail a déjà été renvoyé { $most } fois. Acceptez-le ou rejetez-le : un rejet peut faire l’objet d’un appel.
refusal-review-back-left = Qui a fait ce travail a quitté la coopérative et ne peut plus le remettre. Acceptez-le ou rejetez-le : quelqu’un qui n’y est pour rien décidera.
refusal-review-changed = Ce qui attend a changé depuis l’affichage. Rien n’a été accepté : revoyez le nombre et la somme.
refusal-review-clause = Citez une section qui figure dans les consignes, par exemple 4.2.
refusal-review-code = Choisissez un code dans la liste.
refusal-review-not-submitted = Ce travail n’attend plus d’avis. Rechargez la page.
refusal-review-rejected = Ce travail a été rejeté ; seul un appel en décide désormais. Rien n’a été écrit.
refusal-appeal-late = Le délai d’appel a pris fin le { $date }. Rien n’a été écrit.
refusal-appeal-made = L’appel est déjà fait ; quelqu’un qui n’y est pour rien en décide.
refusal-appeal-text = Dites en quelques phrases pourquoi vous voyez la chose autrement, { $most } caractères au plus.
refusal-appeal-involved = Qui a pris part à ce travail n’en décide pas.
refusal-appeal-over = Cet appel est décidé, ou son délai est passé. Rien n’a été écrit.
refusal-appeal-decision = Dites en une phrase ou deux pourquoi, { $most } caractères au plus : les deux côtés le lisent.
refusal-appeal-outcome = Choisissez si l’appel aboutit ou si le rejet tient.
refusal-review-own = Personne ne relit son propre travail. Quelqu’un d’autre le fera.
refusal-review-reason = Dites en une phrase ce qu’il faut faire autrement.
refusal-role-unknown = Ce rôle n’existe pas ici.
refusal-sign-in-failed = L’adresse et le mot de passe ne vont pas ensemble. Retapez-les, ou demandez un nouveau mot de passe.
refusal-sum-too-large = La somme dépasse ce que le livre peut tenir. Rien n’a été enregistré.
refusal-task-none-free = Quelqu’un a été plus rapide : aucune tâche de ce lot n’est libre pour vous. D’autre travail est au tableau.
refusal-text-invisible = Ce texte contient un caractère invisible de contrôle ou de direction. Effacez-le et retapez.
refusal-text-too-long = Ceci dépasse { $most } caractères.
refusal-too-many-attempts = Il y a eu trop d’essais. Attendez { $minutes } minutes et réessayez.
refusal-two-people = Vous l’avez préparé, quelqu’un d’autre doit donc l’approuver : aucune somme ne sort d’une seule main.
refusal-website-form = Une adresse doit commencer par https://.
refusal-zone-unknown = Ce fuseau horaire est inconnu. Écrivez-le comme Africa/Nairobi.
refusal-payout-to-unfit = C’est vide, trop long, ou contient un signe que banques et tableurs lisent mal. Écrivez le numéro ou le compte en une ligne : lettres, chiffres, et . , : / ( ) # @ _ - + seulement.
refusal-period-nothing-new = La dernière écriture clôt déjà une période : rien n’a eu lieu depuis. Rien n’a été inscrit.
refusal-period-too-long = La période a plus de soldes que le livre ne peut en dire. Rien n’a été inscrit.
refusal-size-beyond = Le livre compte { $size } écritures, pas encore autant. Les soldes actuels sont ci-dessous.
refusal-size-unfit = Ce n’est pas un nombre d’écritures : tapez un nombre entier à partir de 0. Les soldes actuels sont ci-dessous.
refusal-key-code-wrong = Ce code ne convient pas, a déjà servi ou date de plus de 15 minutes. Tapez les chiffres du dernier courriel, ou demandez un autre code.
refusal-colleagues-many = { $most } personnes agissent pour votre organisation ou y sont invitées : c’est le maximum. Demandez à la coopérative d’enlever celles qui n’agissent plus.
refusal-key-contract-first = Une clé signe ce que votre organisation accepte. Vous pourrez la créer dès qu’un contrat à vous figurera au livre ; la coopérative l’y inscrit quand elle en approuve un.
refusal-key-first-done = Vous avez une clé, ou en avez eu une. Une autre se signe avec une clé à vous, ou par deux membres.
refusal-key-known = Vous avez déjà utilisé cette clé. Créez-en une nouvelle.
refusal-key-many = Vous avez { $most } clés en vigueur, le maximum. Retirez d’abord celle qui ne sert pas.
refusal-key-not-in-force = Ce n’est pas une clé à vous en vigueur. Rechargez la page pour voir où elles en sont.
refusal-key-officers-first = Les clés commencent par la trésorerie et la coordination : dès que deux membres en ont une, aucune somme ne sort sans signatures. Demandez à deux d’entre eux de créer la leur ; vous pourrez ensuite créer la vôtre.
refusal-key-private = C’était la moitié secrète d’une clé, que personne ne doit voir. Rien n’en a été gardé, mais créez une nouvelle clé et collez sa ligne publique : elle commence par le nom de votre clé.
refusal-key-reason = Choisissez un motif dans la liste.
refusal-key-unfit = Ce n’est pas une clé publique à vous : une ligne qui commence par { $name }+. Copiez-la en entier.
refusal-note-broken = La signature ne tient pas. Signez le texte à nouveau, et collez tout ce qui s’affiche.
refusal-note-other-key = Ce n’est pas signé par une clé à vous en vigueur. Signez avec la clé qui figure sous votre compte.
refusal-note-other-text = C’est un autre texte qui a été signé. Signez le texte de cette page.
refusal-note-unfit = Ce n’est pas une note signée. Collez tout ce qui s’est affiché, de la première ligne à la fin de la signature.
refusal-signature-key-young = Votre clé compte parmi deux personnes à partir du { $when } : trois jours après son inscription, pour qu’une boîte volée se remarque avant. D’ici là, deux autres peuvent signer.
refusal-signature-no-key = Ceci demande la signature de deux personnes, et vous n’avez pas de clé en vigueur. Créez-en une sous votre compte : elle compte au bout de trois jours. D’ici là, deux autres peuvent signer.
refusal-signature-not-needed = Ceci ne demande pas encore de signatures : une seconde personne l’approuve avec son mot de passe.
refusal-signature-not-waiting = Ceci n’attend plus de signatures. Rechargez la page pour voir où cela en est.
refusal-signature-no-key-acceptance = Vous n’avez aucune clé en vigueur pour signer ceci. Créez-en une sous votre compte, ou acceptez la pièce sans signature : cela compte autant.
refusal-signature-vouched = Vous n’avez pas de clé en vigueur pour signer en faveur d’une autre. Deux autres membres qui ont une clé le peuvent : envoyez-leur l’adresse de cette page.
refusal-signature-yours = Vous l’avez signé. Il manque la signature d’une autre personne.
refusal-signatures-missing = Ceci demande la signature de deux membres différents, par des clés qui ont trois jours. Signez avec votre clé sur sa page, et demandez-le à une autre personne.
refusal-text-changed = Ce qui devait être signé a changé depuis votre lecture. Rien n’a été signé : relisez.
refusal-text-expired = Ce texte a été préparé il y a plus de dix minutes. Préparez-le à nouveau, pour signer ce qui est vrai maintenant.
refusal-text-used = Ce texte a déjà été signé. Chacun se signe une fois.
refusal-departure-last-coordinator = Personne d’autre que { $name } n’a la coordination : sans cette personne, le secrétariat est fermé à tout le monde. Invitez d’abord quelqu’un.
refusal-departure-no-destination = { $amount } sont dus à { $name }, qui n’a pas dit où les envoyer. Cette personne le dit d’abord dans son compte.
refusal-departure-no-key = Vous n’avez pas de clé en vigueur : deux personnes de la trésorerie ou de la coordination signent ceci pour vous. Avec une clé à vous, vous pouvez le signer vous-même.
refusal-departure-waiting = Ceci attend déjà deux signatures. Vous n’avez rien de plus à faire ici.
refusal-database-busy = La base de données est occupée depuis une demi-minute, comme lorsque des textes effacés quittent ses fichiers. Rien n’a été écrit. Veuillez renvoyer dans quelques minutes.
refusal-files-away = L’endroit où les fichiers sont gardés ne répond pas en ce moment. Rien n’a été écrit. Réessayez dans quelques minutes ; si cela dure, dites-le à votre coopérative.
refusal-admission-known = { $name } figure déjà au livre comme membre, par une écriture antérieure. Rien n’a été écrit, et cette invitation peut être retirée.
refusal-admission-waiting = Une invitation pour cette adresse attend déjà la signature de deux membres.
refusal-correction-of-nothing = Cette écriture ne déplace pas d’argent : il n’y a rien à y corriger.
refusal-correction-of-payout = Un versement ne se corrige pas : ce qui a été versé ne se reprend jamais. S’il a échoué, notez-le sur sa propre page.
refusal-correction-of-correction = C’est déjà une correction. Corrigez l’écriture qu’elle nomme : ses montants sont montrés avec toutes les corrections.
refusal-correction-unbalanced = Les lignes ne sont plus à somme nulle : { $missing } de trop ou de moins. Changez une autre ligne d’autant.
refusal-correction-changes-nothing = Rien n’a été changé. Tapez ce qu’une ligne aurait dû être.
refusal-correction-reason = Choisissez pourquoi c’est corrigé.
refusal-correction-waits = Une correction de cette écriture attend déjà sa seconde personne. Décidez ou retirez d’abord celle-là.
refusal-return-asked = Ce contrat court : une part de son dépôt n’est rendue qu’à la demande du client. Dites en une phrase quand et comment il l’a demandé.
refusal-return-beyond-deposit = Il reste { $left } de ce dépôt : personne ne reçoit plus que ce qui est arrivé. Prenez cela au plus, et le reste d’un autre dépôt.
refusal-return-beyond-free = { $free } peuvent être rendus maintenant : le reste est dépensé, retenu pour des prises, ou attend déjà son retour. Prenez cela au plus.
refusal-return-claimed = Moins est libre qu’à la préparation, { $free } maintenant : du travail a été pris entre-temps, et le travail accepté peut toujours être payé. Retirez ce retour, et préparez-en un de cette somme au plus. Rien n’a été rendu.
refusal-return-unnamed = { $count ->
     [one] L’écriture { $entries } est un retour de cette somme sur ce contrat
     *[other] Les écritures { $entries } sont des retours de cette somme sur ce contrat
  } dont le virement n’est plus connu : sa référence s’est perdue avec une sauvegarde plus ancienne, ou a été effacée. Regardez le relevé bancaire. Si c’est le même virement, il est déjà enregistré et il n’y a rien à faire. Si c’en est un autre, cochez la case et préparez-le. Rien n’a été enregistré.
refusal-return-twice = Un retour de cette somme par ce paiement figure déjà sur ce contrat : écriture { $index }. Si c’est un autre paiement, ajoutez ce qui les distingue.
refusal-return-fraction = Une banque n’envoie rien de plus petit que { $least }. Laissez la part plus petite : elle reste au compte du contrat.
refusal-return-of-none = Choisissez le dépôt dont ceci est une part.
refusal-return-reference = Cette référence désigne un autre contrat que { $contract }. Regardez les deux, et tapez la référence de ce virement.
refusal-return-waits = Un retour de ce dépôt attend déjà sa seconde personne. Décidez-en ou retirez-le d’abord.
refusal-lowering-second = Vous avez déjà parlé pour la coopérative dans cette affaire : quelqu’un d’autre doit dire oui, car un niveau plus bas demande deux personnes.
refusal-suggestions-betray = Les membres pourraient deviner quels éléments ont une réponse connue : { $gold } de ces { $golds } viennent avec une suggestion, et { $others } des { $all } autres. Donnez une suggestion à chaque élément, à une part semblable des uns et des autres, ou à aucun. Le lot n’a pas été ouvert.
refusal-text-zero = Un texte contient un signe que personne ne voit et qui ne peut être gardé, un octet nul. Effacez le texte, tapez-le de nouveau et renvoyez-le. Rien n’a été enregistré.
