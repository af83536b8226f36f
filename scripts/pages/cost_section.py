"""What the tables of a service cost, and why they are billed as they are: for the pages of the service and its tables."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scripts.capacity.cost_lines import Estimate, Total, summed
from scripts.capacity.economics import Economics, backup_copies, economics
from scripts.capacity.estimate import shared_estimate
from scripts.capacity.money import money_span
from scripts.capacity.prices import prices, sources
from scripts.model import ContractTable, DesiredTable
from scripts.pages import common
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment
from scripts.text.markdown import code, details, link, table, text

BILLING_WORDS = {"PAY_PER_REQUEST": "on-demand", "PROVISIONED": "provisioned with auto scaling"}
BASIS = "on-demand: a month of 30 days; provisioned: 730 hours; free tiers are not subtracted"


class Costs(NamedTuple):
    """The economics of a table in every environment."""

    tables: Mapping[tuple[str, str], Economics]  # by the names of environment and table (in the contract)
    billing: Mapping[tuple[str, str], str]


class Sums(NamedTuple):
    """What the tables of a service cost in each environment, in the contract's order, and what they share."""

    tables: Mapping[str, Sequence[Total]]  # by the name of the environment
    shared: Mapping[str, Estimate]

    def of(self, environment: str) -> Total:
        """All of an environment."""
        return summed([*self.tables[environment], self.shared[environment].total])

    def dashboards(self, environment: str) -> int:
        """How many dashboards the tables of an environment need."""
        lines = [line for line in self.shared[environment].lines if line.what == "dashboards"]
        return sum(int(line.quantity.low) for line in lines if line.quantity)


def table_costs(service: Service, value: ContractTable, states: Mapping[str, DesiredTable]) -> Costs:
    """Estimate a table. `states`: the table in each environment, by the environment's name."""
    tables: dict[tuple[str, str], Economics] = {}
    billing: dict[tuple[str, str], str] = {}
    for environment in service.environments:
        key, state = (environment.name, value.name), states[environment.name]
        settings = service.settings.of(*key)
        patterns, copies = service.contract.access_patterns, backup_copies(environment)
        tables[key] = economics(settings, value, patterns, environment.region, state, copies)
        billing[key] = BILLING_WORDS[state.billing]
    return Costs(tables, billing)


def sums(
    service: Service, tables: Mapping[str, Sequence[Total]], shared: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> Sums:
    """Add up a service. `shared`: in each environment, the templates of what its tables share."""
    return Sums(tables, {e.name: _shared(e, shared[e.name]) for e in service.environments})


def _shared(environment: Environment, templates: Mapping[str, Mapping[str, Any]]) -> Estimate:
    resources = [resource for template in templates.values() for resource in template["Resources"].values()]
    types = [resource["Type"] for resource in resources]
    metrics = [
        max(1, sum("MetricStat" in query for query in resource["Properties"].get("Metrics", ())))
        for resource in resources
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]
    dashboards, keys = types.count("AWS::CloudWatch::Dashboard"), types.count("AWS::KMS::Key")
    known = prices(environment.region) if environment.region else None
    return shared_estimate(metrics, dashboards, keys, known)


def service_section(service: Service, found: Sums) -> list[list[str] | str]:
    """The cost table of the service page: a row a table, a column an environment, and the totals."""
    names = [environment.name for environment in service.environments]
    rows = [
        (t.name, (code(t.name), *(_with_alarms(found.tables[name][number]) for name in names)))
        for number, t in enumerate(service.contract.tables)
    ]
    together = {name: found.of(name) for name in names}
    last = [
        ("shared", *(_with_alarms(found.shared[name].total) for name in names)),
        ("**together**", *(f"**{together[name].shown}**" for name in names)),
    ]
    head = ("Table", *(link(code(name), f"{name}/README.md") for name in names))
    few = len(rows) <= common.TABLES_SHOWN
    shown = (
        [table(head, [*(cells for _, cells in rows), *last])]
        if few
        else [table(head, last), *common.folded(head, rows)]
    )
    used = [price for name in names for price in together[name].prices]
    return [
        "## Cost a month",
        *shown,
        f"{BASIS[0].upper()}{BASIS[1:]}. How it is made, and what is not in it: {link('cost estimates', '../../docs/cost.md')}.",
        details("Where the prices come from", [f"- {text(source)}" for source in sources(used)]) if used else "",
    ]


def _with_alarms(total: Total) -> str:
    """A sum, and how much of it the alarms are."""
    return f"{total.shown} (alarms {money_span(total.alarms)})" if total.alarms else total.shown


def table_section(service: Service, value: ContractTable, found: Costs) -> list[list[str] | str]:
    """Capacity and cost of one table: the billing mode with its reason, then the lines of the estimate."""
    blocks: list[list[str] | str] = ["## Capacity and cost"]
    advices: dict[tuple[str, str], list[str]] = {}
    for environment in service.environments:
        key = (environment.name, value.name)
        reason = text(found.tables[key].advice.reason)
        advices.setdefault((found.billing[key], reason), []).append(environment.name)
    for (billing, reason), names in advices.items():
        advice = found.tables[names[0], value.name].advice
        other = "" if BILLING_WORDS[advice.billing] == billing else " The settings choose otherwise."
        blocks.append(f"{', '.join(map(code, names))}: **{billing}**. Advice: {reason}{other}")
        blocks.extend(["\n".join(f"- {text(warning)}" for warning in advice.warnings)] if advice.warnings else [])
    assumptions = dict.fromkeys(
        sentence for e in service.environments for sentence in found.tables[e.name, value.name].estimate.assumptions
    )
    for environment in service.environments:
        estimate = found.tables[environment.name, value.name].estimate
        if estimate.total.amount is not None:
            blocks.append(details(f"{environment.name}, {estimate.total.shown} a month", _lines(estimate)))
        else:
            blocks.append(f"{code(environment.name)}: no estimate.")
    if assumptions:
        blocks.append(
            details("What the estimates take for granted", [f"- {text(sentence)}" for sentence in assumptions])
        )
    return blocks


def _lines(estimate: Estimate) -> list[str]:
    """The lines that have an amount, and one sentence about those that have none."""
    known = [line for line in estimate.lines if line.amount is not None]
    rows = [
        (text(line.what), line.shown_quantity, line.shown_price, line.shown_amount, text(line.note)) for line in known
    ]
    missing: dict[str, list[str]] = {}
    for line in estimate.lines:
        if line.amount is None:
            missing.setdefault(line.note, []).append(line.what)
    notes = [f"- Without an estimate: {text(', '.join(what))}. {text(note)}" for note, what in missing.items()]
    shown = table(("What", "Quantity a month", "Price", "Amount", "Remark"), rows) if rows else []
    return [*shown, *([""] if shown and notes else []), *notes]


def environment_line(found: Sums, environment: Environment) -> tuple[str, str]:
    """A row for the page of an environment."""
    return "Cost a month", f"{found.of(environment.name).shown} ({BASIS})"
