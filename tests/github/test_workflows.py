"""What must hold of every workflow, job and step, whatever they do."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings

from scripts.checks import workflows
from scripts.checks.static_checks import CHECKS
from scripts.path_classes import in_copy
from tests.for_each import for_each
from tests.github.expressions import condition
from tests.github.runner import ROOT, WORKFLOWS, workflow

NAMES = sorted(path.stem for path in WORKFLOWS.glob("*.yml"))
# Writing to GitHub; a job with one of these never has credentials of AWS, and runs no code of a pull request.
TALK = ("contents", "issues", "pull-requests", "actions", "security-events")
FILES = sorted(WORKFLOWS.glob("*.yml"))
GITLAB = ROOT / "docs" / "examples" / "gitlab-ci.yml"


def _jobs(calls: bool = False) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The jobs that run something, or those that call another workflow."""
    for name in NAMES:
        for id, job in workflow(name)["jobs"].items():
            if calls == ("uses" in job):
                yield name, id, job


def _steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in NAMES:
        for id, job in workflow(name)["jobs"].items():
            for step in job.get("steps", ()):
                yield f"{name}/{id}/{step['name']}", step


JOBS = [*_jobs()]


def _writes(job: dict[str, Any]) -> list[str]:
    return [scope for scope in TALK if job["permissions"].get(scope) == "write"]


def test_the_workflows_are_those_of_the_documentation() -> None:
    own = [name for name in NAMES if in_copy(f".github/workflows/{name}.yml")]
    assert own == ["check", "continue", "deploy", "deploy-service", "drift", "plan", "regenerate", "sandbox"]
    assert [name for name in NAMES if name not in own] == ["nightly"], "of the project itself"


