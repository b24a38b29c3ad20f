mail-footer-checkpoint = Le livre de la coopérative tel qu’il était à l’écriture. Gardez ce courriel : il est témoin.
mail-hello = { $name },
mail-unsubscribe = Arrêter ces courriels :
mail-invited-subject = Votre compte à { $coop }
mail-invited-text = { $acts ->
     [client] { $by } vous invite à agir pour { $client }.
     *[member] { $by } vous invite.
  } Choisissez votre mot de passe avec ce lien ; il fonctionne une fois, pendant sept jours.
mail-reset-subject = Un nouveau mot de passe
mail-reset-text = Quelqu’un a demandé un nouveau mot de passe pour votre compte. Si c’était vous, suivez ce lien dans l’heure. Sinon, rien ne se passe.
mail-claim-due-subject = Votre temps finit bientôt : { $title }
mail-claim-due-text = Votre tâche de { $title } est à vous jusqu’au { $due }. Envoyez-la, demandez plus de temps, ou laissez-la ; le brouillon reste dans tous les cas.
mail-work-accepted-subject = { $amount } pour { $title }
mail-work-accepted-text = { $count ->
     [one] { $count } pièce de { $title } a été acceptée
     *[other] { $count } pièces de { $title } ont été acceptées
  } à { $price } l’une. { $amount } sont maintenant à votre solde. L’écriture { $index } du livre dit selon quelle règle.
mail-sent-back-subject = Renvoyé : { $title }
mail-sent-back-text = Votre travail est revenu : { $code }. { $said ->
     [yes] { $reason }
     *[no] La raison est avec le travail.
  } Consignes, section { $clause }. Il a son propre délai, jusqu’au { $due }.
mail-rejected-subject = Rejeté : { $title }
mail-rejected-text = Votre travail a été rejeté : { $code }. { $said ->
     [yes] { $reason }
     *[no] La raison est avec le travail.
  } Consignes, section { $clause }. { $left ->
     [yes] Rien n’est définitif : puisque vous avez quitté la coopérative, quelqu’un qui n’y est pour rien décide sans que vous le demandiez, avant le { $due } ; ce que personne ne décide est accepté et payé.
     *[no] Rien n’est définitif : jusqu’au { $due } vous pouvez faire appel, et quelqu’un qui n’y est pour rien décide.
  } Écriture { $index } du livre.
mail-appealed-subject = Un appel attend : { $title }
mail-appealed-text = Un travail pour { $title } a été rejeté, et la personne qui l’a fait conteste ce rejet, ou a quitté la coopérative. Vous n’y êtes pour rien et pouvez donc décider, jusqu’au { $due }. Ce que personne ne décide est accepté et payé.
mail-rejection-ended-subject = { $paid ->
     [yes] Accepté après appel : { $title }
     *[no] Le rejet tient : { $title }
  }
mail-rejection-ended-text = { $title }. { $outcome }
mail-deposit-received-subject = Dépôt reçu : { $amount }
mail-deposit-received-text = { $amount } sont arrivés pour { $contract }, { $title }. Ils restent à vous tant que le travail n’est pas accepté.
mail-deposit-returned-subject = Rendu à vous : { $amount }
mail-deposit-returned-text = { $amount } de votre dépôt pour { $contract }, { $title }, vous reviennent. Deux personnes de la coopérative ont donné leur accord ; l’écriture { $index } du livre le dit. Si vous ne vous y attendiez pas, ou si rien n’arrive en quelques jours, écrivez à la trésorerie.
mail-paid-out-subject = Versé : { $amount }
mail-paid-out-text = { $amount } sont en route vers vous, versement { $payout }.
mail-payout-failed-subject = Un versement est revenu : { $amount }
mail-payout-failed-text = { $amount } du versement { $payout } ne sont pas arrivés et sont de nouveau à votre solde. La trésorerie vous demandera les bonnes coordonnées.
mail-contract-listed-subject = Nouveau contrat : { $title }
mail-contract-listed-text = { $contract }, { $title }, pour { $client } : { $purpose }.
mail-contract-amended-subject = Changé : { $title }
mail-contract-amended-text = { $contract }, { $title }, a une nouvelle version, { $version }, pour les nouvelles prises. { $claims ->
     [one] Votre pièce en cours ({ $claims }) garde la version sous laquelle vous l’avez prise.
     *[other] Vos { $claims } pièces en cours gardent la version sous laquelle vous les avez prises.
  } Vous pouvez laisser une tâche sans perte : rien ne vous est reproché. Cette page montre ce qui a changé.
