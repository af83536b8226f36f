"""All rules of the project: every id that any message prints is one of these."""

from scripts.checks.access_rules import FAMILY as ACCESS
from scripts.checks.alarm_rules import FAMILY as ALARMS
from scripts.contract.rules import FAMILY as CONTRACT
from scripts.problems import Rule
from scripts.project.limit_rules import FAMILY as LIMITS
from scripts.project.service_rules import FAMILY as SERVICES
from scripts.project.settings_rules import FAMILY as SETTINGS
from scripts.text.rule_family import Family

FAMILIES: tuple[Family, ...] = (CONTRACT, SETTINGS, SERVICES, LIMITS, ALARMS, ACCESS)
RULES: dict[str, Rule] = {id: rule for family in FAMILIES for id, rule in family.rules.items()}
