"""One comment on a pull request that says what it would do to each table, kept up to date, what needs attention first.

Without --pull-request it goes to the summary of the run only: that is all the token for a pull request from a fork allows.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.github.artifacts import BLOCKED, NO_CHANGES, PlanFile, Warned, plans, warnings
from scripts.github.comment import upsert
from scripts.github.links import with_links
from scripts.github.outputs import add_to_summary
from scripts.github.plan_links import page_links
from scripts.github.workflow_run import files_address, repository, run_address, variable
from scripts.planning.risks import how_many, risk_words
from scripts.text import markdown

NAMED = 3  # environments that the headline names
SHOWN, CHARACTERS = 20, 500  # warnings, and what is shown of one
WORDS = {0: "no changes", 2: "changes", 3: "blocked"}


def to_markdown(
    found: Sequence[PlanFile], warned: Sequence[Warned], commit: str, address: str, pages: Sequence[str] = ()
) -> str:
    """The comment: a headline, one line for each environment, the warnings, then the plans themselves, worst first.

    `pages`: lines with links to the pages that the pull request makes.
    """
    if not found:
        return (
            f"## Plan: none\n\nThe jobs that plan have failed. What they said: {markdown.link('this run', address)}.\n"
        )
    rows = [
        (
            markdown.code(plan.environment),
            markdown.code(plan.region) if plan.region else "",
            f"**{_tables(plan)}**" if plan.exit_code == BLOCKED else _tables(plan),
            f"**{risks}**" if (risks := risk_words(plan.risks, plan.risks_not_known)) != "none" else risks,
            "what runs" if plan.live else "what the target branch says",
            markdown.code(plan.hash),
        )
        for plan in found
    ]
    offline = [plan for plan in found if not plan.live]
    return markdown.page(
        f"## Plan: {headline(found)}",
        markdown.table(("Environment", "Region", "Tables", "Risks", "Compared with", "Plan"), rows),
        list(pages),
        *_warnings(warned),
        *(_deeper(plan.markdown) for plan in found if plan.exit_code != NO_CHANGES),
        _OFFLINE if offline and len(offline) < len(found) else _ALL_OFFLINE if offline else "",
        f"Commit {markdown.code(commit[:7])}, {markdown.link('run', address)}. After the merge the plan is made again and shown "
        "before the approval; what is approved is exactly that plan.",
    )


def _warnings(warned: Sequence[Warned]) -> Iterator[str | list[str]]:
    """What is doubted in the contracts and their settings: probably a mistake, but it can be deployed."""
    if warned:
        yield f"### {len(warned)} {'warning' if len(warned) == 1 else 'warnings'} about contracts and settings"
        more = len(warned) - SHOWN
        yield [
            *(
                f"- {markdown.code(f'{one.file}:{one.line}')} {markdown.text(one.id)}: "
                f"{markdown.text(f'{one.message} {one.fix}'.strip()[:CHARACTERS])}"
                for one in warned[:SHOWN]
            ),
            *([f"- {more} more; `make check` shows them all."] if more > 0 else []),
        ]


_OFFLINE = "An environment compared with the target branch could not be read, so what runs there may differ from what is assumed."
_ALL_OFFLINE = "Nothing was looked at in AWS: the tables may run differently from what the target branch says."


def headline(found: Sequence[PlanFile]) -> str:
    """`blocked in 1 of 2 environments, changes in 1, 2 risks in prod-eu-west-1`."""
    counts = [(sum(plan.exit_code == code for plan in found), WORDS[code]) for code in (3, 2)]
    words = [f"{word} in {number}" for number, word in counts if number]
    if not words:
        return "no changes"
    total = f" of {len(found)} {'environment' if len(found) == 1 else 'environments'}"
    risky = [plan for plan in found if plan.risks]
    number, where = sum(sum(plan.risks.values()) for plan in risky), ", ".join(plan.environment for plan in risky)
    risks = f"{how_many(number)} in {where if len(risky) <= NAMED else f'{len(risky)} environments'}"
    return ", ".join([words[0] + total, *words[1:], *([risks] if risky else [])])


def _tables(plan: PlanFile) -> str:
    """What happens to how many tables; the risks have a column of their own."""
    return markdown.text(plan.summary.partition(";")[0])


def _deeper(text: str) -> str:
    """The plan of one environment, its heading one level lower than that of the comment."""
    return ("#" + text if text.startswith("## ") else text).strip()


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.plan_comment",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 nothing is blocked, 1 there is no plan, or no comment could be written, 3 blocked (with --verdict).",
    )
    parser.add_argument("plans", type=Path, metavar="DIR", help="where plan.json and plan.md of each environment are")
    parser.add_argument(
        "--pull-request", type=int, metavar="N", help="comment on this one; else: the summary of the run"
    )
    parser.add_argument("--verdict", action="store_true", help="write nothing; only say whether anything is blocked")
    options = parser.parse_args(argv)
    return run_command(lambda: _verdict(options) if options.verdict else _write(options), "There is no plan to go by.")


def _verdict(options: argparse.Namespace) -> int:
    found = plans(options.plans)
    if not found:
        raise Refused("No plan was made. The jobs before this one say why.")
    blocked = [plan.environment for plan in found if plan.exit_code == BLOCKED]
    print(f"Plan: {headline(found)}.")
    if blocked:
        print(f"It cannot be deployed as it is: {', '.join(blocked)}. The plan names the reason and the way out.")
        return BLOCKED
    return 0


def _write(options: argparse.Namespace) -> int:
    found = plans(options.plans)
    commit = variable("COMMIT", "[0-9a-f]{40}")
    pages = page_links(options.plans, files_address(commit))
    text = with_links(to_markdown(found, warnings(options.plans), commit, run_address(), pages), files_address(commit))
    add_to_summary(text)
    if options.pull_request:
        done = upsert(repository(), options.pull_request, "plan", text, f"the summary of {run_address()}")
        print(f"The comment on #{options.pull_request} is {done}.")
    return 0


if __name__ == "__main__":
    start(main)
