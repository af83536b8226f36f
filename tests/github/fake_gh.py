"""A `gh` that answers `gh api` from a state in a JSON file, for the calls that the project makes; it refuses all others.

It knows the permissions of the job that calls it, as GitHub does: a call that the job's `permissions` do not cover is refused.
"""

import base64
import json
import os
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BOT = {"login": "github-actions[bot]", "type": "Bot"}


class Refused(Exception):
    """An HTTP error."""


class Raw(str):
    """An answer that is the text of a file."""

    __slots__ = ()


class Hub:
    """The state, and what each call does to it."""

    def __init__(self, state: dict[str, Any], accept: str = "") -> None:
        self.state, self.accept = state, accept

    def call(self, method: str, address: str, body: Any) -> Any:
        url = urlsplit(address)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        for verb, pattern, needs, work in ROUTES:
            match = re.fullmatch(pattern.replace("{repo}", f"repos/{self.state['repository']}"), unquote(url.path))
            if verb == method and match:
                self._allowed(needs)
                return work(self, match, query, body)
        raise Refused(f"Not Found (HTTP 404): {method} {address}")

    def _allowed(self, needs: str) -> None:
        permissions = json.loads(os.environ["FAKE_GH_PERMISSIONS"])
        fine = [
            permissions.get(scope) in ({"read": ("read", "write"), "write": ("write",)}[level])
            for scope, _, level in (one.partition(":") for one in needs.split("|"))
        ]
        if not any(fine) or not os.environ.get("GH_TOKEN"):
            raise Refused(f"Resource not accessible by integration (HTTP 403): needs {needs}")

    def number(self) -> int:
        self.state["last"] += 1
        return self.state["last"]

    def find(self, kind: str, key: str, wanted: Any) -> dict[str, Any]:
        for one in self.state[kind]:
            if str(one[key]) == str(wanted):
                return one
        raise Refused("Not Found (HTTP 404)")

    def git(self, *arguments: str, **more: Any) -> str:
        import subprocess

        command = ["git", "-C", self.state["origin"], *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
        if done.returncode:
            raise Refused(f"{done.stderr.strip()} (HTTP 422)")
        return done.stdout.strip()


def _page(found: list[Any], query: dict[str, str]) -> list[Any]:
    size = int(query.get("per_page", 30))
    start = (int(query.get("page", 1)) - 1) * size
    return found[start : start + size]


def comments(hub: Hub, match: re.Match[str], query: dict[str, str], _body: Any) -> Any:
    return _page([one for one in hub.state["comments"] if one["issue"] == int(match[1])], query)


def add_comment(hub: Hub, match: re.Match[str], _query: Any, body: Any) -> Any:
    assert len(body["body"]) <= 65_536
    made = {"id": hub.number(), "issue": int(match[1]), "user": BOT, "body": body["body"]}
    hub.state["comments"].append(made)
    return made


def edit_comment(hub: Hub, match: re.Match[str], _query: Any, body: Any) -> Any:
    found = hub.find("comments", "id", match[1])
    found.update(body)
    return found


def issues(hub: Hub, _match: Any, query: dict[str, str], _body: Any) -> Any:
    mine = [one for one in hub.state["issues"] if one["user"]["login"] == query["creator"]]
    return _page(sorted(mine, key=lambda one: -one["number"]), query)


def add_issue(hub: Hub, _match: Any, _query: Any, body: Any) -> Any:
    made = {"number": hub.number(), "state": "open", "user": BOT, **body}
    hub.state["issues"].append(made)
    return made


def edit_issue(hub: Hub, match: re.Match[str], _query: Any, body: Any) -> Any:
    found = hub.find("issues", "number", match[1])
    found.update(body)
    return found


def pulls_of_commit(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    return [one for one in hub.state["pulls"] if one.get("merge_commit_sha") == match[1]]


def commit(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    return {"sha": match[1], "commit": {"message": hub.git("log", "-1", "--format=%B", match[1])}}


def pulls(hub: Hub, _match: Any, query: dict[str, str], _body: Any) -> Any:
    branch = query["head"].partition(":")[2]
    found = [one for one in hub.state["pulls"] if one["state"] == query["state"] and one["head"]["ref"] == branch]
    for one in found:
        one["head"]["sha"] = hub.git("rev-parse", f"refs/heads/{branch}")
    return found


def pull(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    return hub.find("pulls", "number", match[1])


def add_pull(hub: Hub, _match: Any, _query: Any, body: Any) -> Any:
    head = {"ref": body["head"], "sha": hub.git("rev-parse", f"refs/heads/{body['head']}")}
    made = {**body, "number": hub.number(), "state": "open", "user": BOT, "head": head, "merged_at": None}
    hub.state["pulls"].append(made)
    return made


def edit_pull(hub: Hub, match: re.Match[str], _query: Any, body: Any) -> Any:
    found = hub.find("pulls", "number", match[1])
    found.update(body)
    return found


def ref(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    return {"object": {"sha": hub.git("rev-parse", f"refs/heads/{match[1]}")}}


def content(hub: Hub, match: re.Match[str], query: dict[str, str], _body: Any) -> Any:
    assert hub.accept == "application/vnd.github.raw+json"
    try:
        return Raw(hub.git("show", f"{query['ref']}:{match[1]}"))
    except Refused:
        raise Refused("Not Found (HTTP 404)") from None


def add_ref(hub: Hub, _match: Any, _query: Any, body: Any) -> Any:
    hub.git("update-ref", body["ref"], body["sha"], "0" * 40)
    return body


def move_ref(hub: Hub, match: re.Match[str], _query: Any, body: Any) -> Any:
    hub.git("update-ref", f"refs/heads/{match[1]}", body["sha"])
    return body


def remove_ref(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    hub.git("update-ref", "-d", f"refs/heads/{match[1]}")


def graphql(hub: Hub, _match: Any, _query: Any, body: Any) -> Any:
    wanted = body["variables"]["input"]
    branch, expected = wanted["branch"]["branchName"], wanted["expectedHeadOid"]
    if hub.git("rev-parse", f"refs/heads/{branch}") != expected:
        return {"errors": [{"message": f"Expected branch to point to {expected}"}]}
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "GIT_INDEX_FILE": str(Path(folder) / "index"), **AUTHOR}
        hub.git("read-tree", expected, env=environment)
        for one in wanted["fileChanges"]["additions"]:
            content = base64.b64decode(one["contents"]).decode()
            blob = hub.git("hash-object", "-w", "--stdin", input=content)
            hub.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{one['path']}", env=environment)
        for one in wanted["fileChanges"].get("deletions", []):
            hub.git("rm", "--cached", "--quiet", "--", one["path"], env=environment)
        tree = hub.git("write-tree", env=environment)
        made = hub.git("commit-tree", tree, "-p", expected, "-m", wanted["message"]["headline"], env=environment)
    hub.git("update-ref", f"refs/heads/{branch}", made, expected)
    return {"data": {"createCommitOnBranch": {"commit": {"oid": made}}}}


def approvals(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    return hub.state["approvals"].get(match[1], [])


def runs(hub: Hub, match: re.Match[str], query: dict[str, str], _body: Any) -> Any:
    found = [run for run in hub.state["runs"] if run["workflow"] == match[1]]
    for key in {"status", "head_sha"} & query.keys():
        found = [run for run in found if run.get(key) == query[key]]
    return {"workflow_runs": _page(found, query)}


def run(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    return hub.find("runs", "id", match[1])


def rerun(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    hub.find("runs", "id", match[1])["status"] = "queued"


def compare(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    base = hub.git("merge-base", match[1], match[2])
    same = hub.git("rev-parse", match[2]) == match[1]
    return {"status": "identical" if same else "ahead" if base == match[1] else "diverged"}


def artifacts(hub: Hub, _match: Any, query: dict[str, str], _body: Any) -> Any:
    return {"artifacts": _page([one for one in hub.state["artifacts"] if one["name"] == query["name"]], query)}


def jobs(hub: Hub, match: re.Match[str], query: dict[str, str], _body: Any) -> Any:
    return {"jobs": _page([{"status": status} for status in hub.find("runs", "id", match[1])["jobs"]], query)}


def tree(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    lines = [line.split(None, 3) for line in hub.git("ls-tree", match[1]).splitlines()]
    return {
        "truncated": False,
        "tree": [{"path": path, "type": kind, "sha": sha} for _mode, kind, sha, path in lines],
    }


def cancel(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    hub.find("runs", "id", match[1])["status"] = "cancelled"


def environment(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    return hub.find("environments", "name", match[1])


def branch_policies(hub: Hub, match: re.Match[str], _query: Any, _body: Any) -> Any:
    found = hub.find("environments", "name", match[1]).get("branch_policies", [])
    return {"total_count": len(found), "branch_policies": found}


def about(hub: Hub, _match: Any, _query: Any, _body: Any) -> Any:
    return {"full_name": hub.state["repository"], "default_branch": "main", "private": False}


AUTHOR = {
    f"GIT_{who}_{what}": f"bot{at}"
    for who in ("AUTHOR", "COMMITTER")
    for what, at in (("NAME", ""), ("EMAIL", "@example.com"))
}
NUMBERED = r"(\d+)"
TALK = "pull-requests:write|issues:write"
ROUTES = (
    ("GET", r"{repo}", "contents:read", about),
    ("GET", rf"{{repo}}/issues/{NUMBERED}/comments", "pull-requests:read|issues:read", comments),
    ("POST", rf"{{repo}}/issues/{NUMBERED}/comments", TALK, add_comment),
    ("PATCH", rf"{{repo}}/issues/comments/{NUMBERED}", TALK, edit_comment),
    ("GET", r"{repo}/issues", "issues:read", issues),
    ("POST", r"{repo}/issues", "issues:write", add_issue),
    ("PATCH", rf"{{repo}}/issues/{NUMBERED}", "issues:write", edit_issue),
    ("GET", r"{repo}/commits/([0-9a-f]{40})/pulls", "pull-requests:read", pulls_of_commit),
    ("GET", r"{repo}/commits/([0-9a-f]{40})", "contents:read", commit),
    ("GET", r"{repo}/pulls", "pull-requests:read", pulls),
    ("GET", rf"{{repo}}/pulls/{NUMBERED}", "pull-requests:read", pull),
    ("POST", r"{repo}/pulls", "pull-requests:write", add_pull),
    ("PATCH", rf"{{repo}}/pulls/{NUMBERED}", "pull-requests:write", edit_pull),
    ("GET", r"{repo}/git/ref/heads/([\w-]+)", "contents:read", ref),
    ("GET", r"{repo}/contents/([\w./-]+)", "contents:read", content),
    ("POST", r"{repo}/git/refs", "contents:write", add_ref),
    ("PATCH", r"{repo}/git/refs/heads/([\w-]+)", "contents:write", move_ref),
    ("DELETE", r"{repo}/git/refs/heads/([\w-]+)", "contents:write", remove_ref),
    ("POST", r"graphql", "contents:write", graphql),
    ("GET", rf"{{repo}}/actions/runs/{NUMBERED}/approvals", "actions:read", approvals),
    ("GET", r"{repo}/git/trees/([0-9a-f]{40})", "contents:read", tree),
    ("GET", r"{repo}/actions/workflows/([\w.]+)/runs", "actions:read", runs),
    ("GET", rf"{{repo}}/actions/runs/{NUMBERED}", "actions:read", run),
    ("POST", rf"{{repo}}/actions/runs/{NUMBERED}/rerun", "actions:write", rerun),
    ("GET", r"{repo}/compare/([0-9a-f]+)\.\.\.(\w+)", "contents:read", compare),
    ("GET", r"{repo}/actions/artifacts", "actions:read", artifacts),
    ("GET", rf"{{repo}}/actions/runs/{NUMBERED}/jobs", "actions:read", jobs),
    ("POST", rf"{{repo}}/actions/runs/{NUMBERED}/cancel", "actions:write", cancel),
    ("GET", r"{repo}/environments/([\w-]+)", "actions:read", environment),
    ("GET", r"{repo}/environments/([\w-]+)/deployment-branch-policies", "actions:read", branch_policies),
)


def main(arguments: list[str]) -> int:
    """`gh api [--method M] PATH [--input -]`"""
    assert arguments[0] == "api", arguments
    method, body, accept, paths, rest = "GET", None, "", [], arguments[1:]
    while rest:
        one = rest.pop(0)
        if one in ("--method", "-X"):
            method = rest.pop(0)
        elif one == "--input":
            assert rest.pop(0) == "-"
            body = json.load(sys.stdin)
        elif one == "-H":
            accept = rest.pop(0).removeprefix("Accept: ")
        else:
            assert not one.startswith("-"), one
            paths.append(one)
    file = Path(os.environ["FAKE_GH_STATE"])
    hub = Hub(json.loads(file.read_text()), accept)
    try:
        answer = hub.call(method, paths[0].lstrip("/"), body)
    except Refused as error:
        print(f"gh: {error}", file=sys.stderr)
        return 1
    finally:
        file.write_text(json.dumps(hub.state))
    if answer is not None:
        print(answer if isinstance(answer, Raw) else json.dumps(answer))
    return 0
