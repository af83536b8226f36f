"""Independent edits merge: git puts two branches together, and what it makes of `generated/` is what would be generated."""

import os
import subprocess
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from scripts.project.services import CONTRACT
from tests.rendering.edits import Inputs, edit, inputs, texts
from tests.working_copy import git

# The same pairs every time. 200 of them in `make fuzz`, where no pair may be other than here.
PAIRS = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 3
TABLES = (12, 12, 12, 40)
AS_SOMEBODY = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
MERGED, SAME_TABLE, NEIGHBOURS = "merged", "both touch one table", "neighbours in a list"


def test_independent_edits_merge(tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    for number in range(PAIRS):
        outcome = _pair(tmp_path / str(number), number)
        outcomes[outcome] += 1
        assert outcome in (MERGED, SAME_TABLE, NEIGHBOURS), f"pair {number}: {outcome}"
    print(f"{PAIRS} pairs of edits: {dict(outcomes)}")
    assert outcomes[MERGED] >= PAIRS // 2


def _pair(folder: Path, number: int) -> str:
    """Merge two edits of one service; what came of it."""
    folder.mkdir()
    base = inputs(TABLES[number % len(TABLES)], number)
    (ours, mine), (theirs, yours) = edit(2 * number, base), edit(2 * number + 1, base)
    git(folder, "init", "--quiet", "--initial-branch=main")
    written = _commit(folder, base, {})
    git(folder, "checkout", "--quiet", "-b", "theirs")
    _commit(folder, theirs, written)
    git(folder, "checkout", "--quiet", "main")
    _commit(folder, ours, written)
    try:
        git(folder, *AS_SOMEBODY, "merge", "--quiet", "--no-edit", "theirs")
    except subprocess.CalledProcessError:
        files = git(folder, "diff", "--name-only", "--diff-filter=U").split()
        return _excuse(base, ours, theirs, mine, yours) or f"conflicts in {files} after {mine} and {yours}"
    merged = {
        path.relative_to(folder / "generated").as_posix(): path.read_text()
        for path in (folder / "generated").rglob("*")
        if path.is_file()
    }
    wanted = texts(folder / "contracts")
    stale = sorted(path for path in merged.keys() | wanted.keys() if merged.get(path) != wanted.get(path))
    if not stale:
        return MERGED
    return _excuse(base, ours, theirs, mine, yours) or f"stale: {stale} after {mine} and {yours}"


def _commit(folder: Path, made: Inputs, before: Mapping[str, str]) -> dict[str, str]:
    """Generate and commit; `before`: what is there."""
    wanted = texts(made.write(folder))
    for path in before.keys() - wanted.keys():
        (folder / "generated" / path).unlink()
    for path, text in wanted.items():
        if before.get(path) != text:
            (folder / "generated" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "generated" / path).write_text(text)
    git(folder, "add", "--all")
    git(folder, *AS_SOMEBODY, "commit", "--quiet", "--allow-empty", "--message", CONTRACT)
    return wanted


def _excuse(base: Inputs, ours: Inputs, theirs: Inputs, mine: set[str], yours: set[str]) -> str:
    """Why two edits may meet: they touch one table, or neighbours in a list of the contract or in the order of names."""
    if mine & yours:
        return SAME_TABLE
    every = {*base.names, *ours.names, *theirs.names}
    for order in (sorted(every, key=str.casefold), base.names, ours.names, theirs.names):
        for one, other in pairwise(order):
            if (one in mine and other in yours) or (one in yours and other in mine):
                return NEIGHBOURS
    return ""
