"""Prints every balance that beancount reads from a journal: account, unit, six decimals. Works with beancount 2 and 3."""

import sys
from collections import defaultdict
from decimal import Decimal

from beancount import loader
from beancount.core.data import Transaction

entries, errors, _ = loader.load_file(sys.argv[1])
if errors:
    sys.exit(f"{len(errors)} errors, the first: {errors[0].message}")
balances = defaultdict(Decimal)
for entry in entries:
    if isinstance(entry, Transaction):
        for posting in entry.postings:
            balances[posting.account, posting.units.currency] += posting.units.number
for (account, unit), amount in sorted(balances.items()):
    if amount:
        print(account, unit, f"{amount:.6f}")
