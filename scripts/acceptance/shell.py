"""Where the printed commands of a fix are run: bash, with the AWS CLI, or in its place what calls the local AWS."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.command import Refused
from scripts.local_aws import aws_cli

Shell = Callable[[str], tuple[int, str]]  # a script -> exit code and output
PATIENCE = 45 * 60  # seconds for one script: an index that is made again


def cli() -> Shell:
    """A shell with the AWS CLI of this machine. Raises Refused where there is none."""
    if shutil.which("aws") is None:
        raise Refused(
            "The AWS CLI (`aws`) is not on the PATH. The acceptance runs the printed fixes with it: install it."
        )

    def run(script: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            text=True,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
        return done.returncode, done.stdout + done.stderr

    return run


@contextmanager
def stand_in(folder: Path) -> Iterator[Shell]:
    """A shell whose `aws` calls the local AWS, so that nothing needs to be installed."""
    with aws_cli.shell(folder) as run:
        yield run
