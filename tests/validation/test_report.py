"""The validation report: one content in three forms, the worst first, and exit codes that tell."""

import io
import json
import re
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt
from rich.console import Console

from scripts.comparison.cause import OUTSIDE
from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding, compare
from scripts.model import DesiredTable, LiveTable, Unknown
from scripts.properties import PROPERTIES
from scripts.text.github_limits import SHORT
from scripts.validation.fix import Fix, Place
from scripts.validation.pattern_coverage import ANSWERED, NOT_TRIED, REFUSED, PatternCoverage
from scripts.validation.report import ORDER, Report, TableReport
from scripts.validation.report_page import to_markdown
from scripts.validation.report_text import print_text
from scripts.validation.report_values import to_json
from scripts.validation.table_fixes import fix
from tests.for_each import for_each
from tests.samples import STATE, live_table

BARE = replace(STATE, indexes=(), alarms=())


def entry(name: str, desired: DesiredTable, live: LiveTable | Unknown | None, *more: Finding) -> TableReport:
    desired = replace(desired, name=name)
    findings = (*compare(desired, live), *more)
    place = Place("prod", "eu-west-1", f"stack-{name}")
    fixes = tuple(None if f.outcome == MATCH else fix(f, desired, place, OUTSIDE) for f in findings)
    return TableReport(
        "shop", name, findings, fixes, causes=tuple(OUTSIDE if f.outcome == MISMATCH else "" for f in findings)
    )


def report(*tables: TableReport) -> Report:
    return Report("prod", "eu-west-1", "111122223333", "2026-11-22 10:00 UTC", tables)


def reading(name: str, outcome: str) -> Finding:
    return Finding(name, "Access", "", "query", outcome, reason="no")


GOOD = entry("Good", BARE, live_table(BARE), reading("Good", MATCH))
UNTOLD = entry("Untold", BARE, live_table(BARE, tags=Unknown("AccessDenied: ListTagsOfResource", code="AccessDenied")))
WRONG = entry(
    "Wrong",
    STATE,
    live_table(deletion_protection=False, indexes=STATE.indexes[:1], tags=Unknown("no", code="AccessDenied")),
)
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


@for_each(("tables", "verdict", "code"), VERDICTS.values(), ids=VERDICTS)
def test_verdicts(tables: tuple[TableReport, ...], verdict: str, code: int) -> None:
    assert report(*tables).verdict == verdict
    assert report(*tables).exit_code == code


GOLDEN_MARKDOWN = """\
## prod: 3 of {ALL} checks differ, 2 of {ALL} could not be judged

Region eu-west-1, account 111122223333, 2026-11-22 10:00 UTC.

| Table | Keys | Indexes | Settings | Alarms | Backup | Access |
|---|---|---|---|---|---|---|
| `Wrong` | match | **1 differs** | **1 differs** | match | none | not looked at |
| `Missing` | **1 differs** | not looked at | not looked at | not looked at | not looked at | not looked at |
| `Untold` | match | none | **1 not known** | not looked at | none | not looked at |
| `Good` | match | none | match | not looked at | none | 1 of 1 |

- **`Wrong`: deletion protection is off, wanted: on.**
- **`Wrong`: index ByBook does not exist.**

Its stack asks for it: it was probably changed outside of CloudFormation. Who did it, and what to do first: the runbook, Something was changed. Fix:

```sh
aws dynamodb update-table --table-name Wrong --deletion-protection-enabled --region eu-west-1 &&
aws dynamodb wait table-exists --table-name Wrong --region eu-west-1 &&
aws dynamodb update-table --table-name Wrong --attribute-definitions '[{"AttributeName":"isbn","AttributeType":"B"}]' \
--global-secondary-index-updates '[{"Create":{"IndexName":"ByBook","KeySchema":[{"AttributeName":"isbn","KeyType":"HASH"}],\
"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["email","total"]}}}]' --region eu-west-1
```

**`Missing`: the table does not exist.** Its stack asks for it: it was probably changed outside of CloudFormation. Who did it, and what to do first: the runbook, Something was changed. Fix: `make deploy ENV=prod`

**`Wrong`: tags could not be judged: no.** Fix: Run the validation again with a role that may read it; \
docs/aws-permissions.md lists what it needs.

**`Untold`: tags could not be judged: AccessDenied: ListTagsOfResource.** Fix: Run the validation again with a role that \
may read it; docs/aws-permissions.md lists what it needs.

2 checks could not be judged. Full report: `validation.json`.
"""


