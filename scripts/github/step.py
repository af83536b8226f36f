"""Run a command of the project as a step of a workflow, so that nothing that it prints can command the runner.

  python3 -m scripts.github.step --ok 2 --summary build/plan/plan.md .venv/bin/python -m scripts.plan --environment prod

The runner obeys lines such as `::add-mask::` on the output of a step; a contract could hold them. They are switched off by a
token that nobody can guess (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
Signals are passed on: a cancelled deployment must be able to say what is still running. Exit code: 0 for 0 and each --ok, else
that of the command.
"""

import argparse
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.github.outputs import add_to_summary, write_output
from scripts.input_file import read_text

# Files in which the runner reads what a step wants from it: the command has no business with them.
RUNNER_FILES = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m scripts.github.step", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--ok", type=int, action="append", default=[], metavar="CODE", help="also counts as success")
    parser.add_argument(
        "--summary", type=Path, metavar="FILE", help="Markdown for the summary, if the command wrote it"
    )
    parser.add_argument("--code-file", type=Path, metavar="FILE", help="write the exit code of the command into it")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="the command and its options")
    options = parser.parse_args(argv)
    if not options.command:
        parser.error("name the command to run")
    return run_command(lambda: _step(options), "The step was not run.")


def _step(options: argparse.Namespace) -> int:
    token = os.urandom(16).hex()
    print(f"::stop-commands::{token}", flush=True)
    try:
        code = _run(options.command)
    finally:
        print(f"\n::{token}::", flush=True)
    if options.summary and options.summary.is_file() and not options.summary.is_symlink():
        add_to_summary(read_text(options.summary))
    if options.code_file:
        options.code_file.parent.mkdir(parents=True, exist_ok=True)
        options.code_file.write_text(f"{code}\n")
    if os.environ.get("GITHUB_OUTPUT"):
        write_output("exit_code", code)
    return 0 if code in options.ok else code


def _run(command: Sequence[str]) -> int:
    environment = {name: value for name, value in os.environ.items() if name not in RUNNER_FILES}
    with subprocess.Popen(command, env=environment) as child:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _frame: child.send_signal(received))
        code = child.wait()
    return code if code >= 0 else 128 - code  # as a shell says it


if __name__ == "__main__":
    start(main)
