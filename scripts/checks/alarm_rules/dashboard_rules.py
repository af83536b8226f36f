"""Dashboards. What their widgets show is checked by the rules of metrics."""

from scripts.problems import Rule

UNREADABLE_BODY = Rule(
    "A401",
    "The body of a dashboard can be read",
    "{found}",
    "Write it as CloudWatch's dashboard body structure says.",
    "CloudWatch shows an empty widget, or refuses the dashboard.",
    source="Amazon CloudWatch API Reference, Dashboard Body Structure and Syntax",
)
