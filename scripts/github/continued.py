"""Tell the pull request how a deployment has ended that could not wait for AWS, and start its run again for what comes next.

The run then plans what is left of the approved plan, and the environments that come after, and asks for those approvals, as every
attempt of a run does; what is deployed has an empty plan and asks nobody. Where main has moved on, the newest run does that, and
this one is not started. Needs the environment variables BRANCH (the default branch), COMMIT, ENVIRONMENT, RUN (the number of the
run that deployed) and SERVICE. The output `settled` is true where nobody has to look again, and no report of the look says so.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.github import gh
from scripts.github.artifacts import read_text
from scripts.github.comment import note, upsert
from scripts.github.deployment_page import to_markdown
from scripts.github.links import with_links
from scripts.github.merged import pull_request_of
from scripts.github.outcomes import SUPERSEDED, settled
from scripts.github.outputs import add_to_summary, write_output
from scripts.github.successor import replacement
from scripts.github.workflow_run import files_address, repository, run_address, variable
from scripts.text import markdown

DONE, STEP_LEFT, AT_WORK = "0", "2", "4"  # exit codes of scripts.look_again
SETTLED = (DONE, "1")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.continued",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 done, or AWS is still at work, 1 not done.",
    )
    parser.add_argument(
        "looked", type=Path, metavar="DIR", help="execution.json and exit-code of the look, and the validation"
    )
    options = parser.parse_args(argv)
    return run_command(lambda: _tell(options.looked), "The pull request does not know how the deployment stands.")


def _tell(folder: Path) -> int:
    here, run = repository(), variable("RUN", "[0-9]+")
    code = read_text(folder / "exit-code").strip()
    if code == AT_WORK:
        print("AWS is still at work.")
        return 0
    if code not in (STEP_LEFT, *SETTLED):
        raise Refused(f"{folder} does not say how the deployment stands.")
    newer = replacement(here, variable("BRANCH", r"[\w./-]+"), variable("COMMIT", "[0-9a-f]{40}"))
    if code in SETTLED or newer:
        _comment(folder, here, run, newer if code == STEP_LEFT else "")
    if code == STEP_LEFT and newer:
        write_output("settled", True)
    if newer:
        print(newer)
    elif code == STEP_LEFT:
        gh.api("POST", f"repos/{here}/actions/runs/{run}/rerun")
        print(f"A step is left: run {run} starts again, and asks for the approval of the rest.")
    elif code == DONE:
        gh.api("POST", f"repos/{here}/actions/runs/{run}/rerun")
        print(f"Run {run} starts again: it offers the environments that come after this one.")
    return 0


def _comment(folder: Path, here: str, run: str, newer: str) -> None:
    """Say how it ended. `newer`: what replaces the run for the step that is left; "" where none is."""
    commit = variable("COMMIT", "[0-9a-f]{40}")
    environment, service = variable("ENVIRONMENT", "[a-z0-9-]+"), variable("SERVICE", "[a-z0-9-]+")
    found = settled(folder, environment, service)
    if newer:
        found = replace(found, what=SUPERSEDED, message=newer)
    text = with_links(to_markdown([found], commit, run_address()), files_address(commit))
    add_to_summary(text)
    number = pull_request_of(here, commit)
    if number is None:
        print("This commit came without a pull request: the report is in the summary of the run only.")
        return
    where = f"{markdown.code(environment)}, {markdown.code(service)}"
    note(
        here,
        number,
        f"deployment {run}",
        f"**{where}: {found.what}** meanwhile, {markdown.link('run', run_address())}.",
    )
    kind = f"deployment {run} {environment} {service}"
    print(f"The comment on #{number} is {upsert(here, number, kind, text, f'the summary of {run_address()}')}.")


if __name__ == "__main__":
    start(main)
