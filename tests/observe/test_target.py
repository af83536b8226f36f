"""Nothing is done in AWS on files that are not those of the contract; and what is known to be so is not rendered again."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import generate
from scripts.command import Refused
from scripts.observe import target
from scripts.observe.target_options import TargetOptions
from scripts.rendering import cache, freshness
from scripts.rendering.service_files import generated_texts
from tests import samples


class Place:
    """A service in the working directory, generated; `rendered` counts how often it was rendered to compare."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(root)
        self.script = root / "code" / "scripts" / "some.py"
        self.script.parent.mkdir(parents=True)
        self.script.write_text("a = 1\n")
        monkeypatch.setattr(cache, "ROOT", root / "code")
        monkeypatch.setattr(
            target, "Aws", lambda region: SimpleNamespace(region=region, account="111122223333", endpoint="")
        )
        self.rendered = 0

        def count(services: tuple[target.Service, ...]) -> dict[str, str]:
            self.rendered += 1
            return generated_texts(services)

        monkeypatch.setattr(freshness, "generated_texts", count)
        samples.write_service(
            root, contract={"tables": [samples.PRICES]}, settings=samples.SETTINGS.partition("tables")[0]
        )
        assert generate.main([]) == 0
        self.contract = root / "contracts" / "shop" / "migrationContract.json"
        self.template = root / "generated" / "shop" / samples.ENVIRONMENT / "templates" / "tables" / "Prices.yaml"
        self.page = root / "generated" / "shop" / "tables" / "Prices.md"

    def select(self) -> target.Target:
        return target.select(TargetOptions(samples.ENVIRONMENT))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(tmp_path, monkeypatch)


def test_what_is_remembered_is_not_rendered(place: Place) -> None:
    assert [one.service.name for one in place.select().places] == ["shop"]
    assert place.rendered == 0
    (place.page.parent.parent / samples.ENVIRONMENT / "deployment.json").write_text("{}")  # kept, not made
    place.select()
    assert place.rendered == 0


@pytest.mark.parametrize(
    "harm",
    [
        lambda place: place.template.write_text("by hand"),
        lambda place: place.template.unlink(),
        lambda place: place.template.with_name("More.yaml").write_text("more"),
        lambda place: place.contract.write_text(place.contract.read_text().replace('"type": "S"', '"type": "B"')),
    ],
)
def test_other_templates_than_the_contract_gives_are_refused(place: Place, harm: Callable[[Place], object]) -> None:
    harm(place)
    with pytest.raises(target.Refused, match=r"not match the contract\. Run `make generate`, and commit"):
        place.select()


@pytest.mark.parametrize(
    "harm",
    [
        lambda place: place.page.write_text("by hand"),
        lambda place: place.page.unlink(),
        lambda place: place.page.with_name("More.md").write_text("more"),
    ],
)
def test_an_outdated_page_is_named_and_stops_nothing(
    place: Place, harm: Callable[[Place], object], capsys: pytest.CaptureFixture[str]
) -> None:
    harm(place)
    assert place.select().places
    assert (
        "is out of date. No deployment reads it, so this goes on. Run `make generate` and commit what it changes."
        in capsys.readouterr().err
    )
    place.template.unlink()
    with pytest.raises(target.Refused, match=r"Prices\.yaml does not match the contract"):
        place.select()


def test_without_a_memory_of_this_very_code_everything_is_compared(place: Place) -> None:
    place.script.write_text("a = 2\n")
    place.select()
    assert place.rendered == 1
    cache.FILE.unlink()
    place.select()
    assert place.rendered == 2


@pytest.mark.parametrize("asked", [True, False], ids=["at the prompt", "as an option"])
def test_a_misspelt_region_is_refused_before_aws_is_asked(
    place: Place, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    (place.contract.parent / "deployment.yaml").unlink()
    assert generate.main([]) == 0
    monkeypatch.setattr(target, "Aws", lambda region: pytest.fail(f"AWS was asked in {region}"))
    monkeypatch.setattr(target.prompts, "ask", lambda *_, **__: "eu-wset-1")
    with pytest.raises(Refused, match=r'"eu-wset-1" is not an AWS Region\. Did you mean "eu-west-1"\?'):
        target.select(TargetOptions("default", region=None if asked else "eu-wset-1"))


@pytest.mark.parametrize(
    ("recorded", "default"),
    [((), None), (("eu-west-3",), "eu-west-3"), (("eu-west-3", "us-east-1"), None)],
    ids=["no record", "one", "of services that differ"],
)
def test_the_region_of_the_last_deployment_is_remembered(
    place: Place, monkeypatch: pytest.MonkeyPatch, recorded: tuple[str, ...], default: str | None
) -> None:
    (place.contract.parent / "deployment.yaml").unlink()
    here = place.contract.parent
    for number, region in enumerate(recorded):
        service = here.name if number == 0 else "other"
        if service == "other":
            shutil.copytree(here, here.parent / service)
        folder = Path("generated") / service / "default"
        folder.mkdir(parents=True, exist_ok=True)
        record = {"region": region, "account": "111122223333", "tables": {}, "shared": {}, "retired": {}}
        (folder / "deployment.json").write_text(json.dumps(record))
    assert generate.main([]) == 0
    asked: list[str | None] = []

    def answer(_question: str, _option: str, given: str | None = None, offered: Sequence[str] = ()) -> str:
        assert any(re.fullmatch(r"eu-west-1 +Europe \(Ireland\)", each) for each in offered)
        asked.append(given)
        return given or "eu-west-1"

    monkeypatch.setattr(target.prompts, "ask", answer)
    assert target.select(TargetOptions("default")).aws.region == (default or "eu-west-1")
    assert asked == [default]


def test_a_region_that_may_be_new_is_asked_for(place: Place) -> None:
    (place.contract.parent / "deployment.yaml").unlink()
    assert generate.main([]) == 0
    assert target.select(TargetOptions("default", region="eu-west-4")).aws.region == "eu-west-4"
