"""Every fix that a validation prints is executed as it stands, and the validation matches afterwards."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts import deploy
from scripts.local_aws import LocalAws
from scripts.validation.report import ONCE
from scripts.validation.validate_target import validate
from tests import aws_cli
from tests.validation import deployment
from tests.validation.deployment import ENVIRONMENT, Deployed
from tests.validation.tampering import CASES
from tests.working_copy import ROOT

# What no command mends, each with its reason.
BY_HAND = {
    "index keys": "an index of another definition is used by someone: it takes a second name and a switch-over",
    "index projection": "as for other keys",
    "topic gone": "a topic that is made again by CloudFormation lacks its policy, which drift detection does not cover",
    "topic policy": "drift detection does not cover policies of topics; the template says what to put back",
    "topic in the clear": "its key is stated by a reference, which no command can name without the stack",
    "backup plan": "drift of it is not detected by the local AWS",
    "backup selection": "drift detection does not cover selections; the template says what to put back",
    "backup vault": "drift of it is not detected by the local AWS",
}

REMARK = re.compile(r" \([a-z][^()']*\)$")


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with deployment.deployed(local_aws, tmp_path_factory.mktemp("shop")) as made:
        (Path.cwd() / "policies").symlink_to(ROOT / "policies")
        yield made


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with aws_cli.shell(tmp_path_factory.mktemp("bin")) as run:
        yield run


def mend(deployed: Deployed, run: Any) -> None:
    """Do what the report says, problem by problem, until nothing is left to do."""
    for _, problem in validate(deployed.target).problems:
        text = REMARK.sub("", problem.fix)
        if text == ONCE or text.startswith("Mend the backup selection"):
            continue  # follows from another problem of the same report
        if text == f"make deploy ENV={ENVIRONMENT}":
            assert deploy.main(["--environment", ENVIRONMENT, "--yes"]) == 0
            continue
        assert re.match(r"(aws|set=)", text), problem.fix
        code, output = run(text)
        assert code == 0, f"{text}\n{output}"


@pytest.mark.parametrize("case", [case for case in CASES if case not in BY_HAND])
def test_the_fix_helps(deployed: Deployed, run: Any, case: str) -> None:
    there, back, problems = CASES[case]
    there(deployed)
    try:
        assert len(deployed.problems()) == len(problems)
        mend(deployed, run)
        assert deployed.problems() == []
    except BaseException:
        back(deployed)  # the others are not to fail with it
        raise
