"""Fixtures for all tests. What needs no AWS imports none."""

import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from scripts.local_aws import LocalAws
    from tests.shop import Shop

REGION = "eu-west-1"


@pytest.fixture(scope="session")
def local_aws() -> Iterator["LocalAws"]:
    """One local AWS per test process, as the tests before have left it. Most tests want `aws`."""
    import botocore.session

    from scripts.local_aws import LocalAws

    # Every command opens a session of its own, and every session would read the same megabytes of API descriptions again.
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    with LocalAws.start() as running:
        yield running


@pytest.fixture
def aws(local_aws: "LocalAws", monkeypatch: pytest.MonkeyPatch) -> "LocalAws":
    """An empty local AWS that boto3 and child processes reach without being told, in eu-west-1."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    local_aws.reset()
    return local_aws


@pytest.fixture
def shop(
    aws: "LocalAws", tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> "Shop":
    """A small service in a working copy of its own, generated, not deployed; the working directory is that copy.

    Where a deployment would wait for an hour, the time of the local AWS moves instead.
    """
    from tests.clock import MovingClock
    from tests.shop import Shop

    monkeypatch.setattr("scripts.waiting.Clock", lambda: MovingClock(aws))
    monkeypatch.chdir(tmp_path)
    made = Shop(tmp_path, capsys)
    made.write()
    return made
