"""Runs the workflows of this repository as GitHub would, on this machine: jobs in their order, every `run:` step for real.

The actions that the workflows use are imitated, as far as a job can tell the difference: a check-out is a clone, artifacts are
folders, credentials are there only for a job that may ask for them. `gh` is a fake that knows the permissions of the job.
"""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.github import commands_here
from tests.github.expressions import condition, interpolate, shown, value
from tests.github.token_endpoint import TokenEndpoint
from tests.working_copy import QUICK_GIT

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
# What other tests run; here it would run the tests within the tests.
ELSEWHERE = ("make check", "make test", "make sarif", "make taskcat")
Approve = Callable[[str], str]


@cache
def workflow(name: str) -> dict[str, Any]:
    """A workflow as values; its `on` is the key True, as YAML 1.1 has it."""
    return yaml.load((WORKFLOWS / f"{name}.yml").read_text(), Loader=yaml.CSafeLoader)


@dataclass(slots=True)
class Step:
    """What a step did: success, failure or skipped, and what it said."""

    name: str
    outcome: str
    said: str = ""


@dataclass(slots=True)
class Job:
    """What a job did, with its steps; `environment` is the GitHub environment whose approval it needed."""

    id: str
    result: str
    matrix: Mapping[str, Any]
    steps: list[Step] = field(default_factory=list)
    summary: str = ""
    url: str = ""  # of the environment

    @property
    def said(self) -> str:
        """All that its steps said."""
        return "".join(step.said for step in self.steps)


@dataclass(slots=True)
class Run:
    """A run of a workflow."""

    id: int
    jobs: list[Job]
    asked: list[str]  # environments whose approval was asked for, in order

    def result(self, id: str) -> str:
        """The result of a job over its whole matrix."""
        results = [job.result for job in self.jobs if job.id == id]
        return next((word for word in ("failure", "cancelled", "skipped") if word in results), "success")

    def job(self, id: str, environment: str = "") -> Job:
        """A job, of the matrix the one for an environment."""
        return next(j for j in self.jobs if j.id == id and (not environment or j.matrix["environment"] == environment))

    @property
    def summary(self) -> str:
        """The summary of the run."""
        return "\n".join(job.summary for job in self.jobs)

    @property
    def failed(self) -> list[str]:
        """The jobs that failed, with what they said: for the message of an assertion."""
        return [f"{job.id} {dict(job.matrix)}\n{job.said}" for job in self.jobs if job.result == "failure"]


