"""Run static checks side by side, and show what each one found."""

import contextlib
import importlib
import io
import os
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from scripts.checks.clean_memory import CleanMemory, Keys
from scripts.checks.static_checks import Check
from scripts.folders import no_service_yet
from scripts.problems import WARNING

FEW = 100  # files that are judged in this process, one check after the other
_WARNING = re.compile(rf"^ +\d+:\d+ +{WARNING} ", re.MULTILINE)  # as `show_problems` writes it


@dataclass(frozen=True, slots=True)
class CheckPart:
    """One command of a check, and the files that it judges."""

    command: tuple[str, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What one check has to do. `keys`: of all its files; `known`: how many of them are known to be clean."""

    check: Check
    parts: tuple[CheckPart, ...]
    keys: Keys = field(default_factory=dict)
    known: int = 0


class Ended(NamedTuple):
    """What became of a part. `begin`, `end`: in seconds of one clock."""

    code: int
    output: str
    begin: float
    end: float


def work_of(check: Check, changed: Sequence[str] | None, memory: CleanMemory) -> Work:
    """What the check has to do: nothing for the files that it is known to have judged clean as they are."""
    files = check.judged(changed)
    if files is None:
        return Work(check, (CheckPart((*check.command, *(["--afresh"] if check.remembers and memory.afresh else ()))),))
    if not files and changed is None and not no_service_yet():
        return Work(check, (CheckPart(check.without_files),))
    keys = memory.keys(check, files)
    unknown = memory.unknown(check, files, keys)
    parts = tuple(CheckPart(command, tuple(part)) for command, part in check.commands(unknown))
    return Work(check, parts, keys, len(files) - len(unknown))


def run_checks(chosen: Sequence[Work], memory: CleanMemory) -> int:
    """Run all of them, whatever the others find, and print a line for each; 0 if every check passed, else 1."""
    width = max(len(work.check.name) for work in chosen)
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = [part for work in chosen for part in work.parts]
        few = sum(len(part.files) for part in parts) <= FEW
        beside = {part: pool.submit(_run, part.command) for part in parts if not (few and _is_ours(part))}
        for work in chosen:
            ended = _ended(work, [beside.get(part) or _run_here(part) for part in work.parts], memory)
            bad = [part.output for part in ended if part.code != 0]
            _print_result(work, ended, bad, width)
            if bad:
                failed.append(work.check.name)
    memory.save()
    if failed:
        print(f"{len(failed)} of {len(chosen)} checks failed: {', '.join(failed)}")
        return 1
    print(f"All {len(chosen)} checks passed.")
    return 0


def _print_result(work: Work, ended: Sequence[Ended], bad: Sequence[str], width: int) -> None:
    check = work.check
    seconds = max(part.end for part in ended) - min(part.begin for part in ended) if ended else 0.0
    mark = "FAILED" if bad else "ok"
    none = work.check.files and not work.parts and not work.keys
    known = " (there is no service yet)" if none else ""
    known = f" ({work.known:,} of {len(work.keys):,} unchanged since they passed)" if work.known else known
    print(f"{mark:6}  {check.name:{width}}  {seconds:5.1f} s  {check.what}{known}", flush=True)
    doubts = [part.output for part in ended if check.warns and _WARNING.search(part.output)]
    if shown := bad or doubts:
        print("\n" + "\n".join(output.rstrip() for output in shown) + "\n", flush=True)


def _ended(work: Work, running: Sequence[Future[Ended]], memory: CleanMemory) -> list[Ended]:
    """The outcome of each part of a check, in their order. What takes several says how far it is; what is clean is remembered."""
    done, total = 0, sum(len(part.files) for part in work.parts)
    ended = []
    for part, future in zip(work.parts, running, strict=True):
        ended.append(future.result())
        done += len(part.files)
        if ended[-1].code == 0 and part.files:
            memory.remember(work.check, {name: work.keys[name] for name in part.files if name in work.keys})
        if len(work.parts) > (os.cpu_count() or 1):
            print(f"        {work.check.name}: {done:,} of {total:,} files", file=sys.stderr, flush=True)
    return ended


def _is_ours(part: CheckPart) -> bool:
    """Whether it judges files by a command of this repository."""
    return bool(part.files) and part.command[:2] == (sys.executable, "-m") and part.command[2].startswith("scripts.")


def _run_here(part: CheckPart) -> Future[Ended]:
    """Run such a command in this process: to start another one takes longer than to judge a few files."""
    start, said = time.monotonic(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = importlib.import_module(part.command[2]).main(part.command[3:])
        except Exception:
            traceback.print_exc()
            code = 1
    done: Future[Ended] = Future()
    done.set_result(Ended(code, said.getvalue(), start, time.monotonic()))
    return done


def _run(command: Sequence[str]) -> Ended:
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return Ended(done.returncode, done.stdout, start, time.monotonic())
