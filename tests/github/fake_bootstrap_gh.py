"""A `gh` that answers `gh api` about environments as GitHub documents it, from a JSON file that it changes."""

import json
import os
import re
import sys

ROOT = "repos/acme/tables/environments"


class Refused(Exception):
    """An HTTP error: its status, and what GitHub says."""


def refuse(status, text):
    raise Refused(f"{text} (HTTP {status})")


def shown(state, name, e):
    rules = []
    if e["reviewers"]:
        reviewers = [{"type": r["type"], "reviewer": state["people"][str(r["id"])]} for r in e["reviewers"]]
        rules.append(
            {"type": "required_reviewers", "prevent_self_review": e["prevent_self_review"], "reviewers": reviewers}
        )
    if e["wait_timer"]:
        rules.append({"type": "wait_timer", "wait_timer": e["wait_timer"]})
    if e["deployment_branch_policy"]:
        rules.append({"type": "branch_policy"})
    return {
        "name": e.get("called", name),
        "protection_rules": rules,
        "deployment_branch_policy": e["deployment_branch_policy"],
        **{key: e[key] for key in ("can_admins_bypass",) if key in e},
    }


def answer(state, method, path, body):
    path, _, query = path.partition("?")
    if (method, path) == ("GET", "repos/acme/tables"):
        return {"default_branch": state.get("default_branch", "main")}
    if (method, path) == ("GET", "repos/acme/tables/branches"):
        if "protected=true" not in query:
            refuse(404, "only protected branches are asked for")
        return [{"name": name} for name in state.get("protected", [])]
    if method == "GET" and (m := re.fullmatch(r"users/([\w-]+)|orgs/([\w-]+/teams/[\w-]+)", path)):
        wanted = m[1] or m[2].rpartition("/")[2]
        for person in state["people"].values():
            if wanted in (person.get("login"), person.get("slug")):
                return person
        refuse(404, "Not Found")
    m = re.fullmatch(rf"{ROOT}/([\w-]+)(?:/(deployment-branch-policies|variables)(?:/([\w-]+))?)?", path)
    if not m:
        refuse(404, f"Not Found: {path}")
    name, part, item = m.groups()
    found = state["environments"].get(name)
    if found is None and not (method == "PUT" and part is None):
        refuse(404, "Not Found")
    if part is None:
        if method == "PUT":
            rules = {"wait_timer": 0, "prevent_self_review": False, "reviewers": []}
            if (
                state.get("private") and rules.keys() & body
            ):  # a private repository outside Enterprise has no such rules
                refuse(422, "Failed to create the environment protection rule.")
            kept = {key: (found or {}).get(key, []) for key in ("branches", "variables")}
            state["environments"][name] = {**rules, **kept, **body, "reviewers": body.get("reviewers") or []}
            return None
        return shown(state, name, found)
    key, id = {"deployment-branch-policies": ("branches", "id"), "variables": ("variables", "name")}[part]
    if method == "GET":
        listed = "branch_policies" if key == "branches" else "variables"
        size, page = (int(re.search(rf"\b{k}=(\d+)", query)[1]) for k in ("per_page", "page"))
        return {"total_count": len(found[key]), listed: found[key][size * (page - 1) : size * page]}
    if method == "POST":
        if key == "branches" and not (found["deployment_branch_policy"] or {}).get("custom_branch_policies"):
            refuse(404, "custom branch policies are off")
        state["last"] += 1
        found[key].append({"id": state["last"], **body})
        return None
    at = next(n for n, entry in enumerate(found[key]) if str(entry[id]) == item)
    if method == "DELETE":
        del found[key][at]
    else:
        found[key][at] |= body
    return None


def main(arguments):
    """`gh api --method METHOD PATH [--input -]`; the exit code."""
    if arguments[:2] != ["api", "--method"]:
        print(f"fake gh: unknown {arguments}", file=sys.stderr)
        return 1
    with open(os.environ["FAKE_GH"], "r+") as file:  # noqa: PTH123 (pathlib would double the time of each start)
        state = json.load(file)
        verb, where = arguments[2:4]
        try:
            if state.get("refuse"):
                refuse(*state["refuse"])
            given = json.loads(sys.stdin.read()) if "--input" in arguments else None
            state["calls"].append(f"{verb} {where}")
            made = answer(state, verb, where, given)
        except Refused as refused:
            print(f"gh: {refused}", file=sys.stderr)
            return 1
        finally:
            file.seek(0)
            file.truncate()
            json.dump(state, file)
    if made is not None:
        print(json.dumps(made))
    return 0
