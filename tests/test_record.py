"""The record of a deployment: what was deployed, by whom, how it went; and a record that says nothing new is left alone."""

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import pytest

from scripts import names
from scripts.deployment import execution_report
from scripts.folders import LOCAL_RECORDS, is_record
from scripts.observe.commit import commit
from scripts.observe.stacks import Stack
from scripts.observe.target import ServiceEnvironment
from scripts.record import main
from scripts.recording import record_inputs, record_page
from scripts.recording.origin import origin
from scripts.recording.record_content import record, stacks_of
from scripts.recording.record_environment import write_record
from scripts.recording.record_files import is_valid, merged
from scripts.recording.record_page import to_markdown
from tests import samples, working_copy
from tests.for_each import for_each
from tests.shop import ENVIRONMENT, Shop

ORIGIN = {"by": "octocat", "commit": {"id": "4be1f02" + 33 * "0", "dirty": False}, "run": "https://github.com/o/r/1"}
TABLE, OTHER, SHARED = (
    f"dynamodb-{samples.ENVIRONMENT}-shop-Orders",
    f"dynamodb-{samples.ENVIRONMENT}-shop-Prices",
    f"dynamodb-{samples.ENVIRONMENT}-shop",
)
AWS = "https://dynamodb.eu-west-1.amazonaws.com"
PLAN = {"environment": samples.ENVIRONMENT, "plan": "7f3a9c1e", "summary": "2 created"}


@pytest.fixture
def place(tmp_path: Path) -> ServiceEnvironment:
    service = samples.service(tmp_path)
    return ServiceEnvironment(service, service.environments[1])


def live(place: ServiceEnvironment) -> dict[str, Stack | None]:
    return {
        name: Stack(name, f"arn:{name}", "UPDATE_COMPLETE", {}, {"B": "2", "A": name}, True, "2026-11-22T14:01:00Z")
        for name in stacks_of(place)
    }


def execution(**changes: Any) -> dict[str, Any]:
    """The report of a deployment that changed table Orders, and nothing else."""
    change_set = {"name": "deploy-1", "id": "arn:1", "type": "UPDATE", "executed_at": "2026-11-22T14:00:30Z"}
    quiet = {"service": "shop", "outcome": "unchanged", "reason": "", "change_sets": []}
    stacks = {
        SHARED: {**quiet, "table": None},
        TABLE: {**quiet, "table": "Orders", "outcome": "deployed", "change_sets": [change_set]},
        OTHER: {**quiet, "table": "Prices"},
    }
    return {
        "environment": samples.ENVIRONMENT,
        "plan": "7f3a9c1e",
        "began": "2026-11-22T14:00:00Z",
        "ended": "2026-11-22T14:02:00Z",
        "outcome": "deployed",
        "message": "",
        "stacks": stacks,
    } | changes


