"""Keep one issue that says where what runs differs from the contract: opened at drift, kept up to date, closed when clean.

Needs ENVIRONMENTS (the output of scripts.github.environments) in the environment, and the variables of every run.
"""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.command import run_command
from scripts.entry import start
from scripts.github import gh
from scripts.github.artifacts import read_text
from scripts.github.comment import marker
from scripts.github.links import with_links
from scripts.github.outputs import add_to_summary
from scripts.github.workflow_run import environments, files_address, repository, run_address
from scripts.text import markdown
from scripts.text.github_limits import COMMENT_LIMIT, fit

CLEAN, DRIFT, NOT_LOOKED_AT = "clean", "drift", "not looked at"
VERDICT = re.compile(
    r"## Drift: [^\n]*: ([a-z0-9, ]+)\n"
)  # how each report begins: "2 environments: 1 retired, 1 clean"
ORDER = (DRIFT, NOT_LOOKED_AT, CLEAN)
RESULTS = {0: CLEAN, 1: DRIFT}
TITLE = "Drift: what runs is not what the contract says"


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in one environment: clean, drift or not looked at; `markdown` says what differs."""

    environment: str
    result: str
    markdown: str

    @property
    def shown(self) -> str:
        """The result; of one that is fine what it is beside clean: retired, or never deployed."""
        verdict = VERDICT.match(self.markdown)
        if self.result != CLEAN:
            return f"**{self.result}**"
        return verdict[1] if verdict and verdict[1] != f"1 {CLEAN}" else CLEAN


def looks(folder: Path, wanted: Sequence[str]) -> list[Look]:
    """The look at each environment, worst first. `folder` holds, somewhere, `<E>/exit-code` and `<E>/drift.md` of each."""
    found = []
    for name in wanted:
        code = _left(folder, name, "exit-code").strip()
        result = RESULTS.get(int(code), NOT_LOOKED_AT) if code.isdecimal() else NOT_LOOKED_AT
        found.append(Look(name, result, _left(folder, name, "drift.md")))
    return sorted(found, key=lambda look: (ORDER.index(look.result), look.environment))


def _left(folder: Path, environment: str, name: str) -> str:
    # Whether a folder of the artifact's name stands before depends on how many artifacts there are.
    found = sorted(path for path in folder.rglob(name) if path.parent.name == environment)
    return read_text(found[0]) if found else ""


def to_markdown(found: Sequence[Look], address: str) -> str:
    """The issue: what it means, one line for each environment, then what differs where."""
    rows = [(markdown.code(one.environment), one.shown) for one in found]
    return markdown.page(
        "Every environment is compared with its contract on a schedule. Something differs, or could not be read. Each difference "
        "names the command that mends it; what is meant to stay belongs into the contract or the settings, by pull request.",
        markdown.table(("Environment", "Last look"), rows),
        *(_section(one) for one in found if one.result != CLEAN),
        f"From {markdown.link('this run', address)}. This issue is kept up to date, and closes itself when all is clean again.",
    )


def _section(one: Look) -> str:
    if not one.markdown:
        return f"### {markdown.text(one.environment)}\n\nThe job ended without a report. The run says why."
    _, found, differences = one.markdown.partition("\n### ")  # before it stands what the table above says already
    return f"### {differences}".strip() if found else one.markdown.strip()


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.drift_issue",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 the issue is as it should be, 1 it could not be written.",
    )
    parser.add_argument("artifacts", type=Path, metavar="DIR", help="the artifacts drift-<E> of the run")
    options = parser.parse_args(argv)
    return run_command(lambda: _write(options), "The issue was not written.")


def _write(options: argparse.Namespace) -> int:
    address, here = run_address(), repository()
    found = looks(options.artifacts, [one.name for one in environments()])
    text = with_links(to_markdown(found, address), files_address("HEAD"))
    add_to_summary(f"## Drift\n\n{text}")
    issue = _issue(here)
    if all(one.result == CLEAN for one in found):
        if issue and issue["state"] == "open":
            _close(here, issue["number"], address)
        print(
            "Nothing that was deployed differs from its contract." if found else "There is no environment to look at."
        )
        return 0
    body = marker("drift") + fit(text, COMMENT_LIMIT, f"the summary of {address}")
    if issue:
        gh.api("PATCH", f"repos/{here}/issues/{issue['number']}", {"state": "open", "title": TITLE, "body": body})
    else:
        issue = gh.api("POST", f"repos/{here}/issues", {"title": TITLE, "body": body})
    print(f"Issue #{issue['number']} says what differs.")
    return 0


def _issue(here: str) -> dict[str, Any] | None:
    """The issue of ours, newest first, whether open or closed."""
    for issue in gh.pages(f"repos/{here}/issues?state=all&creator={gh.BOT.replace('[', '%5B').replace(']', '%5D')}"):
        ours = issue["user"]["login"] == gh.BOT and "pull_request" not in issue
        if ours and (issue["body"] or "").replace("\r\n", "\n").startswith(marker("drift")):
            return issue
    return None


def _close(here: str, number: int, address: str) -> None:
    text = f"Nothing that was deployed differs from its contract any more: {markdown.link('run', address)}."
    gh.api("POST", f"repos/{here}/issues/{number}/comments", {"body": text})
    gh.api("PATCH", f"repos/{here}/issues/{number}", {"state": "closed", "state_reason": "completed"})


if __name__ == "__main__":
    start(main)
