"""Runs taskcat on a project and writes what came of each stack. Started with the Python of taskcat's own environment.

Imports nothing of this project: `python run_taskcat.py PROJECT OUTPUT` with AWS_ENDPOINT_URL set for the local AWS.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any


def run(project: Path, output: Path) -> int:
    """Try every test of the project; 0 if every stack was created and deleted. Writes OUTPUT/result.json and a report."""
    import taskcat._cfn.stack
    import taskcat._generate_reports
    from taskcat._cfn.threaded import Stacker
    from taskcat._tui import TerminalPrinter
    from taskcat.testing import CFNTest

    endpoint = os.environ.get("AWS_ENDPOINT_URL")

    class Printer(TerminalPrinter):  # type: ignore[misc]  # taskcat has an environment of its own
        def report_test_progress(self, stacker: Any, poll_interval: float = 0.2 if endpoint else 10) -> None:
            super().report_test_progress(stacker, poll_interval)

    class NoStyle:
        text = ""

        @staticmethod
        def get(*_: Any, **__: Any) -> Any:
            return NoStyle

    # The report needs no style sheet from a web host that may be out of reach.
    taskcat._generate_reports.requests = NoStyle
    # taskcat adds its tags of every test to one list, so that later stacks would get the same tag several times.
    create = Stacker._create_stacks_for_test
    Stacker._create_stacks_for_test = lambda self, test, tags, threads=32: create(self, test, list(tags), threads)
    if endpoint:
        # The local AWS has one address; a bucket's own host name would lead to Amazon's.
        taskcat._cfn.stack.s3_url_maker = lambda bucket, key, *_: f"{endpoint}/{bucket}/{key}"
    output.mkdir(parents=True, exist_ok=True)
    stacks: list[dict[str, str]] = []
    problem = ""
    try:
        test = CFNTest.from_file(project_root=str(project), input_file=".taskcat.yml")
        test.printer = Printer(minimalist=True)
        test.lint_disable = True  # the originals are linted by `make check`
        test.dont_wait_for_delete = False
        with test as created:
            stacks = [
                {
                    "test": stack.test_name,
                    "region": stack.region_name,
                    "stack": stack.name,
                    "status": stack.status,
                    "reason": first_cause(stack),
                }
                for stack in created
            ]
            test.report(str(output))
    except Exception as error:  # whatever taskcat raises is the result, told by the caller
        problem = f"{type(error).__name__}: {error}"
    answer = {"stacks": stacks, "problem": problem}
    (output / "result.json").write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 1 if problem or any(stack["status"] != "CREATE_COMPLETE" for stack in stacks) else 0


def first_cause(stack: Any) -> str:
    """Why a stack failed: the earliest failure that is not the consequence of another; empty for a stack that did not."""
    if stack.status == "CREATE_COMPLETE":
        return ""
    if stack.launch_exception:
        return str(stack.status_reason)
    failed = [event for event in stack.events(refresh=True) if event.status.endswith("_FAILED")]
    causes = [f"{e.logical_id}: {e.status_reason}" for e in failed if "cancelled" not in e.status_reason]
    return causes[-1] if causes else str(stack.status_reason)


if __name__ == "__main__":
    code = run(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # taskcat's timers would keep the process for another minute
