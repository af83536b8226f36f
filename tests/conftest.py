"""Fixtures for all tests. What needs no AWS imports none."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import environment, hypothesis_profiles, no_repository, one_reading
from tests.golden import Golden

gc.disable()  # while tests are collected, which leaves next to nothing behind
environment.isolate()  # before a test, or what it imports, can look at the environment
hypothesis_profiles.load()  # before a test is read: it takes the profile of that moment

if TYPE_CHECKING:
    from scripts.local_aws import LocalAws
    from tests.in_process import InProcessAws
    from tests.shop import Shop

REGION = "eu-west-1"
# The modules that take longest, which are begun first, so that no process is left alone with one at the end.
LONGEST = (
    "tests/own_repository/test_upgrade.py",
    "tests/test_deploy.py",
    "tests/github/test_story.py",
    "tests/pages/test_runbook_blocks.py",
    "tests/planning/test_execution_meets.py",
    "tests/demo/test_run_demo.py",
    "tests/observe/test_stack_recovery.py",
    "tests/acceptance/test_run.py",
    "tests/checks/test_judges.py",
    "tests/test_hooks.py",
    "tests/validation/test_fixes_help.py",
    "tests/deployment/test_at_once.py",
    "tests/deployment/test_resume.py",
    "tests/deployment/test_approval.py",
    "tests/test_entry.py",
    "tests/drills/test_run_drill.py",
    "tests/planning/test_denied_reads.py",
    "tests/planning/test_pairs.py",
    "tests/test_recipes.py",
    "tests/deployment/test_concurrent_changes.py",
    "tests/bench/test_bench.py",
    "tests/test_plan.py",
    "tests/test_end_to_end.py",
    "tests/planning/test_offline_plan.py",
    "tests/planning/test_adoption.py",
    "tests/checks/test_policies.py",
    "tests/planning/test_local_indexes.py",
    "tests/services/test_own_services.py",
    "tests/local_aws/test_process.py",
    "tests/deployment/test_faults.py",
    "tests/own_repository/test_removals.py",
    "tests/test_generate.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests of the longest modules first, in that order; the others stay as they are."""
    if not config.getoption("long"):
        kept = [item for item in items if not item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = kept
    rank = {name: number for number, name in enumerate(LONGEST)}
    if gone := [name for name in rank if not (config.rootpath / name).is_file()]:
        raise pytest.UsageError(f"{gone[0]} does not exist. Correct LONGEST in tests/conftest.py.")
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))


def pytest_collection_finish() -> None:
    """Before the first test: spare the garbage collector what stays to the end, and read the code once.

    It would look through what stays again and again, a tenth of the time.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)
    one_reading.share()
    no_repository.know()


@pytest.fixture(scope="module")
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden texts beside a test."""
    return Golden(Path(request.path).parent / "golden", request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def local_aws() -> Iterator["LocalAws"]:
    """One local AWS per test process, as the tests before have left it. Most tests want `aws`."""
    from tests import thrift
    from tests.in_process import InProcessAws

    thrift.one_botocore()
    with InProcessAws.start() as running:
        yield running


@pytest.fixture
def aws(local_aws: "LocalAws", monkeypatch: pytest.MonkeyPatch) -> "LocalAws":
    """An empty local AWS that boto3 and child processes reach without being told, in eu-west-1.

    Where a command would wait, the time of the local AWS moves instead.
    """
    from tests import clock, thrift

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    thrift.one_client_per_service(monkeypatch)
    clock.move_instead_of_waiting(monkeypatch, local_aws)
    local_aws.reset()
    return local_aws


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where dynalite is installed, on which the tests of data planes then run; and the switch for golden texts."""
    parser.addoption("--dynalite", type=Path, metavar="FOLDER", help="run the tests of data planes on this dynalite")
    parser.addoption("--long", action="store_true", help="run what takes minutes, too")
    parser.addoption(
        "--update-golden", action="store_true", help="keep the golden texts as they are now: read them then"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The data plane of a test is the local AWS, or dynalite when the command line says so."""
    if "data_plane" in metafunc.fixturenames:
        plane = "dynalite" if metafunc.config.getoption("dynalite") else "local AWS"
        metafunc.parametrize("data_plane", [plane], indirect=True)


@pytest.fixture
def data_plane(request: pytest.FixtureRequest, aws: "LocalAws", monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of the data plane: the local AWS, or dynalite in the place of its DynamoDB."""
    if request.param == "local AWS":
        yield request.param
        return
    from tests.differential import engines

    with engines.dynalite(request.config.getoption("dynalite")) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
        yield request.param


@pytest.fixture
def shop(
    aws: "InProcessAws", tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> "Shop":
    """A small service in a working copy of its own, generated, not deployed; the working directory is that copy."""
    from tests.shop import Shop

    monkeypatch.chdir(tmp_path)
    made = Shop(tmp_path, capsys, aws)
    made.write()
    return made
