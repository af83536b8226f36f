"""A small project in a repository on the imitated GitHub, with two environments on the local AWS, for the story."""

import contextlib
import copy
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from scripts import generate
from tests.github.runner import ROOT, Approve, Run, Runner, git
from tests.shop import CONTRACT

REPOSITORY = "example/tables"
SERVICE = "shop"
TEST, PROD = "test-eu-west-1", "prod-us-east-1"
REGIONS = {TEST: "eu-west-1", PROD: "us-east-1"}
DEPLOYMENT = f"""\
environments:
  {TEST}: {{region: eu-west-1}}
  {PROD}: {{region: us-east-1, table_prefix: prod-, after: [{TEST}]}}
tables:
  Orders: {{ttl: expires_at}}
"""
# What the workflows read; of the code they run that of the tests, and here is one file in its place.
PARTS = (".gitignore", "docs", "policies", "scripts/path_classes.toml")
PROTECTED = {
    "protection_rules": [
        {
            "type": "required_reviewers",
            "prevent_self_review": True,
            "reviewers": [{"type": "User", "reviewer": {"id": 7, "login": "rita"}}],
        },
        {"type": "branch_policy"},
    ],
    "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
    "branch_policies": [{"id": 9, "name": "main", "type": "branch"}],
    "can_admins_bypass": False,
}
ROLE = "arn:aws:iam::111122223333:role/dynamodb"


