"""Generating: the same bytes every time, nothing left over, nothing written from bad input, and exit codes to rely on."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import generate
from tests import samples

ROOT = Path(__file__).parent.parent
FILES = {
    "README.md",
    "runbook.md",
    "tables/Orders.md",
    "tables/Prices.md",
    *(
        f"{environment}/{name}"
        for environment in ("dev-us-east-1", "prod-eu-west-1")
        for name in (
            "README.md",
            "templates/service.yaml",
            "templates/tables/Orders.yaml",
            "templates/tables/Prices.yaml",
            *(f"access/{policy}.template.json" for policy in ("data-migration", "operator", "read-only", "read-write")),
        )
    ),
}
OTHER_SETTINGS = samples.SETTINGS.replace("prod-eu-west-1:", "live-eu-west-1:").replace("us-east-1", "us-west-2")


class Place:
    """A folder with contracts, and the command that generates from it."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root, self._capture = root, capture
        self.out, self.err = "", ""
        self.write()

    def write(self, name: str = samples.SERVICE, contract: Any = None, settings: str | None = samples.SETTINGS) -> None:
        samples.write_service(self.root, name, contract, settings)

    def run(self, *options: str) -> int:
        code = generate.main(
            ["--contracts", str(self.root / "contracts"), "--out", str(self.root / "generated"), *options]
        )
        self.out, self.err = self._capture.readouterr()
        return code

    def files(self, under: str = "") -> dict[str, bytes]:
        root = self.root / "generated" / under
        return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}

    def add_record(self, service: str, environment: str) -> list[str]:
        """Records as a deployment leaves them; their names."""
        names = [f"{service}/{environment}/deployment.{ending}" for ending in ("json", "md")]
        for name in names:
            path = self.root / "generated" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")
        return names


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, capsys)


def test_all_files_of_a_service(place: Place) -> None:
    assert place.run() == 0
    assert set(place.files("shop")) == FILES
    assert place.out.count("created ") == len(FILES)
    assert place.run() == 0
    assert place.out == f"{place.root / 'generated'}: {len(FILES)} files, all up to date\n"


def test_without_settings_there_is_one_environment(place: Place) -> None:
    place.write(settings=None)
    (place.root / "contracts" / "shop" / "deployment.yaml").unlink()
    assert place.run() == 0
    assert {name.split("/")[0] for name in place.files("shop")} == {"README.md", "runbook.md", "tables", "default"}
    settings = place.root / "contracts" / "shop" / "deployment.yaml"
    assert "shop has no deployment.yaml: it gets one environment, default" in place.out
    assert f"Name yours in {settings}: docs/settings.md#of-an-environment" in place.out
    assert (
        "until `contracts/shop/deployment.yaml` does, there is one, `default`"
        in place.files()["shop/README.md"].decode()
    )
    assert place.run() == 0
    assert "default" not in place.out


def test_an_unchanged_input_writes_nothing(place: Place) -> None:
    place.run()
    for path in (place.root / "generated").rglob("*.*"):
        os.utime(path, ns=(1, 1))
    assert place.run() == 0
    assert all(path.stat().st_mtime_ns == 1 for path in (place.root / "generated").rglob("*.*") if path.is_file())


def test_a_changed_table_changes_only_its_own_files(place: Place) -> None:
    place.run()
    before = place.files("shop")
    contract = samples.contract()
    contract["tables"][1] = {**samples.PRICES, "sk": "amount"}
    place.write(contract=contract)
    assert place.run() == 0
    changed = {name for name, content in place.files("shop").items() if content != before[name]}
    templates = {f"{e}/templates/tables/Prices.yaml" for e in ("dev-us-east-1", "prod-eu-west-1")}
    assert changed == {"README.md", "tables/Prices.md", *templates}


