"""Prints those of many journals in which beancount finds nothing wrong, as bean-check would; then how many it read."""

import sys

from beancount import loader

for path in sys.argv[1:]:
    entries, errors, _ = loader.load_file(path)
    if entries and not errors:
        print(path)
print(len(sys.argv) - 1, "read")
