"""The commands of the workflows, one by one, with a `gh` that answers from a table."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.command import Refused, one_line
from scripts.github import (
    artifacts,
    comment,
    continued,
    drift_issue,
    gh,
    merged,
    newest,
    outcomes,
    plan_comment,
    record_pull_request,
    step,
    to_deploy,
    waiting_deployments,
    waiting_runs,
)
from scripts.github.environment_list import environments, with_retired
from scripts.github.plan_links import page_links
from scripts.github.workflow_run import RunEnvironment
from scripts.project.services import read_services
from tests.for_each import for_each
from tests.github import fake_program
from tests.github.runner import git

ROOT = Path(__file__).parents[2]
PLAN = {"plan": "0a1b2c3d", "environment": "prod", "region": "eu-west-1", "account": "111122223333", "against": "live"}
Calls = list[tuple[str, str, Any]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What was sent to GitHub; every listing is empty."""
    made: Calls = []

    def api(method: str, path: str, body: Any = None) -> Any:
        made.append((method, path, body))
        return [] if method == "GET" else {"number": 1}

    monkeypatch.setattr(gh, "api", api)
    return made


def _plan(folder: Path, **values: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(json.dumps({**PLAN, "exit_code": 2, "summary": "1 created", **values}))
    (folder / "plan.md").write_text("## Plan: prod\n\nWhat happens.\n")


# --- step -----------------------------------------------------------------------------------------------------------


def _step(tmp_path: Path, *arguments: str, command: str) -> tuple[subprocess.CompletedProcess[str], Path, Path]:
    output, summary = tmp_path / "output", tmp_path / "summary"
    environment = {**os.environ, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
    line = [sys.executable, "-m", "scripts.github.step", *arguments, sys.executable, "-c", command]
    done = subprocess.run(line, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    return done, output, summary


def test_a_step_cannot_command_the_runner(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("## Result\n")
    command = "import os; print('::add-mask::x'); print(os.environ.get('GITHUB_OUTPUT')); raise SystemExit(2)"
    done, output, summary = _step(tmp_path, "--ok", "2", "--summary", str(page), command=command)
    lines = [line for line in done.stdout.splitlines() if line]
    token = lines[0].removeprefix("::stop-commands::")
    assert len(token) == 32
    assert lines == [f"::stop-commands::{token}", "::add-mask::x", "None", f"::{token}::"]
    assert done.returncode == 0
    assert output.read_text() == "exit_code=2\n"
    assert "## Result" in summary.read_text()


def test_a_step_fails_as_its_command_does(tmp_path: Path) -> None:
    code_file = tmp_path / "code"
    done, _, _ = _step(tmp_path, "--ok", "2", "--code-file", str(code_file), command="raise SystemExit(3)")
    assert done.returncode == 3
    assert code_file.read_text() == "3\n"


@pytest.mark.parametrize(
    ("command", "heading", "below"),
    [
        ("print('All 15 checks passed.')", "All 15 checks passed.", ""),
        ("raise SystemExit('@everyone')", "failed: @<!-- -->everyone", "\n\n```text\n@everyone\n```\n"),
        ("print('```\\na\\nmake: *** [x] Error 1'); raise SystemExit(1)", "failed: a", "\n\n````text\n```\na\n````\n"),
        ("raise SystemExit(1)", "failed: it said nothing", "\n\n```text\n\n```\n"),
    ],
)
def test_the_summary_begins_with_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, heading: str, below: str
) -> None:
    summary = tmp_path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setattr(step.signal, "signal", lambda *_: None)  # this process keeps its own answers to signals
    code = step.main(["--result", "make check", sys.executable, "-I", "-S", "-c", command])
    mark = " " if "failed" in heading else ": "
    assert summary.read_text() == f"## make check{mark}{heading}{below or chr(10)}\n"
    assert code == ("failed" in heading)


def test_a_cancelled_step_lets_its_command_end(tmp_path: Path) -> None:
    ready, ended = tmp_path / "ready", tmp_path / "ended"
    command = (
        "import pathlib, signal, sys\n"
        f"signal.signal(signal.SIGINT, lambda *_: (pathlib.Path({str(ended)!r}).touch(), sys.exit(130)))\n"
        f"pathlib.Path({str(ready)!r}).touch()\n"
        "signal.pause()"
    )
    line = [sys.executable, "-m", "scripts.github.step", sys.executable, "-c", command]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL) as child:
        while not ready.exists():
            assert child.poll() is None
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)  # to this process only, as the runner does
        assert child.wait() == 130
    assert ended.exists()


# --- what other jobs left -------------------------------------------------------------------------------------------


@for_each(
    "change",
    [
        {"environment": "prod\n::set-output name=x::y"},
        {"environment": "../../etc"},
        {"region": "<img src=x>"},
        {"plan": "0a1b2c3d\ndeploy=[]"},
        {"exit_code": 7},
        {"account": "@everyone"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_plan_that_is_none_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    _plan(tmp_path / "plan-prod", **change)
    with pytest.raises(Refused, match="is not a plan"):
        artifacts.plans(tmp_path)


def test_links_and_giants_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("{}")
    link = tmp_path / "plan.json"
    link.symlink_to(secret)
    with pytest.raises(Refused, match="symbolic link"):
        artifacts.read_text(link)
    monkeypatch.setattr(artifacts, "BIGGEST", 1)
    with pytest.raises(Refused, match="bigger than"):
        artifacts.read_text(secret)


def test_a_live_plan_counts_more_than_one_without_aws(tmp_path: Path) -> None:
    _plan(tmp_path / "plan-live-prod", exit_code=0)
    _plan(tmp_path / "plan-offline" / "prod", against="main", account=None, exit_code=3)
    _plan(tmp_path / "plan-offline" / "test", environment="test", against="main", account=None)
    found = artifacts.plans(tmp_path)
    assert [(plan.environment, plan.live, plan.exit_code) for plan in found] == [("test", False, 2), ("prod", True, 0)]


# --- comments -------------------------------------------------------------------------------------------------------


def test_a_comment_is_updated_in_place(monkeypatch: pytest.MonkeyPatch, calls: Calls) -> None:
    bot, person = {"login": gh.BOT}, {"login": "mallory"}
    theirs = [
        {"id": 1, "user": person, "body": comment.marker("plan") + "mine"},
        {"id": 2, "user": bot, "body": "quoted:\n" + comment.marker("plan")},
        {"id": 3, "user": bot, "body": comment.marker("deployment 5") + "other"},
    ]
    monkeypatch.setattr(gh, "pages", lambda _path: theirs)
    assert comment.upsert("o/r", 7, "plan", "text", "elsewhere") == "written"
    theirs.append({"id": 4, "user": bot, "body": comment.marker("plan") + "old"})
    assert comment.upsert("o/r", 7, "plan", "text", "elsewhere") == "updated"
    theirs[-1]["body"] = comment.marker("plan") + "text"
    assert comment.upsert("o/r", 7, "plan", "text", "elsewhere") == "up to date"
    assert [(method, path) for method, path, _ in calls] == [
        ("POST", "repos/o/r/issues/7/comments"),
        ("PATCH", "repos/o/r/issues/comments/4"),
    ]


def test_the_comment_escapes_what_the_plan_says(tmp_path: Path) -> None:
    _plan(tmp_path / "plan-prod", summary="1 | @everyone <img src=x>")
    text = plan_comment.to_markdown(
        artifacts.plans(tmp_path), artifacts.warnings(tmp_path), "0" * 40, "https://github.com/o/r/actions/runs/1"
    )
    row = next(line for line in text.splitlines() if line.startswith("| `prod`"))
    assert "<img" not in row
    assert "@everyone" not in row
    assert row.replace("\\|", "").count("|") == 7


def test_the_comment_links_to_the_pages_of_the_services(tmp_path: Path) -> None:
    _plan(
        tmp_path / "plan-prod",
        tables=[{"service": "shop"}, {"service": "](x) @all"}, "odd"],
        shared=[{"service": "books"}],
    )
    _plan(tmp_path / "plan-test", environment="test", tables=[{"service": "shop"}], shared={"service": "odd"})
    assert page_links(tmp_path, "https://x.example/blob/c0ffee") == [
        "- `books`: [tables](https://x.example/blob/c0ffee/generated/books/README.md), "
        "[runbook](https://x.example/blob/c0ffee/generated/books/runbook.md), "
        "[prod](https://x.example/blob/c0ffee/generated/books/prod/README.md)",
        "- `shop`: [tables](https://x.example/blob/c0ffee/generated/shop/README.md), "
        "[runbook](https://x.example/blob/c0ffee/generated/shop/runbook.md), "
        "[prod](https://x.example/blob/c0ffee/generated/shop/prod/README.md), "
        "[test](https://x.example/blob/c0ffee/generated/shop/test/README.md)",
    ]
    many = [{"service": f"service-{number:02}"} for number in range(25)]
    _plan(tmp_path / "plan-test", environment="test", tables=many)
    assert page_links(tmp_path, "x")[-1] == "- 7 more services"


def _warn(folder: Path, *values: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "warnings.json").write_text(json.dumps({"warnings": values}))


WARNED = {
    "file": "contracts/shop/deployment.yaml",
    "line": 9,
    "id": "S205",
    "message": "TTL | @me.",
    "fix": "<b>Fix</b>.",
}


def test_the_comment_tells_each_warning_once(tmp_path: Path) -> None:
    _plan(tmp_path / "plan-prod")
    _warn(tmp_path / "plan-offline", WARNED, {**WARNED, "line": 12, "severity": "warning"})
    _warn(tmp_path / "plan-prod", WARNED)
    text = plan_comment.to_markdown(
        artifacts.plans(tmp_path), artifacts.warnings(tmp_path), "0" * 40, "https://x.example"
    )
    assert "\n### 2 warnings about contracts and settings\n" in text
    first, second = (line for line in text.splitlines() if "S205" in line)
    assert first.startswith("- `contracts/shop/deployment.yaml:9` S205: ") and second.startswith(
        "- `contracts/shop/deployment.yaml:12`"
    )
    assert "<b>" not in first and "@me" not in first
    _warn(tmp_path / "plan-prod", *({**WARNED, "line": n} for n in range(100, 140)))
    text = plan_comment.to_markdown(
        artifacts.plans(tmp_path), artifacts.warnings(tmp_path), "0" * 40, "https://x.example"
    )
    assert text.count("S205") == 20 and "- 22 more; `make check` shows them all." in text
    assert "warning" not in plan_comment.to_markdown(artifacts.plans(tmp_path), [], "0" * 40, "https://x.example")


@for_each("value", [[1], [{**WARNED, "line": "9"}], [{**WARNED, "file": None}], "x", [{**WARNED, "line": True}]])
def test_warnings_that_are_none_are_refused(tmp_path: Path, value: Any) -> None:
    (tmp_path / "warnings.json").write_text(json.dumps({"warnings": value}))
    with pytest.raises(Refused, match="is not a list of warnings"):
        artifacts.warnings(tmp_path)


def test_a_blocked_plan_fails_the_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan_comment.main([str(tmp_path), "--verdict"]) == 1
    _plan(tmp_path / "plan-prod")
    assert plan_comment.main([str(tmp_path), "--verdict"]) == 0
    _plan(tmp_path / "plan-test", environment="test", exit_code=3)
    assert plan_comment.main([str(tmp_path), "--verdict"]) == 3
    assert "cannot be deployed as it is: test" in capsys.readouterr().out


# --- what is deployed -----------------------------------------------------------------------------------------------


def _written(tmp_path: Path) -> dict[str, Any]:
    lines = (tmp_path / "output").read_text().splitlines()
    return {name: json.loads(value) for name, value in (line.split("=", 1) for line in lines)}


def test_only_what_changes_asks_for_an_approval(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number, code in enumerate((0, 2, 3)):
        _plan(tmp_path / f"plan-{number}", environment=f"e{number}", service="shop", exit_code=code)
    _plan(tmp_path / "plan-offline", environment="offline", against="main")
    monkeypatch.setenv("ENVIRONMENTS", json.dumps([{"environment": f"e{n}", "region": "eu-west-1"} for n in range(3)]))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    page = tmp_path / "generated" / "shop" / "e1" / "README.md"
    one = {"environment": "e1", "service": "shop", "region": "eu-west-1", "plan": "0a1b2c3d"}
    for there, link in ((False, "generated"), (True, "generated/shop/e1/README.md")):
        if there:
            page.parent.mkdir(parents=True)
            page.touch()
        assert to_deploy.main([str(tmp_path)]) == 0
        assert _written(tmp_path) == {"leading": [], "closing": [{**one, "page": link}]}


# What became of the environment before -> what is said of the later one; "" where its approval is offered.
MATCH, DIFFERS = {"verdict": "all match", "counts": {"match": 3}}, {"verdict": "1 differs", "counts": {"mismatch": 1}}
EARLIER: dict[str, tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None, str, str]] = {
    "nothing to do": ({"exit_code": 0}, None, None, "", ""),
    "deployed and valid": ({}, {"outcome": "deployed"}, MATCH, "approved", ""),
    "deployed, not valid": ({}, {"outcome": "deployed"}, DIFFERS, "approved", "deployed, but not as the contract says"),
    "not validated": ({}, {"outcome": "deployed"}, None, "approved", "deployed, but not as the contract says"),
    "failed": ({}, {"outcome": "failed"}, MATCH, "approved", "failed"),
    "refused": ({}, {"outcome": "refused"}, None, "approved", "refused"),
    "stopped": ({}, {"outcome": "stopped"}, MATCH, "approved", "stopped"),
    "waiting": ({}, {"outcome": "waiting"}, None, "approved", "waits for AWS"),
    "rejected": ({}, None, None, "rejected", "rejected"),
    "blocked": ({"exit_code": 3}, None, None, "", "blocked"),
    "of another attempt": ({}, {"outcome": "deployed", "plan": "ffffffff"}, MATCH, "", "waits for approval"),
    "of another service": ({"service": "cart"}, None, None, "", ""),
}


@for_each(("plan", "execution", "validation", "state", "why"), EARLIER.values(), ids=EARLIER)
def test_a_later_environment_waits_for_those_before_it(
    tmp_path: Path,
    plan: dict[str, Any],
    execution: dict[str, Any] | None,
    validation: dict[str, Any] | None,
    state: str,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "artifacts"
    _plan(folder / "plan-test" / "shop", **{"environment": "test", "service": "shop", **plan})
    for service in ("cart", "shop"):
        _plan(folder / "plan-prod" / service, environment="prod", service=service)
    for name, content in (("execution", execution), ("validation", validation)):
        if content:
            path = folder / "report-test.shop" / f"{name}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(content))
    decided = [{"environments": [{"name": "test"}], "state": state}] if state else []
    monkeypatch.setattr(gh, "api", lambda _method, _path: decided)
    places = [
        {"environment": "test", "region": "eu-west-1"},
        {"environment": "prod", "region": "eu-west-1", "after": ["test"], "wave": 2},
    ]
    summary = tmp_path / "summary"
    for name, value in {
        "ENVIRONMENTS": json.dumps(places),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_RUN_ID": "5",
        "GITHUB_STEP_SUMMARY": str(summary),
    }.items():
        monkeypatch.setenv(name, value)
    assert to_deploy.main([str(folder), "--wave", "2"]) == 0
    offered = [one["service"] for one in _written(tmp_path)["closing"]]
    other = plan.get("service") == "cart"  # then it is for that one to wait
    assert offered == (["shop"] if other else ["cart", *([] if why else ["shop"])])
    if why:
        assert f"**held back**. It comes after test ({why})." in summary.read_text()


@for_each("typed", ["", "prod", "0a1b2c3d", "test 0a1b2c3d", "prod 0a1b2c3e", "prod yes"])
def test_a_deployment_by_hand_needs_the_plan_that_was_read(
    tmp_path: Path, typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    places = [{"environment": name, "region": "eu-west-1", "deploy": name == "prod"} for name in ("test", "prod")]
    monkeypatch.setenv("ENVIRONMENTS", json.dumps(places))
    _plan(tmp_path / "plan-prod")
    _plan(tmp_path / "plan-test", environment="test", plan="ffffffff")  # is only looked at, because prod comes after it
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    assert to_deploy.main([str(tmp_path), "--confirmation", typed]) == 1
    assert not (tmp_path / "output").exists()
    assert "start again and type" in capsys.readouterr().err
    assert to_deploy.main([str(tmp_path), "--confirmation", " prod  0a1b2c3d "]) == 0
    _plan(tmp_path / "plan-prod" / "cart", service="cart", plan="00000000")
    assert to_deploy.main([str(tmp_path), "--confirmation", "prod 0a1b2c3d"]) == 1
    assert to_deploy.main([str(tmp_path), "--confirmation", "prod 0a1b2c3d 00000000"]) == 0


def _service(contracts: Path, name: str, deployment: str) -> None:
    folder = contracts / name
    folder.mkdir(parents=True)
    table = {"table": f"T-{name}", "pk": "id", "attributes": [{"name": "id", "type": "S"}]}
    (folder / "migrationContract.json").write_text(json.dumps({"tables": [table]}))
    (folder / "deployment.yaml").write_text(f"environments:\n  {deployment}\n")


def test_each_environment_is_there_once(tmp_path: Path) -> None:
    _service(tmp_path, "one", "prod: {region: eu-west-1}")
    _service(tmp_path, "two", 'prod: {region: eu-west-1, account: "111122223333"}')
    found = environments(read_services(tmp_path))
    place = {"environment": "prod", "region": "eu-west-1", "account": "111122223333"}
    assert found == [{**place, "after": (), "wave": 1, "deploy": True}]


def test_the_order_of_environments_makes_waves(tmp_path: Path) -> None:
    order = "dev: {region: eu-west-1}\n  test: {region: eu-west-2, after: [dev]}\n  prod: {region: eu-west-3, after: [test]}"
    _service(tmp_path, "one", order)
    _service(tmp_path, "two", "prod: {region: eu-west-3}")

    def found(only: str) -> list[tuple[str, int, tuple[str, ...], bool]]:
        chosen = environments(read_services(tmp_path), only)
        return [(one["environment"], one["wave"], one["after"], one["deploy"]) for one in chosen]

    assert found("") == [("dev", 1, (), True), ("test", 2, ("dev",), True), ("prod", 3, ("test",), True)]
    # Started by hand for one: what it comes after is looked at, and not deployed.
    assert found("prod") == [("test", 1, ("dev",), False), ("prod", 1, ("test",), True)]


@for_each(
    ("deployment", "only", "words"),
    [
        ("prod: {region: eu-west-1}", "pord", 'no environment "pord"'),
        ("prod: {region: us-east-1}", "", "One approval is for one"),
        ("plan: {region: eu-west-1}", "", "the workflows use that name"),
    ],
)
def test_environments_that_cannot_be_deployed_are_refused(
    tmp_path: Path, deployment: str, only: str, words: str
) -> None:
    _service(tmp_path, "one", "prod: {region: eu-west-1}")
    _service(tmp_path, "two", deployment)
    with pytest.raises(Refused, match=words):
        environments(read_services(tmp_path), only)


def test_an_environment_that_only_a_record_has_is_looked_at_too(tmp_path: Path) -> None:
    """Of services that can be read; and once, where another service has it."""
    _service(tmp_path / "contracts", "one", "prod: {region: eu-west-1}")
    for service, environment in (("one", "old"), ("gone", "old"), ("gone", "prod"), ("mistaken", "other")):
        folder = tmp_path / "generated" / service / environment
        folder.mkdir(parents=True)
        record = {"region": "eu-west-2", "account": "111122223333", "tables": {}, "shared": {}, "retired": {}}
        (folder / "deployment.json").write_text(json.dumps(record))
    services = read_services(tmp_path / "contracts")
    found = with_retired(environments(services), services, {"mistaken"}, tmp_path / "generated")
    old = {"environment": "old", "region": "eu-west-2", "account": "111122223333"}
    assert found[0]["environment"] == "prod"
    assert found[1:] == [{**old, "after": (), "wave": 1, "deploy": False}]
    with pytest.raises(Refused, match="There are 258 environments"):
        many = [{**old, "environment": f"e{number}"} for number in range(256)]
        with_retired(many, services, {"mistaken"}, tmp_path / "generated")


@for_each(
    ("code", "verdict", "shown"),
    [
        (0, "1 environment: 1 clean", "clean"),
        (0, "1 environment: 1 retired", "1 retired"),
        (0, "1 environment, looked at in 2 parts: 1 never deployed, 1 clean", "1 never deployed, 1 clean"),
        (1, "1 environment: 1 differs", "**drift**"),
        (2, "1 environment: 1 unreadable", "**not looked at**"),
    ],
)
def test_the_issue_calls_only_clean_what_was_compared(tmp_path: Path, code: int, verdict: str, shown: str) -> None:
    _downloaded(
        tmp_path, "drift", {"prod": {"prod/exit-code": f"{code}\n", "prod/drift.md": f"## Drift: {verdict}\n\nMore"}}
    )
    (look,) = drift_issue.looks(tmp_path, ["prod"])
    assert look.shown == shown


OURS, NEWEST = "a" * 40, "b" * 40


def _trees(commit: str, **services: dict[str, str]) -> dict[str, Any]:
    """What GitHub answers about the folders of a commit: service to environment to the hash of its templates."""

    def tree(path: str, folders: dict[str, str]) -> tuple[str, Any]:
        entries = [{"path": name, "type": "tree", "sha": sha} for name, sha in folders.items()]
        return f"repos/o/r/git/trees/{path}", {
            "truncated": False,
            "tree": [*entries, {"path": "a", "type": "blob", "sha": "0"}],
        }

    answers = dict([tree(commit, {"generated": f"{commit}-generated", "docs": "d"})])
    answers |= dict([tree(f"{commit}-generated", {name: f"{commit}-{name}" for name in services})])
    for name, within in services.items():
        answers |= dict([tree(f"{commit}-{name}", {one: f"{commit}-{name}-{one}" for one in within})])
        for one, sha in within.items():
            answers |= dict([tree(f"{commit}-{name}-{one}", {"templates": sha, "access": f"{commit}"})])
    return answers


@for_each(
    ("head", "environment", "there", "code"),
    [
        (OURS, None, {}, 0),
        (OURS, "prod", {}, 0),
        (NEWEST, None, {"shop": {"prod": "1", "test": "2"}}, 1),  # a run as a whole goes on with the newest commit only
        (NEWEST, "prod", {"shop": {"prod": "1", "test": "2"}}, 0),
        (NEWEST, "prod", {"shop": {"prod": "1", "test": "3"}}, 0),  # another environment changed
        (NEWEST, "prod", {"shop": {"prod": "9", "test": "2"}}, 1),
        (NEWEST, "prod", {"shop": {"test": "2"}}, 1),  # the environment is gone
        (NEWEST, "prod", {}, 1),  # the service is gone
        (NEWEST, "prod", {"shop": {"prod": "1"}, "cart": {"prod": "5"}}, 1),  # a service came
        (NEWEST, "prod", {"shop": {"prod": "1"}, "cart": {"test": "5"}}, 0),
    ],
)
@for_each("runs", [[], [{"html_url": "https://github.com/o/r/actions/runs/8"}]])
def test_a_run_whose_commit_is_superseded_goes_no_further(
    head: str,
    environment: str | None,
    there: dict[str, Any],
    code: int,
    runs: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    answers = {
        "repos/o/r/git/ref/heads/main": {"object": {"sha": head}},
        f"repos/o/r/actions/workflows/deploy.yml/runs?head_sha={head}": {"workflow_runs": runs},
        **_trees(OURS, shop={"prod": "1", "test": "2"}),
        **_trees(NEWEST, **there),
    }
    monkeypatch.setattr(gh, "api", lambda _method, path: answers[path])
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    monkeypatch.setenv("GITHUB_SHA", OURS)
    options = ["--environment", environment, "--report", str(tmp_path / "report" / "e.json")] if environment else []
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    assert newest.main(options) == (code if environment else 0)  # a run as a whole ends well, and does nothing
    said = "".join(capsys.readouterr())
    if environment is None:
        assert _written(tmp_path) == {"superseded": bool(code)}
    if code:
        assert "main has moved on since this run, from aaaaaaa to bbbbbbb" in said
        assert ("actions/runs/8" in said) == bool(runs)
        assert ("Start `deploy` by hand" in said) != bool(runs)
    report = tmp_path / "report" / "e.json"
    assert report.exists() == bool(code and environment)
    if report.exists():
        assert json.loads(report.read_text())["outcome"] == "refused"


@for_each(
    ("run", "jobs", "cancelled"),
    [
        ({"run_number": 6, "head_sha": NEWEST}, ["completed", "waiting"], True),
        ({"run_number": 8, "head_sha": NEWEST}, ["waiting"], False),  # newer than this run
        ({"run_number": 6, "head_sha": OURS}, ["waiting"], False),  # of the same commit, started by hand
        ({"run_number": 6, "head_sha": NEWEST}, ["in_progress", "waiting"], False),  # deploys another environment
        ({"run_number": 6, "head_sha": NEWEST}, ["queued", "waiting"], False),
    ],
)
def test_a_newer_run_withdraws_older_requests(
    run: dict[str, Any], jobs: list[str], cancelled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def api(method: str, path: str, _body: Any = None) -> Any:
        made.append((method, path))
        if "/jobs?" in path:
            return {"jobs": [{"status": status} for status in jobs]}
        return {"workflow_runs": [{"id": 5, "run_started_at": "2026-01-01T00:00:00Z", **run}]}

    monkeypatch.setattr(gh, "api", api)
    for name, value in {"GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": OURS, "GITHUB_RUN_NUMBER": "7"}.items():
        monkeypatch.setenv(name, value)
    assert waiting_runs.main(["--superseded"]) == 0
    assert (("POST", "repos/o/r/actions/runs/5/cancel") in made) == cancelled


W, R = "2026-01-01T12:00:00Z", "2026-01-01T12:00:01Z"  # one after the other


@for_each(
    ("waits", "report", "run", "found"),
    [
        (R, W, {}, True),
        (R, None, {}, True),
        (R, R, {}, True),  # of one second
        (None, W, {}, False),
        (W, R, {}, False),  # told since
        (R, W, {"status": "in_progress"}, False),
        (W, W, {"run_started_at": R}, False),  # started again since
        ("expired", W, {}, False),
        # Whoever can open a pull request can leave an artifact of this name; the look would run the code of its commit.
        (R, None, {"event": "pull_request"}, False),
        (R, None, {"path": ".github/workflows/plan.yml"}, False),
        (R, None, {"head_sha": NEWEST}, False),  # in no history of main
    ],
)
def test_what_waits_for_aws_is_found_until_something_newer_tells_of_it(
    tmp_path: Path,
    waits: str | None,
    report: str | None,
    run: dict[str, Any],
    found: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "generated" / "shop" / "prod" / "templates").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    def api(_method: str, path: str) -> Any:
        if "/compare/" in path:
            return {"status": "ahead" if path.endswith(f"{OURS}...main") else "diverged"}
        if "/runs/" in path:
            return {
                "event": "push",
                "path": ".github/workflows/deploy.yml@main",
                "id": 5,
                "status": "completed",
                "run_started_at": "2026-01-01T11:00:00Z",
                "head_sha": OURS,
                **run,
            }
        made = waits if "name=waiting-prod.shop&" in path else report if "name=report-prod.shop&" in path else None
        one = {"created_at": R, "expired": made == "expired", "workflow_run": {"id": 5}}
        return {"artifacts": [one if made == "expired" else {**one, "created_at": made}] if made else []}

    monkeypatch.setattr(gh, "api", api)
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("BRANCH", "main")
    assert waiting_deployments.main([]) == 0
    wanted = [{"environment": "prod", "service": "shop", "run": "5", "commit": OURS}]
    assert _written(tmp_path) == {"waiting": wanted if found else []}


@pytest.mark.parametrize(
    ("looked", "head", "sent"),
    [
        ("0", OURS, ["issues/12/comments", "actions/runs/5/rerun"]),  # the run offers what comes after it
        ("1", OURS, ["issues/12/comments"]),
        ("2", OURS, ["actions/runs/5/rerun"]),  # a step is left: the run asks for its approval
        ("4", OURS, []),
        ("0", NEWEST, ["issues/12/comments"]),  # main has moved on: the newest run does it
        ("2", NEWEST, ["issues/12/comments"]),
    ],
)
def test_how_a_deployment_stands_is_told_or_asked(
    tmp_path: Path, looked: str, head: str, sent: list[str], calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exit-code").write_text(f"{looked}\n")
    outcomes = {"0": "deployed", "1": "failed"}
    execution = {"outcome": outcomes.get(looked, "waiting"), "region": "eu-west-1", "plan": "0a1b2c3d"}
    (tmp_path / "execution.json").write_text(json.dumps(execution))
    first = {
        "id": 3,
        "user": {"login": gh.BOT},
        "body": comment.marker("deployment 5") + "## Deployment: 1 waits for AWS",
    }
    monkeypatch.setattr(gh, "pages", lambda _path: [first])
    monkeypatch.setattr(continued, "pull_request_of", lambda _here, _commit: 12)
    newer = "" if head == OURS else "main has moved on. Use https://github.com/o/r/actions/runs/8"
    monkeypatch.setattr(continued, "replacement", lambda _here, _branch, _commit: newer)
    for name, value in {
        "BRANCH": "main",
        "COMMIT": OURS,
        "ENVIRONMENT": "prod",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_RUN_ID": "9",
        "GITHUB_SERVER_URL": "https://github.com",
        "RUN": "5",
        "SERVICE": "shop",
    }.items():
        monkeypatch.setenv(name, value)
    assert continued.main([str(tmp_path)]) == 0
    assert [path for method, path, _ in calls if method == "POST"] == [f"repos/o/r/{p}" for p in sent]
    bodies = [body["body"] for _, path, body in calls if "comments" in path and body]
    if "issues/12/comments" in sent:
        word = {"0": "deployed", "1": "failed", "2": "superseded"}[looked]
        old, new = bodies  # the comment of the run that waited leads to its end
        assert old.startswith(f"{comment.marker('deployment 5')}**`prod`, `shop`: {word}** meanwhile, [run](")
        assert word in new and ("actions/runs/8" in new) == (word == "superseded")
    assert (tmp_path / "output").exists() == (looked == "2" and head == NEWEST)


# --- what became of it ----------------------------------------------------------------------------------------------


PROD = RunEnvironment("prod", "eu-west-1")


def _outcome(tmp_path: Path, execution: dict[str, Any] | None, approvals: list[Any]) -> outcomes.ServiceOutcome:
    _plan(tmp_path / "plan-prod", service="shop")
    if execution is not None:
        (tmp_path / "report-prod.shop").mkdir()
        (tmp_path / "report-prod.shop" / "execution.json").write_text(json.dumps(execution))
    return outcomes.outcomes(tmp_path, [PROD], approvals)[0]


def _decided(state: str) -> list[Any]:
    return [{"environments": [{"name": "prod"}], "state": state, "user": {"login": "rita"}}]


@for_each(
    ("execution", "approvals", "what"),
    [
        (None, [], "not approved"),
        (None, _decided("rejected"), "rejected"),
        ({"outcome": "deployed", "plan": "ffffffff"}, _decided("rejected"), "rejected"),  # of an earlier attempt
        (None, _decided("approved"), "nothing reported"),
        ({"outcome": "stopped", "message": "Ctrl-C"}, _decided("approved"), "stopped"),
        ({"outcome": "waiting", "message": "AWS goes on"}, _decided("approved"), "waits for AWS"),
        ({"outcome": "refused", "message": "stale"}, _decided("approved"), "refused"),
        ({"outcome": "???"}, _decided("approved"), "failed"),
        ({"outcome": "deployed"}, _decided("approved"), "deployed"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_every_end_has_a_name(tmp_path: Path, execution: Any, approvals: list[Any], what: str) -> None:
    found = _outcome(tmp_path, execution, approvals)
    assert found.what == what
    if what == "deployed":  # without a validation it is not taken for a good one
        assert (found.verdict, found.valid) == ("not validated", False)


def test_a_failed_stack_is_named(tmp_path: Path) -> None:
    stacks = {"dynamodb-prod": {"outcome": "failed", "reason": "quota"}, "other": {"outcome": "deployed"}}
    assert _outcome(tmp_path, {"outcome": "failed", "stacks": stacks}, []).failed == (("dynamodb-prod", "quota"),)


def _answers(*answers: Any) -> Callable[..., Any]:
    left = list(answers)

    def api(_method: str, path: str, _body: Any = None) -> Any:
        if path.endswith("/pulls"):
            answer = left.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        if "/commits/" in path:
            return {"commit": {"message": "Add a table (#12)\n\nbody (#99)"}}
        return {"merged_at": "then" if path.endswith("/12") else None}

    return api


def test_the_pull_request_of_a_commit_is_asked_for_until_github_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    not_yet = gh.GhError("no", 422)
    monkeypatch.setattr(gh, "api", _answers(not_yet, [], [{"number": 12, "merged_at": "then"}]))
    assert merged.pull_request_of("o/r", "0" * 40, pauses.append) == 12
    assert pauses == [2, 4]
    monkeypatch.setattr(gh, "api", _answers(*[not_yet] * 5))
    assert merged.pull_request_of("o/r", "0" * 40, pauses.append) == 12  # by the title
    monkeypatch.setattr(gh, "api", _answers(gh.GhError("no", 403)))
    with pytest.raises(gh.GhError):
        merged.pull_request_of("o/r", "0" * 40, pauses.append)


@for_each(
    ("server", "host", "token"),
    [("", "", ""), ("https://github.com", "", ""), ("https://git.example.com:8443", "git.example.com:8443", "a-token")],
)
def test_the_server_of_the_workflow_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str, host: str, token: str
) -> None:
    (tmp_path / "gh").write_text('#!/bin/sh\nprintf \'["%s", "%s"]\' "$GH_HOST" "$GH_ENTERPRISE_TOKEN"\n')
    (tmp_path / "gh").chmod(0o755)
    for name, value in {"PATH": f"{tmp_path}:/bin", "GITHUB_SERVER_URL": server, "GH_TOKEN": "a-token"}.items():
        monkeypatch.setenv(name, value)
    assert gh.api("GET", "repos/o/r") == [host, token]


# --- records --------------------------------------------------------------------------------------------------------


@for_each("name", ["shop/prod/README.md", "shop/test/deployment.json", "../x/deployment.json"])
def test_only_records_of_the_environment_are_proposed(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a" / "record-prod.shop" / name.replace("..", "up")
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    with pytest.raises(Refused, match="is not a record of its environment"):
        record_pull_request.records(tmp_path / "a", tmp_path / "generated")


def test_a_record_that_is_known_is_not_proposed(tmp_path: Path) -> None:
    for path in ("a/record-prod.shop/shop/prod/deployment.json", "generated/shop/prod/deployment.json"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("{}")
    assert record_pull_request.records(tmp_path / "a", tmp_path / "generated") == {}


def _downloaded(folder: Path, kind: str, held: dict[str, dict[str, str]]) -> None:
    """Artifacts `kind-<key>` as actions/download-artifact leaves them: a single one without a folder of its own."""
    for environment, files in held.items():
        for name, text in files.items():
            path = folder / ("" if len(held) == 1 else f"{kind}-{environment}") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


@pytest.mark.parametrize("names", [["prod"], ["prod", "test"]], ids=["one", "two"])
def test_records_are_found_however_many_there_are(tmp_path: Path, names: list[str]) -> None:
    # The artifact of a service also holds what the record of the other one was before.
    services = ("record-shop", "shop") if len(names) > 1 else ("shop",)
    files = {
        f"{name}.{mine}": {
            f"{shop}/{name}/deployment.json": '{"new": 1}' if shop == mine else "{}" for shop in services
        }
        for name in names
        for mine in services
    }
    _downloaded(tmp_path / "a", "record", files)
    found = record_pull_request.records(tmp_path / "a", tmp_path / "generated")
    assert found == {f"generated/{shop}/{name}/deployment.json": '{"new": 1}' for shop in services for name in names}


@for_each("name", ["README.md", "shop/prod/README.md", "prod/deployment.json", "shop/test/deployment.md"])
def test_a_single_artifact_holds_records_of_one_environment_only(tmp_path: Path, name: str) -> None:
    _downloaded(tmp_path / "a", "record", {"prod.shop": {"shop/prod/deployment.json": "{}", name: "{}"}})
    with pytest.raises(Refused, match="Nothing is proposed"):
        record_pull_request.records(tmp_path / "a", tmp_path / "generated")


@pytest.mark.parametrize("names", [["prod"], ["prod", "drift-prod"]], ids=["one", "two"])
def test_drift_is_found_however_many_looked(tmp_path: Path, names: list[str]) -> None:
    files = {name: {f"{name}/exit-code": "1\n", f"{name}/drift.md": f"of {name}"} for name in names}
    _downloaded(tmp_path, "drift", files)
    found = drift_issue.looks(tmp_path, [*names, "lost"])
    said = {look.environment: (look.result, look.markdown) for look in found}
    assert said == {name: ("drift", f"of {name}") for name in names} | {"lost": ("not looked at", "")}


def test_a_plan_alone_is_found(tmp_path: Path) -> None:
    _plan(tmp_path)
    assert [plan.environment for plan in artifacts.plans(tmp_path)] == ["prod"]
    assert [one.what for one in outcomes.outcomes(tmp_path, [PROD], [])] == ["not approved"]


def _record(ended: str | None) -> str:
    return json.dumps({"deployment": {"ended": ended}})


NOON, ONE = "2026-01-01T12:00:00Z", "2026-01-01T13:00:00Z"


@pytest.mark.parametrize("branch", ["main", record_pull_request.BRANCH], ids=["main", "open"])
@pytest.mark.parametrize(
    ("there", "proposed"),
    [
        (_record(ONE), ["test"]),
        (_record(NOON), ["prod", "test"]),
        (_record("2025-12-31T23:00:00Z"), ["prod", "test"]),
        (_record(None), ["prod", "test"]),
        ("{]", ["prod", "test"]),
        ('["deployment"]', ["prod", "test"]),
    ],
    ids=["newer", "same", "older", "no time", "no JSON", "no record"],
)
def test_a_newer_record_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, branch: str, there: str, proposed: list[str]
) -> None:
    origin = _hub(tmp_path, monkeypatch, branch, there)
    files = {
        f"{name}.shop": {f"shop/{name}/deployment.json": _record(NOON), f"shop/{name}/deployment.md": "Noon"}
        for name in ("prod", "test")
    }
    _downloaded(tmp_path / "a", "record", files)
    propose = [str(tmp_path / "a"), "--out", str(tmp_path / "generated")]
    assert record_pull_request.main(propose) == 0
    tip = record_pull_request.BRANCH
    changed = git("-C", str(origin), "diff", "--name-only", f"{tip}~1", tip).splitlines()
    assert {name.split("/")[2] for name in changed} == set(proposed)
    said = json.loads((tmp_path / "github.json").read_text())["pulls"][0]["body"]
    assert f"- Record the deployment of {', '.join(proposed)}: " in said
    if "prod" not in proposed:  # nor is anything made when nothing is left
        shutil.rmtree(tmp_path / "a" / "record-test.shop")
        assert record_pull_request.main(propose) == 0
        assert git("-C", str(origin), "rev-list", "--count", tip) == "2"


def _hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, branch: str, there: str) -> Path:
    """A repository whose `branch` holds the record `there` of prod, behind a `gh`; a branch other than main is proposed already."""
    work, origin = tmp_path / "work", tmp_path / "origin.git"
    git("init", "--quiet", "--initial-branch", branch, str(work))
    path = work / "generated" / "shop" / "prod" / "deployment.json"
    path.parent.mkdir(parents=True)
    path.write_text(there)
    git("add", "--all", cwd=work)
    git("commit", "--quiet", "-m", "Record", cwd=work)
    git("clone", "--quiet", "--bare", str(work), str(origin))
    pulls = [{"number": 3, "state": "open", "head": {"ref": branch}, "body": "Records.\n"}]
    state = {"repository": "o/r", "origin": str(origin), "last": 3, "pulls": pulls if branch != "main" else []}
    (tmp_path / "github.json").write_text(json.dumps(state))
    fake_program.install(monkeypatch, tmp_path / "bin", "fake_gh")
    values = {
        "FAKE_GH_STATE": str(tmp_path / "github.json"),
        "FAKE_GH_PERMISSIONS": json.dumps({"contents": "write", "pull-requests": "write"}),
        "GH_TOKEN": "a-token",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_RUN_ID": "5",
        "GITHUB_SERVER_URL": "https://github.com",
        "BASE": "main",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return origin


# --- on a runner ----------------------------------------------------------------------------------------------------


def test_an_error_cannot_command_the_runner() -> None:
    assert one_line("a\n::add-mask::b") == "a ::add-mask::b"
    assert one_line("::error::x") == " ::error::x"
