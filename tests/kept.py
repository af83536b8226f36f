"""What a command did is done once in a process, and put back where a test needs only its result: a tenth of the time.

What is put back is all of it: the state of the local AWS, the files, and what was printed. The state is found, not listed: whatever
has changed in a module of the local AWS.
"""

import functools
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.in_process import InProcessAws

PACKAGES = ("ministack.", "scripts.local_aws.")
# Seconds; then it is done anew. Point-in-time recovery lags five minutes behind: what is older could be restored to more times.
YOUNG = 240
Place = tuple[str, str]  # a module, and a name in it
Printed = tuple[str, str]  # standard output and error


@dataclass(frozen=True, slots=True)
class Kept:
    """What a command has left. `state`: the pickled values of the places in the local AWS that it changed, as one."""

    since: float
    state: bytes
    files: dict[str, bytes]
    printed: Printed


_kept: dict[Any, Kept] = {}


def once(aws: InProcessAws, root: Path, what: Any, command: Callable[[], Printed]) -> Printed:
    """Do what `command` does, with the files below `root` and a local AWS in which nothing has happened yet; what it prints.

    It is not done again for the same `what`, the same files, environment and settings of the local AWS.
    """
    assert not aws.calls(), "what is kept begins with an empty local AWS"
    here = files(root)
    key = (what, _settings(), *here.items(), *_environment())
    known = _kept.get(key)
    if known is None or time.monotonic() - known.since > YOUNG:
        before = _pickled()
        printed = command()
        values = _values()
        state = {place: values[place] for place, value in _pickled().items() if before.get(place) != value}
        there = files(root)
        assert here.keys() <= there.keys() and str(root) not in "".join(printed), "what is kept fits any folder"
        written = {name: content for name, content in there.items() if here.get(name) != content}
        _kept[key] = Kept(time.monotonic(), pickle.dumps(state), written, printed)
        return printed
    _put_back(pickle.loads(known.state))  # noqa: S301 (it has not left this process)
    for name, content in known.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return known.printed


def files(root: Path) -> dict[str, bytes]:
    """The content of every file there, by its path."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def _environment() -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in sorted(os.environ.items()) if not name.startswith("PYTEST_"))


def _settings() -> tuple[Any, ...]:
    """What a test can have set in the local AWS before anything happens in it."""
    from scripts.local_aws.faults import RECORD
    from scripts.local_aws.strictness import clock, now, quotas

    return now._clock.stopped, repr(clock.settings), repr(quotas.QUOTAS), repr(RECORD.faults)


def _values() -> dict[Place, Any]:
    """What can hold a state: the dictionaries, lists and sets of all modules, and objects of their classes."""
    modules = [name for name in sys.modules if name.startswith(PACKAGES)]
    return {(module, name): getattr(sys.modules[module], name) for module, name in _places(tuple(modules))}


@functools.cache
def _places(modules: tuple[str, ...]) -> list[Place]:
    return [
        (module, name)
        for module in modules
        for name, value in vars(sys.modules[module]).items()
        if not name.startswith("__") and _holds_state(value)
    ]


def _holds_state(value: Any) -> bool:
    return isinstance(value, dict | list | set) or type(value).__module__.startswith(PACKAGES)


def attributes(value: Any) -> list[str]:
    """The names of all attributes of an object of the local AWS that it has been given."""
    slots = (name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ()))
    return [name for name in (*slots, *getattr(value, "__dict__", ())) if hasattr(value, name)]


def _pickled() -> dict[Place, bytes]:
    pickled = {}
    for place, value in _values().items():
        try:
            pickled[place] = pickle.dumps(value)
        except (TypeError, AttributeError, pickle.PicklingError):
            continue  # it holds modules or functions, which no request changes
    return pickled


def _put_back(state: dict[Place, Any]) -> None:
    """Let the objects that are there hold what they held: other modules know the same objects."""
    for (module, name), value in state.items():
        held = getattr(sys.modules[module], name)
        if isinstance(value, dict | set):
            held.clear()
            held.update(value)
        elif isinstance(value, list):
            held[:] = value
        else:
            for attribute in attributes(value):
                setattr(held, attribute, getattr(value, attribute))
