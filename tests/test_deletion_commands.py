"""No command that deletes something is printed for what nobody has looked at."""

import re
from pathlib import Path

from scripts.planning import retired_entries
from scripts.planning.retired_entries import Retired
from tests.for_each import for_each
from tests.working_copy import ROOT

DELETES = re.compile(
    r"aws [a-z0-9-]+ (?:delete-[a-z-]+|rb\b|schedule-key-deletion|deregister-scalable-target|terminate-[a-z-]+)"
)
LOOKS = re.compile(r"aws ([a-z0-9-]+) (?:describe|list|get)-")
# Where such a command is told, and what was looked at in AWS before.
LOOKED_AT = {
    "scripts/planning/conflict_reasons.py": "a name that was found to be taken, and whose it is",
    "scripts/planning/retired_entries.py": "a stack in the list of all stacks, and a table that was described",
    "scripts/observe/stacks.py": "a stack whose status was read",
    "scripts/observe/stack_recovery.py": "a stack that was found to be empty",
    "scripts/validation/fix_templates.py": "an alarm, a selection or a lock that was compared",
    "scripts/validation/write_probe.py": "an item of its own that it could not delete",
    "scripts/planning/retired_dashboards.py": "stacks in the list of all stacks",
    "scripts/properties/scaling.py": "a target that was compared",
    "scripts/properties/streams.py": "a policy that was compared",
}
PAGES = [
    path
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("generated/**/*.md"),
        *ROOT.glob("scripts/**/*.markdown"),
    )
    if not path.is_relative_to(ROOT / "docs" / "rules")
]


def test_every_source_of_such_a_command_is_known_with_what_it_looked_at() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in ROOT.glob("scripts/**/*.py")
        if "local_aws" not in path.parts and DELETES.search(path.read_text())
    }
    assert found == LOOKED_AT.keys()


@for_each("page", [page for page in PAGES if DELETES.search(page.read_text())], ids=lambda page: page.name)
def test_a_page_looks_before_it_deletes(page: Path) -> None:
    """A page has looked at nothing: whoever follows it looks at the same kind of thing in the step before deleting it.

    A step is a numbered one, else a paragraph or a block of commands.
    """
    looked: set[str] = set()
    numbered = False
    for line in page.read_text().splitlines():
        step = re.match(r"\d+\. ", line)
        numbered = bool(step) or (numbered and line[:3].strip() == "")
        if step or (not numbered and (not line.strip() or line.lstrip().startswith("```"))):
            looked = set()
        looked |= set(LOOKS.findall(line))
        for command in DELETES.findall(line):
            service = command.split()[1]
            assert {service, "cloudformation"} & looked, f"{page.name}: {line.strip()}"


SOMETHING = Retired("shop", "Orders", "dynamodb-test-shop-Orders", "eu-west-1")


@for_each(
    ("found", "commands"),
    [
        ("", set()),
        ("unread", {"aws cloudformation delete-stack"}),
        ("gone", {"aws cloudformation delete-stack"}),
        ("there", {"aws cloudformation delete-stack", "aws dynamodb delete-table"}),
    ],
)
def test_of_a_table_that_left_the_contract_only_what_was_seen_is_deleted(found: str, commands: set[str]) -> None:
    seen = Retired(SOMETHING.service, SOMETHING.table, SOMETHING.stack, SOMETHING.region, found=found)
    told = "\n".join((*retired_entries.kept(seen, "test"), *retired_entries.recipe(seen)))
    assert set(DELETES.findall(told)) == commands
    assert ("aws " in told) == bool(commands)
    handed = "\n".join((*retired_entries.handed_over(seen, "test"), *retired_entries.hand_over(seen)))
    assert set(DELETES.findall(handed)) == commands - {"aws dynamodb delete-table"}


@for_each(
    ("recorded", "words"),
    [
        (None, "If it was deployed, the table and its stack"),
        (True, "The committed record has its stack dynamodb-test-shop-Orders: if it is still there"),
        (
            False,
            "The committed record does not have its stack dynamodb-test-shop-Orders: if it was deployed all the same",
        ),
    ],
)
def test_without_access_the_committed_record_is_what_is_told(recorded: bool | None, words: str) -> None:
    unseen = Retired(SOMETHING.service, SOMETHING.table, SOMETHING.stack, SOMETHING.region, recorded=recorded)
    assert words in retired_entries.kept(unseen, "test")[0]
    assert "make plan ENV=test" in retired_entries.kept(unseen, "test")[0]
