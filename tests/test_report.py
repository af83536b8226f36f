"""The validation report: one content in three forms, the worst first, and exit codes that tell."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from scripts.compare import MATCH, MISMATCH, UNKNOWN, Finding, compare
from scripts.fixes import fix
from scripts.model import TableState, Unknown
from scripts.properties import PROPERTIES
from scripts.report import Report, TableReport, print_text, to_json, to_markdown
from tests.samples import STATE

BARE = replace(STATE, indexes=(), index_status=(), alarms=())


def entry(name: str, desired: TableState, live: TableState | Unknown | None, *more: Finding) -> TableReport:
    desired = replace(desired, name=name)
    findings = (*compare(desired, live), *more)
    fixes = tuple("" if f.outcome == MATCH else fix(f, desired, "prod", "eu-west-1", f"stack-{name}") for f in findings)
    return TableReport("shop", name, findings, fixes)


def report(*tables: TableReport) -> Report:
    return Report("prod", "eu-west-1", "111122223333", "2026-11-22 10:00 UTC", tables)


def reading(name: str, outcome: str) -> Finding:
    return Finding(name, "Access", "", "query", outcome, reason="no")


GOOD = entry("Good", BARE, BARE, reading("Good", MATCH))
UNTOLD = entry("Untold", BARE, replace(BARE, tags=Unknown("AccessDenied: ListTagsOfResource")))
WRONG = entry("Wrong", STATE, replace(STATE, deletion_protection=False, indexes=STATE.indexes[:1], tags=Unknown("no")))
MISSING = entry("Missing", BARE, None)

TABLE = 2 + len(PROPERTIES)  # checks of a table without indexes and alarms: status, key schema, each property
WHOLE = TABLE + 4 + 1 + 2  # of WRONG: an index in 4 checks, one that is missing in 1, two alarms
# The tables of a report, its verdict and its exit code.
VERDICTS: dict[str, tuple[tuple[TableReport, ...], str, int]] = {
    "all well": ((GOOD,), f"all {TABLE + 1} checks match", 0),
    "one differs": ((GOOD, MISSING), f"1 of {TABLE + 2} checks differs", 1),
    "one not told": ((GOOD, UNTOLD), f"1 of {2 * TABLE + 1} could not be judged", 2),
    "both": ((UNTOLD, MISSING), f"1 of {TABLE + 1} checks differs, 1 of {TABLE + 1} could not be judged", 1),
    "several": ((MISSING, WRONG), f"3 of {WHOLE + 1} checks differ, 1 of {WHOLE + 1} could not be judged", 1),
}
ALL = WHOLE + 1 + 2 * TABLE + 1  # checks of all four


@pytest.mark.parametrize(("tables", "verdict", "code"), VERDICTS.values(), ids=VERDICTS)
def test_verdicts(tables: tuple[TableReport, ...], verdict: str, code: int) -> None:
    assert report(*tables).verdict == verdict
    assert report(*tables).exit_code == code


GOLDEN_MARKDOWN = """\
## prod: 3 of {ALL} checks differ, 2 of {ALL} could not be judged

Region eu-west-1, account 111122223333, 2026-11-22 10:00 UTC.

| Table | Keys | Indexes | Settings | Alarms | Access |
|---|---|---|---|---|---|
| `Wrong` | match | **1 differs** | **1 differs** | match | not looked at |
| `Missing` | **1 differs** | not looked at | not looked at | not looked at | not looked at |
| `Untold` | match | none | **1 not known** | not looked at | not looked at |
| `Good` | match | none | match | not looked at | 1 of 1 |

**`Wrong`: deletion protection is off, wanted: on.** Fix: `aws dynamodb update-table --table-name Wrong \
--deletion-protection-enabled --region eu-west-1`

**`Wrong`: index ByBook does not exist.** Fix: `aws dynamodb update-table --table-name Wrong \
--attribute-definitions '[{"AttributeName":"isbn","AttributeType":"B"}]' --global-secondary-index-updates \
'[{"Create":{"IndexName":"ByBook","KeySchema":[{"AttributeName":"isbn","KeyType":"HASH"}],\
"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["email","total"]}}}]' --region eu-west-1`

**`Wrong`: tags could not be judged: no.** Fix: Run the validation again when it has settled, or with a role that may \
read it (docs/aws-permissions.md).

