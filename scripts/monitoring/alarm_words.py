"""What the description of an alarm says: what happened, what to look at first, and where the runbook is."""

from collections.abc import Sequence

from scripts.monitoring.kinds import UNHEALTHY, Kind

NAME_SHOWN = 64  # characters of a table's or index's name; the alarm's name and dimensions have it whole


def describe(
    kind: Kind,
    table: str,
    indexes: Sequence[str],
    operation: str,
    threshold: float,
    periods: tuple[int, int],
    runbook: str,
) -> str:
    """The description of one alarm; at most 1,024 characters (PutMetricAlarm: AlarmDescription)."""
    what = kind.what.format(
        target=target_words(table, indexes), operation=operation, threshold=number(threshold), span=span(kind, periods)
    )
    return f"{what}. First: {kind.first} Runbook: {runbook}#{kind.section}"


def describe_composite(table: str, count: int, runbook: str) -> str:
    """The description of the composite alarm of a table."""
    return (
        f"Table {_short(table)} is unhealthy: at least one of its {count} alarms is on. First: which one? See the triggering "
        f"alarms in the message, or the dashboard. Runbook: {runbook}#{UNHEALTHY}"
    )


def target_words(table: str, indexes: Sequence[str]) -> str:
    """What an alarm watches: a table, one of its indexes, or several of them together."""
    named = f"table {_short(table)}"
    if len(indexes) > 1:
        return f"{len(indexes)} indexes together ({_short(indexes[0])} to {_short(indexes[-1])}) of {named}"
    return f"index {_short(indexes[0])} of {named}" if indexes and indexes[0] else named


def span(kind: Kind, periods: tuple[int, int]) -> str:
    """`for 5 minutes`, `in 10 of 15 minutes`: M of N, as a person says it."""
    some, all_ = (count * kind.period // 60 for count in periods)
    if some == all_:
        return f"for {some} minute{'' if some == 1 else 's'}"
    return f"in {some} of {all_} minutes"


def number(value: float) -> str:
    """A threshold without a useless `.0`."""
    return str(int(value)) if value == int(value) else str(value)


def _short(name: str) -> str:
    return name if len(name) <= NAME_SHOWN else f"{name[: NAME_SHOWN - 3]}..."