mail-amendment-moved-subject = { $what ->
     [proposed] Un changement est proposé : { $title }
     [withdrawn] Un changement proposé est retiré : { $title }
     [declined] Pas d’accord : { $title }
     [two-people] D’accord, et attend deux personnes : { $title }
     *[agreed] Changé : { $title }
  }
mail-amendment-moved-text = { $side ->
     [client] Le client
     *[coop] La coopérative
  } { $what ->
     [proposed] propose de changer { $contract }, { $title }. Voyez ce qui changerait, et acceptez ou non. La raison donnée : { $reason }
     [withdrawn] a retiré le changement proposé de { $contract }, { $title }. Le contrat reste comme il est.
     [two-people] a accepté de changer { $contract }, { $title }. Le niveau de risque baisse : deux personnes de la coopérative doivent d’abord dire oui ; d’ici là, le contrat reste comme il est.
     [declined] n’accepte pas de changer { $contract }, { $title }. Le contrat reste comme il est. La raison donnée : { $reason }
     *[agreed] a accepté de changer { $contract }, { $title }. La nouvelle version est en vigueur pour les nouvelles prises, avec une écriture au livre.
  }
mail-payout-to-changed-subject = La destination de votre paie a changé
mail-payout-to-changed-text = La destination de votre paie a changé. Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe et prévenez la trésorerie.
mail-colleague-invited-subject = Une invitation à agir avec vous : { $name }
mail-colleague-invited-text = { $by } a invité { $name } à agir pour votre organisation : cette personne pourra tout ce que vous pouvez, y compris accepter du travail et le payer. Si vous n’en saviez rien, parlez à { $by } et à la coopérative.
mail-invited-elsewhere-subject = { $client } voulait vous inviter
mail-invited-elsewhere-text = { $by } voulait vous inviter à agir ici pour { $client }. Votre adresse a déjà un compte : rien n’a changé, et { $by } n’en sait rien. Si vous voulez agir pour cette organisation, donnez-lui une autre adresse à vous.
mail-role-granted-subject = Un nouveau rôle : { $name }, { $role }
mail-role-granted-text = { $by } a invité { $name } avec le rôle : { $role }. Deux personnes décident de chaque somme qui sort : si vous n’en saviez rien, parlez-en à la coopérative avant d’approuver quoi que ce soit.
mail-contract-submitted-subject = À approuver : { $title }
mail-contract-submitted-text = { $contract }, { $title }, pour { $client }, attend une coordinatrice ou un coordinateur.
mail-contract-approved-subject = Approuvé : { $title }
mail-contract-approved-text = { $contract }, { $title }, est approuvé et public. Vient ensuite le dépôt ; la trésorerie vous dit où l’envoyer, et le travail peut être ouvert dès son arrivée.
mail-contract-returned-subject = De retour chez vous : { $title }
mail-contract-returned-text = { $contract }, { $title }, est de nouveau un brouillon, rien n’est perdu. { $reason }
mail-contract-moved-subject = { $what ->
     [paused] En pause : { $title }
     [resumed] Reprise : { $title }
     [completed] Terminé : { $title }
     [noticed] Fin le { $when } : { $title }
     [kept] { $ends ->
         [yes] Finit toujours le { $when } : { $title }
         *[no] Continue : { $title }
      }
     *[terminated] Fini : { $title }
  }
