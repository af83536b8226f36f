"""What a change costs: the estimate of the table as it is to be, against that of the table as it is."""

from dataclasses import replace
from typing import NamedTuple

from scripts.capacity.cost_lines import difference
from scripts.capacity.economics import Economics, backup_plan, economics
from scripts.capacity.money import NO_ESTIMATE, Span
from scripts.model import ContractTable, DesiredTable, LiveTable, Unknown
from scripts.planning.inputs import PlannedTable
from scripts.planning.risk_rules import COSTS_MORE
from scripts.planning.risks import Risk
from scripts.templates.desired import table_state

# What a change may add to the bill, in dollars a month, without being called a risk: an alarm costs $0.10.
UNNOTICED = 1


class CostChange(NamedTuple):
    """What a change costs a month. `words`: `+$1.00`, `no change` or `no estimate`; `monthly`: the whole table afterwards, or why that is not known."""

    words: str
    amount: Span | None = None
    monthly: str = ""

    @property
    def risks(self) -> tuple[Risk, ...]:
        """That it costs noticeably more."""
        if self.amount is None or self.amount.high < UNNOTICED:
            return ()
        return (Risk(COSTS_MORE, f"the cost of a month changes by {self.words}", "Traffic is taken to stay the same."),)


def cost_change(job: PlannedTable) -> CostChange:
    """What a change costs a month; the traffic is taken to be the same before and after."""
    before = None
    if isinstance(job.live, LiveTable):
        values = {name: getattr(job.live, name) for name in _USED}
        if any(isinstance(value, Unknown) for value in values.values()):
            return CostChange(NO_ESTIMATE)
        table = replace(job.table, indexes=job.live.indexes)
        # Only alarms that are wanted are read; those of an index that goes are taken to be there as well.
        alarms = table_state(job.place.service, job.place.environment, table).alarms
        before = _economics(job, table, replace(job.desired, **values, alarms=alarms)).estimate
    after = _economics(job, job.table, job.desired)
    if after.load is None or after.load.unknown:  # only alarms have an amount then
        missing = f"{', '.join(after.load.unknown)} under traffic" if after.load else "its traffic"
        how = f"state {missing} in deployment.yaml, as docs/cost.md#state-the-traffic says"
        return CostChange(NO_ESTIMATE, monthly=f"No estimate of its cost: {how}")
    found = difference(before, after.estimate)
    return CostChange(found.shown, found.amount, f"About {after.estimate.total.shown} a month")


# What an estimate is made from, beside the traffic.
_USED = ("billing", "scaling", "table_class", "recovery_days", "stream", "kinesis_stream", "insights")


def _economics(job: PlannedTable, table: ContractTable, state: DesiredTable) -> Economics:
    service, environment = job.place.service, job.place.environment
    settings = service.settings.of(environment.name, table.name)
    names = {index.name for index in (*table.indexes, *table.local_indexes)}
    traffic = settings["traffic"]
    known = {name: value for name, value in traffic.get("indexes", {}).items() if name in names}
    settings = {**settings, "traffic": {**traffic, "indexes": known} if "indexes" in traffic else traffic}
    patterns, backups = service.contract.access_patterns, backup_plan(environment)
    return economics(settings, table, patterns, environment.region, state, backups)
