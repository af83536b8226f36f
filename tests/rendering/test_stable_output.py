"""What a change changes: the files of the tables that it touches, the lists, and one part of each thing that has parts."""

import random
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.access import documents
from scripts.kept_parts import FILE as KEPT_PARTS
from scripts.monitoring import dashboard
from scripts.rendering.service_files import NOTHING
from tests.bench.contracts import ENVIRONMENT
from tests.rendering.edits import REORDER, SERVICE, Inputs, edit, inputs, texts

LISTS = {
    f"{SERVICE}/{name}"
    for name in (
        "README.md",
        "runbook.md",
        *(f"{ENVIRONMENT}/{name}" for name in ("README.md", KEPT_PARTS, "templates/service.yaml")),
    )
}
EXAMPLES = max(6, settings().max_examples // 15)


def generated(made: Inputs, before: Mapping[str, str] = NOTHING) -> dict[str, str]:
    """All files, with so little room in a part that a few tables need several. `before`: those that are there."""
    small = patch.multiple(dashboard, ROOM=14_000, ROOM_OF_FIRST=14_000, STATUS_ROOM=500)
    with tempfile.TemporaryDirectory() as name, patch.object(documents, "SIZE_LIMIT", 2_000), small:
        folder = Path(name)
        for path, text in before.items():
            if path.endswith((KEPT_PARTS, ".yaml")):
                (folder / "generated" / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / "generated" / path).write_text(text)
        return texts(made.write(folder))


def family(path: str) -> str:
    """What a file is a part of: `read-only` of `read-only+3.json`, `dashboard` of `dashboard-3.yaml`."""
    stem = PurePosixPath(path).name.partition(".")[0]
    return "dashboard" if stem.startswith("dashboard-") else stem.partition("+")[0]


@settings(max_examples=EXAMPLES)
@given(tables=st.integers(2, 9), seeds=st.lists(st.integers(0, 10**9), min_size=1, max_size=3))
def test_other_files_stay_as_they_are(tables: int, seeds: list[int]) -> None:
    before = after = inputs(tables, seeds[0] % 7)
    touched: set[str] = set()
    for seed in seeds:
        if len(after.names) > 1:
            after, some = edit(seed, after)
            touched |= some
    was = generated(before)
    is_now = generated(after, was)
    changed = {path for path in was.keys() | is_now.keys() if was.get(path) != is_now.get(path)}
    others = {path for path in changed - LISTS if PurePosixPath(path).name.partition(".")[0] not in touched}
    others = {path for path in others if not any(f"/patterns-{name}" in path for name in touched)}
    parts = {path for path in others if "/access/" in path or "/templates/dashboard-" in path}
    assert others - parts == set()
    stayed = Counter(family(path) for path in parts if path in was and path in is_now)
    moved = was.keys() ^ is_now.keys()
    stayed["operator"] -= any("/templates/dashboard-" in path for path in moved)  # its first part names the dashboards
    assert all(count <= len(touched) for count in stayed.values()), (stayed, touched)


@settings(max_examples=EXAMPLES // 3)
@given(tables=st.integers(2, 9), seeds=st.lists(st.integers(0, 10**9), min_size=1, max_size=3))
def test_the_order_of_tables_changes_nothing(tables: int, seeds: list[int]) -> None:
    before = inputs(tables, seeds[0] % 7)
    after = before.copy()
    for seed in seeds:
        REORDER(random.Random(seed), after)  # noqa: S311 no secret
    assert generated(after) == generated(before)