mail-contract-moved-text = { $side ->
     [client] Le client
     *[coop] La coopérative
  } { $what ->
     [paused] a mis en pause { $contract }, { $title } : aucune nouvelle tâche ne peut être prise avant que cette partie ne le reprenne.
     [resumed] a repris { $contract }, { $title } : des tâches peuvent de nouveau être prises.
     [completed] a terminé { $contract }, { $title } : tout est accepté et payé, et il est clos.
     [noticed] a donné son préavis pour { $contract }, { $title } : il finit le { $when }. D’ici là, des tâches peuvent être prises ; ce qui est pris d’ici là est jugé et payé, même plus tard.
     [kept] { $ends ->
         [yes] a retiré un préavis pour { $contract }, { $title }. Un autre court encore : il finit le { $when }.
         *[no] a retiré le préavis pour { $contract }, { $title } : il continue comme avant.
      }
     *[terminated] a mis fin plus tôt à { $contract }, { $title } : aucune nouvelle tâche ne peut être prise. Ce qui a été pris avant est jugé et payé.
  } { $whose ->
     [member] { $claims ->
         [one] Votre pièce en cours ({ $claims }) reste à vous : envoyez-la comme avant. Elle est jugée, et payée sur le dépôt du client.
         *[other] Vos { $claims } pièces en cours restent à vous : envoyez-les comme avant. Elles sont jugées, et payées sur le dépôt du client.
      }
     *[other] La page du contrat dit où en sont le travail et le dépôt.
  }{ $said ->
     [yes] {" "}La raison donnée : { $reason }
     *[no] {""}
  }
mail-second-person-subject = À approuver : { $what }, { $amount }
mail-second-person-text = { $by } a préparé { $what }, { $amount }. Une seconde personne est attendue.
mail-correction-prepared-subject = À approuver : correction de l’écriture { $corrects }, { $amount }
mail-correction-prepared-text = { $by } a préparé une correction de l’écriture { $corrects } du livre : { $reason }. Elle déplace { $amount } entre les comptes de cette écriture, et rien n’est inscrit sans l’accord d’une seconde personne. Comparez-la à l’écriture, puis approuvez-la ici ; en cas de doute, parlez à { $by } avant de décider.
mail-return-prepared-subject = À approuver : { $amount } rendus sur { $contract }
mail-return-prepared-text = { $by } a préparé le retour de { $amount } au client de { $contract }, { $title }. Rien ne part avant l’accord d’une seconde personne. Comparez-le au dépôt et à ce que le client a demandé, puis décidez ici ; en cas de doute, parlez d’abord à { $by }.
mail-corrected-subject = { $whose ->
     [deposit] Votre dépôt pour { $contract } a été corrigé : { $amount } { $way ->
         [less] de moins
         *[more] de plus
      }
     *[pay] Votre paie a été corrigée : { $amount } { $way ->
         [less] de moins
         *[more] de plus
      }
  }
mail-corrected-text = L’écriture { $corrects } du livre a été corrigée par deux personnes : { $reason }. { $whose ->
     [deposit] Votre dépôt pour { $contract }
     *[pay] Votre solde
  } compte { $amount } { $way ->
     [less] de moins
     *[more] de plus
  } qu’avant. L’écriture elle-même reste telle quelle ; l’écriture { $index } dit ce qui a changé. Si cela vous semble faux, écrivez à la trésorerie.
mail-key-code-subject = Le code pour votre clé
mail-key-code-text = { $code } est le code pour créer votre clé à { $coop }. Il est valable 15 minutes, une fois. Si vous ne l’avez pas demandé, quelqu’un connaît votre mot de passe : choisissez-en aussitôt un nouveau, et prévenez la coopérative.
mail-key-changed-subject = { $what ->
     [retired] Une clé à vous a été retirée
     *[added] Une clé à vous a été ajoutée
  }
