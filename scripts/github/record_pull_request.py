"""Propose the records of a deployment as one pull request, which each deployment adds to until it is merged.

GitHub makes the commit, so it is signed, and nothing here holds a token that could push. A merged record wakes nobody: with it
the plan of every environment is as empty as before.
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.github import gh, proposal
from scripts.github.artifacts import read_json, read_text
from scripts.github.outputs import add_to_summary
from scripts.github.workflow_run import repository, run_address, variable
from scripts.text import markdown

BRANCH = "deployment-records"
RECORD = re.compile(r"([a-z0-9][a-z0-9-]{1,60})/([a-z0-9][a-z0-9-]{0,59})/deployment\.(json|md)")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
TRIES = 3  # another run may add to the branch at the same moment


def records(folder: Path, generated: Path) -> dict[str, str]:
    """The records in the artifacts under `folder` that differ from those in `generated`: path in the repository to content.

    An artifact `record-<E>.<service>` holds `<service>/<E>/deployment.json` and `.md`, and those of other services as they were
    before, which are left out. It has a folder of its name, unless it is the only one: then actions/download-artifact leaves that
    out. Raises Refused for any other file.
    """
    found: dict[str, str] = {}
    changed: set[str] = set()  # a record goes whole: its page belongs to its values
    alone: set[str] = set()  # environments of files outside of such a folder: of one artifact, so one at most
    for path in sorted(path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()):
        parts = path.relative_to(folder).parts
        name, artifact = "/".join(parts[-3:]), {part for part in parts[:-3] if part.startswith("record-")}
        match = RECORD.fullmatch(name)
        if match and not artifact:
            alone.add(match[2])
        if not match or any(not one.startswith(f"record-{match[2]}.") for one in artifact) or len(alone) > 1:
            raise Refused(f"{'/'.join(parts)} is not a record of its environment. Nothing is proposed.")
        if artifact and artifact != {f"record-{match[2]}.{match[1]}"}:
            continue
        if path.suffix == ".json":
            read_json(path)
        found[f"{generated.name}/{name}"] = content = read_text(path)
        if content != read_text(generated / name):
            changed.add(f"{generated.name}/{match[1]}/{match[2]}/")
    return {name: content for name, content in found.items() if name.startswith(tuple(changed))}


def _ended(record: str) -> str:
    """When the deployment of a record ended, in UTC, so that a later one is the greater text; "" when it does not say."""
    try:
        time = json.loads(record)["deployment"]["ended"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return time if isinstance(time, str) and TIME.fullmatch(time) else ""


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.record_pull_request",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 proposed, or there was nothing to propose, 1 not.",
    )
    parser.add_argument("artifacts", type=Path, metavar="DIR", help="the artifacts record-<E>.<service> of the run")
    parser.add_argument("--out", type=Path, default=Path("generated"), metavar="DIR", help="default: generated")
    options = parser.parse_args(argv)
    return run_command(lambda: _propose(options), "No record was proposed. It is among the artifacts of the run.")


def _propose(options: argparse.Namespace) -> int:
    found = records(options.artifacts, options.out)
    if not found:
        print("The records are those of the main branch: nothing to propose.")
        return 0
    here, base = repository(), variable("BASE", r"[\w./-]+")
    for left in reversed(range(TRIES)):
        try:
            number, environments = _commit(here, base, found)
            break
        except gh.GhError as error:
            if not left or error.status not in (409, 422):
                raise
    if not environments:
        print("Later deployments are recorded already: nothing to propose.")
        return 0
    print(f"Proposed in #{number}.")
    add_to_summary(f"The record of {markdown.codes(environments)} is proposed in #{number}.\n")
    return 0


def _commit(here: str, base: str, found: Mapping[str, str]) -> tuple[int, list[str]]:
    """The number of the pull request, and the environments whose records were added to it: none if all there are newer."""
    pull = proposal.open_pull(here, BRANCH, base)
    head = str(pull["head"]["sha"]) if pull else proposal.head_of(here, base)
    files = _not_older(here, head, found)
    if not files:
        return 0, []
    if not pull:  # what an earlier, merged proposal left on the branch is gone
        proposal.set_branch(here, BRANCH, head)
    environments = sorted({path.split("/")[2] for path in files})
    title = f"Record the deployment of {', '.join(environments)}"
    proposal.commit(here, BRANCH, head, (title, f"Run: {run_address()}"), files)
    if pull:
        number = int(pull["number"])
        body = pull["body"].rstrip() + f"\n- {title}: {run_address()}\n"
        gh.api("PATCH", f"repos/{here}/pulls/{number}", {"body": body})
        return number, environments
    pull = {"title": "Record deployments", "head": BRANCH, "base": base, "body": _body(title)}
    return int(gh.api("POST", f"repos/{here}/pulls", pull)["number"]), environments


def _not_older(here: str, head: str, files: Mapping[str, str]) -> dict[str, str]:
    """The files but for those of a record that is later at `head`: a run may end long after one that began later."""
    kept: dict[str, str] = {}
    for folder in sorted({path.rpartition("/")[0] for path in files}):
        path = f"{folder}/deployment.json"
        if _ended_at(here, head, path) <= _ended(files.get(path, "")):
            kept |= {name: text for name, text in files.items() if name.startswith(f"{folder}/")}
        else:
            print(f"{folder} is recorded there with a later deployment: this one is left out.")
    return kept


def _ended_at(here: str, head: str, path: str) -> str:
    try:
        return _ended(gh.raw(f"repos/{here}/contents/{path}?ref={head}"))
    except gh.GhError as error:
        if error.status != 404:
            raise
    except UnicodeDecodeError:  # no record of ours
        pass
    return ""


def _body(title: str) -> str:
    return markdown.page(
        "What was deployed, where, with which settings, and whether it is as the contract says. Merge it to keep the record in the "
        "repository. It holds records only, so merging deploys nothing and asks nobody for an approval.",
        "The checks start when somebody with write access presses *Approve workflows to run*.",
        f"- {title}: {run_address()}",
    )


if __name__ == "__main__":
    start(main)
