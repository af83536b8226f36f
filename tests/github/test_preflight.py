"""No deployment to an environment that GitHub does not protect."""

import pytest

from scripts.github import preflight


def check(*options):
    return preflight.main(["--environment", "prod", *options])


def test_a_protected_environment_passes(github, capsys):
    github.add("prod")
    assert check() == 0
    assert capsys.readouterr().out == "prod is protected. Approved by: ada. Deployed from: main.\n"
    github.add("prod", deployment_branch_policy={"protected_branches": True, "custom_branch_policies": False})
    assert check() == 0
    assert "protected branches" in capsys.readouterr().out
    github.add("prod", prevent_self_review=False)
    assert check() == 0
    assert "may approve it too" in capsys.readouterr().out
    assert github.changes == []


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        ({"reviewers": []}, "no required reviewers"),
        ({"deployment_branch_policy": None}, "Any branch may deploy"),
        ({"branches": []}, "No branch may deploy"),
        ({"branches": [{"id": 1, "name": "*"}]}, 'The branches "*" may deploy'),
        ({"called": "Prod"}, 'GitHub calls this environment "Prod"'),
    ],
)
def test_what_is_missing_is_named_with_its_way_out(github, capsys, difference, said):
    github.add("prod", **difference)
    assert check() == 1
    err = capsys.readouterr().err
    assert said in err
    assert "make environments" in err or "Use one of the two" in err
    assert err.endswith("Nothing may be deployed to it.\n")


def test_a_mistyped_environment_is_refused_and_not_created(github, capsys):
    github.add("production")
    assert check() == 1
    assert 'There is no environment "prod"' in capsys.readouterr().err
    assert set(github.state["environments"]) == {"production"}


def test_reviewers_may_be_missing_only_where_that_is_said(github, capsys):
    github.add("prod", reviewers=[])
    assert check("--without-reviewers") == 0
    github.add("prod", reviewers=[], deployment_branch_policy=None)
    assert check("--without-reviewers") == 1


def test_what_github_does_not_say_is_no_protection(github, capsys):
    github.add("prod")
    github.change(refuse=[403, "Resource not accessible by integration"])
    assert check() == 1
    assert "Resource not accessible" in capsys.readouterr().err