def test_a_table_that_is_gone_loses_its_files_and_no_other(place: Place) -> None:
    place.run()
    records = place.add_record("shop", "prod-eu-west-1")
    place.write(contract={"tables": [samples.orders()]})
    assert place.run() == 0
    kept = {name for name in FILES if "Prices" not in name} | {name.removeprefix("shop/") for name in records}
    assert set(place.files("shop")) == kept
    assert place.out.count("removed ") == 3


def test_a_table_called_deployment_loses_its_page_too(place: Place) -> None:
    place.write(contract={"tables": [samples.orders(), {**samples.PRICES, "table": "deployment"}]})
    place.run()
    assert "tables/deployment.md" in place.files("shop")
    place.write(contract={"tables": [samples.orders()]})
    place.run()
    assert "tables/deployment.md" not in place.files("shop")


def test_a_service_that_is_gone_keeps_the_records_of_its_deployments_only(place: Place) -> None:
    place.write("other", {"tables": [{**samples.PRICES, "table": "Other"}]}, "environments: {p: {region: eu-west-1}}")
    place.run()
    records = place.add_record("other", "p")
    for path in sorted((place.root / "contracts" / "other").iterdir()):
        path.unlink()
    (place.root / "contracts" / "other").rmdir()
    assert place.run() == 0
    assert set(place.files()) == {f"shop/{name}" for name in FILES} | set(records)


def test_check_writes_nothing_and_names_what_is_not_up_to_date(place: Place) -> None:
    assert place.run("--check") == 1
    assert place.files() == {}
    assert place.out.count(" is missing\n") == len(FILES)
    place.run()
    assert place.run("--check") == 0
    generated = place.root / "generated" / "shop"
    (generated / "README.md").write_text("edited by hand")
    (generated / "left.yaml").write_text("over")
    (generated / "tables" / "Orders.md").unlink()
    before = place.files()
    assert place.run("--check") == 1
    assert place.files() == before
    assert set(place.out.splitlines()) == {
        f"{generated / 'README.md'} is stale",
        f"{generated / 'left.yaml'} no longer belongs",
        f"{generated / 'tables' / 'Orders.md'} is missing",
        "Run `make generate` and commit what it changes.",
    }


@pytest.mark.parametrize("change", ["new", "edited", "extra"])
def test_a_hook_is_told_of_every_kind_of_change_once(place: Place, change: str) -> None:
    place.run()
    assert place.run("--exit-non-zero-on-change") == 0
    if change == "new":
        place.write(contract={"tables": [*samples.contract()["tables"], {**samples.PRICES, "table": "More"}]})
    path = place.root / "generated" / "shop" / ("README.md" if change == "edited" else "extra.md")
    if change != "new":
        path.write_text("by hand")
    assert place.run("--exit-non-zero-on-change") == 1
    assert place.run("--exit-non-zero-on-change") == 0
    assert place.run("--check") == 0


@pytest.mark.parametrize("bad", ["contract", "settings"])
def test_bad_input_writes_nothing_even_when_another_service_is_good(place: Place, bad: str) -> None:
    if bad == "contract":
        place.write("zoo", '{"tables": []}')
    else:
        place.write("zoo", settings="environments: {prod: {region: moon}}\n")
    assert place.run() == 2
    assert place.files() == {}
    assert place.out == ""
    assert str(place.root / "contracts" / "zoo") in place.err
    assert "Nothing was generated. Explained: docs/rules/\n" in place.err
    assert "Traceback" not in place.err
    assert place.run("--check") == 2


