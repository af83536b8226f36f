"""Run static checks side by side, and show what each one found."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from scripts.checks.static_checks import Check
from scripts.problems import WARNING

_WARNING = re.compile(rf"^ +\d+:\d+ +{WARNING} ", re.MULTILINE)  # as `show_problems` writes it
Ended = tuple[int, str, float, float]  # exit code, output, begin and end, in seconds of one clock
Commands = Sequence[tuple[tuple[str, ...], int]]  # each with the number of its files


def run_checks(chosen: Sequence[tuple[Check, Commands]]) -> int:
    """Run all of them, whatever the others find, and print a line for each; 0 if every check passed, else 1."""
    width = max(len(check.name) for check, _ in chosen)
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [
            (check, [(pool.submit(_run, command), count) for command, count in commands]) for check, commands in chosen
        ]
        for check, parts in running:
            ended = _ended(check, parts)
            bad = [output for code, output, *_ in ended if code != 0]
            seconds = max(part[3] for part in ended) - min(part[2] for part in ended)
            mark = "FAILED" if bad else "ok"
            print(f"{mark:6}  {check.name:{width}}  {seconds:5.1f} s  {check.what}", flush=True)
            doubts = [output for _, output, *_ in ended if check.warns and _WARNING.search(output)]
            if doubts and not bad:
                print("\n" + "\n".join(output.rstrip() for output in doubts) + "\n", flush=True)
            if bad:
                failed.append(check.name)
                print("\n" + "\n".join(output.rstrip() for output in bad) + "\n", flush=True)
    if failed:
        print(f"{len(failed)} of {len(chosen)} checks failed: {', '.join(failed)}")
        return 1
    print(f"All {len(chosen)} checks passed.")
    return 0


def _ended(check: Check, parts: list[tuple[Future[Ended], int]]) -> list[Ended]:
    """The outcome of each part of a check, in their order. What takes several says how far it is."""
    done, total = 0, sum(count for _, count in parts)
    ended = []
    for part, count in parts:
        ended.append(part.result())
        done += count
        if len(parts) > (os.cpu_count() or 1):
            print(f"        {check.name}: {done:,} of {total:,} files", file=sys.stderr, flush=True)
    return ended


def _run(command: Sequence[str]) -> Ended:
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout, start, time.monotonic()
