"""The environments are set up by the fewest calls, and are then what the preflight asks for."""

import json
import shlex
import subprocess

import pytest

from scripts.github import bootstrap as setup
from scripts.github import preflight

ROLE = "AWS_DEPLOY_ROLE_ARN=arn:aws:iam::111122223333:role/deploy"


@pytest.fixture
def contracts(tmp_path):
    folder = tmp_path / "contracts" / "shop"
    folder.mkdir(parents=True)
    attributes = [{"name": "PK", "type": "S"}]
    table = {"table": "Orders", "type": "single-entity", "pk": "PK", "attributes": attributes}
    (folder / "migrationContract.json").write_text(json.dumps({"tables": [table]}))
    (folder / "deployment.yaml").write_text("environments:\n  prod: {region: eu-west-1}\n  dev: {region: us-east-1}\n")
    return tmp_path / "contracts"


@pytest.fixture
def run(contracts, capsys):
    def run(*options):
        code = setup.main(["--contracts", str(contracts), *options])
        return code, *capsys.readouterr()

    return run


def test_it_is_set_up_once_and_then_left_alone(github, run):
    options = ("--reviewers", "@ada", "@acme/dba", "--variable", f"prod:{ROLE}")
    code, out, _ = run(*options)
    assert code == 1
    assert github.changes == []
    commands = [line for line in out.splitlines() if line.startswith("gh api")]
    assert len(commands) == 4 + 3 + 1  # environments, their branches, the variable

    code, out, err = run("--apply", *options)
    assert (code, err) == (0, "")
    made = github.state["environments"]
    assert set(made) == {"prod", "dev", "plan", "sandbox"}
    assert made["prod"]["reviewers"] == [{"type": "User", "id": 7}, {"type": "Team", "id": 9}]
    assert made["prod"]["prevent_self_review"] is True
    assert [branch["name"] for branch in made["prod"]["branches"]] == ["main"]
    assert [(v["name"], v["value"]) for v in made["prod"]["variables"]] == [tuple(ROLE.split("=", 1))]
    assert made["plan"]["deployment_branch_policy"] is None
    assert [branch["name"] for branch in made["sandbox"]["branches"]] == ["main"]
    assert preflight.main(["--environment", "prod"]) == 0
    assert preflight.main(["--environment", "dev"]) == 0

    done = len(github.changes)
    assert run("--apply", *options)[0] == 0
    assert run()[:2] == (0, "All environments are as wanted.\n")
    assert len(github.changes) == done


def test_a_private_repository_gets_its_environments_without_reviewers(github, run):
    github.change(private=True)
    github.add("dev", reviewers=[], deployment_branch_policy=None, branches=[])
    code, _, err = run("--apply", "--without-reviewers", "--variable", f"prod:{ROLE}")
    assert (code, err) == (0, "")
    made = github.state["environments"]
    for name in ("prod", "dev", "sandbox"):
        assert [branch["name"] for branch in made[name]["branches"]] == ["main"]
        assert made[name]["reviewers"] == []
    assert made["plan"]["deployment_branch_policy"] is None
    assert run("--without-reviewers")[:2] == (0, "All environments are as wanted.\n")
    assert preflight.main(["--environment", "prod", "--without-reviewers"]) == 0


def test_without_reviewers_removes_nobody_and_no_waiting_time(github, run):
    github.add("prod", deployment_branch_policy=None, branches=[])
    github.add("dev", reviewers=[], wait_timer=30, deployment_branch_policy=None, branches=[])
    assert run("--apply", "--without-reviewers")[0] == 0
    made = github.state["environments"]
    assert made["prod"]["reviewers"] == [{"type": "User", "id": 7}]
    assert made["prod"]["prevent_self_review"] is True
    assert made["dev"]["wait_timer"] == 30


def test_reviewers_are_named_or_not(github, run):
    with pytest.raises(SystemExit):
        run("--reviewers", "@ada", "--without-reviewers")
    assert github.state["calls"] == []


def test_the_reviewers_of_an_environment_for_nobody_are_removed(github, run):
    github.add("plan", deployment_branch_policy=None, branches=[])
    assert run("--apply", "--reviewers", "@ada")[0] == 0
    assert github.state["environments"]["plan"]["reviewers"] == []
    assert github.state["environments"]["plan"]["prevent_self_review"] is False


def test_only_what_differs_is_changed(github, run):
    old = [{"id": 1, "name": "main"}, {"id": 2, "name": "release/*"}]
    github.add("prod", branches=old, wait_timer=30, variables=[{"name": "AWS_DEPLOY_ROLE_ARN", "value": "old"}])
    github.add("dev", prevent_self_review=False)
    github.add("plan", reviewers=[], deployment_branch_policy=None, branches=[])
    github.add("sandbox", reviewers=[])
    code, *_ = run("--apply", "--variable", f"prod:{ROLE}")
    assert code == 0
    root = "repos/acme/tables/environments"
    assert github.changes == [
        f"DELETE {root}/prod/deployment-branch-policies/2",
        f"PATCH {root}/prod/variables/AWS_DEPLOY_ROLE_ARN",
        f"PUT {root}/dev",
    ]
    assert github.state["environments"]["prod"]["wait_timer"] == 30
    assert github.state["environments"]["dev"]["reviewers"] == [{"type": "User", "id": 7}]


def test_the_commands_that_are_shown_can_be_typed(github, run):
    _, out, _ = run("--reviewers", "@ada")
    first = next(line for line in out.splitlines() if line.startswith("gh api"))
    command, _, text = first.partition(" <<< ")
    (body,) = shlex.split(text)
    subprocess.run(shlex.split(command), input=body, text=True, check=True, capture_output=True)
    assert github.state["environments"]["prod"]["reviewers"] == [{"type": "User", "id": 7}]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Nobody reviews prod. Name somebody"),
        ((), "--without-reviewers"),
        (("--reviewers", "@nobody"), 'GitHub knows no "@nobody"'),
        (("--reviewers", "@ada", "--variable", "prd:A=b"), "There is no environment prd. Known: prod, dev."),
        (("--reviewers", "@ada", "--variable", "A=b"), "Write ENVIRONMENT:NAME=VALUE"),
        (("--reviewers", *["@ada"] * 7), "at most 6 reviewers"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is(github, run, options, said):
    code, _, err = run("--apply", *options)
    assert code == 1
    assert said in err
    assert github.changes == []
