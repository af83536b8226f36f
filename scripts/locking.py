"""Two runs at once: whoever writes a folder has it for itself, and whoever waits for it says for whom.

The lock is flock(2) on the folder itself: the kernel releases it when a process ends, however it ends, so that none is ever left
over. Who holds it is told by small files in `build/running/`, which only word a message and may be wrong or missing.
"""

import contextlib
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from errno import EACCES, EAGAIN
from pathlib import Path

from scripts.files import digest, write_atomically
from scripts.input_file import read_text

RUNNING = Path("build") / "running"
PATIENCE = 60.0  # seconds; no run writes for longer that anybody would wait for
AGAIN = "Run the command again when that has ended."
_STEP = 0.05  # seconds between two tries


@contextlib.contextmanager
def locked(
    folder: Path, doing: str, *, shared: bool = False, patience: float = PATIENCE, hint: str = AGAIN
) -> Iterator[None]:
    """Hold a folder while the block runs: alone, or with `shared` together with others that only read.

    `doing`: what this run does with it, for whoever has to wait. Waits up to `patience` seconds, and then raises Refused,
    naming who has it, with `hint`: what to do. A folder that is not there is made, unless `shared`. Where the file system
    has no locks, or the folder cannot be opened, the block runs all the same: each file is written whole in any case.
    """
    made = not shared and not folder.exists()
    if made:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield
        return
    try:
        _wait(descriptor, folder, shared, patience, hint)
        with _announced(folder, doing):
            yield
    finally:
        os.close(descriptor)
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()  # nothing was written into it


def _wait(descriptor: int, folder: Path, shared: bool, patience: float, hint: str) -> None:
    end, told = time.monotonic() + patience, False
    while True:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno not in (EACCES, EAGAIN):
                return  # this file system has none
        if time.monotonic() >= end:
            from scripts.command import Refused  # which a run that need not wait does without

            raise Refused(f"{folder} is in use: {_holders(folder)}. {hint}")
        if not told:
            print(f"Waiting until {folder} is free: {_holders(folder)}.", file=sys.stderr, flush=True)
            told = True
        time.sleep(_STEP)


@contextlib.contextmanager
def _announced(folder: Path, doing: str) -> Iterator[None]:
    """Say who this process is and what it does, as long as it does it. Explanatory only: errors are ignored."""
    file = RUNNING / f"{_key(folder)}-{os.getpid()}.json"
    since = datetime.now().astimezone().strftime("%H:%M:%S")
    with contextlib.suppress(OSError):
        write_atomically(file, json.dumps({"process": os.getpid(), "doing": doing, "since": since}))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _holders(folder: Path) -> str:
    """`process 4711 has been generating since 12:01:07`, or that it is another process."""
    found = []
    for file in sorted(RUNNING.glob(f"{_key(folder)}-*.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(read_text(file))
            os.kill(int(said["process"]), 0)  # it may have been killed, and then has not removed its file
            found.append(f"process {said['process']} has been {said['doing']} since {said['since']}")
    return " and ".join(found) or "another process has it"


def _key(folder: Path) -> str:
    return digest(os.fsencode(folder.resolve()))
