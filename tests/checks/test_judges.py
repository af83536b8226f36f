"""Three judges of templates: what each finds of planted faults, so that none is dropped that alone finds something."""

import shutil
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from scripts.checks import aws_validator, policy_report
from scripts.checks.policy_inputs import CannotJudge
from scripts.rendering.service_files import generated_texts
from tests import samples
from tests.for_each import for_each
from tests.linting import found

ENDS = ("F", "E", "W")  # of the ids of the validator's and cfn-lint's own rules
# What is planted, and by whom it is found: V the validator's schemas and references, G the Guard rules (in the validator
# as by cfn-guard itself), L cfn-lint.
PLANTED: dict[str, tuple[str, str, str]] = {
    "the table goes with its stack": ("    DeletionPolicy: Retain\n", "", "V G L"),
    "no recovery": ("PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "G"),
    "an unknown property": ("TableClass:", "TableKlass:", "V L"),
    "too many days": ("RecoveryPeriodInDays: 35", "RecoveryPeriodInDays: 77", "V G L"),
    "a period that CloudWatch does not have": (
        "Statistic: Sum\n      Period: 60",
        "Statistic: Sum\n      Period: 7",
        "L",
    ),
    "a reference to nothing": ("    Value:\n      Ref: Table\n", "    Value:\n      Ref: Tabel\n", "V L"),
    "an unknown type": ("Type: AWS::DynamoDB::Table\n", "Type: AWS::DynamoDB::Tables\n", "V G L"),
    "an unknown statistic": ("Statistic: Sum", "Statistic: Total", "V L"),
    "an unknown key type": ("KeyType: RANGE", "KeyType: SORT", "L"),
    "a user": ("Resources:\n", "Resources:\n  U: {Type: 'AWS::IAM::User'}\n", "G"),
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("planted")
    # A small table: cfn-lint takes its time for each resource.
    table = {
        **samples.PRICES,
        "sk": "since",
        "attributes": [*samples.PRICES["attributes"], {"name": "since", "type": "S"}],
    }
    few = "environments: {dev: {region: us-east-1}}\ndefaults: {alarms: full}\n"
    texts = generated_texts([samples.service(folder, {"tables": [table]}, few)])
    text = next(text for name, text in texts.items() if name.endswith("templates/tables/Prices.yaml"))
    files = {}
    for name, (old, new, _) in PLANTED.items():
        assert old in text, name
        files[name] = folder / f"{name}.yaml"
        files[name].write_text(text.replace(old, new, 1))
    files["nothing"] = folder / "nothing.yaml"
    files["nothing"].write_text(text)
    return files


def _by_name(found: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for file, id in found:
        ids[Path(file).stem].add(id)
    return ids


def _own(ids: set[str]) -> set[str]:
    return {id for id in ids if id[1:].isdigit() and id.startswith(ENDS)}


def test_who_finds_what(planted: dict[str, Path]) -> None:
    files = list(planted.values())
    validator = _by_name((problem.file, problem.id) for problem in aws_validator.problems(files))
    guard = _by_name(
        (problem.file, problem.id)
        for problem in policy_report.check(files, control_tower=True, test_rules=False).violations
    )
    lint = _by_name(found(files))
    answers = {
        name: " ".join(
            letter for letter, ids in (("V", _own(validator[name])), ("G", guard[name]), ("L", _own(lint[name]))) if ids
        )
        for name in planted
    }
    assert answers == {**{name: who for name, (_, _, who) in PLANTED.items()}, "nothing": ""}
    for name in planted:
        assert validator[name] - _own(validator[name]) == guard[name], "the rules of policies/ say the same in both"


def test_a_fault_has_its_place_and_its_fix(planted: dict[str, Path]) -> None:
    (problem,) = aws_validator.problems([planted["no recovery"], planted["nothing"]])[:1]
    assert problem.path == "Table/Properties/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled"
    line = planted["no recovery"].read_text().splitlines()[problem.line - 1]
    assert line.strip().startswith("PointInTimeRecovery")
    assert any(found.fix for found in aws_validator.problems([planted["no recovery"]]))


@for_each("text", ["", "a: [", "Resources: {}", "Resources:\n  A: !Ref B\n"])
def test_what_is_no_template_is_not_judged(tmp_path: Path, text: str) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(text)
    with pytest.raises(CannotJudge):
        aws_validator.problems([file])


def test_a_rule_that_cannot_be_read_is_not_left_out(planted: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "broken.guard").write_text("rule a { this is no rule")
    with pytest.raises(CannotJudge, match="policies: a rule cannot be read"):
        aws_validator.problems([planted["nothing"]], tmp_path)


def test_it_is_loaded_once_and_judges_by_the_rules_as_they_are(planted: dict[str, Path], tmp_path: Path) -> None:
    aws_validator._loaded.cache_clear()
    before = aws_validator._loaded.cache_info().misses
    beside = threading.Thread(target=aws_validator.load)
    beside.start()
    assert found_in(planted["no recovery"]) == found_in(planted["no recovery"])
    beside.join()
    assert aws_validator._loaded.cache_info().misses == before + 1
    rules = tmp_path / "policies"
    shutil.copytree(aws_validator.POLICIES, rules)
    every = found_in(planted["no recovery"], rules)
    for path in rules.glob("*.guard"):
        if "PointInTimeRecovery" in path.read_text():
            path.unlink()
    assert len(found_in(planted["no recovery"], rules)) < len(every)


def found_in(file: Path, policies: Path = aws_validator.POLICIES) -> list[str]:
    return [problem.id for problem in aws_validator.problems([file], policies)]


@pytest.mark.parametrize(("codes", "code"), [((0, 0), 0), ((4, 0), 1), ((0, 1), 1)])
def test_where_it_cannot_be_loaded_the_others_judge(
    planted: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    codes: tuple[int, int],
    code: int,
) -> None:
    def missing(*_: object) -> Callable[[], object]:
        raise OSError("version `GLIBC_2.34' not found")

    monkeypatch.setattr(aws_validator, "_judge", missing)
    commands = tuple((aws_validator.PYTHON, "-c", f"raise SystemExit({one})") for one in codes)
    monkeypatch.setattr(aws_validator, "INSTEAD", commands)
    assert aws_validator.main([str(planted["nothing"])]) == code
    assert "GLIBC_2.34' not found): cfn-lint and cfn-guard judge instead." in capsys.readouterr().out
