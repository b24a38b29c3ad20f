"""Compares this verifier with what another program found: python compare.py FOLDER VKEY.

FOLDER holds altered logs, each a folder that is an export, and `expected.json`, {name of the folder: [[level, index],
...]}: the levels of LEDGER.md, section 6, that fail there according to the other program. VKEY is the file of the one
vkey by which all are verified. Both programs must find the same levels, and for levels 1, 3 and 4 the same index; level
2 may name the log's size or any smaller one. Prints every difference with both answers and, for each level that this
verifier does not find to hold, its reason; then a count. Exits 0 (no difference), 1 (differences) or 2 (something is
absent, or cannot be read)."""
import argparse
import functools
import json
import multiprocessing
import pathlib

import verify

PROCESSES = 2


def failing(answer):
    """The levels that fail, as expected.json has them."""
    return [[level["level"], level["at"]] for level in answer["levels"] if level["at"] is not None]


def agree(expected, found, size):
    """Whether both answers are right by the page: at level 2 any size up to the log's is the same."""
    def same(answer):
        """The answer with every right index of level 2 as the log's size."""
        return sorted([level, size if level == 2 and at in range(size + 1) else at] for level, at in answer)
    return same(expected) == same(found)


def difference(vkey, folder, expected):
    """Verifies one altered log; the difference in words, or None."""
    try:
        answer, _ = verify.verify(folder, vkey)
    except (OSError, *verify.FAULTS) as error:
        return f"{folder.name}\n  expected {json.dumps(expected)}\n  found    nothing, it cannot be read: {error}"
    found = failing(answer)
    if agree(expected, found, answer["size"]):
        return None
    reasons = [f"\n  level {level['level']} {level['state']}" for level in answer["levels"] if level["state"] != "holds"]
    return f"{folder.name}\n  expected {json.dumps(expected)}\n  found    {json.dumps(found)}" + "".join(reasons)


def main(arguments=None):
    """Compares all of them, in a pool of processes."""
    parser = argparse.ArgumentParser(description="Compares this verifier with what another program found.")
    parser.add_argument("folder", type=pathlib.Path, help="holds the altered logs and expected.json")
    parser.add_argument("vkey", type=pathlib.Path, help="the file of the vkey")
    options = parser.parse_args(arguments)
    try:
        vkey = verify.read_vkey(options.vkey.read_text().strip())
        expected = json.loads((options.folder / "expected.json").read_text())
        form = {"?(?s:.+)": [(range(1, 5), verify.COUNT)]}
        verify.need(expected and verify.fits(form, expected), "expected.json: not {folder: [[level, index], ...]}")
        absent = [name for name in expected if not (options.folder / name).is_dir()]
        verify.need(not absent, f"folders of expected.json that are absent: {', '.join(absent)}")
    except (OSError, *verify.FAULTS) as error:
        parser.exit(2, f"cannot compare: {error}\n")
    tasks = [(options.folder / name, levels) for name, levels in sorted(expected.items())]
    with multiprocessing.Pool(PROCESSES) as pool:
        answers = pool.starmap(functools.partial(difference, vkey), tasks)
    differences = [text for text in answers if text]
    print(*differences, sep="\n", end="\n" if differences else "")
    if differences:
        print(f"{len(tasks)} altered logs, {len(differences)} of them found at other levels or indexes")
        return 1
    print(f"{len(tasks)} altered logs, all found at the same levels and indexes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
