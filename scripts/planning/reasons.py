"""Why a table cannot be deployed as it is wanted: a rule of the registry, with the facts of the case."""

from typing import Any, NamedTuple

from scripts.problems import Rule


class Reason(NamedTuple):
    """One reason with its way out. `id`: that of the rule, whose section in docs/rules/plan.md explains it."""

    id: str
    text: str

    def __str__(self) -> str:
        return f"{self.id}: {self.text}"

    def of(self, service: str) -> "Reason":
        """The same about a table of a service, whose runbook it may name."""
        return self._replace(text=self.text.replace("<service>", service))


def reason(rule: Rule, **facts: Any) -> Reason:
    """That the rule applies to a table. `facts` fill its texts."""
    problem = rule.problem("", **facts)
    return Reason(rule.id, f"{problem.message} {problem.fix}")
