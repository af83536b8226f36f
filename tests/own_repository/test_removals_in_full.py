"""What is taken out of a repository in which it is deployed leaves `make check`, `make test` and `make drift` green.

Of a copy, with the sample and a service of its own, and of a clone, with all the tests of the project. It takes from one to ten minutes
each, so this is not part of `make test`: `make test-long` runs it.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.local_aws import LocalAws
from tests import samples
from tests.own_repository.literal import Repository
from tests.working_copy import ROOT, SAMPLE

pytestmark = pytest.mark.long
DEV, PROD = "dev-us-east-1", "prod-eu-west-1"
LIBRARY = {"tables": [{**samples.PRICES, "table": "Loans"}]}
SETTINGS = f"environments: {{{DEV}: {{region: us-east-1}}}}\n"


def _sample(repository: Repository) -> None:
    for name in ("contracts", "generated"):
        shutil.rmtree(repository.folder / name / SAMPLE)
    (repository.folder / "README.md").unlink()
    repository.make("begin")


def _environment(repository: Repository) -> None:
    _edit(repository.folder / "contracts" / SAMPLE / "deployment.yaml", lambda said: said["environments"].pop(PROD))
    repository.make("generate")


def _service(repository: Repository) -> None:
    shutil.rmtree(repository.folder / "contracts" / "library")
    repository.make("generate")


def _table(repository: Repository) -> None:
    """Its removal reaches what the tables share by a deployment."""
    folder = repository.folder / "contracts" / SAMPLE
    _edit(folder / "migrationContract.json", lambda said: said["tables"].pop(_number(said["tables"], "PriceHistory")))
    _edit(folder / "deployment.yaml", lambda said: said["tables"].pop("PriceHistory"))
    repository.make("generate")
    for environment in (DEV, PROD):
        repository.make("deploy", f"ENV={environment}", f"SERVICE={SAMPLE}", "YES=1")


def _number(tables: list[dict[str, Any]], name: str) -> int:
    return [table["table"] for table in tables].index(name)


def _edit(file: Path, change: Callable[[Any], object]) -> None:
    content = yaml.safe_load(file.read_text())
    change(content)
    file.write_text(json.dumps(content, indent=2) + "\n")


# What is taken out, and what drift then says of it.
REMOVALS = {
    "sample": (_sample, f"{SAMPLE} is retired in {DEV}: 4 tables and the shared stack stay"),
    "environment": (_environment, f"{SAMPLE} is retired in {PROD}: 4 tables and the shared stack stay"),
    "service": (_service, f"library is retired in {DEV}: 1 table and the shared stack stay"),
    "table": (_table, f"PriceHistory ({SAMPLE}): deployed once, no longer in the contract: kept"),
}


@pytest.mark.parametrize("kind", ["copy", "clone"])
@pytest.mark.parametrize("what", REMOVALS)
def test_everything_is_green_after(what: str, kind: str, tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / kind
    subprocess.run(["git", "clone", "--quiet", ROOT, source], check=True, capture_output=True)
    with LocalAws.start() as aws:
        if kind == "copy":
            repository = Repository.from_copier(source, "HEAD", folder, aws, sample="true")
        else:
            repository = Repository.from_clone(source, folder, aws)
        samples.write_service(folder, "library", LIBRARY, SETTINGS)
        repository.make("generate")
        repository.commit("Begin")
        for environment in (DEV, PROD):
            repository.make("deploy", f"ENV={environment}", "YES=1")
        take_out, said = REMOVALS[what]
        take_out(repository)
        repository.commit("Take it out")
        assert said in repository.make("drift")
        repository.make("check")
        print(repository.make("test")[-200:])
