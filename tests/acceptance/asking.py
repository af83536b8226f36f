"""Running the acceptance in the process of the tests, on their local AWS."""

import dataclasses
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.acceptance.acceptance_report import read
from scripts.acceptance.outcome import RunReport
from scripts.acceptance.run import AcceptanceOptions, accept
from scripts.local_aws import LocalAws
from tests import thrift

REGION = "us-east-1"


@contextmanager
def environment(aws: LocalAws) -> Iterator[None]:
    """An empty local AWS, and nothing else that boto3 could reach."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in (aws.environment | {"AWS_DEFAULT_REGION": REGION}).items():
            patch.setenv(name, value)
        thrift.one_client_per_service(patch)
        aws.reset()
        yield


def options(folder: Path, **more: Any) -> AcceptanceOptions:
    """Options of a run that reports into `folder`, of no service of a repository."""
    plain = AcceptanceOptions(
        None, REGION, (), False, False, True, folder / "contracts", folder / "generated", folder / "report"
    )
    return dataclasses.replace(plain, **more)


def ask(aws: LocalAws, folder: Path, **more: Any) -> tuple[int, str, RunReport]:
    """The exit code of a run, what it said, and its report."""
    said = io.StringIO()
    code = accept(options(folder, **more), aws, lambda line: print(line, file=said))
    return code, said.getvalue(), read((folder / "report" / "report.json").read_text())
