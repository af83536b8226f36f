"""What the tables of a service cost, and why they are billed as they are: for the pages of the service and its tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scripts.capacity.cost_lines import Estimate, Total
from scripts.capacity.economics import Economics, backup_plan, economics
from scripts.capacity.load_curve import load_curve
from scripts.capacity.money import money_span
from scripts.capacity.prices import prices, sources
from scripts.capacity.table_class import class_costs
from scripts.model import ContractTable, DesiredTable
from scripts.pages import common
from scripts.pages.load_chart import load_chart
from scripts.project.services import Service
from scripts.text.markdown import code, details, link, table, text

BILLING_WORDS = {"PAY_PER_REQUEST": "on-demand", "PROVISIONED": "provisioned with auto scaling"}
BASIS = "on-demand: a month of 30 days; provisioned: 730 hours; free tiers are not subtracted"


class Costs(NamedTuple):
    """The economics of a table in every environment."""

    tables: Mapping[tuple[str, str], Economics]  # by the names of environment and table (in the contract)
    billing: Mapping[tuple[str, str], str]


Totals = Mapping[str, Sequence[Total]]  # what each table costs, in the contract's order, by the name of the environment


def table_costs(service: Service, value: ContractTable, states: Mapping[str, DesiredTable]) -> Costs:
    """Estimate a table. `states`: the table in each environment, by the environment's name."""
    tables: dict[tuple[str, str], Economics] = {}
    billing: dict[tuple[str, str], str] = {}
    for environment in service.environments:
        key, state = (environment.name, value.name), states[environment.name]
        settings = service.settings.of(*key)
        patterns, backups = service.contract.access_patterns, backup_plan(environment)
        tables[key] = economics(settings, value, patterns, environment.region, state, backups)
        billing[key] = BILLING_WORDS[state.billing]
    return Costs(tables, billing)


def service_section(service: Service, found: Totals) -> list[list[str] | str]:
    """The cost table of the service page: a row a table, a column an environment."""
    environments = service.environments
    rows = [
        (t.name, (code(t.name), *(with_alarms(found[e.name][number]) for e in environments)))
        for number, t in enumerate(service.contract.tables)
    ]
    head = ("Table", *(link(code(e.name), f"{e.name}/README.md") for e in environments))
    known = [one for e in environments if e.region and (one := prices(e.region))]
    used = [price for one in known for price in one.by_key.values()]
    return [
        "## Cost a month",
        common.listed(head, rows),
        f"All tables together, and what they share: {code(f'make cost SERVICE={service.name}')}. {BASIS[0].upper()}{BASIS[1:]}. "
        f"How it is made, and what is not in it: {link('cost estimates', '../../docs/cost.md')}.",
        details("Where the prices come from", [f"- {text(source)}" for source in sources(used)]) if used else "",
    ]


def with_alarms(total: Total) -> str:
    """A sum, and how much of it the alarms are."""
    return f"{total.shown} (including {money_span(total.alarms)} for alarms)" if total.alarms else total.shown


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
    blocks += [*_classes(service, value, found), *_chart(service, value, found)]
    assumptions = dict.fromkeys(
        sentence for e in service.environments for sentence in found.tables[e.name, value.name].estimate.assumptions
    )
    for environment in service.environments:
        estimate = found.tables[environment.name, value.name].estimate
        if estimate.total.amount is not None:
            blocks.append(details(f"{environment.name}, {estimate.total.shown} a month", _lines(estimate)))
        else:
            blocks.append(f"{code(environment.name)}: no estimate. {_why_none(environment.region)}")
    if assumptions:
        blocks.append(
            details("What the estimates take for granted", [f"- {text(sentence)}" for sentence in assumptions])
        )
    return blocks


def _classes(service: Service, value: ContractTable, found: Costs) -> Iterator[str]:
    """What each table class costs, where that is known; a sentence once for all environments of which it is true."""
    sentences: dict[str, list[str]] = {}
    for environment in service.environments:
        of = found.tables[environment.name, value.name]
        known = prices(environment.region) if environment.region else None
        if costs := class_costs(of.load, of.options, known):
            sentences.setdefault(costs.words, []).append(environment.name)
    for words, names in sentences.items():
        yield f"{', '.join(map(code, names))}: requests and storage a month in each table class: {text(words)}"


def _chart(service: Service, value: ContractTable, found: Costs) -> list[list[str] | str]:
    """The costs over the load in the last environment where they are known: the one that gets the most traffic."""
    for environment in reversed(service.environments):
        of = found.tables[environment.name, value.name]
        known = prices(environment.region) if environment.region else None
        if of.load and known and (points := load_curve(of.load, known.throughput(of.options.table_class))):
            return load_chart(points, environment.name)
    return []


def _why_none(region: str | None) -> str:
    """Why there is no amount at all, and what to do."""
    if region is None:
        return "Its Region is not stated."
    if prices(region) is None:
        return f"There are no prices of {code(region)}: {link('add them', '../../../docs/cost.md#prices')}."
    return f"{link('State the traffic', '../../../docs/cost.md#state-the-traffic')} of the table."


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
