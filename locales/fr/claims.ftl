claim-title = { $title }, { $item }
claim-for = Pour { $client }
claim-left = encore { $time }
claim-until = { $today ->
     [yes] jusqu’à { $due }
     *[no] jusqu’au { $due }
  }
claim-yours = à vous une fois accepté
claim-after-another = La précédente est envoyée. Voici la suivante ; laissez-la si vous vous arrêtez ici.
claim-sent = Envoyé. C’est maintenant à la relecture.
claim-back = Reprendre la dernière
claim-back-words = Envoyée par erreur ? Elle peut être reprise tant que personne ne l’a ouverte pour la relire.
claim-back-one = Reprendre
claim-back-aria = Reprendre : { $title }
claim-back-refused = Cette réponse n’a pas été reprise
claim-guidelines = Consignes
claim-release = Laisser
claim-submit = Envoyer
claim-save = Enregistrer le brouillon
claim-extend = Plus de temps, une fois
claim-open-link = Ouvrir l’élément
claim-saved = { $today ->
     [yes] Enregistré à { $at }. Le brouillon reste si le courant ou le temps manque.
     *[no] Enregistré le { $at }. Le brouillon reste si le courant ou le temps manque.
  }
claim-just-saved = Enregistré. Le brouillon reste si le courant ou le temps manque.
claim-draft-stays = Un brouillon enregistré reste si le courant ou le temps manque.
claim-returned = Renvoyé : { $code }. { $reason } Consignes, section { $clause }.
claim-state-submitted = Envoyé. C’est à la relecture, et accepté par silence après sept jours.
claim-state-accepted = Accepté et versé au solde.
claim-state-released = Vous avez laissé cette tâche. Rien ne vous est reproché.
claim-state-expired = Le temps était écoulé et la tâche est de nouveau libre. Votre brouillon est gardé : reprenez-la si elle l’est encore.
claim-state-refused = Rejeté, et c’est définitif : ce n’est pas payé. L’élément est libre pour d’autres.
claim-state-claimed = En main.
claim-state-sent-back = Renvoyé.
claim-not-granted = Cette tâche n’a pas été prise
claim-other-work = Chercher un autre travail
claim-optional = peut rester vide
claim-number = Un nombre : des chiffres avec un point, comme 7.5
claim-place = Donnez à chacun son rang : 1 est le meilleur.
claim-rank = Touchez-les dans l’ordre, le meilleur d’abord. Touché de nouveau, il ressort.
claim-rank-again = Recommencer
claim-prefer-a = A est meilleure
claim-prefer-b = B est meilleure
claim-prefer-tie = Les deux se valent
claim-why = Pourquoi ?
claim-why-least = Pourquoi ? { $least } caractères au moins.
claim-pair-question = Question
claim-pair-answer = Réponse
claim-pair-more = En écrire une autre
claim-spans = Un passage par ligne : son étiquette, deux-points, les mots tels qu’ils sont dans le texte
claim-spans-how = Copiez les mots du texte. La même ligne encore une fois désigne l’endroit suivant où ils sont.
claim-spans-choose = Sélectionnez des mots du texte, puis touchez une étiquette.
claim-spans-nothing = Rien à marquer ici
claim-spans-unmark = Retirer