mail-key-changed-text = { $what ->
     [retired] Votre clé { $key } a été retirée : elle ne signe plus rien désormais. Ce qu’elle a signé avant reste valable. Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe, et prévenez la trésorerie et la coordination.
     [vouched] Deux membres se sont portés garants de vous, et la clé { $key } est maintenant la vôtre. Vos clés plus anciennes sont retirées. Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe, et prévenez la trésorerie et la coordination avant trois jours : une nouvelle clé ne compte parmi deux personnes qu’ensuite.
     [client] La clé { $key } est maintenant la vôtre : avec elle, vous signez ce que votre organisation accepte. Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe, et prévenez la coopérative.
     [client-vouched] Deux membres se sont portés garants de vous, et la clé { $key } est maintenant la vôtre. Vos clés plus anciennes sont retirées. Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe, et prévenez la coopérative.
     *[added] La clé { $key } est maintenant la vôtre. Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe, et prévenez la trésorerie et la coordination avant trois jours : une nouvelle clé ne compte parmi deux personnes qu’ensuite.
  }
mail-key-of-colleague-subject = { $what ->
     [retired] Une clé a été retirée : { $name }
     *[added] Une nouvelle clé : { $name }
  }
mail-key-of-colleague-text = { $what ->
     [retired] La clé { $key } de { $name } a été retirée. Ce qu’elle a signé avant reste valable.
     [vouched] Deux membres se sont portés garants de { $name }, qui a maintenant la clé { $key }. Elle compte parmi deux personnes au bout de trois jours. En cas de doute, parlez à { $name } avant.
     [client] { $name }, qui agit pour un client, a maintenant la clé { $key } et signe avec elle ce que le client accepte. En cas de doute, parlez à { $name }.
     [client-vouched] Deux membres se sont portés garants de { $name }, qui agit pour un client et a maintenant la clé { $key }. En cas de doute, parlez à { $name }.
     *[added] { $name } a maintenant la clé { $key }. Elle compte parmi deux personnes au bout de trois jours. En cas de doute, parlez à { $name } avant.
  }
mail-signature-wanted-subject = { $about ->
     [key] Se porter garant : { $what }
     [correction] À signer : correction de l’écriture { $what }
     [lowering] À décider : un niveau de risque plus bas pour { $what }
     [return] À signer : un retour sur { $what }
     *[other] À signer : { $what }
  }
mail-signature-wanted-text = { $about ->
     [key] { $what } a perdu ses clés et en a créé une autre. Elle comptera quand deux membres qui ont une clé auront signé. Parlez à { $what } avant de signer.
     [admission] { $by } souhaite { $what } pour membre. Deux membres qui ont une clé signent pour cela.
     [correction] { $by } a signé la correction de l’écriture { $what }. Rien n’est inscrit avant la signature d’une seconde personne. Lisez ce qu’elle change et pourquoi, comparez-la à l’écriture, puis signez-la ici.
     [lowering] Les deux parties de { $what } sont d’accord pour un niveau de risque plus bas. Il est en vigueur dès que deux personnes de la coopérative ont dit oui. Voyez ce qui changerait, et si les éléments eux-mêmes sont devenus plus doux ; puis décidez ici.
     [return] { $by } a signé le retour d’une part du dépôt de { $what }. Rien ne part avant la signature d’une seconde personne. Comparez-le au dépôt et à ce que le client a demandé, puis signez-le ici.
     [departure] L’admission de { $what } est faite, mais cette personne n’est jamais venue ; { $by } demande à l’ôter de la liste. Deux personnes de la trésorerie ou de la coordination qui ont une clé signent pour cela.
     [excluded] Les membres ont voté ({ $by }) le départ de { $what }. Ses rôles ont pris fin, et aucune nouvelle tâche ne lui est donnée. Deux personnes de la trésorerie ou de la coordination qui ont une clé signent sa sortie de la liste.
     [leaving] { $what } souhaite quitter la coopérative et n’a pas de clé. Deux personnes de la trésorerie ou de la coordination qui ont une clé signent pour cela.
     *[other] { $by } a signé { $what }. Il manque la signature d’une autre personne.
  }
