reviews-accepted-label = Accepté
reviews-accepted = { $count ->
        [one] Un travail est accepté : { $sum }. Il est au livre.
       *[other] { $count } travaux sont acceptés, { $sum } en tout. Chacun est au livre comme une écriture à part, la dernière sous ce numéro.
}
reviews-title = Relectures
reviews-lede = Le travail qui attend un avis, le plus ancien d’abord. Personne ne relit le sien.
reviews-waiting = En attente
reviews-none = Rien n’attend. Le travail envoyé figurera ici.
reviews-count = { unit-count } à relire
reviews-silence = Accepté par silence le { $date }.
reviews-review = Relire
reviews-many = Accepter les { $count }
reviews-many-words = { unit-count }, { $sum } ensemble. Accepter paie le tout ; c’est définitif.
reviews-many-oldest = Ce sont les { $count } plus anciennes sur { $all } ; le reste vient ensuite.
reviews-one-by-one = Une par une
review-item = L’élément
review-accept = Accepter
review-back = Renvoyer
review-code = Code
review-reason = Raison
review-reason-hint = Ce qu’il faut faire autrement, en une phrase.
review-clause = Section des consignes
review-clause-hint = Par exemple 4.2
review-code-box-too-loose = contour trop lâche
review-code-wrong-label = mauvaise étiquette
review-code-missed-object = quelque chose manque
review-code-off-guideline = contraire aux consignes
review-code-incomplete = incomplet
review-code-unreadable = illisible
review-no-answer = Sans réponse ; cette question n’en demande pas.
