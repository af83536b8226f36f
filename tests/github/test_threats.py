"""Each row of the threat table names a test, and that test exists."""

import re
from pathlib import Path

from tests.for_each import for_each

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security-threats.md"
ROWS = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][1:]
MUST = (
    "fork", "Markup", "Workflow commands", "symbolic link", "edited by hand", "between the approval and the deployment",
    "misspelt", "compromised action", "poisoned Makefile",
)  # fmt: skip


@for_each("row", ROWS, ids=lambda row: row.split(" | ")[0][2:42])
def test_a_defence_has_a_test(row: str) -> None:
    threat, defence, shown = (cell.strip() for cell in row.strip("|").split(" | "))
    assert threat
    assert defence
    found = re.fullmatch(r"\[`(test_\w+)`\]\(\.\./(tests/[\w/]+\.py)\)", shown)
    assert found, shown
    assert re.search(rf"^def {found[1]}\(", (ROOT / found[2]).read_text(), re.MULTILINE), shown


@for_each("word", MUST)
def test_no_threat_is_forgotten(word: str) -> None:
    assert any(word in row for row in ROWS)