**`Missing`: the table does not exist.** Fix: `make deploy ENV=prod`

**`Untold`: tags could not be judged: AccessDenied: ListTagsOfResource.** Fix: Run the validation again when it has \
settled, or with a role that may read it (docs/aws-permissions.md).
"""


def test_markdown_in_full() -> None:
    assert to_markdown(report(GOOD, UNTOLD, WRONG, MISSING)) == GOLDEN_MARKDOWN.replace("{ALL}", str(ALL))


def test_a_fix_by_change_set_is_a_command_and_a_sentence() -> None:
    text = to_markdown(report(entry("T-1", STATE, replace(STATE, tags=()))))
    assert "--stack-name stack-T-1 --region eu-west-1` (then review and execute the change set)\n" in text


def test_terminal_in_full() -> None:
    stream = io.StringIO()
    print_text(report(GOOD, UNTOLD, MISSING), Console(file=stream, width=200, soft_wrap=True))
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    assert lines == [
        f"prod: 1 of {2 * TABLE + 2} checks differs, 1 of {2 * TABLE + 2} could not be judged",
        "Region eu-west-1, account 111122223333, 2026-11-22 10:00 UTC",
        "",
        "Table    Keys       Indexes        Settings       Alarms         Access",
        "Missing  1 differs  not looked at  not looked at  not looked at  not looked at",
        "Untold   match      none           1 not known    not looked at  not looked at",
        "Good     match      none           match          not looked at  1 of 1",
        "",
        "Untold: tags could not be judged: AccessDenied: ListTagsOfResource.",
        "  Fix: Run the validation again when it has settled, or with a role that may read it (docs/aws-permissions.md).",
        "",
        "Missing: the table does not exist.",
        "  Fix: make deploy ENV=prod",
    ]


def test_json_says_the_same() -> None:
    value: dict[str, Any] = json.loads(json.dumps(to_json(report(GOOD, UNTOLD, WRONG, MISSING))))
    assert value["verdict"] == f"3 of {ALL} checks differ, 2 of {ALL} could not be judged"
    assert value["counts"] == {MATCH: ALL - 5, MISMATCH: 3, UNKNOWN: 2}
    assert [(table["service"], table["table"]) for table in value["tables"]] == [
        ("shop", name) for name in ("Good", "Untold", "Wrong", "Missing")
    ]
    checks = [check for table in value["tables"] for check in table["checks"]]
    assert len(checks) == ALL
    (protection,) = [c for c in checks if c["property"] == "deletion protection" and c["outcome"] == MISMATCH]
    assert protection == {
        "group": "Settings",
        "subject": "",
        "property": "deletion protection",
        "outcome": "mismatch",
        "desired": "on",
        "live": "off",
        "message": "deletion protection is off, wanted: on",
        "fix": "aws dynamodb update-table --table-name Wrong --deletion-protection-enabled --region eu-west-1",
    }
    (tags,) = [c for c in checks if c["outcome"] == UNKNOWN and "AccessDenied" in c["message"]]
    assert tags["live"] is None


def test_every_kind_of_value_can_be_written_as_json() -> None:
    from tests.test_compare import DIFFERENT

    for live, *_ in DIFFERENT.values():
        assert json.dumps(to_json(report(entry("Orders", STATE, live))))


def test_hostile_names_stay_text() -> None:
    hostile = "x|y`<b>@team #12 [a](b) **c** www.example.com"
    live = replace(STATE, ttl_attribute=hostile, encryption=hostile, tags=(("Service", hostile),))
    text = to_markdown(report(entry("T-1", replace(STATE, ttl_attribute=""), live)))
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert html.count("<td>") == 6
    assert "<b>" not in html
    assert "<a " not in html
    assert html.count("x|y`&lt;b&gt;@<!-- -->team #<!-- -->12 [a](b) **c** www.example.com") == 3


def test_a_terminal_shows_names_as_they_are() -> None:
    hostile = "[red]x[/red]"
    stream = io.StringIO()
    live = replace(STATE, encryption=hostile)
    print_text(report(entry("T-1", STATE, live)), Console(file=stream, width=200))
    assert f"encryption is {hostile}, wanted: aws-managed" in stream.getvalue()