class Runner:
    """A repository on GitHub with its runners. `origin` is a bare repository, `state` the file of the fake gh."""

    def __init__(
        self, folder: Path, origin: Path, state: Path, aws: Mapping[str, str], variables: Mapping[str, str]
    ) -> None:
        self.origin, self.state, self._aws, self.variables = origin, state, aws, dict(variables)
        self._folder, self._runs = folder, 0
        self._tools = folder / "tools"
        self._tools.mkdir(parents=True)
        self.tokens = TokenEndpoint()
        (folder / "bin").mkdir()
        self.python = folder / "bin" / "python"
        self.understood: list[tuple[str, Mapping[str, str], list[str]]] = []  # commands, their environments and words
        self._here = commands_here.CommandsHere(folder / "commands", self.python, self._tools / "python3")

    def stop(self) -> None:
        """End what was started."""
        self.tokens.close()
        self._here.close()

    def run(
        self,
        name: str,
        event_name: str,
        sha: str,
        event: Mapping[str, Any] | None = None,
        inputs: Mapping[str, str] | None = None,
        approve: Approve = lambda _environment: "",
        attempt: int = 1,
    ) -> Run:
        """Run a workflow. `approve` gets an environment that waits and answers approved, rejected, or "" for neither."""
        self._runs += 1
        repository = json.loads(self.state.read_text())["repository"]
        facts = {"full_name": repository, "default_branch": "main", "private": False}
        number = (event or {}).get("pull_request", {}).get("number")
        github = {
            "event": {"repository": facts, **(event or {})},
            "event_name": event_name,
            "ref_name": f"{number}/merge" if number else "main",
            "repository": repository,
            "run_attempt": attempt,
            "run_id": self._runs,
            "server_url": "https://github.com",
            "sha": sha,
            "token": "a-token",
        }
        run = Run(self._runs, [], [])
        context = {"github": github, "vars": self.variables, "inputs": inputs or {}, "needs": {}}
        outputs: dict[str, dict[str, Any]] = {}
        for id, job in workflow(name)["jobs"].items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            context["needs"] = {one: {"result": run.result(one), "outputs": outputs[one]} for one in needs}
            outputs[id] = self._job(run, id, job, context, approve)
        return run

    def _call(
        self, run: Run, made: Job, job: dict[str, Any], context: dict[str, Any], approve: Approve
    ) -> dict[str, Any]:
        """Run a workflow that a job calls (on: workflow_call): its jobs in their order, with inputs of its own.

        https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations
        """
        assert not job.keys() & {"env", "environment", "runs-on", "steps", "timeout-minutes"}
        called = workflow(Path(job["uses"]).stem)
        wanted = called[True]["workflow_call"]["inputs"]
        given = {name: value(text, context, {}) for name, text in job.get("with", {}).items()}
        assert given.keys() <= wanted.keys()
        assert {name for name, one in wanted.items() if one["required"]} <= given.keys()
        assert all(isinstance(given[name], str) for name, one in wanted.items() if one["type"] == "string")
        inside = {**context, "inputs": given, "needs": {}}
        inside.pop("matrix", None)
        part = Run(run.id, [], run.asked)
        for id, each in called["jobs"].items():
            # GitHub refuses to start the run if a called job asks for more than its caller has.
            assert set(each["permissions"].items()) <= _up_to(job["permissions"])
            needs = [each["needs"]] if isinstance(each.get("needs"), str) else each.get("needs", [])
            inside["needs"] = {one: {"result": part.result(one), "outputs": {}} for one in needs}
            self._job(part, id, each, inside, approve)
        for one in part.jobs:
            one.matrix = {**made.matrix, **one.matrix}
        run.jobs += part.jobs
        bad = [one.result for one in part.jobs if one.result in ("failure", "cancelled")]
        made.result = bad[0] if bad else "success"
        return {}

    def _job(self, run: Run, id: str, job: dict[str, Any], context: dict[str, Any], approve: Approve) -> dict[str, Any]:
        results = [need["result"] for need in context["needs"].values()]
        functions = _status(all(result == "success" for result in results), "failure" in results)
        if not condition(job.get("if", "true"), context, functions):
            run.jobs.append(Job(id, "skipped", {}))
            return {}
        matrices = [{}]
        if "strategy" in job:
            assert job["strategy"]["fail-fast"] is False
            matrices = value(job["strategy"]["matrix"]["include"], context, functions)
            assert 0 < len(matrices) <= 256
        outputs: dict[str, Any] = {}
        for matrix in matrices:
            made = Job(id, "success", matrix)
            run.jobs.append(made)
            work = self._call if "uses" in job else self._run_job
            outputs = work(run, made, job, {**context, "matrix": matrix}, approve)
        return outputs

    def _run_job(
        self, run: Run, made: Job, job: dict[str, Any], context: dict[str, Any], approve: Approve
    ) -> dict[str, Any]:
        name = interpolate(job.get("environment", {}).get("name", ""), context, {})
        state = json.loads(self.state.read_text())
        if name:
            known = next((one for one in state["environments"] if one["name"] == name), {})
            context["vars"] = {**self.variables, **known.get("variables", {})}
            if any(rule["type"] == "required_reviewers" for rule in known.get("protection_rules", [])):
                run.asked.append(name)
                answer = approve(name)
                if answer:
                    state = json.loads(self.state.read_text())
                    decided = {
                        "environments": [{"name": name}],
                        "state": answer,
                        "user": {"login": "rita"},
                        "comment": "",
                    }
                    state["approvals"].setdefault(str(run.id), []).append(decided)
                    self.state.write_text(json.dumps(state))
                if answer != "approved":
                    made.result = "failure" if answer else "cancelled"
                    return {}
        work = _Work(self, run, made, job, context)
        return work.do()

    def run_command(self, text: str, environment: Mapping[str, str]) -> tuple[int, str]:
        """Run the command of a step in the workspace; its exit code and output.

        A command of ours takes no shell if its words are clear; those `understood` are compared with bash's in the end.
        """
        words = words_of(text, environment)
        program, *arguments = words[words[:1] == ["exec"] :] or ["bash"]
        with tempfile.TemporaryFile() as output, Path(os.devnull).open() as nothing:
            if program == "python3" or (program == ".venv/bin/python" and (self.workspace / program).exists()):
                self.understood.append((text, environment, words))
                files = (nothing.fileno(), output.fileno(), output.fileno())
                code = commands_here.run(arguments, self.workspace, environment, files)
            else:
                code = self._here.in_bash(text, self.workspace, environment, output)
            output.seek(0)
            return code, output.read().decode()

    def environment(self, run: Run, permissions: Mapping[str, str]) -> dict[str, str]:
        """What every step finds in its environment. Nothing of that of the tests but what Python needs."""
        return {
            "CI": "true",
            "FAKE_GH_PERMISSIONS": json.dumps(permissions),
            "FAKE_GH_STATE": str(self.state),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "devi",
            "GITHUB_REPOSITORY": json.loads(self.state.read_text())["repository"],
            "GITHUB_RUN_ID": str(run.id),
            "GITHUB_RUN_NUMBER": str(run.id),
            "GITHUB_SERVER_URL": "https://github.com",
            "HOME": str(self._folder),
            "PATH": f"{self._tools}:/usr/bin:/bin",
        }

    @property
    def aws(self) -> dict[str, str]:
        """What a job has after it has taken a role."""
        return dict(self._aws)

    @property
    def workspace(self) -> Path:
        """Where each job finds its check-out; a fresh one each time."""
        return self._folder / "workspace"

    def artifact(self, run: Run, name: str) -> Path:
        """The folder of an artifact of a run."""
        return self._folder / "artifacts" / str(run.id) / name


