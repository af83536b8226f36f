"""Every fix that a validation prints is executed as it stands, and the validation matches afterwards."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts import deploy
from scripts.local_aws import LocalAws
from scripts.validation.fix import lines
from scripts.validation.validate_target import validate
from tests import aws_cli
from tests.validation import deployment
from tests.validation.deployment import ENVIRONMENT, Deployed
from tests.validation.tampering import CASES, batches
from tests.working_copy import ROOT

BY_HAND: dict[str, str] = {}


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with deployment.deployed(local_aws, tmp_path_factory.mktemp("shop")) as made:
        (Path.cwd() / "policies").symlink_to(ROOT / "policies")
        yield made


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with aws_cli.shell(tmp_path_factory.mktemp("bin")) as run:
        yield run


def mend(deployed: Deployed, run: Any) -> set[str]:
    """Do what the report says, block by block; the fixes that were executed."""
    done = set()
    for _, block in validate(deployed.target).blocks:
        text = "\n".join(lines(block.commands))
        done |= {problem.fix.id for problem in block.problems}
        if text.startswith("make deploy "):
            assert deploy.main(["--environment", ENVIRONMENT, "--yes"]) == 0
        elif text:
            code, output = run(text)
            assert code == 0, f"{text}\n{output}"
    return done


@pytest.mark.parametrize("cases", batches(), ids=lambda cases: f"{len(cases)} from {cases[0]}")
def test_the_fixes_help(deployed: Deployed, run: Any, cases: list[str]) -> None:
    for case in cases:
        CASES[case][0](deployed)
    try:
        assert len(deployed.problems()) == sum(len(CASES[case][2]) for case in cases)
        print(sorted(mend(deployed, run)))
        assert deployed.problems() == []
    except BaseException:
        for case in cases:
            with contextlib.suppress(Exception):
                CASES[case][1](deployed)  # the others are not to fail with it
        raise
