mail-footer-checkpoint = The co-op’s book as it stood when this was written. Keep this mail: it is a witness.
mail-hello = { $name },
mail-unsubscribe = Stop this mail:
mail-invited-subject = Your account at { $coop }
mail-invited-text = { $by } invites you. Choose your password with this link; it works once, for seven days.
mail-reset-subject = A new password
mail-reset-text = Somebody asked for a new password for your account. If it was you, use this link within an hour. If not, nothing happens.
mail-claim-due-subject = Your time ends soon: { $title }
mail-claim-due-text = Your task of { $title } is yours until { $due }. Submit it, ask for more time, or leave it; the draft stays in any case.
mail-work-accepted-subject = { $amount } for { $title }
mail-work-accepted-text = { $count ->
     [one] { $count } piece of { $title } was accepted
     *[other] { $count } pieces of { $title } were accepted
  } at { $price } each. { $amount } is now in your balance. Entry { $index } in the book says by which rule.
mail-sent-back-subject = Sent back: { $title }
mail-sent-back-text = Your work came back: { $code }. { $reason } Guidelines, section { $clause }. It has its own clock, until { $due }.
mail-deposit-received-subject = Deposit received: { $amount }
mail-deposit-received-text = { $amount } arrived for { $contract }, { $title }. It stays yours until work is accepted.
mail-paid-out-subject = Paid out: { $amount }
mail-paid-out-text = { $amount } is on its way to you, payout { $payout }.
mail-payout-failed-subject = A payout came back: { $amount }
mail-payout-failed-text = { $amount } of payout { $payout } did not arrive and is in your balance again. The treasurer will ask you for the right details.
mail-contract-listed-subject = New contract: { $title }
mail-contract-listed-text = { $contract }, { $title }, for { $client }: { $purpose }.
mail-payout-to-changed-subject = Where your pay goes was changed
mail-payout-to-changed-text = Where your pay goes was changed. If it was not you, choose a new password at once and tell the treasurer.
mail-role-granted-subject = A new role: { $name }, { $role }
mail-role-granted-text = { $by } invited { $name } with the role: { $role }. Two people decide every sum that leaves: if you do not know of this, speak with the co-op before you approve anything.
mail-contract-submitted-subject = To approve: { $title }
mail-contract-submitted-text = { $contract }, { $title }, for { $client }, waits for a coordinator.
mail-contract-approved-subject = Approved: { $title }
mail-contract-approved-text = { $contract }, { $title }, is approved and public. Next comes the deposit; the treasurer tells you where to, and work can be opened once it has arrived.
mail-contract-returned-subject = Back to you: { $title }
mail-contract-returned-text = { $contract }, { $title }, is a draft again, with everything kept. { $reason }
mail-second-person-subject = To approve: { $what }, { $amount }
mail-second-person-text = { $by } prepared { $what }, { $amount }. It waits for a second person.
