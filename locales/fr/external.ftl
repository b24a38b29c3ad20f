answer-external = travail dans un autre outil
answer-external-words = Un lien mène à votre outil, avec une clé pour une seule tâche ; l’outil renvoie son résultat, ou le membre l’envoie.
question-link = Lien vers l’outil
question-link-hint = https:// et l’adresse de votre outil. Complétés pour chaque tâche : {"{token}"} la clé, {"{post}"} où va le résultat, {"{item}"} l’identifiant de l’élément, {"{link}"} l’adresse propre de l’élément. Mettez la clé après un #, là où aucun serveur ne la note.
external-open = Ouvrir l’outil
external-words = Ouvre { $host } dans un nouvel onglet, avec une clé pour cette seule tâche. La clé prend fin quand vous envoyez votre réponse ou laissez la tâche.
external-none = Aucun résultat n’est encore arrivé. Quand l’outil dit qu’il a fini, revenez ici et envoyez votre réponse.
external-came-tool = { $today ->
     [yes] L’outil a envoyé son résultat : { $name }, { $size } Mo, à { $at }.
     *[no] L’outil a envoyé son résultat : { $name }, { $size } Mo, le { $at }.
  }
external-came-member = { $today ->
     [yes] Vous avez envoyé le résultat : { $name }, { $size } Mo, à { $at }.
     *[no] Vous avez envoyé le résultat : { $name }, { $size } Mo, le { $at }.
  }
external-replaced = Il a remplacé un résultat précédent.
external-preview = Dans une tâche prise, le résultat figurerait ici. Vous regardez seulement : le lien porte le mot preview à la place d’une clé.
external-download = Télécharger le résultat
external-look = Est-il arrivé ?
external-own = Envoyer le résultat vous-même
external-file = Son fichier, 20 Mo au plus
external-paste = Ou collez-le
external-send = Envoyer le résultat
external-pasted-name = collé
external-given = { $name }
  { $bytes } octets, SHA-256 { $sha256 }
external-gone = Le fichier n’est plus gardé.
external-taken = Quand le travail se fait dans un autre outil, chaque réponse nomme son fichier, avec son SHA-256 et l’adresse où le télécharger. Les fichiers sont gardés { $days } jours après que la dernière pièce d’un lot a été acceptée ou que le contrat a pris fin. Ils restent hors de l’accord et du consensus : deux fichiers qui disent la même chose diffèrent par leurs octets.
external-zip = Tous les fichiers en ZIP
template-tool = Longue vidéo ou lidar dans un autre outil
template-tool-words = Un lien vers votre outil, son résultat, et si tout a pu être fait.
template-tool-result = Traitez cet élément dans l’outil, puis envoyez son résultat.
template-tool-whole = Tout a-t-il pu être fait ?
template-tool-whole-choices = Oui; En partie; Non
template-tool-remark = Sinon : que manquait-il ?
refusal-answer-result-missing = « { $question } » : aucun résultat n’est encore arrivé. Envoyez-le depuis l’outil, ou envoyez son fichier ici, puis renvoyez votre réponse.
refusal-external-link = Ce n’est pas un lien vers un outil. Écrivez https:// et l’adresse ; son hôte doit être écrit en entier, et les espaces en %20.
refusal-external-needs-link = Le lien contient {"{link}"}, l’adresse propre de l’élément, et les éléments de ce lot n’en ont pas. Préparez un lot qui montre des liens, ou retirez {"{link}"}.
refusal-external-place = Le lien contient des accolades que rien ne complète. Il y a {"{token}"}, {"{post}"}, {"{item}"} et {"{link}"}.
refusal-external-sample = Le lien vers l’outil est encore celui de l’exemple, tool.example. Écrivez l’adresse de votre outil sous sa question, puis ouvrez le lot.
refusal-question-external-twice = Le formulaire a déjà une question pour un autre outil : une tâche se fait dans un seul. Changez celle-là, ou retirez-la d’abord.
refusal-result-broke-off = Le résultat s’est interrompu en route et rien n’a été gardé. Renvoyez-le.
refusal-result-empty = Le résultat est vide et rien n’a été gardé. Envoyez un fichier qui contient quelque chose.
refusal-result-full = Ce contrat garde { $kept } Mo de fichiers et d’éléments et peut en garder { $most } : le résultat n’a donc pas été gardé. Rien n’est perdu ici ; dites-le au client ou à la coopérative, qui peuvent faire de la place.
refusal-result-large = Le résultat dépasse { $most } Mo et rien n’a été gardé. Envoyez-le plus petit : compressé, ou dans un format plus court.
refusal-result-slow = Le résultat est arrivé trop lentement et rien n’a été gardé. Renvoyez-le sur une meilleure ligne, ou plus petit.
refusal-results-busy = Beaucoup de fichiers sont en route en ce moment. Réessayez dans une minute.
refusal-tool-token = Cette clé ne vaut rien : elle est inconnue, ou sa tâche a été envoyée, laissée, ou son temps est écoulé. Ouvrez de nouveau l’outil depuis la page de la tâche.
refusal-too-many-results = Pour cette tâche, { $most } résultats sont arrivés en une heure. Réessayez plus tard.
refusal-results-of-claim = Cette tâche a reçu { $most } résultats, chacun à la place du précédent. Elle garde le dernier et n’en prend plus d’autre. Remettez celui-là, ou rendez la tâche.
