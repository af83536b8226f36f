"""Two deployments of one environment at once: of one working copy the second is refused; of two, CloudFormation lets one through."""

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scripts.deployment import deploy_environment
from scripts.deployment.request import DeploymentRequest
from scripts.locking import locked
from scripts.observe.target_options import TargetOptions
from scripts.recording.unfinished import NAME, default_folder
from tests.shop import ENVIRONMENT, Shop


def test_the_second_one_here_is_refused_and_leaves_the_report_of_the_first(shop: Shop) -> None:
    shop.write()
    report = default_folder(ENVIRONMENT) / NAME
    with locked(report.parent, f"deploying {ENVIRONMENT}"):
        report.write_text("that of the first")
        assert shop.deploy() == 1
    first, hint, closing = shop.err.splitlines()[0].partition(" Wait until")
    assert f"has been deploying {ENVIRONMENT} since " in first and first.startswith(
        f"{report.parent} is in use: process "
    )
    assert hint and "plan again" in closing
    assert report.read_text() == "that of the first"
    assert shop.deploy() == 0


@pytest.mark.parametrize("there", [False, True], ids=["both create", "both change"])
def test_two_from_different_machines_damage_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    shop.write()
    if there:
        shop.deployed()
        shop.orders["gsis"].pop()
        shop.write()
    monkeypatch.setattr(deploy_environment, "locked", lambda *_, **__: nullcontext())
    errors: list[Any] = []

    def deploy(name: str) -> int:
        options = TargetOptions(ENVIRONMENT)
        request = DeploymentRequest(options, None, True, Path(name))
        try:
            return deploy_environment.deploy_environment(request, Console(file=io.StringIO()))
        except BaseException as error:
            errors.append(error)
            raise

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(deploy, ("one", "two")))
    assert errors == [] and set(codes) <= {0, 1}
    assert shop.deploy() == 0, "whatever became of both, a third one ends it"
    assert shop.problems() == []
