"""One edit after another, each with what the run before remembers: the files and the problems are those of a run that remembers nothing."""

import json
import tempfile
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.access import documents
from scripts.files import digest
from scripts.monitoring import dashboard
from scripts.rendering.cache import CacheEntry
from scripts.rendering.service_files import Rendering, render
from tests.rendering.edits import SERVICE, edit, inputs

EXAMPLES = max(6, settings().max_examples // 15)
# So little that a few tables need several dashboards, and several parts of a policy.
SMALL = {"ROOM": 14_000, "ROOM_OF_FIRST": 14_000, "STATUS_ROOM": 500}


def remembered(one: Rendering, present: dict[str, str]) -> dict[str, CacheEntry]:
    """What the next run reads."""
    return {SERVICE: CacheEntry(**json.loads(json.dumps(one.made("", present)._asdict())))}


@settings(max_examples=EXAMPLES)
@given(tables=st.integers(3, 9), seeds=st.lists(st.integers(0, 10**9), min_size=1, max_size=3), lost=st.booleans())
def test_edits_in_turn(tables: int, seeds: list[int], lost: bool) -> None:
    made = inputs(tables, seeds[0] % 7)
    earlier: dict[str, CacheEntry] = {}
    present: dict[str, str] = {}
    with (
        tempfile.TemporaryDirectory() as name,
        patch.object(documents, "SIZE_LIMIT", 2_000),
        patch.multiple(dashboard, **SMALL),
    ):
        generated = Path(name) / "generated"
        for number, seed in enumerate([0, *seeds]):
            if number and len(made.names) > 1:
                made, _ = edit(seed, made)
            contracts = made.write(Path(name))
            (afresh,) = render(contracts, None, {}, {})
            present = {path: known for path, known in present.items() if not (lost and "/templates/dashboard-" in path)}
            (one,) = render(contracts, None, {}, earlier, present)
            wanted = {path: found.text or "" for path, found in afresh.files().items()}
            files = {path: (digest(text.encode()), text) for path, text in wanted.items()}
            assert {path: (found.digest, found.text) for path, found in one.files().items()} == {
                path: (known, None if present.get(path) == known else text) for path, (known, text) in files.items()
            }
            present = {path: known for path, (known, _) in files.items()}
            assert one.said == afresh.said
            assert one.service == afresh.service
            if number:
                assert len(one.tables) <= 3, one.tables
            earlier = remembered(one, present)
            assert earlier == remembered(afresh, present)
            for path, text in wanted.items():
                (generated / path).parent.mkdir(parents=True, exist_ok=True)
                (generated / path).write_text(text)
            for path in generated.rglob("*.*"):
                if path.relative_to(generated).as_posix() not in wanted:
                    path.unlink()
