reviews-accepted-label = Accepted
reviews-accepted = { $count ->
        [one] One piece is accepted: { $sum }. It stands in the book.
       *[other] { $count } pieces are accepted, together { $sum }. Each stands in the book as an entry of its own, the last under this number.
}
reviews-title = Reviews
reviews-lede = Work that waits for a verdict, oldest first. Nobody reviews their own.
reviews-waiting = Waiting
reviews-none = Nothing waits. Submitted work will stand here.
reviews-count = { unit-count } to review
reviews-silence = Accepted by silence on { $date }.
reviews-review = Review
reviews-many = Accept all { $count }
reviews-many-words = { unit-count }, { $sum } together. Accepting pays them all; it cannot be undone.
reviews-many-oldest = These are the oldest { $count } of { $all }; the rest comes after them.
reviews-one-by-one = One by one
review-item = The item
review-accept = Accept
review-back = Send back
review-code = Code
review-reason = Reason
review-reason-hint = What is to be done differently, in a sentence.
review-clause = Section of the guidelines
review-clause-hint = Such as 4.2
review-code-box-too-loose = outline too loose
review-code-wrong-label = wrong label
review-code-missed-object = something was missed
review-code-off-guideline = not as the guidelines say
review-code-incomplete = incomplete
review-code-unreadable = cannot be read
review-no-answer = Not answered; this question need not be.