mail-left-subject = Vous avez quitté { $coop }
mail-left-text = Vous n’êtes plus sur la liste des membres de { $coop } ; l’écriture { $index } du livre le dit. Ce que vous avez remis est jugé, et { $unsaid ->
     [yes] ce qui vous est dû reste à vous : dites dans votre compte où cela doit aller, et le prochain versement l’emporte.
     *[no] ce qui vous est dû est versé.
  } Si ce n’était pas vous, prévenez aussitôt la coopérative.
mail-erased-subject = Quelque chose a été effacé
mail-erased-text = { $by } a effacé un compte, ou le texte derrière une écriture. La loi donne à chacun le droit de le demander. Les écritures et les reçus restent tels quels. Si vous n’en saviez rien, demandez.
mail-vote-opened-subject = Vote { $proposal } : { $title }
mail-vote-opened-text = { $call ->
     [second] Trop peu de membres ont voté sur { $again } : « { $title } » est appelé une dernière fois, sous le numéro { $proposal }.
     *[first] « { $title } » est mis au vote sous le numéro { $proposal }.
  } Ouverture le { $opens }, clôture le { $closes }. Votre code pour ce vote est { $code } ; avec lui vous votez en étant connecté, sans clé. Jusqu’à la clôture votre bulletin est scellé, et ce qu’il dit n’est montré à personne ; seul qui tient la base de données de la coopérative pourrait regarder. Jusque-là vous pouvez changer votre vote. Ensuite tous les membres peuvent le voir à côté de votre numéro, et la page du bulletin le dit si d’autres le peuvent aussi.
mail-vote-reminder-subject = Ouvert jusqu’au { $closes } : { $title }
mail-vote-reminder-text = Vous n’avez pas voté sur { $proposal } (« { $title } »). Clôture le { $closes }. Votre code pour ce vote est { $code }. S’abstenir est aussi voter : cela compte pour le quorum.
mail-vote-code-subject = Le code pour votre vote sur { $proposal }
mail-vote-code-text = { $code } est le code pour votre bulletin sur { $proposal } (« { $title } »). Il sert une fois. Si vous ne l’avez pas demandé, quelqu’un connaît peut-être votre mot de passe : choisissez-en aussitôt un nouveau, et prévenez la coopérative.
mail-ballot-cast-subject = Votre bulletin est enregistré : { $title }
mail-ballot-cast-text = Un bulletin a été déposé en votre nom sur { $proposal } (« { $title } »), en étant connecté avec un code du courriel ; c’est l’écriture { $index } du livre, scellée. Votre page montre ce qu’il dit, et vous pouvez en déposer un autre jusqu’à la clôture, avec un nouveau code que la page vous envoie. Si ce n’était pas vous, choisissez aussitôt un nouveau mot de passe, déposez le vôtre, et prévenez la coopérative.
mail-vote-closed-subject = { $result ->
     [passed] Adopté : { $title }
     [rejected] Rejeté : { $title }
     [void] Nul : { $title }
     *[no-quorum] Trop peu de votants : { $title }
  }
mail-vote-closed-text = { $proposal } (« { $title } ») : { $yes } oui, { $no } non, { $abstain ->
     [one] { $abstain } abstention
     *[other] { $abstain } abstentions
  } ; { $cast } sur { $eligible } ont voté. { $result ->
     [passed] C’est adopté.
     [rejected] C’est rejeté.
     [void] Des bulletins que personne n’a ouverts auraient pu changer le résultat : il n’y en a donc pas.
     *[no-quorum] C’est sous le quorum : rien ne change.
  } { $holds ->
     [yes] En vigueur à partir du { $enacts }. La page montre chaque compte, et que votre bulletin est compté tel que vous l’avez déposé.
     *[no] La page montre chaque compte, et que votre bulletin est compté tel que vous l’avez déposé.
  }
