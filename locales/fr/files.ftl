batch-pictures-words = Un ZIP d’images (JPEG, PNG, WebP), ou une seule image : chacune devient un élément, nommé par son chemin dans le ZIP. Au plus { $entries } images et { $most } Mo par envoi ; ce que les images disent d’appareils, de personnes et de lieux en est retiré.
batch-pictures-table = Ou, pour des images qui restent où elles sont, un tableau de leurs adresses : un fichier avec les colonnes id et payload, en CSV ou JSON Lines. Tout est pris, ou rien ; un nouveau fichier remplace le précédent.
batch-pictures = ZIP d’images, ou tableau
batch-pictures-hint = Images : 2 000 Mo au plus. Tableau : 50 Mo au plus.
batch-pictures-cost = Une tâche prend { $size } Mo des données d’un membre : la moitié des images n’en prennent pas plus au premier affichage.
board-picture-cost = { $size } Mo de vos données par tâche, au premier affichage
picture-whole = Pleine résolution : { $width } × { $height }, { $size } Mo
picture-deleted = L’image a été supprimée, comme convenu, une fois le travail terminé.
files-label = Fichiers
files-deleted = Le { $day }, { $count ->
    [one] { $count } fichier de { $title } ({ $size } Mo) a été supprimé
    *[other] { $count } fichiers de { $title } ({ $size } Mo) ont été supprimés
  }, { $days } jours après que sa dernière pièce a été acceptée ou que le contrat a pris fin.
files-being-deleted = Depuis le { $day }, personne ne voit plus { $count ->
    [one] le fichier
    *[other] les { $count } fichiers
  } de { $title } ({ $size } Mo). Leur suppression est en cours là où ils se trouvent ; elle est retentée toutes les heures.
upload-sent = Envoyé : { $percent } %. Gardez cette page ouverte.
upload-looked = Tout est arrivé. Les images sont examinées ; cela prend quelques minutes quand il y en a des milliers.
upload-looking = Tout est arrivé. Images examinées : { $percent } %. Gardez cette page ouverte.
upload-broke = La connexion s’est interrompue et rien n’a été pris. Appuyez de nouveau sur le bouton quand elle sera revenue.
refusal-files-broken = { $file } ne peut pas être lu comme image : le fichier est abîmé. Rien de l’envoi n’a été pris.
refusal-files-bomb = { $file } se décompresse en bien plus que ne le fait une image. Rien de l’envoi n’a été pris.
refusal-files-cut = { $file } s’arrête avant sa fin. Renvoyez-le depuis l’endroit où il est entier ; rien de l’envoi n’a été pris.
refusal-files-encrypted = { $file } est chiffré. Faites le ZIP sans mot de passe ; rien de l’envoi n’a été pris.
refusal-files-full = Ce contrat garde { $kept } Mo d’images, d’éléments et de résultats, et celles-ci en feraient { $more } de plus ; il peut en garder { $most }. Envoyez-en moins, ou de plus petites, ou demandez de la place à la coopérative. Rien de l’envoi n’a été pris.
refusal-files-heavy = { $file } dépasse { $most } Mo. Rien de l’envoi n’a été pris.
refusal-files-large = { $file } annonce { $width } × { $height } pixels. Une image peut en avoir 50 millions, et 20 000 par côté ; rien de l’envoi n’a été pris.
refusal-files-moving = { $file } est animé. Seules des images fixes peuvent être montrées ; rien de l’envoi n’a été pris.
refusal-files-name = Le chemin { $file } sort du ZIP ou s’écrit avec des barres obliques inverses. Refaites le ZIP du dossier ; rien de l’envoi n’a été pris.
refusal-files-name-unfit = Le nom { $file } est vide, dépasse 120 caractères ou contient des caractères que personne ne voit. Rien de l’envoi n’a été pris.
refusal-files-nested = { $file } est un ZIP dans le ZIP. Mettez-y seulement les images ; rien de l’envoi n’a été pris.
refusal-files-no-pictures = Ce lot ne montre pas d’images : il prend un tableau, en CSV ou JSON Lines. Préparez pour ce fichier un lot qui montre une image.
refusal-files-none = Le ZIP ne contient aucune image. Rien n’a été pris.
refusal-files-other = { $file } n’est pas une image JPEG, PNG ou WebP, quoi que dise son nom. Rien de l’envoi n’a été pris.
refusal-files-packed = { $file } est compressé d’une façon que peu de programmes lisent. Faites le ZIP avec le programme de votre système ; rien de l’envoi n’a été pris.
refusal-files-too-many = Le ZIP contient plus de { $most } fichiers. Envoyez-les en plusieurs lots.
refusal-files-twice = { $file } s’y trouve deux fois. Rien de l’envoi n’a été pris.
refusal-files-zip = Le ZIP est illisible : il est abîmé ou incomplet. Refaites-le ; rien n’en a été pris.
refusal-files-zip-entry = { $file } est abîmé dans le ZIP. Refaites-le ; rien de l’envoi n’a été pris.
