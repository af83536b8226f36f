"""python -m tests.second_opinion.one_scenario ID SECONDS FOLDER: ask one scenario of AWS_ENDPOINT_URL; prints one line of JSON.

What is asked of a server that ends with an internal error is asked again and again, so this process ends itself after so
many seconds.
"""

import json
import logging
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from botocore.model import OperationModel

from scripts.acceptance import shell
from scripts.acceptance.judge import judge
from scripts.acceptance.own_names import new_run
from scripts.acceptance.run import REGION, make_backup_role
from scripts.acceptance.scenarios import SCENARIOS
from scripts.acceptance.trial import Trial
from scripts.observe.aws import Aws


class Calls(logging.Handler):
    """Knows the operation that was called last, from what botocore logs before each."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.last = ""
        logger = logging.getLogger("botocore.endpoint")
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple) and record.args and isinstance(record.args[0], OperationModel):
            self.last = record.args[0].name


def _answer(what: dict[str, Any]) -> None:
    """Written past `sys.stdout`, which a deployment redirects."""
    os.write(1, json.dumps(what).encode() + b"\n")


def main(id: str, seconds: str, folder: str) -> None:
    """Ask, answer, and end."""
    calls = Calls()

    def stop(*_: object) -> None:
        _answer({"unfinished": calls.last})
        os._exit(0)

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, float(seconds))
    aws = Aws(REGION)
    make_backup_role(aws)
    (Path(folder) / "bin").mkdir()
    with shell.stand_in(Path(folder) / "bin") as commands:
        _answer(asdict(judge(SCENARIOS[id], Trial(new_run(), aws, Path(folder), commands))))
    os._exit(0)  # threads of a deployment that was given up would keep the process


if __name__ == "__main__":
    main(*sys.argv[1:])