def test_markdown_in_full() -> None:
    assert to_markdown(report(GOOD, UNTOLD, WRONG, MISSING)) == GOLDEN_MARKDOWN.replace("{ALL}", str(ALL))


def test_a_fix_by_change_set_is_told_once_as_commands_to_copy() -> None:
    text = to_markdown(report(entry("T-1", STATE, live_table(alarms=()))))
    assert "Fix:\n\n```sh\nset=revert-drift-$(date +%s)-$RANDOM &&\naws cloudformation create-change-set" in text
    assert "wait stack-update-complete --stack-name stack-T-1 --region eu-west-1\n```\n" in text
    assert text.count("set=") == 1
    assert text.count("- **`T-1`: alarm ") == len(STATE.alarms)


def test_terminal_in_full() -> None:
    stream = io.StringIO()
    print_text(report(GOOD, UNTOLD, MISSING), Console(file=stream, width=200, soft_wrap=True))
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    assert lines == [
        f"prod: 1 of {2 * TABLE + 2} checks differs, 1 of {2 * TABLE + 2} could not be judged",
        "Region eu-west-1, account 111122223333, 2026-11-22 10:00 UTC",
        "",
        "Table    Keys       Indexes        Settings       Alarms         Backup         Access",
        "Missing  1 differs  not looked at  not looked at  not looked at  not looked at  not looked at",
        "Untold   match      none           1 not known    not looked at  none           not looked at",
        "Good     match      none           match          not looked at  none           1 of 1",
        "",
        "Missing: the table does not exist.",
        "  Its stack asks for it: it was probably changed outside of CloudFormation. Who did it, and what to do first: the runbook, Something was changed.",
        "  Fix: make deploy ENV=prod",
        "",
        "Untold: tags could not be judged: AccessDenied: ListTagsOfResource.",
        "  Fix: Run the validation again with a role that may read it; docs/aws-permissions.md lists what it needs.",
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
        "cause": "outside",
    }
    (tags,) = [c for c in checks if c["outcome"] == UNKNOWN and "AccessDenied" in c["message"]]
    assert tags["live"] is None


def test_every_kind_of_value_can_be_written_as_json() -> None:
    from tests.comparison.test_compare import DIFFERENT

    for live, *_ in DIFFERENT.values():
        assert json.dumps(to_json(report(entry("Orders", STATE, live))))


def many(tables: int, problems: int, each: int = 1, name: str = "Table{:04}") -> Report:
    """So many tables, of which so many have problems, `each` in every one."""
    indexes = tuple(replace(STATE.indexes[0], name=f"Index{n:02}") for n in range(each))
    desired = replace(STATE, indexes=indexes)
    kinds = entry("x", desired, live_table(desired, indexes=())), entry("x", desired, live_table(desired))
    return report(*(replace(kinds[number >= problems], table=name.format(number)) for number in range(tables)))


def test_forty_problems_among_five_hundred_tables_are_all_on_the_page() -> None:
    page = to_markdown(many(500, 40))
    assert len(page) < 60_000
    for number in range(40):
        assert f"| `Table{number:04}` | match | **1 differs** |" in page
        assert f"**`Table{number:04}`: index Index00 does not exist.** Its stack asks for it: it was probably" in page
    assert "and 440 more | match | match | match | match | none | not looked at |" in page
    assert "left out" not in page


def test_what_does_not_fit_is_named_in_a_line_then_counted() -> None:
    longest = "T" * 250 + "{:04}"
    for made in (many(300, 300), many(600, 500, 10), many(200, 200, 5, longest), many(500, 500, name=longest)):
        page = to_markdown(replace(made, run_url="https://ci.example/1"))
        assert 50_000 < len(page) <= 60_000, "the room is used"
        assert f"{SHORT} All of it: `validation.json` among the artifacts of [the run](https://ci.example/1)." in page
        assert page.endswith(
            "Every check could be judged. Full report: `validation.json` among the artifacts of [the run](https://ci.example/1).\n"
        )
        hidden = int(re.search(r"\| (\d+) more \|", page)[1])  # type: ignore[index]
        assert page.count("| **") + hidden == len(made.tables)
        named = page.count("does not exist.**")
        left_out = sum(int(number) for number in re.findall(r"(\d+) of ", page.partition("Left out: ")[2]))
        assert named + left_out == made.count(MISMATCH)
        assert named >= min(300, made.count(MISMATCH)) or len(made.tables[0].table) > 200


def test_tables_that_match_alike_share_a_line() -> None:
    page = to_markdown(many(3, 1))
    assert "| `Table0001`, `Table0002` | match | match | match | match | none | not looked at |" in page
    other = replace(GOOD, table="Better")
    page = to_markdown(report(GOOD, other, UNTOLD))
    assert "| `Good`, `Better` | match | none | match | not looked at | none | 2 of 2 |" in page


