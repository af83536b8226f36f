"""What the description of an alarm says: what happened, what it means for users, what to look at first, and where the runbook is."""

import re
from collections.abc import Sequence

from scripts.model import MetricQuery
from scripts.monitoring.expressions import number
from scripts.monitoring.kinds import UNHEALTHY, Kind

NAME_SHOWN = 64  # characters of a table's or index's name; the alarm's name and dimensions have it whole


def describe(
    kind: Kind,
    table: str,
    targets: Sequence[str],
    operation: str,
    beyond: str,
    periods: tuple[int, int],
    runbook: str,
) -> str:
    """The description of one alarm; at most 1,024 characters (PutMetricAlarm: AlarmDescription)."""
    what = kind.what.format(
        target=target_words(table, targets), operation=operation, beyond=beyond, span=span(kind, periods)
    )
    users = f" For users: {kind.users}" if kind.users else ""
    return f"{what}.{users} First: {kind.first} Runbook: {runbook}#{kind.section}"


def describe_composite(table: str, count: int, runbook: str) -> str:
    """The description of the composite alarm of a table."""
    return (
        f"Table {_short(table)} is unhealthy: at least one of its {count} alarms is on. First: which one? See the triggering "
        f"alarms in the message, or the dashboard. Runbook: {runbook}#{UNHEALTHY}"
    )


def target_words(table: str, targets: Sequence[str]) -> str:
    """What an alarm watches: a table ("" or nothing), one of its indexes, or several of these together."""
    named = f"table {_short(table)}"
    indexes = [target for target in targets if target]
    of_index = [f"index {_short(indexes[0])}"] if len(indexes) == 1 else []
    if len(indexes) > 1:
        of_index = [f"{len(indexes)} indexes ({_short(indexes[0])} to {_short(indexes[-1])})"]
    if "" in targets or not indexes:
        return " and ".join([named, *of_index])
    return f"{of_index[0]} of {named}"


_TOLERATED = re.compile(r"\b(?:FILL\()?(m\d+)(?:,0\)|/\d+)(?:-([\d.]+))?")


def beyond(kind: Kind, expression: str, metrics: Sequence[MetricQuery], threshold: float) -> str:
    """What an alarm does not tolerate: `more than 10`, or `more than 36 reads or any write`, or, before `units`, `more than 36 read or 1 write`.

    Of several indexes that differ it is a range: `more than 3 to 36`.
    """
    told = {query.id: query for query in metrics}
    each = [(told[id], float(more or 0) + threshold) for id, more in _TOLERATED.findall(expression)]
    values = sorted({value for _, value in each})
    if len(values) < 2:
        return more_than(kind, threshold)
    if len({query.dimensions for query, _ in each}) > 1:
        return more_than(kind, values[0], values[-1])
    words: list[str] = []
    for query, value in each:
        some = kind.counts and value < 1
        if some:
            words.append(f"any {_requests(query, 1)}")
        else:
            after_number = words and not words[-1].startswith("any")
            words.append(f"{'' if after_number else 'more than '}{number(value)} {_requests(query, value)}")
    return " or ".join(words)


def more_than(kind: Kind, *thresholds: float) -> str:
    """`more than 10`, `more than 3 to 36`; of what is counted, `at least 1` where none is tolerated."""
    if kind.counts and thresholds[0] < 1:
        return f"at least {' to '.join(str(int(value) + 1) for value in thresholds)}"
    return f"more than {' to '.join(map(number, thresholds))}"


def _requests(query: MetricQuery, count: float) -> str:
    """`reads`, or of a metric that counts units, before that word, `read`."""
    word = "read" if "Read" in query.metric else "write"
    return word if count == 1 or query.metric.startswith("Consumed") else f"{word}s"


def span(kind: Kind, periods: tuple[int, int]) -> str:
    """`for 5 minutes`, `in 10 of 15 minutes`: M of N, as a person says it."""
    some, all_ = (count * kind.period // 60 for count in periods)
    if some == all_:
        return f"for {some} minute{'' if some == 1 else 's'}"
    return f"in {some} of {all_} minutes"


def _short(name: str) -> str:
    return name if len(name) <= NAME_SHOWN else f"{name[: NAME_SHOWN - 3]}..."
