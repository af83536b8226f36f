"""All rules of alarms and dashboards: a new one goes into the module of what it looks at, and is found there.

Each is one place: `@rule(...)` over its check, which gets a `WatchedMetric` or a `WatchedAlarm`.
"""

import sys

from scripts.problems import rule_groups
from scripts.text.rule_family import Family

FAMILY = Family(
    "alarms",
    "Rules of alarms and dashboards",
    """
What `python -m scripts.checks.alarms` looks for in templates, whoever wrote them, by id. All of them are errors: an alarm
that cannot see data, or that reaches nobody, is worse than none. See [monitoring](../monitoring.md).
""",
    "scripts/checks/alarm_rules/",
    rule_groups(sys.modules[__name__]),
)