mail-vote-enacted-subject = En vigueur : { $title }
mail-vote-enacted-text = { $proposal } (« { $title } ») : { $what ->
     [rules] le règlement a changé comme vous l’avez voté, pour tout ce qui est pris à partir de maintenant. Ce qui est déjà pris garde son prix.
     [price-ask] le client a accepté le prix. Il vaut pour tout ce qui est pris à partir de maintenant.
     [met] le client paie ce prix de lui-même. Il vaut pour tout ce qui est pris à partir de maintenant.
     [ended] le client n’a pas accepté le prix, et son annonce ne donne pas de jours de préavis : le contrat est fini. Ce qui est déjà pris est honoré.
     [paused] le client n’a pas accepté le prix. Le lot ne prend plus de nouvelles tâches, et le préavis du contrat court. Ce qui est déjà pris est honoré.
     [contract-end] le contrat prend fin après son préavis. Ce qui est pris est honoré.
     [exclusion] les rôles de ce membre ont pris fin, et aucune nouvelle tâche ne lui est donnée. Il quitte la liste dès que ce que demande le livre est signé ; ce qui lui est dû est versé.
     [mandate] le mandat a commencé.
     *[recall] le mandat a pris fin.
  }
mail-vote-lapsed-subject = Pas en vigueur : { $title }
mail-vote-lapsed-text = { $proposal } (« { $title } ») a été adopté et ne peut pas se faire : { $reason }. Rien ne change. Qui le veut encore le propose à nouveau.
mail-ballot-unopened-subject = Votre bulletin doit être ouvert : { $title }
mail-ballot-unopened-text = Le serveur ne peut pas ouvrir votre bulletin sur { $proposal } (« { $title } »). Ouvrez-le sur cette page avant le { $until }, et il compte : avec votre choix et les 64 chiffres qu’a gardés le navigateur où vous avez voté, et le fichier si vous l’avez enregistré.
mail-draft-ready-subject = Signé par assez de membres : { $title }
mail-draft-ready-text = Votre brouillon « { $title } » est signé par assez de membres. Vous pouvez le mettre au vote.
mail-price-asked-subject = { $price } est demandé : { $title }
mail-price-asked-text = Les membres ont voté de demander { $price } par réponse pour { $title } ({ $proposal }), pour tout ce qui est pris à partir du { $from }. Si vous acceptez, le travail continue à ce prix. { $ends ->
     [at-once] Sinon, le contrat finit ce jour-là : son annonce ne donne pas de jours de préavis ;
     *[notice] Sinon, le lot ne prend plus de nouvelles tâches dès ce jour, et le préavis du contrat court ;
  } ce qui est pris est payé comme convenu.
mail-batch-unsure-subject = À regarder : { $title } est en pause
mail-batch-unsure-text = Après une panne, la coopérative a restauré une sauvegarde plus ancienne que l’ouverture de { $title } ({ $contract }). Son prix et son temps sont tels que vous l’avez ouvert. Ses éléments et ses questions sont ceux de votre brouillon d’alors, et ne sont peut-être pas les derniers : personne ne peut donc y prendre de tâche pour le moment. { $lost ->
     [0] Regardez-le,
     [one] { $lost } réponse a été acceptée depuis à un élément que ce brouillon n’a pas : elle est perdue, et payée tout de même. Regardez le lot,
     *[other] { $lost } réponses ont été acceptées depuis à des éléments que ce brouillon n’a pas : elles sont perdues, et payées tout de même. Regardez le lot,
  } puis rouvrez-le, ou retirez ce qui est libre.
mail-batch-under-floor-subject = Sous le nouveau plancher : { $title }
mail-batch-under-floor-text = Les membres ont voté un nouveau plancher. Le prix de { $title } est en dessous, il ne prend donc plus de nouvelles tâches. À partir de { $least } par réponse il continue ; le travail déjà pris garde son prix.
