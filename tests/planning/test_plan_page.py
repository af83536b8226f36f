"""A plan as Markdown: worst first, short enough for a comment whatever its size, and nothing in it is markup."""

from dataclasses import replace

import pytest

from scripts.planning.changes import ADOPT, BLOCKED, CREATE
from scripts.planning.entries import IN_PLACE, RETIRED, STEPS, UNCHANGED, Entry, Plan, PlanLine
from scripts.planning.plan_page import to_markdown, to_markdown_all
from scripts.planning.plan_text import to_text
from scripts.planning.plan_values import to_values
from scripts.text.github_limits import SHORT
from tests.for_each import for_each

COMMENT = 60_000  # characters that others leave to one plan
HOSTILE = "@everyone <!-- --> </details> | `x` ![x](javascript:x) $(id) \u202e"


def made(*entries: Entry, environment: str = "prod", **more: object) -> Plan:
    return Plan(environment, "eu-west-1", "111122223333", entries, **more)  # type: ignore[arg-type]


def entry(action: str, name: str = "Orders", **more: object) -> Entry:
    for lines in ("changes", "steps"):
        more[lines] = tuple(map(PlanLine, more.get(lines, ())))  # type: ignore[call-overload]
    return Entry("shop", name, action, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [3, 300])
@pytest.mark.parametrize("action", [BLOCKED, IN_PLACE, STEPS, CREATE, RETIRED, UNCHANGED])
def test_a_plan_of_any_size_fits_into_a_comment(number: int, action: str) -> None:
    many = tuple(HOSTILE * 10 for _ in range(40))
    blocked = entry(BLOCKED, "First", reasons=("Because.",))
    one = entry(action, changes=many, steps=many, notes=many, cost="$1.00")
    rest = [replace(one, table=f"{n:0255}") for n in range(number)]
    plan = made(blocked, *rest, notes=(HOSTILE * 1_000,) * 100)
    text = to_markdown(plan)
    assert len(text) < COMMENT
    assert "**! `First`** cannot be deployed." in text
    assert text.count("<details>") == text.count("</details>")
    assert plan.hash in text
    if number == 300:
        assert ("unchanged" if action == UNCHANGED else f"{SHORT} All of it: plan.json.") in text
    several = to_markdown_all([made(*plan.entries, environment=f"e{n}") for n in range(5)])
    assert len(several) < COMMENT
    assert several.count("**! `First`** cannot be deployed.") == 5


def test_nothing_that_a_contract_says_is_markup() -> None:
    text = to_markdown(made(entry(IN_PLACE, changes=(HOSTILE,), notes=(HOSTILE,)), environment="a<b>"))
    assert "@everyone" not in text
    assert "</details>" not in text
    assert "[x](" not in text
    assert "<b>" not in text
    assert "\u202e" not in to_text(made(entry(IN_PLACE, changes=(HOSTILE,))))


def test_what_is_unchanged_is_folded_and_commands_can_be_copied() -> None:
    retired = entry(
        RETIRED, "Old", changes=("Kept.",), steps=("Delete it: aws dynamodb delete-table --table-name a_b",)
    )
    text = to_markdown(
        made(entry(STEPS, steps=("One.", "Two."), changes=("Tags.",)), retired, entry(UNCHANGED, "Same"))
    )
    assert "\n1. `~` One.\n2. `~` Two.\n\nWhat changes beside the steps:\n\n- `~` Tags.\n" in text
    assert (
        "<details><summary>How to let it go</summary>\n\n1. Delete it: `aws dynamodb delete-table --table-name a_b`"
        in text
    )
    assert "<details><summary>1 unchanged</summary>\n\n`Same`\n\n</details>" in text
    assert "An approved deployment executes exactly this plan" in text


def test_the_hash_is_of_what_would_be_done() -> None:
    entries = [entry(IN_PLACE, f"T{n}", identity=str(n), cost="+$1.00", duration="1 step") for n in range(5)]
    first = made(*entries)
    entries.reverse()
    assert made(*entries).hash == first.hash
    retired, unchanged, note = entry(RETIRED, "Old"), entry(UNCHANGED, "Same", identity="x"), ("A note.",)
    assert made(*entries, retired, unchanged, notes=note).hash == first.hash
    others = [
        made(*entries[1:]),
        made(*entries, environment="dev"),
        made(*entries, against="main"),
        made(*entries[1:], entry(IN_PLACE, entries[0].table, identity="other")),
        made(*entries[1:], entry(ADOPT, entries[0].table, identity=entries[0].identity)),
    ]
    assert len({first.hash, *(other.hash for other in others)}) == len(others) + 1
    assert len(first.hash) == 8


@for_each(
    ("actions", "code"),
    [((), 0), ((UNCHANGED, RETIRED), 0), ((IN_PLACE, UNCHANGED), 2), ((ADOPT,), 2), ((BLOCKED, IN_PLACE), 3)],
)
def test_exit_codes(actions: tuple[str, ...], code: int) -> None:
    plan = made(*(entry(action, str(n)) for n, action in enumerate(actions)))
    assert plan.exit_code == to_values(plan)["exit_code"] == code
