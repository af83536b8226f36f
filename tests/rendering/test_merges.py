"""Independent edits merge: git puts two branches together, and what it makes of `generated/` is what would be generated."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path, PurePosixPath

from scripts import folders
from scripts.folders import CONTRACT
from scripts.kept_parts import FILE as KEPT_PARTS
from scripts.kept_parts import kept_lines, of_family
from tests.bench.contracts import ENVIRONMENT
from tests.rendering.edits import SERVICE, Inputs, edit, inputs, texts
from tests.working_copy import git

# The same pairs every time. 200 of them in `make fuzz`, where no pair may be other than here.
PAIRS = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 3
TABLES = (8, 6, 10, 12, 15)
AS_SOMEBODY = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
MERGED, SAME_TABLE, NEIGHBOURS = "merged", "both touch one table", "neighbours in a list"


def test_independent_edits_merge(tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    for number in range(PAIRS):
        outcome = _pair(tmp_path / str(number), number)
        outcomes[outcome] += 1
        assert outcome in (MERGED, SAME_TABLE, NEIGHBOURS), f"pair {number}: {outcome}"
    print(f"{PAIRS} pairs of edits: {dict(outcomes)}")
    assert outcomes[MERGED] >= PAIRS * 0.6


def _pair(folder: Path, number: int) -> str:
    """Merge two edits of one service; what came of it."""
    folder.mkdir()
    base = inputs(TABLES[number % len(TABLES)], number)
    (ours, mine), (theirs, yours) = edit(2 * number, base), edit(2 * number + 1, base)
    git(folder, "init", "--quiet", "--initial-branch=main")
    written = _commit(folder, base, {})
    git(folder, "checkout", "--quiet", "-b", "theirs")
    in_theirs = _commit(folder, theirs, written)
    git(folder, "checkout", "--quiet", "main")
    in_ours = _commit(folder, ours, written)
    orders = list(_orders([(base, written), (theirs, in_theirs), (ours, in_ours)]))
    try:
        git(folder, *AS_SOMEBODY, "merge", "--quiet", "--no-edit", "theirs")
    except subprocess.CalledProcessError:
        files = git(folder, "diff", "--name-only", "--diff-filter=U").split()
        return _excuse(orders, mine, yours) or f"conflicts in {files} after {mine} and {yours}"
    merged = {
        path.relative_to(folder / "generated").as_posix(): path.read_text()
        for path in (folder / "generated").rglob("*")
        if path.is_file()
    }
    wanted = texts(folder / "contracts")
    stale = sorted(path for path in merged.keys() | wanted.keys() if merged.get(path) != wanted.get(path))
    if not stale:
        return MERGED
    return _excuse(orders, mine, yours) or f"stale: {stale} after {mine} and {yours}"


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


def _orders(versions: Sequence[tuple[Inputs, Mapping[str, str]]]) -> Iterator[list[str]]:
    """The lists that tables stand in: the contracts, the order of names, and that in each part of a policy or dashboard."""
    every = {name for made, _ in versions for name in made.names}
    yield sorted(every, key=str.casefold)
    yield sorted(every)
    for made, _ in versions:
        yield made.names
        yield [pattern["table_name"] for pattern in made.contract["access_patterns"]]
    for tables in _parts([files for _, files in versions]).values():
        yield sorted(tables)


def _parts(versions: Sequence[Mapping[str, str]]) -> dict[tuple[str, int], set[str]]:
    """The tables in each part of a policy or dashboard in any version: those that are neighbours there are so in a file."""
    found: dict[tuple[str, int], set[str]] = {}
    for files in versions:
        kept = dict(kept_lines(files.get(f"{SERVICE}/{ENVIRONMENT}/{KEPT_PARTS}", "")))
        kept = {name: kept.get(name, {}) for name in _tables(files)}
        for family in ("dashboard", "data-migration", "operator", "read-only", "read-write"):
            for name, number in of_family(kept, family).items():
                found.setdefault((family, number), set()).add(name)
    return found


def _tables(files: Mapping[str, str]) -> list[str]:
    pages = (PurePosixPath(path) for path in files)
    return [path.stem for path in pages if path.parent.name == folders.TABLES and path.suffix == ".md"]


def _excuse(orders: Sequence[Sequence[str]], mine: set[str], yours: set[str]) -> str:
    """Why two edits may meet: they touch one table, or neighbours in a list."""
    if mine & yours:
        return SAME_TABLE
    pairs = {frozenset(pair) for order in orders for pair in pairwise(order)}
    return NEIGHBOURS if any(frozenset((one, other)) in pairs for one in mine for other in yours) else ""