class World:
    """The repository, its pull requests, and the runner of its workflows."""

    def __init__(self, folder: Path, aws: Mapping[str, str]) -> None:
        self.origin, self._dev = folder / "origin.git", folder / "dev"
        self._aws = aws
        self.contract: dict[str, Any] = copy.deepcopy(CONTRACT)
        git("init", "--quiet", "--bare", "--initial-branch", "main", str(self.origin))
        self._dev.mkdir()
        for name in PARTS:
            source, target = ROOT / name, self._dev / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("pictures"))
            else:
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(source, target)
        (self._dev / "contracts").mkdir()
        for schema in (ROOT / "contracts").glob("*.json"):
            shutil.copyfile(schema, self._dev / "contracts" / schema.name)
        self.state_file = folder / "github.json"
        environments = [
            {"name": name, **PROTECTED, "variables": {"AWS_DEPLOY_ROLE_ARN": f"{ROLE}-{name}"}} for name in REGIONS
        ]
        empty: dict[str, Any] = {kind: [] for kind in ("artifacts", "comments", "issues", "pulls", "runs")}
        self.state = {
            "repository": REPOSITORY,
            "origin": str(self.origin),
            "last": 0,
            "environments": [*environments, {"name": "plan", "protection_rules": []}],
            "approvals": {},
            **empty,
        }
        self.runner = Runner(
            folder / "runner", self.origin, self.state_file, aws, {"AWS_PLAN_ROLE_ARN": f"{ROLE}-plan"}
        )
        self.write()
        self._commit("Begin")

    @property
    def state(self) -> dict[str, Any]:
        """What GitHub knows."""
        return json.loads(self.state_file.read_text())

    @state.setter
    def state(self, value: dict[str, Any]) -> None:
        self.state_file.write_text(json.dumps(value))

    @property
    def main(self) -> str:
        """The newest commit of main."""
        return git("-C", str(self.origin), "rev-parse", "main")

    def write(
        self, deployment: str = DEPLOYMENT, service: str = SERVICE, contract: Mapping[str, Any] | None = None
    ) -> None:
        """Write contract and settings of a service, and generate, as a developer does."""
        folder = self._dev / "contracts" / service
        folder.mkdir(exist_ok=True)
        (folder / "migrationContract.json").write_text(json.dumps(contract or self.contract, indent=2) + "\n")
        (folder / "deployment.yaml").write_text(deployment)
        with contextlib.chdir(self._dev):
            assert generate.main([]) == 0

    def spoil(self, service: str) -> None:
        """Write a contract that cannot be read; `mend` takes it away again."""
        (self._dev / "contracts" / service).mkdir()
        (self._dev / "contracts" / service / "migrationContract.json").write_text("{")

    def mend(self, service: str) -> None:
        """Take away what `spoil` has written."""
        shutil.rmtree(self._dev / "contracts" / service)

    def make_stale(self) -> None:
        """Leave under `generated/` what no contract gives: a page with a line too many, one too few and one too many."""
        folder = self._dev / "generated" / "shop"
        (folder / "README.md").write_text((folder / "README.md").read_text() + "Nobody generated this.\n")
        (folder / "tables" / "Orders.md").rename(folder / "tables" / "Former.md")

    def regenerate(self) -> Run:
        """Run what regenerates main, as each push to it does."""
        return self.runner.run("regenerate", "push", self.main)

    def pull_request(self, title: str) -> dict[str, Any]:
        """Propose what is written, from a branch of the repository. The answer is the event; `merge` is its merge commit."""
        state = self.state
        state["last"] = number = state["last"] + 1
        self._git("checkout", "--quiet", "-B", f"change-{number}")
        head, main = self._commit(title), self.main
        assert self._git("merge-base", main, head) == main  # so merging gives the files of the branch
        merge = self._git("commit-tree", f"{head}^{{tree}}", "-p", main, "-p", head, "-m", f"Merge {head}")
        self._git("update-ref", f"refs/pull/{number}/merge", merge)
        state["pulls"].append(
            {"number": number, "state": "open", "merged_at": None, "head": {"ref": f"change-{number}"}}
        )
        self.state = state
        head_of = {"sha": head, "repo": {"full_name": REPOSITORY}}
        pull = {
            "number": number,
            "title": title,
            "base": {"sha": main},
            "head": head_of,
            "user": {"login": "devi"},
        }
        return {"pull_request": pull, "merge": merge}

    def plan(self, event: Mapping[str, Any]) -> Run:
        """Run the plan workflow for a pull request."""
        return self.runner.run("plan", "pull_request", event["merge"], event)

    def merge(self, number: int, title: str) -> str:
        """Merge a pull request as one commit, titled as GitHub does; the new head of main."""
        pull = next(one for one in self.state["pulls"] if one["number"] == number)
        self._git("checkout", "--quiet", "main")
        self._git("merge", "--quiet", "--squash", pull["head"]["ref"])
        sha = self._commit(f"{title} (#{number})")
        state = self.state
        for one in state["pulls"]:
            if one["number"] == number:
                one.update(state="closed", merged_at="2026-01-01T00:00:00Z", merge_commit_sha=sha)
        self.state = state
        return sha

    def deploy(self, approve: Approve, attempt: int = 1) -> Run:
        """Run the deployment of the newest commit of main."""
        return self.runner.run("deploy", "push", self.main, approve=approve, attempt=attempt)

    def deploy_by_hand(self, environment: str, confirmation: str, approve: Approve) -> Run:
        """Start the deployment of the service to one environment by hand."""
        inputs = {"environment": environment, "service": SERVICE, "confirmation": confirmation}
        return self.runner.run("deploy", "workflow_dispatch", self.main, inputs=inputs, approve=approve)

    def ended(self, run: Run, commit: str) -> None:
        """Let GitHub know a run of a deployment that has ended."""
        state = self.state
        known = {"id": run.id, "workflow": "deploy.yml", "status": "completed", "head_sha": commit, "event": "push"}
        known["path"] = ".github/workflows/deploy.yml"
        state["runs"].append({**known, "run_started_at": "2026-01-01T00:00:00Z", "run_number": run.id, "jobs": []})
        self.state = state

    def look_again(self) -> Run:
        """Run the workflow that looks at what waits for AWS, as the schedule does."""
        return self.runner.run("continue", "schedule", self.main)

    def drift(self) -> Run:
        """Run the drift workflow, as the schedule does."""
        return self.runner.run("drift", "schedule", self.main)

    def comments(self, number: int) -> list[str]:
        """The comments on a pull request or issue."""
        return [one["body"] for one in self.state["comments"] if one["issue"] == number]

    def records(self) -> list[str]:
        """The records that main holds."""
        names = git("-C", str(self.origin), "ls-tree", "-r", "--name-only", "main", "generated").splitlines()
        return sorted(name for name in names if "/deployment." in name)

    def dynamodb(self, environment: str) -> Any:
        """A client for the tables of an environment."""
        keys = {"aws_access_key_id": self._aws["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": "local"}
        return boto3.client("dynamodb", REGIONS[environment], endpoint_url=self._aws["AWS_ENDPOINT_URL"], **keys)

    def _commit(self, title: str) -> str:
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", "-m", title)
        return self._git("rev-parse", "HEAD")

    def _git(self, *arguments: str) -> str:
        """Run git in the developer's working copy, which is one of the origin itself: what is committed has been pushed."""
        return git(f"--git-dir={self.origin}", f"--work-tree={self._dev}", *arguments, cwd=self._dev)
