"""What the tables of a service and what they share cost in an environment, together: a sum stands in no generated file."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scripts.capacity.cost_lines import Estimate, Total, summed
from scripts.capacity.economics import backup_plan, economics
from scripts.capacity.estimate import SharedOptions, shared_estimate
from scripts.capacity.prices import prices, sources
from scripts.command import Refused
from scripts.folders import DEPLOYMENT, NO_SERVICE_YET
from scripts.model import DesiredTable
from scripts.pages.common import count
from scripts.pages.cost_section import BASIS, with_alarms
from scripts.project.services import Service, read_services
from scripts.settings.deployment_file import Environment
from scripts.templates.desired import table_states
from scripts.templates.shared_templates import shared_templates


class EnvironmentCost(NamedTuple):
    """What one environment costs a month. `tables`: name and estimate of each, in the order of their names."""

    tables: Sequence[tuple[str, Estimate]]
    shared: Estimate

    @property
    def together(self) -> Total:
        """All tables, and what they share."""
        return summed([*(estimate.total for _, estimate in self.tables), self.shared.total])


NAMED = 5  # tables that are named one by one


def cost_report(contracts: Path, service: str | None, environment: str | None) -> str:
    """What each table costs, and all of an environment together, as text; of one service or environment where one is named.

    Raises ProblemsError, and Refused for an environment that there is not.
    """
    places = [(each, place) for each in read_services(contracts, service) for place in each.environments]
    if not places:
        return f"{NO_SERVICE_YET}\n"
    chosen = [(each, place) for each, place in places if environment in (None, place.name)]
    if not chosen:
        known = ", ".join(sorted({place.name for _, place in places}))
        raise Refused(f'There is no environment "{environment}" here. Known: {known}.')
    blocks = ["\n".join(_lines(each, place)) for each, place in chosen]
    return "\n\n".join([*blocks, f"A month, {BASIS}. How it is made, and what is not in it: docs/cost.md\n"])


def _lines(service: Service, environment: Environment) -> Iterator[str]:
    """A line with what there is, one for each table and for what they share, their sum, what is not in it, and where the prices come from."""
    tables = service.contract.tables
    local = sum(len(t.local_indexes) for t in tables)
    there = [
        count(len(tables), "table"),
        count(sum(len(t.indexes) for t in tables), "global secondary index", "global secondary indexes"),
        *([count(local, "local secondary index", "local secondary indexes")] if local else []),
    ]
    found = environment_cost(service, environment, table_states(service, environment))
    rows = [(name, with_alarms(estimate.total)) for name, estimate in found.tables]
    rows += [("shared", _parts(found.shared)), ("together", found.together.shown)]
    width = max(len(name) for name, _ in rows)
    yield f"{service.name} in {environment.name}: {', '.join(there)}"
    yield from (f"  {name:{width}}  {amount}" for name, amount in rows)
    if environment.region is None:
        yield f"  The Region is open until contracts/{service.name}/{DEPLOYMENT} names the environments."
    elif prices(environment.region) is None:
        yield f"  There are no prices of {environment.region}, and those of no other Region are taken: docs/cost.md#prices"
    else:
        yield from (f"  Not in it: {what}" for what in _missing(found))
    yield from (f"  Prices of {source}" for source in sources(found.together.prices))


def _parts(shared: Estimate) -> str:
    """The sum of what tables share, and what it consists of."""
    parts = ", ".join(f"{line.what} {line.shown_amount}" for line in shared.lines)
    return f"{shared.total.shown} ({parts})" if shared.total.amount else shared.total.shown


def _missing(found: EnvironmentCost) -> Iterator[str]:
    """What costs something, or may, and has no amount: why, and of which tables; the indexes of a table not one by one."""
    missing: dict[tuple[str, str], dict[str, None]] = {}
    for name, estimate in (*found.tables, ("shared", found.shared)):
        for line in estimate.lines:
            if line.amount is None:
                what = re.sub(r" of index .*", " of indexes", line.what)
                missing.setdefault((what, line.note), {})[name] = None
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (what, note), owners in missing.items():
        grouped.setdefault((note, tuple(owners)), []).append(what)
    for (note, of), whats in grouped.items():
        named = ", ".join(of) if len(of) <= NAMED else f"{len(of)} tables, {of[0]} among them"
        yield f"{', '.join(whats)} ({named}). {note}"


def environment_cost(service: Service, environment: Environment, states: Sequence[DesiredTable]) -> EnvironmentCost:
    """Add up the tables of a service in one environment, whose desired states are these."""
    estimates: dict[str, Estimate] = {}
    patterns, backups = service.contract.access_patterns, backup_plan(environment)
    for table, state in zip(service.contract.tables, states, strict=True):
        settings = service.settings.of(environment.name, table.name)
        found = economics(settings, table, patterns, environment.region, state, backups)
        estimates[table.name] = found.estimate
    known = prices(environment.region) if environment.region else None
    shared = shared_estimate(shared_options(shared_templates(service, environment, states).templates), known)
    return EnvironmentCost(sorted(estimates.items()), shared)


# What AWS takes nothing for, as long as it stands there: topics without messages, vaults without backups, events that AWS's own
# services send to the default bus of EventBridge, and budgets without actions (the pricing pages of these services).
FREE = frozenset(
    (
        "AWS::Backup::BackupPlan",
        "AWS::Backup::BackupSelection",
        "AWS::Backup::BackupVault",
        "AWS::Budgets::Budget",
        "AWS::Events::Rule",
        "AWS::IAM::Role",
        "AWS::KMS::Alias",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
    )
)
_ALARM, _COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
_DASHBOARD, _KEY = "AWS::CloudWatch::Dashboard", "AWS::KMS::Key"


def shared_options(templates: Mapping[str, Mapping[str, Any]]) -> SharedOptions:
    """What the templates that tables share contain, as far as it costs money; a type that nothing is known of is named."""
    resources = [resource for template in templates.values() for resource in template["Resources"].values()]
    types = Counter(resource["Type"] for resource in resources)
    metrics = tuple(
        max(1, sum("MetricStat" in query for query in resource["Properties"].get("Metrics", ())))
        for resource in resources
        if resource["Type"] == _ALARM
    )
    unpriced = sorted(types.keys() - FREE - {_ALARM, _COMPOSITE, _DASHBOARD, _KEY})
    return SharedOptions(metrics, types[_COMPOSITE], types[_DASHBOARD], types[_KEY], tuple(unpriced))
