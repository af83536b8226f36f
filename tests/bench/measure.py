"""Measure one command: how long it takes, and what it needs."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LONG = 5.0  # seconds


class CommandFailed(Exception):
    """A command that was to be measured did not end as it should have; its text has what the command said last."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run of a command took.

    `wall` and `cpu` in seconds, of the command and all processes that it started and waited for; `peak` in bytes, of the
    largest one of them; `written` in bytes, of the files that have changed; `files`: how many of those in `generated/` have
    changed, come or gone; `calls` of AWS, None where it makes none.
    """

    wall: float
    cpu: float
    peak: int
    written: int = 0
    calls: int | None = None
    files: int = 0


# A process begins with the memory of the one that started it on its account (Linux, getrusage(2) after fork and exec): what
# starts the commands must be small, and so it is none of ours.
_LAUNCH = """
import json, resource, subprocess, sys, time
with open(sys.argv[1], "wb") as said:
    began = time.perf_counter()
    code = subprocess.call(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT)
    wall = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, wall, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


def run(command: Sequence[str], folder: Path, codes: Sequence[int] = (0,), **environment: str) -> Measured:
    """Run a command in `folder` and measure it. Raises CommandFailed if it ends with an exit code that is not in `codes`."""
    before = written(folder)
    with tempfile.NamedTemporaryFile() as said:
        launched = subprocess.run(
            (sys.executable, "-I", "-S", "-c", _LAUNCH, said.name, *command),
            cwd=folder,
            env=_environment(environment),
            capture_output=True,
            text=True,
            check=True,
        )
        code, wall, cpu, peak = json.loads(launched.stdout)
        last = said.read()[-2_000:].decode(errors="replace")
    if code not in codes:
        raise CommandFailed(f"{' '.join(command)} ended with exit code {code}:\n{last}")
    after = written(folder)
    changed = sum(size for name, (size, stamp) in after.items() if before.get(name) != (size, stamp))
    generated = {name for name in before.keys() | after.keys() if name.startswith(str(folder / "generated"))}
    files = sum(before.get(name) != after.get(name) for name in generated)
    return Measured(wall, cpu, peak * (1 if sys.platform == "darwin" else 1024), changed, files=files)


def fastest(measure: Callable[[], Measured]) -> Measured:
    """The fastest of three runs, or the only one if it takes longer than `LONG`: other work on a machine only adds time."""
    first = measure()
    return first if first.wall > LONG else min(first, measure(), measure(), key=lambda one: one.wall)


def total(measures: Iterable[Measured]) -> Measured:
    """Several runs together."""
    found = list(measures)
    return Measured(sum(one.wall for one in found), sum(one.cpu for one in found), max(one.peak for one in found))


def written(folder: Path) -> dict[str, tuple[int, int]]:
    """Size in bytes and time of change of each file below `generated/` and `build/`."""
    found = {}
    for part in ("generated", "build"):
        for path in (folder / part).rglob("*"):
            if path.is_file():
                status = path.stat()
                found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # make takes it away too
    return {**kept, **more}
