"""No deployment to an environment that GitHub does not protect."""

import pytest

from scripts.github import preflight


def check(*options):
    return preflight.main(["--environment", "prod", *options])


def branches(*names, type="branch"):
    return [{"id": number, "name": name, "type": type} for number, name in enumerate(names)]


PROTECTED = {"protected_branches": True, "custom_branch_policies": False}


def test_a_protected_environment_passes(github, capsys):
    github.add("prod")
    assert check() == 0
    assert capsys.readouterr().out == "prod is protected. Approved by: ada. Deployed from: main.\n"
    github.add("prod", deployment_branch_policy=PROTECTED)
    github.change(protected=["main"])
    assert check() == 0
    github.change(default_branch="trunk")
    github.add("prod", branches=branches("trunk"))
    assert check() == 0
    assert "Deployed from: trunk." in capsys.readouterr().out
    assert github.changes == []


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        ({"prevent_self_review": False}, "may approve it too"),
        ({"can_admins_bypass": True}, 'Administrators of the repository may deploy to "prod" without an approval'),
    ],
)
def test_what_weakens_an_approval_is_said(github, capsys, tmp_path, monkeypatch, difference, said):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    github.add("prod", **difference)
    assert check() == 0
    assert said in capsys.readouterr().out
    assert said[:20] in (tmp_path / "summary.md").read_text()


def test_what_github_does_not_say_about_administrators_is_not_taken_for_no(github, capsys):
    github.add("prod")
    state = github.state
    del state["environments"]["prod"]["can_admins_bypass"]
    github.write(state)
    assert check() == 0
    assert "may, unless the settings of the environment say otherwise" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        ({"reviewers": []}, "no required reviewers"),
        ({"deployment_branch_policy": None}, "Any branch may deploy"),
        ({"branches": []}, "The default branch, main, may not deploy"),
        ({"branches": branches("*")}, 'Branches named "*" may deploy'),
        ({"branches": branches("feature-x")}, 'Branches named "feature-x" may deploy'),
        ({"branches": branches("feature-x")}, "The default branch, main, may not deploy"),
        ({"branches": branches("main", "hotfix")}, 'Branches named "hotfix" may deploy'),
        ({"branches": branches("main", "release/*")}, 'Branches named "release/*" may deploy'),
        ({"branches": branches("[a-z]?ain")}, 'Branches named "[a-z]?ain" may deploy'),
        ({"branches": branches("Main")}, 'Branches named "Main" may deploy'),
        ({"branches": branches("main", type="tag")}, 'Tags named "main" may deploy'),
        ({"branches": [*branches("main"), *branches("v*", type="tag")]}, 'Tags named "v*" may deploy'),
        ({"deployment_branch_policy": PROTECTED}, "no branch is protected"),
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


@pytest.mark.parametrize("protected", [["main", "hotfix"], ["hotfix"]])
def test_protected_branches_are_those_of_the_moment(github, capsys, protected):
    github.add("prod", deployment_branch_policy=PROTECTED)
    github.change(protected=protected)
    assert check() == 1
    assert 'Branches named "hotfix" may deploy' in capsys.readouterr().err


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
