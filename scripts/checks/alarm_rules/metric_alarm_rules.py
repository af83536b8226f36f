"""Alarms. How they compute, how long they look, and whom they tell."""

import re
from collections.abc import Iterator

from scripts.checks.alarm_rules.watched import WatchedAlarm, tells_people
from scripts.monitoring.kinds import KINDS, PAGE
from scripts.problems import Breach, rule

MAX_PARTS = 10  # metrics, and expressions, of a metric math alarm
DAY, WEEK, HOUR = 86_400, 604_800, 3_600  # seconds
PAGED = tuple(metric for kind in KINDS if kind.severity == PAGE for metric in kind.watched.values())
COMPOSITE = "AWS::CloudWatch::CompositeAlarm"
TREATMENTS = ("notBreaching", "breaching", "ignore", "missing")
_PUT = "Amazon CloudWatch API Reference, PutMetricAlarm"


@rule(
    "A201",
    f"A metric math alarm has at most {MAX_PARTS} metrics and {MAX_PARTS} expressions",
    f"It has {{count}} {{what}}; CloudWatch takes {MAX_PARTS}.",
    "Split it into several alarms.",
    "CloudWatch refuses the alarm.",
    source=_PUT,
)
def too_many_parts(alarm: WatchedAlarm) -> Iterator[Breach]:
    for what, parts in (("metrics", alarm.stats), ("expressions", alarm.expressions)):
        if len(parts) > MAX_PARTS:
            yield Breach(what=what, count=len(parts))


@rule(
    "A202",
    "One metric of a metric math alarm returns data",
    "{count} of its metrics return data.",
    "Set ReturnData to true for exactly one, and false for the others.",
    "CloudWatch refuses the alarm.",
    source=_PUT + ", Metrics",
)
def not_one_result(alarm: WatchedAlarm) -> Iterator[Breach]:
    returning = [query for query in alarm.queries if query.get("ReturnData", True) in (True, "true")]
    if alarm.queries and len(returning) != 1:
        yield Breach(count=len(returning))


@rule(
    "A203",
    "Every metric of a metric math alarm is used",
    "Nothing uses its metric {id}.",
    "Use it in the expression, or remove it.",
    "A metric that was forgotten in the expression is not watched.",
    "Expression: m0+m1, beside a metric m2",
    "Expression: m0+m1+m2",
)
def unused_metric(alarm: WatchedAlarm) -> Iterator[Breach]:
    expressions = " ".join(str(query["Expression"]) for query in alarm.expressions)
    used = set(re.findall(r"\b[a-z]\w*\b", expressions))
    for query in alarm.stats:
        returns = query.get("ReturnData", True) in (True, "true")
        if not returns and query.get("Id") not in used and "METRICS(" not in expressions:
            yield Breach(id=query.get("Id"))


@rule(
    "A204",
    "An alarm looks at as many periods as CloudWatch allows",
    "{found}",
    "{hint}",
    "CloudWatch refuses the alarm, or it could never fire.",
    "EvaluationPeriods: 5, DatapointsToAlarm: 6",
    "EvaluationPeriods: 5, DatapointsToAlarm: 3",
    source=_PUT + ", EvaluationPeriods and DatapointsToAlarm",
)
def impossible_span(alarm: WatchedAlarm) -> Iterator[Breach]:
    count, some = alarm.properties.get("EvaluationPeriods"), alarm.properties.get("DatapointsToAlarm")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        found = "EvaluationPeriods is missing, or not a number from 1."
        yield Breach(found=found, hint="Set it to how many periods are looked at.")
        return
    if some is not None and not (isinstance(some, int) and 1 <= some <= count):
        found = f"DatapointsToAlarm is {some} of {count}: it would never fire."
        yield Breach(found=found, hint=f"Set it to 1 to {count}.")
    longest = max((period for period in alarm.periods if isinstance(period, int)), default=0)
    if longest * count > (DAY if longest < HOUR else WEEK):
        limit = "a day" if longest < HOUR else "a week"
        found = f"{count} periods of {longest} s are more than {limit}."
        yield Breach(found=found, hint="Look at fewer, or at longer, periods.")


@rule(
    "A205",
    "An alarm says what missing data means",
    "{found}.",
    "Set TreatMissingData, to notBreaching where the metric appears only when something is wrong.",
    "By default missing data leaves the alarm without a state.",
    source="Amazon CloudWatch User Guide, alarms-and-missing-data",
)
def missing_data(alarm: WatchedAlarm) -> Iterator[Breach]:
    if "TreatMissingData" not in alarm.properties:
        yield Breach(found="It does not say what missing data means")
    elif alarm.properties["TreatMissingData"] not in TREATMENTS:
        yield Breach(found="TreatMissingData is unknown")


@rule(
    "A206",
    "An alarm that gets people up tells them",
    "It reaches nobody.",
    "Add the alarm topic to AlarmActions, or the alarm to the composite alarm of its table. Switch off the actions of neither.",
    "It needs an action of its own that is not only the feed, or a composite alarm that has one.",
)
def reaches_nobody(alarm: WatchedAlarm) -> Iterator[Breach]:
    names = [alarm.properties.get("MetricName")]
    names += [query.get("MetricStat", {}).get("Metric", {}).get("MetricName") for query in alarm.queries]
    names += [found[2] for _, found in alarm.insights if found]
    if not any(name in PAGED for name in names) or tells_people(alarm.properties):
        return
    others = [value.get("Properties", {}) for value in alarm.resources.values() if value.get("Type") == COMPOSITE]
    rules = [str(other.get("AlarmRule", "")) for other in others if tells_people(other)]
    if not any(f'ALARM("{alarm.properties.get("AlarmName")}")' in rule for rule in rules):
        yield Breach()


@rule(
    "A207",
    "A query of an alarm says of which metric, and of which dimensions",
    "Its query says no metric with its dimensions.",
    "Write SELECT FUNCTION(metric) FROM SCHEMA(namespace, dimension, ...).",
    "Without its dimensions a query adds up whatever has the name of the metric, or nothing.",
    'SELECT SUM(SystemErrors) FROM "AWS/DynamoDB"',
    'SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName)',
    source="Amazon CloudWatch User Guide, cloudwatch-metrics-insights-querylanguage",
)
def unreadable_query(alarm: WatchedAlarm) -> Iterator[Breach]:
    if any(found is None for _, found in alarm.insights):
        yield Breach()
