"""From real earlier versions of this repository: made by copier, lived in and deployed, then upgraded; nothing is lost or replaced.

Each takes about two minutes, so this is not part of `make test`: `make test-long` runs it, and the workflow `nightly` does.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from scripts.local_aws import LocalAws
from scripts.planning.entries import IN_PLACE, UNCHANGED
from tests import samples
from tests.own_repository.literal import Repository
from tests.working_copy import ROOT

pytestmark = pytest.mark.long
VERSIONS = 3
ENVIRONMENT = "dev-us-east-1"
SETTINGS = f"environments: {{{ENVIRONMENT}: {{region: us-east-1}}}}\n"
OWN = {
    "docs/own/handbook.md": "# Handbook\n",
    ".github/CODEOWNERS": "* @acme/data\n",
}
OUR_LINE = "# Checked by the platform team.\n"
WORKFLOW = Path(".github") / "workflows" / "check.yml"


def earlier_versions() -> list[str]:
    """The first commit that copier can make a repository from, and two between it and this one, as far as the history has them."""
    command = ["git", "log", "--first-parent", "--format=%H", "--reverse"]
    begun = subprocess.run(
        [*command, "--diff-filter=A", "--", "copier.yml"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not begun or _is_shallow():
        return []
    since = subprocess.run([*command, f"{begun[0]}..HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    every = [begun[0], *since.stdout.split()]
    return list(dict.fromkeys(every[len(every) * part // VERSIONS] for part in range(VERSIONS)))


def _is_shallow() -> bool:
    done = subprocess.run(["git", "rev-parse", "--is-shallow-repository"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() != "false"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed here, with its history."""
    folder = tmp_path_factory.mktemp("source") / "source"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("number", range(VERSIONS))
def test_a_repository_of_an_earlier_version_is_upgraded(number: int, source: Path, tmp_path: Path) -> None:
    versions = earlier_versions()
    if len(versions) <= number:
        pytest.skip("the history has no earlier version: this is a shallow clone, or one without git")
    with LocalAws.start() as aws:
        made = Repository.from_copier(
            source, versions[number], tmp_path / "tables", aws, service="orders", environment=ENVIRONMENT
        )
        own = _live(made)
        made.make("deploy", f"ENV={ENVIRONMENT}", "YES=1")
        made.make("validate", f"ENV={ENVIRONMENT}")
        made.commit("Record")  # early versions kept the record of a local AWS beside those of AWS

        said = made.make("upgrade", codes=(0, 2))
        print(said)
        assert "Nothing is committed. What the upgrade does to each table:" in said
        for command in re.findall(r"Remove it: (.+)\. Deployments to the local AWS", said):
            made.run("bash", "-ec", command)
        made.make("generate")
        made.make("plan", "AGAINST=HEAD")
        for name, text in own.items():
            assert (made.folder / name).read_text() == text, name
        assert (made.folder / WORKFLOW).read_text().startswith(OUR_LINE)
        made.commit("Upgrade")
        made.make("check")
        made.make("test")

        # As the changelog says of these versions: none of it replaces or interrupts anything.
        command = (".venv/bin/python", "-m", "scripts.plan", "--environment", ENVIRONMENT, "--report", "build/plan")
        print(made.run(*command, codes=(0, 2)))
        plan = json.loads((made.folder / "build" / "plan" / "plan.json").read_text())
        assert {entry["action"] for entry in plan["tables"]} <= {UNCHANGED, IN_PLACE}
        made.make("deploy", f"ENV={ENVIRONMENT}", "YES=1")
        made.make("validate", f"ENV={ENVIRONMENT}")
        made.make("drift")
        made.commit("Record")
        assert "This is the newest version already" in made.make("upgrade")


def _live(repository: Repository) -> dict[str, str]:
    """Services, policies, a page and owners of the team's own, which are returned, and a changed workflow; all that the old version generates."""
    folder = repository.folder
    samples.write_service(folder, "shop", settings=SETTINGS)
    own = {**OWN, **_policy(folder)}
    for name, text in own.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / WORKFLOW).write_text(OUR_LINE + (folder / WORKFLOW).read_text())
    repository.make("generate")
    repository.commit("Our life")
    repository.make("check")
    return own


def _policy(folder: Path) -> dict[str, str]:
    """A rule of the team with its tests: that about tags, under a name of its own."""
    found = {}
    for source, target in (("tags.guard", "own_tags.guard"), ("tests/tags_tests.yaml", "tests/own_tags_tests.yaml")):
        text = (folder / "policies" / source).read_text()
        for before, after in (("  tags\n", "  own_tags\n"), ("rule tags ", "rule own_tags "), ("{tags:", "{own_tags:")):
            text = text.replace(before, after)
        found[f"policies/own/{target}"] = text
    return found
