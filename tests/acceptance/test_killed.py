"""A run that ends at any moment leaves nothing: stopped it removes everything itself, killed it is `CLEAN=1` that does.

HYPOTHESIS_PROFILE=fuzz tries twenty moments of each, of all scenarios; by default it is a few, of small ones.
"""

import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.endpoint import Endpoint

from scripts.acceptance.cleanup import leftovers
from scripts.acceptance.run import accept
from scripts.local_aws import LocalAws
from tests.acceptance.asking import REGION, ask, environment, options

MANY = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
MOMENTS = 20 if MANY else 2
ONLY = () if MANY else ("rollback", "import")


class Dead(BaseException):
    """The process is no more; nothing in it can catch this."""


@contextmanager
def ending(number: int, how: type[BaseException]) -> Iterator[list[str]]:
    """Yields the operations that are called. In front of the call with this number (0: never) `how` is raised: KeyboardInterrupt once
    and in the main thread, as by a signal; Dead in front of all others too."""
    calls: list[str] = []
    over = False
    send = Endpoint._do_get_response

    def watched(endpoint: Endpoint, request: Any, operation: Any, context: Any) -> Any:
        nonlocal over
        main = threading.current_thread() is threading.main_thread()
        if over and how is Dead:
            raise Dead
        if not over and number and len(calls) + 1 >= number and (main or how is Dead):
            over = True
            raise how
        calls.append(operation.name)
        return send(endpoint, request, operation, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Endpoint, "_do_get_response", watched)
        yield calls


@pytest.fixture(scope="module")
def calls(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The calls of a whole run, and of its cleanup."""
    with environment(local_aws), ending(0, Dead) as found:
        assert ask(local_aws, tmp_path_factory.mktemp("whole"), only=ONLY)[0] == 0
    return found


@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize("how", [KeyboardInterrupt, Dead])
def test_nothing_is_left(
    aws: LocalAws, calls: list[str], tmp_path: Path, how: type[BaseException], moment: int
) -> None:
    seed = random.randrange(10**6) if MANY else moment  # noqa: S311 (which moment it is is no secret)
    made = next(place for place, name in enumerate(calls) if name == "CreateChangeSet") + 1
    last = len(calls) if how is Dead else len(calls) * 2 // 3
    number = random.Random(seed).randrange(made, last)  # noqa: S311
    with environment(aws):
        with ending(number, how), pytest.raises(how):
            ask(aws, tmp_path, only=ONLY)
        if how is Dead:
            accept(options(tmp_path, clean=True), aws)
        assert leftovers([REGION, "eu-west-1"]) == [], f"seed {seed}, call {number}"
        assert "Stopped by Ctrl-C." in (tmp_path / "report/report.json").read_text() or how is Dead