@for_each("path", FILES, ids=lambda path: path.stem)
def test_actions_are_pinned_to_a_commit_with_their_version(path: Path) -> None:
    uses = [line for line in path.read_text().splitlines() if "uses:" in line and "uses: ./.github/" not in line]
    for line in uses:
        assert re.search(r"uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_the_property_tests_try_more_every_night() -> None:
    profiles = {
        (name.partition("/")[0], env["HYPOTHESIS_PROFILE"])
        for name, step in _steps()
        if "HYPOTHESIS_PROFILE" in (env := step.get("env", {}))
    }
    assert profiles == {("nightly", "nightly")}
    assert "schedule" not in workflow("check")[True], "a night has one run of all tests"
    assert settings.get_profile("nightly").max_examples > 10 * settings.get_profile("default").max_examples


def test_an_action_has_one_version_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for _, step in _steps():
        if "uses" in step:
            action, _, pin = step["uses"].partition("@")
            pins.setdefault(action, set()).add(pin)
    assert {action: len(found) for action, found in pins.items()} == dict.fromkeys(pins, 1)


@for_each("name", NAMES)
def test_nothing_is_permitted_but_what_a_job_says(name: str) -> None:
    assert workflow(name)["permissions"] == {}


@for_each(("name", "id", "job"), JOBS)
def test_a_job_has_a_limit_and_its_own_permissions(name: str, id: str, job: dict[str, Any]) -> None:
    assert 1 <= job["timeout-minutes"] <= 360
    assert job["runs-on"] == "ubuntu-24.04"
    assert isinstance(job["permissions"], dict)


@for_each(("name", "id", "job"), JOBS)
def test_credentials_and_a_voice_are_never_in_one_job(name: str, id: str, job: dict[str, Any]) -> None:
    places = (job, *job["steps"])
    takes_role = any(
        "AWS_ROLE_ARN" in place.get("env", {}) for place in places
    )  # the command does, as often as it needs to
    takes_role |= any("configure-aws-credentials" in step.get("uses", "") for step in job["steps"])
    assert takes_role == (job["permissions"].get("id-token") == "write")
    assert not (takes_role and _writes(job))
    if takes_role:
        assert job["environment"]["name"]  # the trust of every role is bound to an environment


@for_each(("name", "id", "job"), JOBS)
def test_who_may_write_installs_nothing_and_runs_no_proposed_code(name: str, id: str, job: dict[str, Any]) -> None:
    if not _writes(job):
        return
    for step in job["steps"]:
        assert "make" not in step.get("run", "")
        assert ".venv" not in step.get("run", "")
        if "actions/checkout" in step.get("uses", "") and "pull_request" in workflow(name)[True]:
            assert step["with"]["ref"].startswith("${{ github.event.pull_request.base.sha")


@for_each(("name", "id", "job"), [*_jobs(calls=True)])
def test_a_called_workflow_gets_what_its_jobs_need_and_no_more(name: str, id: str, job: dict[str, Any]) -> None:
    called = workflow(Path(job["uses"]).stem)
    assert job["uses"] == f"./.github/workflows/{Path(job['uses']).stem}.yml"
    assert "secrets" not in job
    needed: dict[str, str] = {}
    for each in called["jobs"].values():
        for scope, level in each["permissions"].items():
            needed[scope] = max(level, needed.get(scope, "read"))
    assert job["permissions"] == needed
    assert {*job["with"]} == {*called[True]["workflow_call"]["inputs"]}


def test_pull_requests_are_never_run_with_the_rights_of_the_target() -> None:
    for name in NAMES:
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(workflow(name)[True])


DEFAULT_TYPES = ("opened", "synchronize", "reopened")


def test_required_workflows_always_run() -> None:
    for name in ("check", "plan"):
        for event in ("pull_request", "merge_group"):
            # No filter: a check that does not run stays pending for ever. `types` of the plan only adds to the default ones.
            given = workflow(name)[True][event] or {}
            assert given.keys() <= {"types"}
            assert {"opened", "synchronize", "reopened"} <= set(given.get("types", DEFAULT_TYPES))
        assert "always()" in workflow(name)["jobs"][name]["if"]


def test_nothing_waits_for_an_approval_while_holding_a_lock() -> None:
    deploy, called = workflow("deploy"), workflow("deploy-service")
    assert "concurrency" not in deploy.keys() | called.keys()
    for job in [*deploy["jobs"].values(), *called["jobs"].values()]:
        assert "concurrency" not in job
        assert "max-parallel" not in job.get("strategy", {})
        assert job.get("strategy", {"fail-fast": False})["fail-fast"] is False


def test_only_the_deployment_uses_the_environments_that_are_protected() -> None:
    for name in NAMES:
        for id, job in workflow(name)["jobs"].items():
            used = job.get("environment", {}).get("name")
            assert used in (None, "plan", "sandbox") or (name, id) == ("deploy-service", "deploy")


@for_each(("where", "step"), [*_steps()], ids=lambda value: value if isinstance(value, str) else "")
def test_a_step_is_one_command_without_expressions(where: str, step: dict[str, Any]) -> None:
    if "run" in step:
        assert "${{" not in step["run"]
        assert "\n" not in step["run"].strip()
        assert re.match(r"(make|exec python3|python3|\.venv/bin/python|echo|test) ", step["run"])
        for variable in re.findall(r"\$\w+", step["run"].replace("$PREFLIGHT_OPTIONS", "")):
            assert f'"{variable}"' in step["run"] or f"{variable} " in step["run"] or f"{variable}." in step["run"]
    elif "actions/checkout" in step["uses"]:
        assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize(
    ("name", "id", "variable"),
    [("deploy-service", "deploy", "AWS_DEPLOY_ROLE_ARN"), ("sandbox", "taskcat", "AWS_SANDBOX_ROLE_ARN")],
)
def test_a_job_without_its_role_says_which_variable_to_set(name: str, id: str, variable: str) -> None:
    step = workflow(name)["jobs"][id]["steps"][0]
    assert step["env"] == {"ROLE": f"${{{{ vars.{variable} }}}}"}
    for role, code in (("", 1), ("arn:aws:iam::111122223333:role/deploy", 0)):
        command = ["bash", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(command, env={"ROLE": role}, capture_output=True, text=True, check=False)
        assert done.returncode == code
        said = rf"{variable} (of this environment )?is not set: docs/aws-setup\.md\n" if code else ""
        assert re.fullmatch(said, done.stdout)


def test_what_prints_contract_text_cannot_command_the_runner() -> None:
    printing = ("make check", "make test", "make sarif", "make taskcat")
    modules = tuple(f"scripts.{verb} " for verb in ("plan", "deploy", "validate", "record", "drift"))
    for where, step in _steps():
        run = step.get("run", "")
        if not run.startswith("echo ") and any(one in f"{run} " for one in (*printing, *modules)):
            assert "scripts.github.step " in run, where


def test_the_form_of_the_workflows_is_checked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / ".github"
    (folder / "workflows").mkdir(parents=True)
    (folder / "dependabot.yml").write_text((ROOT / ".github" / "dependabot.yml").read_text())
    broken = (WORKFLOWS / "drift.yml").read_text().replace("timeout-minutes", "timeout-minute")
    (folder / "workflows" / "drift.yml").write_text(broken)
    example = tmp_path / "docs" / "examples" / "gitlab-ci.yml"
    example.parent.mkdir(parents=True)
    example.write_text(GITLAB.read_text().replace("stages: [", "stages: [7, "))
    assert workflows.main([str(tmp_path)]) == 1
    said = capfd.readouterr().out
    assert "timeout-minute" in said and "gitlab-ci.yml" in said
    assert workflows.main([str(tmp_path / "docs")]) == 1
    assert "Restore it" in capfd.readouterr().err


def _without_templates(text: str) -> dict[str, Any]:
    """What GitLab makes of a pipeline with `extends`: its schema lets hidden jobs be anything."""
    given = yaml.safe_load(text)

    def whole(job: dict[str, Any]) -> dict[str, Any]:
        return {**whole(given[job["extends"]]), **job} if "extends" in job else job

    return {name: whole(value) if isinstance(value, dict) else value for name, value in given.items() if name[0] != "."}


def test_the_example_for_gitlab_is_valid_with_all_that_its_jobs_extend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import check_jsonschema

    text = GITLAB.read_text()
    mistakes = {"when: manual": "when: asked", "aud: sts.amazonaws.com": "audience: x", "[build/plan]": "{a: b}"}
    texts = {"good": text, **{f"mistake {n}": text.replace(*each) for n, each in enumerate(mistakes.items())}}
    assert len(set(texts.values())) == len(texts)
    for name, each in texts.items():
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(_without_templates(each)))
    options = ["--builtin-schema", "vendor.gitlab-ci", "--output-format", "json"]
    check_jsonschema.main([*options, *map(str, sorted(tmp_path.iterdir()))], standalone_mode=False)
    said = capsys.readouterr().out
    refused = {Path(error["filename"]).stem for error in json.loads(said)["errors"]}
    assert refused == texts.keys() - {"good"}, said


REPOSITORY = "o/r"
# Author of a pull request, where its branch is: which jobs of `plan` and `check` run besides those that every one gets.
AUTHORS = {
    "a person": ({"login": "devi", "type": "User"}, REPOSITORY, {"live", "comment", "findings"}),
    "our workflows": ({"login": "github-actions[bot]", "type": "Bot"}, REPOSITORY, {"live", "comment", "findings"}),
    "Renovate": ({"login": "renovate[bot]", "type": "Bot"}, REPOSITORY, {"comment", "findings"}),
    "Dependabot": ({"login": "dependabot[bot]", "type": "Bot"}, REPOSITORY, {"summary"}),
    "a fork": ({"login": "devi", "type": "User"}, "somebody/r", {"summary"}),
}


@for_each("author", AUTHORS)
def test_a_job_runs_only_for_those_whose_token_and_code_allow_it(author: str) -> None:
    user, home, wanted = AUTHORS[author]
    pull = {"user": user, "head": {"repo": {"full_name": home}}}
    context = {
        "github": {
            "event_name": "pull_request",
            "repository": REPOSITORY,
            "event": {"pull_request": pull, "repository": {"private": False}},
        },
        "vars": {"AWS_PLAN_ROLE_ARN": "role", "CODE_SCANNING": ""},
        "needs": {"offline": {"outputs": {"environments": "[{}]"}}},
    }
    status = {"cancelled": lambda: False, "success": lambda: True, "always": lambda: True}
    conditions = {id: job.get("if", "true") for name in ("plan", "check") for id, job in workflow(name)["jobs"].items()}
    ran = {id for id, text in conditions.items() if condition(text, context, status)}
    assert ran - {"offline", "static", "tests", "plan", "check"} == wanted


def test_updates_wait_a_week() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "pip"}
    assert all(update["cooldown"]["default-days"] >= 7 for update in updates)


def test_what_runs_with_credentials_has_owners() -> None:
    owned = {
        line.split()[0] for line in (ROOT / ".github" / "CODEOWNERS").read_text().splitlines() if line[:1] not in "#"
    }
    assert {"*", "/.github/", "/scripts/", "/policies/", "/Makefile", "/requirements*"} <= owned


def test_make_check_looks_at_the_workflows() -> None:
    commands = {check.name: check.command for check in CHECKS}
    assert "workflows" in commands and {"--persona", "auditor"} <= set(commands["zizmor"])