class _Work:
    """One job at work."""

    def __init__(self, runner: Runner, run: Run, made: Job, job: dict[str, Any], context: dict[str, Any]) -> None:
        self._runner, self._run, self._made, self._job = runner, run, made, job
        self._steps: dict[str, Any] = {}
        self._context = {**context, "steps": self._steps}
        self._permissions = job.get("permissions", {})
        self._credentials: dict[str, str] = {}
        self._files = runner.workspace.parent / "files"
        self._files.mkdir(exist_ok=True)
        runner.workspace.mkdir(exist_ok=True)
        if (runner.workspace / ".git").exists():  # as good as a fresh one, and far cheaper
            git("clean", "-ffdxq", cwd=runner.workspace)

    def do(self) -> dict[str, Any]:
        good = True
        self._context["env"] = self._values(self._job.get("env", {}), _status(True, False))
        for step in self._job["steps"]:
            functions = {**_status(good, not good), "hashFiles": self._hash}
            outputs: dict[str, str] = {}
            if not condition(step.get("if", "true"), self._context, functions):
                outcome, said = "skipped", ""
            elif "run" in step:
                code, said, outputs = self._command(step, functions)
                outcome = "failure" if code else "success"
            else:
                said = self._action(step, functions)
                outcome = "failure" if said.startswith("Error") else "success"
            good = good and outcome != "failure"
            self._made.steps.append(Step(step.get("name", ""), outcome, said))
            if "id" in step:
                self._steps[step["id"]] = {"outcome": outcome, "outputs": outputs}
        self._made.result = "success" if good else "failure"
        self._made.url = interpolate(self._job.get("environment", {}).get("url", ""), self._context, {})
        return self._values(self._job.get("outputs", {}), _status(good, not good))

    def _values(self, of: Mapping[str, Any], functions: Mapping[str, Any]) -> dict[str, str]:
        return {name: interpolate(str(text), self._context, functions) for name, text in of.items()}

    def _hash(self, pattern: str) -> str:
        return "a-hash" if list(self._runner.workspace.glob(pattern)) else ""

    def _command(self, step: dict[str, Any], functions: Mapping[str, Any]) -> tuple[int, str, dict[str, str]]:
        text = step["run"]
        if text == "make setup":
            self._locked_environment()
            return 0, "the environment of the tests\n", {}
        if any(one in text for one in ELSEWHERE):
            if "sarif" in text:
                (self._runner.workspace / "build" / "sarif").mkdir(parents=True)
                (self._runner.workspace / "build" / "sarif" / "policies.sarif").write_text("{}")
            return 0, f"tested elsewhere: {text}\n", {}
        files = {name: self._files / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for path in files.values():
            path.write_text("")
        given = self._values({**self._job.get("env", {}), **step.get("env", {})}, functions)
        environment = self._runner.environment(self._run, self._permissions) | self._credentials | given
        if self._permissions.get("id-token") == "write":
            environment |= self._runner.tokens.environment
            if "AWS_ROLE_ARN" in environment:  # where AWS is; the keys are for the command to get
                environment |= {k: v for k, v in self._runner.aws.items() if not k.endswith(("_KEY_ID", "_ACCESS_KEY"))}
        environment |= self._described()
        code, said = self._runner.run_command(text, environment | {name: str(path) for name, path in files.items()})
        assert not files["GITHUB_ENV"].read_text()
        self._made.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        return code, said, dict(line.split("=", 1) for line in lines)

    def _described(self) -> dict[str, str]:
        """What GitHub says about the run, the job and the runner in every environment.

        https://docs.github.com/en/actions/reference/workflows-and-actions/variables
        """
        github = self._context["github"]
        event = self._files / "event.json"
        event.write_text(json.dumps(github["event"]))
        pull = github["event_name"] == "pull_request"
        return {
            "GITHUB_ACTION": "__run",
            "GITHUB_ACTOR_ID": "7",
            "GITHUB_API_URL": "https://api.github.com",
            "GITHUB_BASE_REF": "main" if pull else "",
            "GITHUB_EVENT_NAME": github["event_name"],
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_GRAPHQL_URL": "https://api.github.com/graphql",
            "GITHUB_HEAD_REF": "a-branch" if pull else "",
            "GITHUB_JOB": self._made.id,
            "GITHUB_REF": f"refs/pull/{github['ref_name']}" if pull else "refs/heads/main",
            "GITHUB_REF_NAME": github["ref_name"],
            "GITHUB_REF_PROTECTED": "true",
            "GITHUB_REF_TYPE": "branch",
            "GITHUB_REPOSITORY_ID": "1",
            "GITHUB_REPOSITORY_OWNER": github["repository"].partition("/")[0],
            "GITHUB_RETENTION_DAYS": "90",
            "GITHUB_RUN_ATTEMPT": str(github["run_attempt"]),
            "GITHUB_SHA": github["sha"],
            "GITHUB_TRIGGERING_ACTOR": "devi",
            "GITHUB_WORKFLOW": "a workflow",
            "GITHUB_WORKFLOW_REF": f"{github['repository']}/.github/workflows/a.yml@refs/heads/main",
            "GITHUB_WORKFLOW_SHA": github["sha"],
            "GITHUB_WORKSPACE": str(self._runner.workspace),
            "RUNNER_ARCH": "X64",
            "RUNNER_ENVIRONMENT": "github-hosted",
            "RUNNER_NAME": "GitHub Actions 1",
            "RUNNER_OS": "Linux",
            "RUNNER_TEMP": str(self._files),
            "RUNNER_TOOL_CACHE": str(self._files),
        }

    def _locked_environment(self) -> None:
        """What runs a command with the environment of the tests; nothing that happens here can reach that itself."""
        folder = self._runner.workspace / ".venv" / "bin"
        folder.mkdir(parents=True)
        (folder / "python").symlink_to(self._runner.python)

    def _action(self, step: dict[str, Any], functions: Mapping[str, Any]) -> str:
        given = {name: value(text, self._context, functions) for name, text in step.get("with", {}).items()}
        name = step["uses"].split("@")[0].split("/", 1)[1]
        return ACTIONS[name](self, given) or f"{name}\n"

    def check_out(self, given: Mapping[str, Any]) -> None:
        assert given["persist-credentials"] is False
        assert "contents" in self._permissions
        workspace = self._runner.workspace
        if not (workspace / ".git").exists():
            git("clone", "--quiet", "--shared", "--no-checkout", str(self._runner.origin), str(workspace))
        wanted = str(given.get("ref") or self._context["github"]["sha"])
        git("checkout", "--quiet", "--force", "--detach", wanted, cwd=workspace)

    def take_role(self, given: Mapping[str, Any]) -> str | None:
        if self._permissions.get("id-token") != "write" or not given["role-to-assume"]:
            return "Error: no role to assume, or no token to assume it with\n"
        region = str(given["aws-region"])
        self._credentials = {**self._runner.aws, "AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        return None

    def upload(self, given: Mapping[str, Any]) -> str | None:
        target = self._runner.artifact(self._run, given["name"])
        if target.exists():
            assert given["overwrite"] is True
            shutil.rmtree(target)
        path = str(given["path"])
        fixed = Path(path.split("*")[0])
        root = self._runner.workspace / (
            fixed if "*" not in path else fixed if path.split("*")[0].endswith("/") else fixed.parent
        )
        found = root.rglob("*") if "*" not in path else self._runner.workspace.glob(path)
        files = [one for one in found if one.is_file()]
        for one in files:
            copy = target / one.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(one, copy)
        if files:
            state = json.loads(self._runner.state.read_text())
            run = {"id": self._run.id}
            others = [one for one in state["artifacts"] if (one["name"], one["workflow_run"]) != (given["name"], run)]
            made = {"name": given["name"], "expired": False, "created_at": moment(), "workflow_run": run}
            self._runner.state.write_text(json.dumps({**state, "artifacts": [*others, made]}))
        missing = not files and given.get("if-no-files-found", "warn") == "error"
        return "Error: no files\n" if missing else None

    def download(self, given: Mapping[str, Any]) -> str | None:
        folder = self._runner.artifact(self._run, "x").parent
        if "run-id" in given:  # of another run: with a token that may read them
            assert given["github-token"] and self._permissions["actions"] == "read"
            folder = folder.parent / str(given["run-id"])
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        target = self._runner.workspace / given["path"]
        if "name" in given:
            if given["name"] not in names:
                return f"Error: there is no artifact {given['name']}\n"
            shutil.copytree(folder / given["name"], target, dirs_exist_ok=True)
            return None
        wanted = fnmatch.filter(names, given.get("pattern", "*"))
        for name in wanted:  # since v5 a single one gets no folder of its own, also when a pattern found it
            shutil.copytree(folder / name, target if len(wanted) == 1 else target / name, dirs_exist_ok=True)
        return None


ACTIONS: dict[str, Callable[[_Work, Mapping[str, Any]], str | None]] = {
    "checkout": _Work.check_out,
    "setup-python": lambda _work, _given: None,
    "configure-aws-credentials": _Work.take_role,
    "upload-artifact": _Work.upload,
    "download-artifact": _Work.download,
    "codeql-action/upload-sarif": lambda _work, _given: None,
    "cache/restore": lambda _work, _given: None,
    "cache/save": lambda _work, _given: None,
}


# A word of a command that means the same without a shell: a text in quotes, with variables; words in a variable; a word.
WORD = re.compile(r'"((?:[^"$`\\]|\$\w+)*)"|\$(\w+)|([\w./=-]+)')


def words_of(text: str, environment: Mapping[str, str]) -> list[str]:
    """The words of a command as bash makes them; none if only bash can."""
    text = text.strip()
    if not re.fullmatch(rf"(?:{WORD.pattern})(?:\s+(?:{WORD.pattern}))*", text):
        return []
    words: list[str] = []
    for match in WORD.finditer(text):
        quoted, split, plain = match.groups()
        if quoted is not None:
            words.append(re.sub(r"\$(\w+)", lambda name: environment.get(name[1], ""), quoted))
        else:
            words += environment.get(split, "").split() if split else [plain]
    return words


def moment() -> str:
    """The time as GitHub says it, but to the microsecond."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _up_to(permissions: Mapping[str, str]) -> set[tuple[str, str]]:
    """Permissions, and what is less than them."""
    less = {(scope, "read") for scope, level in permissions.items() if level == "write"}
    return {*permissions.items(), *less}


def _status(good: bool, bad: bool) -> dict[str, Callable[[], bool]]:
    return {"success": lambda: good, "failure": lambda: bad, "always": lambda: True, "cancelled": lambda: False}


def git(*arguments: str, cwd: Path | None = None) -> str:
    """Run git, untouched by the configuration of whoever runs the tests."""
    names: Sequence[str] = ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME")
    who = dict.fromkeys(names, "Devi") | {name.replace("NAME", "EMAIL"): "devi@example.com" for name in names}
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **QUICK_GIT, **who}
    done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


__all__ = ["Job", "Run", "Runner", "git", "shown", "workflow"]
