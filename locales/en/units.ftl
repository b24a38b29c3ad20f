# What a piece is called. Other sentences name these, and hand on $unit (and $count).
unit-name = { $unit ->
     [item] item
     [image] image
     [pair] pair
     [sequence] sequence
     [video] video
     [recording] recording
     [text] text
     [passage] passage
     [conversation] conversation
     [question] question
     [answer] answer
     [document] document
     [hour] hour
     *[other] item
  }
unit-a = { $unit ->
     [item] an item
     [image] an image
     [pair] a pair
     [sequence] a sequence
     [video] a video
     [recording] a recording
     [text] a text
     [passage] a passage
     [conversation] a conversation
     [question] a question
     [answer] an answer
     [document] a document
     [hour] an hour
     *[other] an item
  }
unit-many = { $unit ->
     [item] items
     [image] images
     [pair] pairs
     [sequence] sequences
     [video] videos
     [recording] recordings
     [text] texts
     [passage] passages
     [conversation] conversations
     [question] questions
     [answer] answers
     [document] documents
     [hour] hours
     *[other] items
  }
unit-count = { $unit ->
     [item] { $count ->
         [one] { $count } item
         *[other] { $count } items
      }
     [image] { $count ->
         [one] { $count } image
         *[other] { $count } images
      }
     [pair] { $count ->
         [one] { $count } pair
         *[other] { $count } pairs
      }
     [sequence] { $count ->
         [one] { $count } sequence
         *[other] { $count } sequences
      }
     [video] { $count ->
         [one] { $count } video
         *[other] { $count } videos
      }
     [recording] { $count ->
         [one] { $count } recording
         *[other] { $count } recordings
      }
     [text] { $count ->
         [one] { $count } text
         *[other] { $count } texts
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
         [one] { $count } answer
         *[other] { $count } answers
      }
     [document] { $count ->
         [one] { $count } document
         *[other] { $count } documents
      }
     [hour] { $count ->
         [one] { $count } hour
         *[other] { $count } hours
      }
     *[other] { $count ->
         [one] { $count } item
         *[other] { $count } items
      }
  }
unit-choose = choose