PATTERNS = (
    PatternCoverage("AP1", "find <b>it</b>", "Query", "ByStatus", True, ANSWERED),
    PatternCoverage("AP2", "put it", "PutItem", "", True, NOT_TRIED, "it writes"),
    PatternCoverage("AP3", "count", "Scan", "", True, REFUSED),
)


def test_what_is_no_check_is_folded_away() -> None:
    page = to_markdown(report(replace(GOOD, patterns=PATTERNS, notes=("No backup yet.",))))
    assert (
        "<details><summary>Access patterns: 1 of 3 answered the probe (a query for a key that nobody has), 1 was refused, "
        "1 was not tried</summary>" in page
    )
    assert "| AP1: find &#60;b&#62;it&#60;/b&#62; | Query | `Good`, index `ByStatus` | answered |" in page
    assert "| AP2: put it | PutItem | `Good` | not tried: it writes |" in page
    assert "- `Good`: No backup yet." in page
    stream = io.StringIO()
    print_text(report(replace(GOOD, patterns=PATTERNS, notes=("No backup yet.",))), Console(file=stream, width=200))
    said = stream.getvalue()
    assert "1 of 3 answered the probe (a query for a key that nobody has), 1 was refused, 1 was not tried." in said
    assert "Not tried (it writes): AP2 (Good)" in said
    assert "Good: AP3 (by table) refused" in said
    assert "Good: No backup yet." in said


def test_hostile_names_stay_text() -> None:
    hostile = "x|y`<b>@team #12 [a](b) **c** www.example.com"
    live = live_table(ttl_attribute=hostile, encryption=hostile, tags=(("Service", hostile),))
    text = to_markdown(report(entry("T-1", replace(STATE, ttl_attribute=""), live)))
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert html.count("<td>") == 7
    assert "<b>" not in html
    assert "<a " not in html
    assert html.count("x|y`&lt;b&gt;@<!-- -->team #<!-- -->12 [a](b) **c** www.example.com") == 3


def test_a_terminal_shows_names_as_they_are() -> None:
    hostile = "[red]x[/red]"
    stream = io.StringIO()
    live = live_table(encryption=hostile)
    print_text(report(entry("T-1", STATE, live)), Console(file=stream, width=200))
    assert f"encryption is {hostile}, wanted: aws-managed" in stream.getvalue()


def test_long_values_are_cut_where_they_differ_and_nothing_from_aws_moves_the_cursor() -> None:
    long = "table read 5 to 50; " * 30
    finding = Finding("T", "Settings", "", "stack policy", MISMATCH, long + "yes", long + "no\x1b[2J\r\n and so on")
    found = report(TableReport("shop", "T", (finding,), (Fix("deploy", ("make deploy",)),)))
    stream = io.StringIO()
    print_text(found, Console(file=stream, width=200, soft_wrap=True))
    (line,) = [line for line in stream.getvalue().splitlines() if line.startswith("T: ")]
    assert line.endswith("50; no\\u001b[2J\\r\\n and so on, wanted: ..." + (long + "yes.")[-54:])
    (check,) = to_json(found)["tables"][0]["checks"]
    assert check["desired"] != check["live"]
    assert max(len(check["desired"]), len(check["live"])) <= 200


def test_which_tables_are_retired_may_not_be_known() -> None:
    found = replace(report(GOOD), retired_unknown=(("shop", "ListStacks: no *rights*."),))
    said = "Whether tables of shop are still there that the contract no longer has is not known: ListStacks: no "
    stream = io.StringIO()
    print_text(found, Console(file=stream, width=200, soft_wrap=True))
    assert f"\n{said}*rights*.\n" in stream.getvalue()
    assert f"\n{said}\\*rights\\*.\n" in to_markdown(found)
    value = to_json(found)
    assert (value["retired"], value["retired_unknown"]) == (
        [],
        [{"service": "shop", "reason": "ListStacks: no *rights*."}],
    )


def test_what_closes_a_table_comes_before_what_aws_may_refuse() -> None:
    """Nothing follows a command that fails: limits of a day or a month must not keep a table open, or unprotected."""
    closing = ("deletion_protection on", "recovery_days on", "resource_policy on", "resource_policy off")
    limited = ("encryption on", "billing PAY_PER_REQUEST", "table_class on", "throughput on", "stream on")
    assert max(ORDER[id] for id in closing) < min(ORDER[id] for id in limited)
