"""A `gh` that answers `gh api` about environments as GitHub documents it, from a JSON file that it changes."""

import json
import os
import re
import sys

FILE = os.environ["FAKE_GH"]
ROOT = "repos/acme/tables/environments"


def keep():
    with open(FILE, "w") as file:  # noqa: PTH123 (pathlib would double the time of each start)
        json.dump(state, file)


def refuse(status, text):
    print(f"gh: {text} (HTTP {status})", file=sys.stderr)
    keep()
    raise SystemExit(1)


def shown(name, e):
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


def answer(method, path, body):
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
        return shown(name, found)
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


with open(FILE) as file:  # noqa: PTH123
    state = json.load(file)
if sys.argv[1:3] != ["api", "--method"]:
    sys.exit(f"fake gh: unknown {sys.argv[1:]}")
verb, where = sys.argv[3:5]
if state.get("refuse"):
    refuse(*state["refuse"])
given = json.loads(sys.stdin.read()) if "--input" in sys.argv else None
state["calls"].append(f"{verb} {where}")
made = answer(verb, where, given)
keep()
if made is not None:
    print(json.dumps(made))
