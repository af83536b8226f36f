"""What CloudWatch would make of data points: the state of an alarm by its own definition, and nothing else.

From the CloudWatch user guide: "Evaluating an alarm", "Configuring how alarms treat missing data", metric math, and
composite alarms. A metric has data only under exactly its dimensions.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.model import Alarm, CompositeAlarm
from scripts.monitoring import catalogue

OK, ALARM, NO_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"
Series = dict[int, float]  # start of a period in seconds before now, a multiple of it, to a value
Dimensions = tuple[tuple[str, str], ...]
NOW = 86_400


@dataclass
class Data:
    """Data points: metric and its exact dimensions to (second, value)."""

    points: dict[tuple[str, frozenset[tuple[str, str]]], list[tuple[int, float]]] = field(default_factory=dict)

    def put(self, metric: str, dimensions: Dimensions, value: float, minutes: int, count: int = 1) -> "Data":
        """A value in each of the last so many whole minutes, `count` times. DynamoDB publishes under no other dimensions."""
        known = catalogue.metrics()[metric]
        assert frozenset(name for name, _ in dimensions) in known.dimensions, f"{metric} never has {dimensions}"
        step = known.period
        series = self.points.setdefault((metric, frozenset(dimensions)), [])
        for second in range(NOW - minutes * 60, NOW, step):
            series += [(second, value)] * count
        return self

    def series(self, metric: str, dimensions: Dimensions, statistic: str, period: int) -> Series:
        """One value for each period that has data."""
        periods: dict[int, list[float]] = {}
        for second, value in self.points.get((metric, frozenset(dimensions)), ()):
            periods.setdefault(second // period * period, []).append(value)
        return {start: statistic_of(values, statistic) for start, values in periods.items()}


def statistic_of(values: Sequence[float], statistic: str) -> float:
    """One statistic of the values of a period; a percentile is the value that so many percent do not exceed."""
    if statistic.startswith("p"):
        ordered = sorted(values)
        return ordered[max(0, math.ceil(float(statistic[1:]) / 100 * len(ordered)) - 1)]
    known: dict[str, Callable[[Sequence[float]], float]] = {
        "Sum": sum, "Average": lambda v: sum(v) / len(v), "Maximum": max, "Minimum": min, "SampleCount": len,
    }  # fmt: skip
    return known[statistic](values)


def state(alarm: Alarm, data: Data) -> str:
    """The state of an alarm that sees only this data."""
    if not alarm.enabled:
        return OK
    ends = range(NOW - alarm.period * alarm.evaluation_periods, NOW, alarm.period)
    if alarm.expression.startswith("SELECT"):
        series = queried(alarm, data)
    elif alarm.expression:
        named = {q.id: data.series(q.metric, q.dimensions, q.statistic, q.period) for q in alarm.metrics}
        assert {query.period for query in alarm.metrics} == {alarm.period}
        series = evaluate(alarm.expression, named, list(ends))
    else:
        series = data.series(alarm.metric, alarm.dimensions, alarm.statistic, alarm.period)
    assert alarm.comparison == "GreaterThanThreshold"
    found = [series.get(end) for end in ends]
    if alarm.missing_data == "missing" and not any(value is not None for value in found):
        return NO_DATA
    missing = {"notBreaching": False, "breaching": True, "missing": False}[alarm.missing_data]
    breaching = [missing if value is None else value > alarm.threshold for value in found]
    return ALARM if sum(breaching) >= alarm.datapoints else OK


def queried(alarm: Alarm, data: Data) -> Series:
    """A Metrics Insights query: one series over every metric that has exactly the dimensions of the SCHEMA."""
    found = re.fullmatch(r'SELECT (?:SUM|MAX)\((\w+)\) FROM SCHEMA\("AWS/DynamoDB"((?:, \w+)*)\)', alarm.expression)
    assert found, alarm.expression
    names = set(found[2].split(", ")[1:])
    together = Data()
    for (metric, dimensions), points in data.points.items():
        if metric == found[1] and {name for name, _ in dimensions} == names:
            together.points.setdefault((metric, frozenset()), []).extend(points)
    return together.series(found[1], (), "Maximum" if "MAX(" in alarm.expression else "Sum", alarm.period)


def evaluate(expression: str, named: Mapping[str, Series], ends: Sequence[int]) -> Series:
    """A metric math expression over time: + - * /, numbers, FILL(m, n), and SUM, MAX of a list of series.

    In arithmetic a period without data has no result; in SUM and MAX it is passed over.
    """

    def arithmetic(left: Any, right: Any, work: Callable[[float, float], float]) -> Any:
        if not isinstance(left, dict) and not isinstance(right, dict):
            return work(left, right)
        times = set(left if isinstance(left, dict) else right) & set(right if isinstance(right, dict) else left)
        pick = lambda side, time: side[time] if isinstance(side, dict) else side  # noqa: E731
        return {t: work(pick(left, t), pick(right, t)) for t in times if not (work is _divide and pick(right, t) == 0)}

    def over(several: Sequence[Series], work: Callable[[list[float]], float]) -> Series:
        times = sorted({time for series in several for time in series})
        return {time: work([series[time] for series in several if time in series]) for time in times}

    functions = {
        "FILL": lambda series, value: {**dict.fromkeys(ends, value), **series},
        "SUM": lambda several: over(several, sum),
        "MAX": lambda several: over(several, max),
    }
    tokens = re.findall(r"[A-Za-z_]\w*|\d+(?:\.\d+)?|[-+*/(),\[\]]", expression)
    assert "".join(tokens) == expression, f"not understood: {expression}"

    def primary() -> Any:
        token = tokens.pop(0)
        if token == "[":
            parts = [total()]
            while tokens[0] == ",":
                tokens.pop(0)
                parts.append(total())
            assert tokens.pop(0) == "]"
            return parts
        if token == "(":
            value = total()
            assert tokens.pop(0) == ")"
            return value
        if token in functions:
            assert tokens.pop(0) == "("
            arguments = [total()]
            while tokens[0] == ",":
                tokens.pop(0)
                arguments.append(total())
            assert tokens.pop(0) == ")"
            return functions[token](*arguments)
        return named[token] if token in named else float(token)

    def product() -> Any:
        value = primary()
        while tokens and tokens[0] in "*/":
            work = _divide if tokens.pop(0) == "/" else _times
            value = arithmetic(value, primary(), work)
        return value

    def total() -> Any:
        value = product()
        while tokens and tokens[0] in "+-":
            work = _plus if tokens.pop(0) == "+" else _minus
            value = arithmetic(value, product(), work)
        return value

    result = total()
    assert not tokens
    return result


def _plus(a: float, b: float) -> float:
    return a + b


def _minus(a: float, b: float) -> float:
    return a - b


def _times(a: float, b: float) -> float:
    return a * b


def _divide(a: float, b: float) -> float:
    return a / b


def composite_state(alarm: CompositeAlarm, states: Mapping[str, str]) -> str:
    """The state of a composite alarm whose rule is an OR of ALARM("name")."""
    names = re.findall(r'ALARM\("([^"]+)"\)', alarm.rule)
    assert " OR ".join(f'ALARM("{name}")' for name in names) == alarm.rule
    return ALARM if any(states[name] == ALARM for name in names) else OK
