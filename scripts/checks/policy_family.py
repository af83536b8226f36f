"""The rules of policies/ and of AWS Control Tower as a family, from the headers of their files."""

from scripts.checks.guard_binary import control_tower_rules
from scripts.checks.policy_inputs import OWN, read_rule
from scripts.folders import ROOT
from scripts.problems import Rule, RuleGroup
from scripts.text.rule_family import Family

FOLDER = ROOT / "policies"


def own_policies() -> dict[str, Rule]:
    """The rules that a team has added in policies/own, by their ids. Raises CannotJudge for one without a header."""
    return {rule.id: rule for rule in (read_rule(path).rule for path in sorted((FOLDER / OWN).glob("*.guard")))}


def policy_family() -> Family:
    """Raises CannotJudge for a rule without a header, CfnGuardMissing where Control Tower's rules are not installed."""
    own = tuple(read_rule(path).rule for path in sorted(FOLDER.glob("*.guard")))
    theirs = tuple(read_rule(path).rule for path in control_tower_rules())
    return Family(
        "policies",
        "Policies",
        "What `python -m scripts.checks.policies` holds every template against, by id. All of them are errors. How they are "
        "written and tested: [policies](../../policies/README.md).",
        "policies/*.guard and the rules of AWS Control Tower",
        (
            RuleGroup("Of this repository. Each file begins with its scenarios.", own),
            RuleGroup("Of AWS Control Tower. They judge as well with `--control-tower`, as `make check` does.", theirs),
        ),
    )