def test_a_link_in_the_place_of_the_only_service_removes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the folders of the repository, where a run takes what the last one remembered."""
    monkeypatch.chdir(place.root)
    assert generate.main([]) == 0
    before = place.files()
    service = place.root / "contracts" / samples.SERVICE
    service.rename(place.root / "elsewhere")
    service.symlink_to(place.root / "elsewhere")
    assert (generate.main([]), generate.main(["--check"])) == (2, 2)
    assert place.files() == before


def test_bad_input_leaves_what_was_generated_before(place: Place) -> None:
    place.run()
    before = place.files()
    place.write(contract='{"tables": []}')
    assert place.run() == 2
    assert place.files() == before


def test_one_service_leaves_the_files_of_others_alone(place: Place) -> None:
    place.write("other", {"tables": [{**samples.PRICES, "table": "Other"}]}, "environments: {p: {region: eu-west-1}}")
    place.run()
    stale = place.root / "generated" / "other" / "README.md"
    stale.write_text("stale")
    extra = place.root / "generated" / "other" / "extra"
    extra.write_text("extra")
    place.write(contract={"tables": [samples.orders()]})
    assert place.run("--service", "shop") == 0
    assert (stale.read_text(), extra.read_text()) == ("stale", "extra")
    assert not any("Prices" in name for name in place.files("shop"))
    assert place.run("--service", "shop", "--check") == 0
    assert place.run("--check") == 1
    assert place.run("--service", "nowhere") == 2


def test_doubts_are_shown_and_do_not_stop(place: Place) -> None:
    place.write(settings="environments: {prod: {region: eu-west-1}}\ntables: {Orders: {ttl: nothing}}\n")
    assert place.run() == 0
    assert "S205" in place.err


@pytest.mark.parametrize("out", ["contracts", "mine", "."])
def test_nothing_is_removed_or_replaced_that_was_not_generated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], out: str
) -> None:
    monkeypatch.chdir(tmp_path)
    samples.write_service(tmp_path)
    for name in ("mine/note.txt", "mine/shop/README.md", "mine/shop/tables/Orders.md", "contracts/shop/README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# Mine\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert generate.main(["--out", out]) == 2
    assert " was not generated, and would be re" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_symbolic_link_in_the_way(place: Place) -> None:
    place.run()
    path = place.root / "generated" / "shop" / "README.md"
    target = place.root / "elsewhere"
    path.rename(target)
    path.symlink_to(target)
    before = target.read_bytes()
    place.write(contract={"tables": [samples.orders()]})
    assert place.run() == 2
    assert "is a symbolic link; remove it" in place.err
    assert target.read_bytes() == before


def test_a_file_in_the_place_of_the_folder(place: Place) -> None:
    (place.root / "generated").write_text("")
    assert place.run() == 2
    assert str(place.root / "generated") in place.err
    assert "Traceback" not in place.err


SCRIPT = """
import hashlib, json, sys
from pathlib import Path
from scripts.project.services import read_services
from scripts.rendering.service_files import generated_texts
files = generated_texts(read_services(Path(sys.argv[1])))
unwanted = {"boto3", "botocore", "ministack", "requests", "rich"}
loaded = sorted(n for n in sys.modules if n.split(".")[0] in unwanted or n.startswith("scripts.local_aws"))
print(json.dumps({"files": {n: hashlib.sha256(c.encode()).hexdigest() for n, c in files.items()}, "loaded": loaded}))
"""


def test_two_processes_make_the_same_bytes_and_load_no_aws(place: Place) -> None:
    place.write("other", samples.contract(), OTHER_SETTINGS.replace("prod-", "other-").replace("live-eu-west-1", "x"))
    assert place.run() == 0, place.err
    answers = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(place.root / "contracts")],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(json.loads(done.stdout))
    assert answers[0] == answers[1]
    assert answers[0]["loaded"] == []
    here = {name: hashlib.sha256(content).hexdigest() for name, content in place.files().items()}
    assert answers[0]["files"] == here
    assert next(iter(answers[0]["files"])).startswith("other/")


def test_what_was_assumed_is_told_once_and_what_is_doubted_every_time(place: Place) -> None:
    contract = samples.contract()
    contract["tables"][0]["gsis"].append({"index_name": "ByTenant", "pk": "tenant_id", "projection": "all"})
    place.write(contract=contract)
    assert place.run() == 0
    assert "C402" in place.err  # nobody declares tenant_id
    assert re.search(r"note +C5", place.err)  # "all" is read as ALL
    assert place.run() == 0
    assert "C402" in place.err
    assert "note" not in place.err