def made(place: ServiceEnvironment, ran: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    content = record(place, "111122223333", AWS, live(place), ORIGIN, ran, PLAN, **more)
    assert is_valid(content)
    return content


def later(content: dict[str, Any]) -> dict[str, Any]:
    """The execution of a second run that found nothing to do."""
    again = copy.deepcopy(content)
    again |= {"plan": "00000000", "began": "2026-11-23T09:00:00Z", "ended": "2026-11-23T09:01:00Z"}
    for stack in again["stacks"].values():
        stack |= {"outcome": "unchanged", "change_sets": []}
    return again


def validation(outcome: str, time: str = "2026-11-22 14:05 UTC") -> dict[str, Any]:
    check = {"group": "Settings", "subject": "", "property": "stream", "outcome": outcome}
    check |= {} if outcome == "match" else {"message": "the *stream* is off", "fix": "make deploy"}
    fine = {"group": "Keys", "subject": "", "property": "keys", "outcome": "match"}
    tables = [
        {"service": "shop", "table": "prod-Orders", "checks": [fine, check]},
        {"service": "other", "table": "Others", "checks": [check]},
    ]
    return {"environment": samples.ENVIRONMENT, "time": time, "tables": tables}


def test_a_record_says_what_was_deployed_by_whom_and_with_what(place: ServiceEnvironment) -> None:
    content = made(place, execution())
    assert content["deployment"] == {
        "outcome": "deployed",
        "message": "",
        "began": "2026-11-22T14:00:00Z",
        "ended": "2026-11-22T14:02:00Z",
        "plan": {"hash": "7f3a9c1e", "summary": "2 created"},
        **ORIGIN,
    }
    assert list(content["shared"]) == [names.service_stack(place.environment.name, "shop")]
    orders = content["tables"]["Orders"]
    assert (orders["table"], orders["stack"], orders["outcome"]) == ("prod-Orders", TABLE, "deployed")
    assert [each["name"] for each in orders["change_sets"]] == ["deploy-1"]
    assert list(orders["outputs"]) == ["A", "B"], "in a stable order"
    assert content["parameters"]["alarm_emails"] == ["oncall@example.com"]


def test_settings_are_those_in_effect_not_a_wish_for_advice(tmp_path: Path) -> None:
    traffic = "traffic: {reads: {average: 300, peak: 310}, writes: {average: 300, peak: 310}, item_count: 10}"
    settings = samples.SETTINGS + f"  Prices: {{billing: advise, {traffic}}}\n"
    contract = {"tables": [samples.orders(), {**samples.PRICES, "estimated_item_size_bytes": 100}]}
    service = samples.service(tmp_path, contract, settings)
    content = made(ServiceEnvironment(service, service.environments[1]), execution())
    prices = content["tables"]["Prices"]["settings"]
    assert prices["billing"] == "provisioned"
    assert prices["capacity"]["write"]["max"] >= 310
    assert content["tables"]["Orders"]["settings"]["billing"] == "on-demand"


def test_what_runs_github_is_named_and_what_is_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert commit({}) is None
    assert commit({"GITHUB_SHA": "abc"}) == ("abc", None), "nobody has looked"
    for folder in ("contracts", "docs", "generated/shop/prod"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "contracts" / "a").write_text("1")
    working_copy.git(tmp_path, "init", "--quiet")
    working_copy.git(tmp_path, "add", "--all")
    working_copy.git(tmp_path, "-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "x")
    head = working_copy.git(tmp_path, "rev-parse", "HEAD").strip()
    (tmp_path / "docs" / "new.md").write_text("a page decides nothing")
    (tmp_path / "generated/shop/prod/deployment.json").write_text("nor does a record")
    assert commit({"GITHUB_SHA": "abc"}) == (head, False)
    (tmp_path / "contracts" / "a").write_text("2")
    assert commit() == (head, True)
    aws = SimpleNamespace(caller="arn:me")
    assert origin(aws, {})["by"] == "arn:me"
    on_github = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7"}
    found = origin(aws, {**on_github, "GITHUB_ACTOR": "octocat"})
    assert (found["by"], found["run"]) == ("octocat", "https://github.com/o/r/actions/runs/7")


def test_a_failed_deployment_says_so_and_what_to_do(place: ServiceEnvironment) -> None:
    ran = execution(outcome="failed", message="1 failed.")
    ran["stacks"][TABLE] |= {"outcome": "failed", "reason": "Stack ended in UPDATE_ROLLBACK_COMPLETE. Limit <b> | `x`."}
    ran["stacks"][OTHER] |= {"outcome": "not begun"}
    content = made(place, ran)
    assert content["deployment"]["outcome"] == "failed"
    page = to_markdown(content)
    assert "# shop in prod-eu-west-1: deployment failed, 1 of 3 stacks" in page
    assert (
        f"- **`{TABLE}`** failed: Stack ended in UPDATE\\_ROLLBACK\\_COMPLETE. Limit &#60;b&#62; \\| \\`x\\`." in page
    )
    assert "`make deploy ENV=prod-eu-west-1` again" in page


def test_the_failure_of_another_service_is_not_this_ones(place: ServiceEnvironment) -> None:
    ran = execution(outcome="failed")
    ran["stacks"]["dynamodb-x"] = {"service": "x", "table": None, "outcome": "failed", "reason": "?", "change_sets": []}
    assert made(place, ran)["deployment"]["outcome"] == "deployed"
    ran["stacks"][OTHER]["outcome"] = "not begun"
    assert made(place, ran)["deployment"]["outcome"] == "failed"


def test_a_stack_that_is_not_there_is_recorded_as_such(place: ServiceEnvironment) -> None:
    content = record(place, "111122223333", AWS, {**live(place), OTHER: None}, ORIGIN, execution(outcome="stopped"))
    assert is_valid(content)
    assert content["tables"]["Prices"]["stack_id"] is None


def test_the_page_reads_like_a_release_note(place: ServiceEnvironment) -> None:
    short = record_inputs.validation_of("shop", validation("mismatch"))
    page = to_markdown(made(place, execution(), validation=short))
    assert page.splitlines()[2] == "# shop in prod-eu-west-1: deployed 2026-11-22, 1 of 2 checks differs"
    assert (
        "Deployed, 2026-11-22 14:00 to 14:02 UTC, by `octocat`, commit `4be1f0200000`, plan `7f3a9c1e` (2 created), "
        "[run](https://github.com/o/r/1)." in page
    )
    assert "**Validation: 1 of 2 checks differs** (2026-11-22 14:05 UTC)." in page
    assert "- `prod-Orders`: the \\*stream\\* is off. Fix: `make deploy" in page
    assert f"| `prod-Orders` (`Orders`) | `{TABLE}` | deployed | UPDATE\\_COMPLETE | 2026-11-22 14:01 | 1 |" in page
    assert "This is not AWS" not in page
    assert "| `stream`" not in page and "`stream`, " in page.partition("Not set for any table")[2]
    assert "| `point_in_time_recovery_days` | `35` | all |" in page
    assert "| `ttl` | `expires_at` | `Orders` |" in page
    assert "No validation is recorded yet" in to_markdown(made(place, execution()))


@for_each(
    ("fix", "shown"),
    [
        ("aws sns x --y 'a*b' && aws z", "`aws sns x --y 'a*b' && aws z`"),
        ("Subscribe *it*, then confirm it: aws sns x", "Subscribe \\*it\\*, then confirm it: `aws sns x`"),
        ("Restore it: as the runbook says.", "Restore it: as the runbook says."),
        ('plan="$(aws x)" && aws y', '`plan="$(aws x)" && aws y`'),
    ],
)
def test_the_commands_of_a_fix_can_be_copied(fix: str, shown: str) -> None:
    assert record_page._fix(fix) == shown


def test_a_run_that_changed_nothing_keeps_the_record_of_the_one_that_did(place: ServiceEnvironment) -> None:
    old = made(place, execution(), validation=record_inputs.validation_of("shop", validation("match")))
    assert merged(None, old) == old
    again = later(execution())
    fresh = record_inputs.validation_of("shop", validation("match", "2026-11-23 09:05 UTC"))
    assert merged(old, made(place, again, validation=fresh)) == old
    assert merged(old, made(place)) == old, "neither does one that was only looked at"
    bad = record_inputs.validation_of("shop", validation("mismatch", "2026-11-23 09:05 UTC"))
    kept = merged(old, made(place, again, validation=bad))
    assert kept == {**old, "validation": bad}, "a validation that says something else is news"


def test_everything_else_is_news(place: ServiceEnvironment) -> None:
    old = made(place, execution())
    failed = later(execution())
    failed["stacks"][OTHER] |= {"outcome": "failed", "reason": "AccessDenied"}
    for new in (
        made(place, execution(began="2026-11-23T09:00:00Z")),  # it executed a change set
        made(place, failed),
        made(ServiceEnvironment(place.service, replace(place.environment, alarm_emails=())), later(execution())),
    ):
        assert merged(old, new) == new
    elsewhere = made(place)
    elsewhere["tables"]["Orders"]["changed_at"] = "2026-11-23T09:00:00Z"
    assert merged(old, elsewhere) == elsewhere, "someone deployed without recording it"


def test_the_same_deployment_may_be_recorded_twice(place: ServiceEnvironment) -> None:
    first = made(place, execution())
    second = record(
        place,
        "111122223333",
        AWS,
        live(place),
        {},
        execution(),
        None,
        record_inputs.validation_of("shop", validation("match")),
    )
    both = merged(first, second)
    assert both["deployment"] == first["deployment"], "the second knows neither the plan nor who it was"
    assert both["validation"]["counts"] == {"match": 2, "mismatch": 0, "unknown": 0}
    assert merged(both, first) == both


def test_a_record_is_written_once_to_a_place_that_generate_keeps(place: ServiceEnvironment, tmp_path: Path) -> None:
    content = made(place, execution())
    written = write_record(tmp_path, content)
    assert written.path == tmp_path / "shop" / "prod-eu-west-1" / "deployment.json"
    assert json.loads(written.path.read_text()) == json.loads(json.dumps(content))
    page = written.path.with_suffix(".md")
    for path in (written.path, page):
        assert is_record(PurePosixPath(path.relative_to(tmp_path)))
    assert not write_record(tmp_path, content).changed
    page.write_text("stale")
    assert write_record(tmp_path, content).changed
    assert page.read_text() == to_markdown(content)
    # Of an AWS on this machine: where git ignores it, with links that lead back.
    local = write_record(tmp_path / "generated", {**content, "endpoint": "http://127.0.0.1:4566"})
    assert local.path == tmp_path / LOCAL_RECORDS / "shop" / "prod-eu-west-1" / "deployment.json"
    assert not (tmp_path / "generated").exists()
    assert "(../../../../generated/shop/prod-eu-west-1/README.md)" in local.path.with_suffix(".md").read_text()


def write_json(path: Path, value: Any) -> str:
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def test_the_command_records_a_real_deployment(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    here = ["--environment", ENVIRONMENT]
    path = shop.root / LOCAL_RECORDS / "shop" / ENVIRONMENT / "deployment.json"
    stack = f"dynamodb-{ENVIRONMENT}-shop"
    shop.deployed()
    path.unlink()
    path.with_suffix(".md").unlink()
    assert main(here) == 0
    looked = json.loads(path.read_text())
    assert is_valid(looked)
    assert looked["deployment"]["outcome"] == "unknown"
    assert looked["endpoint"].startswith("http://127.0.0.1:")
    assert "**This is not AWS,**" in path.with_suffix(".md").read_text()
    assert looked["tables"]["Orders"]["outputs"]["TableArn"] == "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
    assert looked["tables"]["Orders"]["settings"]["point_in_time_recovery_days"] == 14
    assert "who deployed them, and from which commit, was not recorded" in path.with_suffix(".md").read_text()

    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ran = execution(environment=ENVIRONMENT, began=now, ended=now)
    ran["stacks"] = {
        f"{stack}{name}": {"service": "shop", "table": name[1:], "outcome": "deployed", "change_sets": [{"name": "d"}]}
        for name in ("", "-Orders", "-Books")
    }
    report = write_json(shop.root / "execution.json", ran)
    assert shop.validate("--report", "report") == 0, shop.out
    checked = shop.root / "report" / "validation.json"
    assert main([*here, "--execution", report, "--validation", str(checked)]) == 0
    whole = json.loads(path.read_text())
    assert is_valid(whole)
    assert whole["deployment"]["by"].startswith("arn:aws:") and whole["deployment"]["outcome"] == "deployed"
    assert whole["validation"]["counts"]["match"] > 20 and not whole["validation"]["problems"]

    before = path.read_bytes(), path.with_suffix(".md").read_bytes()
    write_json(checked, {**json.loads(checked.read_text()), "time": "2026-12-24 10:00 UTC"})
    assert main([*here, "--execution", report, "--validation", str(checked)]) == 0
    assert main(here) == 0
    for other in ({"outcome": "refused"}, {"began": "2020-01-01T00:00:00Z", "ended": "2020-01-01T00:00:01Z"}):
        assert main([*here, "--execution", write_json(shop.root / "other.json", ran | other)]) == 0
    assert (path.read_bytes(), path.with_suffix(".md").read_bytes()) == before
    assert "left as it was" in capsys.readouterr().out

    for wrong, said in (
        ("{", "is not JSON"),
        ([], "is not a report"),
        (ran | {"region": "us-east-1"}, "is about region"),
    ):
        assert main([*here, "--execution", write_json(shop.root / "other.json", wrong)]) == 1
        assert said in capsys.readouterr().err

    plain = {"environment": ENVIRONMENT}
    kinds = {
        "execution": [plain, ran | {"stacks": []}],
        "validation": [plain, ran],
        "plan": [plain, {**plain, "plan": 5}],
    }
    for kind, values in kinds.items():
        for value in values:
            assert main([*here, f"--{kind}", write_json(shop.root / "other.json", value)]) == 1
            said = capsys.readouterr().err
            assert said == (
                f"{shop.root / 'other.json'} does not have the form of {kind}.json. Leave --{kind} out, or name the right file.\n"
                "Not everything was recorded.\n"
            )

    shop.contract["tables"].pop()
    shop.write()
    assert main(here) == 0
    assert json.loads(path.read_text())["retired"] == {f"{stack}-Books": "Books"}
    assert "the contract has them no more: `Books`" in path.with_suffix(".md").read_text()


def test_recording_again_keeps_who_deployed_and_what_was_deployed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    here = ["--environment", ENVIRONMENT]
    path = shop.root / LOCAL_RECORDS / "shop" / ENVIRONMENT / "deployment.json"
    executed = shop.root / "build" / "deploy" / ENVIRONMENT / "execution.json"
    monkeypatch.setenv("GITHUB_ACTOR", "deployer")
    monkeypatch.setenv("GITHUB_SHA", "aaa")
    assert shop.deploy() == 0, shop.err
    ran = json.loads(executed.read_text())
    assert (ran["by"], ran["commit"], ran["run"]) == ("deployer", {"id": "aaa", "dirty": None}, None)
    before = path.read_bytes()
    assert json.loads(before)["deployment"]["by"] == "deployer"

    monkeypatch.setenv("GITHUB_ACTOR", "recorder")
    monkeypatch.setenv("GITHUB_SHA", "bbb")
    shop.write(
        f"environments: {{{ENVIRONMENT}: {{region: eu-west-1, alarm_emails: [new@example.com]}}}}\n"
        "tables: {Orders: {ttl: expires_at, point_in_time_recovery_days: 20, tags: {Team: other}}}\n"
    )
    assert main([*here, "--execution", str(executed)]) == 0
    assert path.read_bytes() == before, "the same deployment"
    assert main(here) == 0
    assert path.read_bytes() == before, "no deployment"
    old_form = {key: value for key, value in ran.items() if key not in ("by", "commit", "run")}
    assert main([*here, "--execution", write_json(shop.root / "old.json", old_form)]) == 0
    assert path.read_bytes() == before, "whoever records it has not made it"
    path.unlink()
    assert main([*here, "--execution", str(executed)]) == 0
    assert json.loads(path.read_text())["deployment"]["by"] == "deployer", "without a record too"

    while execution_report.now() == ran["began"]:  # a deployment is known by the second in which it began
        pass
    assert shop.deploy() == 0, shop.err
    after = json.loads(path.read_text())
    assert after["deployment"]["by"] == "recorder"
    assert after["tables"]["Orders"]["settings"]["point_in_time_recovery_days"] == 20
    assert after["parameters"]["alarm_emails"] == ["new@example.com"]


def test_settings_of_a_stack_that_could_not_be_brought_are_the_old_ones(place: ServiceEnvironment) -> None:
    old = made(place, execution())
    newer = made(place, later(execution()))
    for table in newer["tables"].values():
        table["settings"] = {**table["settings"], "stream": "NEW_IMAGE"}
    newer["tables"]["Prices"]["outcome"] = "failed"
    newer["tables"]["Orders"]["changed_at"] = "2026-11-23T09:00:30Z"
    kept = merged(old, newer)
    assert kept["tables"]["Orders"]["settings"]["stream"] == "NEW_IMAGE"
    assert kept["tables"]["Prices"]["settings"] == old["tables"]["Prices"]["settings"]
