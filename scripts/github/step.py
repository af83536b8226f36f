"""Run a command of the project as a step of a workflow, so that nothing that it prints can command the runner.

  python3 -m scripts.github.step --ok 2 --summary build/plan/plan.md .venv/bin/python -m scripts.plan --environment prod
  python3 -m scripts.github.step --result "make check" make check

The runner obeys lines such as `::add-mask::` on the output of a step; a contract could hold them. They are switched off by a
token that nobody can guess (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
Signals are passed on: a cancelled deployment must be able to say what is still running. Exit code: 0 for 0 and each --ok, else
that of the command.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import IO

from scripts.command import run_command
from scripts.entry import start
from scripts.github.outputs import add_to_summary, write_output
from scripts.input_file import read_text
from scripts.text import markdown

# Files in which the runner reads what a step wants from it: the command has no business with them.
RUNNER_FILES = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")
KEPT, CHARACTERS = 60, 200  # last lines that the summary shows of what failed; characters of the line in its heading
_OF_MAKE = re.compile(r"make(\[\d+\])?: ")  # that a target failed says less than the line before


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m scripts.github.step", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--ok", type=int, action="append", default=[], metavar="CODE", help="also counts as success")
    parser.add_argument(
        "--summary", type=Path, metavar="FILE", help="Markdown for the summary, if the command wrote it"
    )
    parser.add_argument(
        "--result",
        metavar="TITLE",
        help="begin the summary with this and the last line of the command; if it fails, with its last lines too",
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
        code, last = _run(options.command, options.result is not None)
    finally:
        print(f"\n::{token}::", flush=True)
    if options.result is not None:
        add_to_summary(_result(options.result, last, code in (0, *options.ok)))
    if options.summary and options.summary.is_file() and not options.summary.is_symlink():
        add_to_summary(read_text(options.summary))
    if options.code_file:
        options.code_file.parent.mkdir(parents=True, exist_ok=True)
        options.code_file.write_text(f"{code}\n")
    if os.environ.get("GITHUB_OUTPUT"):
        write_output("exit_code", code)
    return 0 if code in options.ok else code


def _run(command: Sequence[str], keep: bool) -> tuple[int, list[str]]:
    """The exit code and, with `keep`, the last lines of all that the command says, which is shown as it comes."""
    environment = {name: value for name, value in os.environ.items() if name not in RUNNER_FILES}
    stdout, stderr = (subprocess.PIPE, subprocess.STDOUT) if keep else (None, None)
    last: deque[str] = deque(maxlen=KEPT)
    with subprocess.Popen(command, env=environment, stdout=stdout, stderr=stderr) as child:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _frame: child.send_signal(received))
        reader = Thread(target=_show, args=(child.stdout, last), daemon=True) if child.stdout else None
        if reader:
            reader.start()
        code = child.wait()
        if reader:
            reader.join(timeout=10)  # what the command left running may hold the pipe open
    return code if code >= 0 else 128 - code, list(last)  # as a shell says it


def _show(said: IO[bytes], last: deque[str]) -> None:
    for line in said:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
        last.append(line.decode(errors="replace").rstrip())


def _result(title: str, last: Sequence[str], good: bool) -> str:
    """Markdown that begins with the result: the last line that says something; below it the last lines, if it failed."""
    lines = [line for line in last if line.strip() and not _OF_MAKE.match(line)]
    result = markdown.text((lines[-1].strip() if lines else "it said nothing")[:CHARACTERS])
    heading = f"## {markdown.text(title)}: {result}" if good else f"## {markdown.text(title)} failed: {result}"
    return markdown.page(heading, "" if good else markdown.fence("text", "\n".join(lines)))


if __name__ == "__main__":
    start(main)
