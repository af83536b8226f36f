"""All rules of the project: every id that any message prints is one of these."""

from functools import cache

from scripts.checks.access_rules import FAMILY as ACCESS
from scripts.checks.alarm_rules import FAMILY as ALARMS
from scripts.checks.policy_family import own_policies, policy_family
from scripts.contract.rules import FAMILY as CONTRACT
from scripts.planning.plan_rules import FAMILY as PLAN
from scripts.planning.risk_rules import FAMILY as RISKS
from scripts.problems import Rule
from scripts.project.limit_rules import FAMILY as LIMITS
from scripts.project.service_rules import FAMILY as SERVICES
from scripts.project.settings_rules import FAMILY as SETTINGS
from scripts.text.rule_family import Family


@cache
def families() -> tuple[Family, ...]:
    """All families. Raises CannotJudge or CfnGuardMissing where the policies cannot be read."""
    return CONTRACT, SETTINGS, SERVICES, LIMITS, ALARMS, ACCESS, policy_family(), PLAN, RISKS


@cache
def all_rules() -> dict[str, Rule]:
    """The rules of all families and those of policies/own, which have no page here, by their ids."""
    return {id: rule for family in families() for id, rule in family.rules.items()} | own_policies()
