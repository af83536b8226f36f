"""Who is told by which alarm.

People get the alarm topic. The feed gets every single alarm, for a chat channel or an incident tool: nobody needs to
subscribe to it. An alarm of severity `page` that is part of its table's composite alarm goes to the feed only, so that
people get one message about a table and not one from each of its alarms.
"""

from typing import NamedTuple

from scripts import names


class Notify(NamedTuple):
    """Topics, by their names in the same account and Region, or as whole ARNs."""

    people: tuple[str, ...]
    feed: tuple[str, ...]


def feed_topic(environment: str, service: str) -> str:
    """The SNS topic that every alarm of a service notifies in one environment."""
    return f"{names.alarm_topic(environment, service)}-feed"


def notify(environment: str, service: str, existing: tuple[str, ...] = ()) -> Notify:
    """The topics of a service in an environment; `existing`: ARNs of topics that take the place of the alarm topic."""
    people = existing or (names.alarm_topic(environment, service),)
    return Notify(people, (feed_topic(environment, service),))


def runbook(service: str, repository: str = "") -> str:
    """Where the runbook is: a path in the repository, or, with the repository's address, a link."""
    path = f"generated/{service}/runbook.md"
    return f"{repository.rstrip('/')}/blob/HEAD/{path}" if repository else path
