"""Propose the records of a deployment as one pull request, which each deployment adds to until it is merged.

GitHub makes the commit, so it is signed, and nothing here holds a token that could push. A merged record wakes nobody: with it
the plan of every environment is as empty as before.
"""

import argparse
import base64
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts import markdown
from scripts.github import gh
from scripts.github.artifacts import read_json, read_text
from scripts.github.command import CannotGoOn, ended, repository, run_address, variable
from scripts.github.step import add_to_summary

BRANCH = "deployment-records"
RECORD = re.compile(r"([a-z0-9][a-z0-9-]{1,60})/([a-z0-9][a-z0-9-]{0,59})/deployment\.(json|md)")
TRIES = 3  # another run may add to the branch at the same moment
COMMIT = """
mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }
"""


def records(folder: Path, generated: Path) -> dict[str, str]:
    """The records in the artifacts under `folder` that differ from those in `generated`: path in the repository to content.

    An artifact `record-<E>` holds `<service>/<E>/deployment.json` and `.md`. Raises CannotGoOn for any other file.
    """
    found: dict[str, str] = {}
    for artifact in sorted(path for path in folder.glob("record-*") if path.is_dir()):
        for path in sorted(path for path in artifact.rglob("*") if not path.is_dir() or path.is_symlink()):
            name = path.relative_to(artifact).as_posix()
            match = RECORD.fullmatch(name)
            if not match or artifact.name != f"record-{match[2]}":
                raise CannotGoOn(
                    f"{artifact.name} holds {name}, which is no record of its environment. Nothing is proposed."
                )
            if path.suffix == ".json":
                read_json(path)
            content = read_text(path)
            if content != read_text(generated / name):
                found[f"{generated.name}/{name}"] = content
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.record_pull_request",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 proposed, or there was nothing to propose, 1 not.",
    )
    parser.add_argument("artifacts", type=Path, metavar="DIR", help="the artifacts record-<E> of the run")
    parser.add_argument("--out", type=Path, default=Path("generated"), metavar="DIR", help="default: generated")
    options = parser.parse_args(argv)
    return ended(lambda: _propose(options), "No record was proposed. It is among the artifacts of the run.")


def _propose(options: argparse.Namespace) -> int:
    found = records(options.artifacts, options.out)
    if not found:
        print("The records are those of the main branch: nothing to propose.")
        return 0
    here, base = repository(), variable("BASE", r"[\w./-]+")
    environments = sorted({path.split("/")[2] for path in found})
    title = f"Record the deployment of {', '.join(environments)}"
    for left in reversed(range(TRIES)):
        try:
            number = _commit(here, base, found, title)
            break
        except gh.GhError as error:
            if not left or error.status not in (409, 422):
                raise
    print(f"Proposed in #{number}.")
    add_to_summary(f"The record of {markdown.codes(environments)} is proposed in #{number}.\n")
    return 0


def _commit(here: str, base: str, files: Mapping[str, str], title: str) -> int:
    owner = here.split("/")[0]
    pulls = gh.api("GET", f"repos/{here}/pulls?state=open&head={owner}:{BRANCH}&base={base}")
    head = pulls[0]["head"]["sha"] if pulls else _fresh_branch(here, base)
    additions = [
        {"path": path, "contents": base64.b64encode(text.encode()).decode()} for path, text in sorted(files.items())
    ]
    gh.graphql(
        COMMIT,
        {
            "input": {
                "branch": {"repositoryNameWithOwner": here, "branchName": BRANCH},
                "expectedHeadOid": head,
                "message": {"headline": title, "body": f"Run: {run_address()}"},
                "fileChanges": {"additions": additions},
            }
        },
    )
    if pulls:
        number = int(pulls[0]["number"])
        body = pulls[0]["body"].rstrip() + f"\n- {title}: {run_address()}\n"
        gh.api("PATCH", f"repos/{here}/pulls/{number}", {"body": body})
        return number
    pull = {"title": "Record deployments", "head": BRANCH, "base": base, "body": _body(title)}
    return int(gh.api("POST", f"repos/{here}/pulls", pull)["number"])


def _fresh_branch(here: str, base: str) -> str:
    """The branch, pointing to the newest commit of the base branch; what an earlier, merged proposal left is gone."""
    sha = gh.api("GET", f"repos/{here}/git/ref/heads/{base}")["object"]["sha"]
    try:
        gh.api("POST", f"repos/{here}/git/refs", {"ref": f"refs/heads/{BRANCH}", "sha": sha})
    except gh.GhError as error:
        if error.status != 422:  # it is there already
            raise
        gh.api("PATCH", f"repos/{here}/git/refs/heads/{BRANCH}", {"sha": sha, "force": True})
    return sha


def _body(title: str) -> str:
    return markdown.page(
        "What was deployed, where, with which settings, and whether it is as the contract says. Merge it to keep the record in the "
        "repository. It holds records only, so merging deploys nothing and asks nobody for an approval.",
        "The checks start when somebody with write access presses *Approve workflows to run*.",
        f"- {title}: {run_address()}",
    )


if __name__ == "__main__":
    sys.exit(main())
