# Comment s’appelle une pièce. D’autres phrases les nomment, et leur passent $unit (et $count).
unit-name = { $unit ->
     [item] élément
     [image] image
     [pair] paire
     [sequence] séquence
     [video] vidéo
     [recording] enregistrement
     [text] texte
     [passage] passage
     [conversation] conversation
     [question] question
     [answer] réponse
     [document] document
     [hour] heure
     *[other] élément
  }
unit-a = { $unit ->
     [item] un élément
     [image] une image
     [pair] une paire
     [sequence] une séquence
     [video] une vidéo
     [recording] un enregistrement
     [text] un texte
     [passage] un passage
     [conversation] une conversation
     [question] une question
     [answer] une réponse
     [document] un document
     [hour] une heure
     *[other] un élément
  }
unit-many = { $unit ->
     [item] éléments
     [image] images
     [pair] paires
     [sequence] séquences
     [video] vidéos
     [recording] enregistrements
     [text] textes
     [passage] passages
     [conversation] conversations
     [question] questions
     [answer] réponses
     [document] documents
     [hour] heures
     *[other] éléments
  }
unit-count = { $unit ->
     [item] { $count ->
         [one] { $count } élément
         *[other] { $count } éléments
      }
     [image] { $count ->
         [one] { $count } image
         *[other] { $count } images
      }
     [pair] { $count ->
         [one] { $count } paire
         *[other] { $count } paires
      }
     [sequence] { $count ->
         [one] { $count } séquence
         *[other] { $count } séquences
      }
     [video] { $count ->
         [one] { $count } vidéo
         *[other] { $count } vidéos
      }
     [recording] { $count ->
         [one] { $count } enregistrement
         *[other] { $count } enregistrements
      }
     [text] { $count ->
         [one] { $count } texte
         *[other] { $count } textes
      }
     [passage] { $count ->
         [one] { $count } passage
         *[other] { $count } passages
      }
     [conversation] { $count ->
         [one] { $count } conversation
         *[other] { $count } conversations
      }
     [question] { $count ->
         [one] { $count } question
         *[other] { $count } questions
      }
     [answer] { $count ->
         [one] { $count } réponse
         *[other] { $count } réponses
      }
     [document] { $count ->
         [one] { $count } document
         *[other] { $count } documents
      }
     [hour] { $count ->
         [one] { $count } heure
         *[other] { $count } heures
      }
     *[other] { $count ->
         [one] { $count } élément
         *[other] { $count } éléments
      }
  }
unit-choose = choisir
