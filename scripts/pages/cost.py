"""What the tables of a service cost, and why they are billed as they are: for the pages of the service and its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.capacity.money import ZERO, money_span
from scripts.cost.lines import Estimate, together
from scripts.cost.prices import sources
from scripts.economics import Economics, backup_copies, economics, shared_costs
from scripts.markdown import code, link, table, text
from scripts.model import ContractTable, TableState
from scripts.project import Service
from scripts.settings_source import Environment

BILLING_WORDS = {"PAY_PER_REQUEST": "on-demand", "PROVISIONED": "provisioned with auto scaling"}
BASIS = "on-demand: a month of 30 days; provisioned: 730 hours; free tiers are not subtracted"


@dataclass(frozen=True, slots=True)
class Costs:
    """The economics of every table in every environment, and what the tables of an environment share."""

    tables: Mapping[tuple[str, str], Economics]  # by the names of environment and table (in the contract)
    billing: Mapping[tuple[str, str], str]
    shared: Mapping[str, Estimate]

    def of(self, environment: str) -> Estimate:
        """The whole estimate of an environment."""
        tables = [found.estimate for (name, _), found in self.tables.items() if name == environment]
        return together(environment, [*tables, self.shared[environment]])


def costs(
    service: Service, states: Mapping[str, Sequence[TableState]], shared: Mapping[str, Mapping[str, Any]]
) -> Costs:
    """Estimate a service. `states`: the tables of each environment; `shared`: its templates of what they share."""
    tables: dict[tuple[str, str], Economics] = {}
    billing: dict[tuple[str, str], str] = {}
    for environment in service.environments:
        for contract_table, state in zip(service.contract.tables, states[environment.name], strict=True):
            key = (environment.name, contract_table.name)
            settings = service.settings.of(*key)
            patterns, copies = service.contract.access_patterns, backup_copies(environment)
            tables[key] = economics(settings, contract_table, patterns, environment.region, state, copies)
            billing[key] = BILLING_WORDS[state.billing]
    return Costs(tables, billing, {e.name: _shared(e, shared[e.name]) for e in service.environments})


def _shared(environment: Environment, templates: Mapping[str, Mapping[str, Any]]) -> Estimate:
    resources = [resource for template in templates.values() for resource in template["Resources"].values()]
    types = [resource["Type"] for resource in resources]
    metrics = [
        max(1, sum("MetricStat" in query for query in resource["Properties"].get("Metrics", ())))
        for resource in resources
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]
    dashboards, keys = types.count("AWS::CloudWatch::Dashboard"), types.count("AWS::KMS::Key")
    return shared_costs(environment.region, metrics, dashboards, keys)


def service_section(service: Service, found: Costs) -> list[list[str] | str]:
    """The cost table of the service page: a row a table, a column an environment, and the totals."""
    names = [environment.name for environment in service.environments]
    rows = [
        (code(t.name), *(_with_alarms(found.tables[name, t.name].estimate) for name in names))
        for t in service.contract.tables
    ]
    rows.append(("shared", *(_with_alarms(found.shared[name]) for name in names)))
    rows.append(("**together**", *(f"**{found.of(name).shown_total}**" for name in names)))
    used = [price for name in names for price in found.of(name).prices]
    return [
        "## Cost a month",
        table(("Table", *(link(code(name), f"{name}/README.md") for name in names)), rows),
        f"{BASIS[0].upper()}{BASIS[1:]}. How it is made, and what is not in it: {link('cost estimates', '../../docs/cost.md')}.",
        ["Prices of", "", *(f"- {text(source)}" for source in sources(used))] if used else "",
    ]


def _with_alarms(estimate: Estimate) -> str:
    """The total of an estimate, and how much of it the alarms are."""
    amounts = [line.amount for line in estimate.lines if line.what in ("alarms", "composite alarms") and line.amount]
    return f"{estimate.shown_total} (alarms {money_span(sum(amounts, ZERO))})" if amounts else estimate.shown_total


def table_section(service: Service, value: ContractTable, found: Costs) -> list[list[str] | str]:
    """Capacity and cost of one table: the billing mode with its reason, then the lines of the estimate."""
    blocks: list[list[str] | str] = ["## Capacity and cost"]
    advices = {}
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
    if assumptions:
        blocks.append([f"- {text(sentence)}" for sentence in assumptions])
    for environment in service.environments:
        estimate = found.tables[environment.name, value.name].estimate
        if estimate.total is not None:
            blocks.append(f"{code(environment.name)}, {estimate.shown_total} a month:")
            blocks.append(_lines(estimate))
        else:
            blocks.append(f"{code(environment.name)}: no estimate.")
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


def environment_line(found: Costs, environment: Environment) -> tuple[str, str]:
    """A row for the page of an environment."""
    return "Cost a month", f"{found.of(environment.name).shown_total} ({BASIS})"
