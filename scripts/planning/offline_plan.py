"""The plan against another revision of the contracts, without any access to AWS."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts import names
from scripts.model import DesiredTable, LiveTable, Unknown
from scripts.observe.target import ServiceEnvironment
from scripts.planning.build_plan import plan
from scripts.planning.changes import BLOCKED, UPDATE, Decision, change
from scripts.planning.entries import Plan
from scripts.planning.inputs import PlannedTable
from scripts.planning.plan_rules import OTHER_NAME
from scripts.planning.reasons import reason
from scripts.planning.retired_entries import Retired
from scripts.planning.revision import Before, NoRevisionError, read_revision
from scripts.planning.template_diff import SharedStack, plain
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment
from scripts.templates.desired import table_states
from scripts.templates.retained_resources import retain_resources
from scripts.templates.shared_templates import shared_stacks
from scripts.templates.template import table_template


def offline_plans(
    read: Sequence[Service], contracts: Path, revision: str, only: str | None = None, service: str | None = None
) -> tuple[Plan, ...]:
    """A plan for every environment that the contracts have or had, or for one, by name; in the order of their names.

    `read`: the services of `contracts` as they are now, all of them or the one named by `service`. Raises NoRevisionError.
    """
    services = {each.name: each for each in read}
    before = read_revision(contracts, revision)
    if service:
        before = Before(
            {name: each for name, each in before.services.items() if name == service},
            {name: reason for name, reason in before.unreadable.items() if name == service},
        )
    now, then = _environments(services), _environments(before.services)
    known = sorted({*now, *then})
    if only is not None and only not in known:
        raise NoRevisionError(
            f'There is no environment "{only}", neither now nor at {revision}. Known: {", ".join(known)}.'
        )
    chosen = [name for name in known if only in (None, name)]
    wanted = {
        (environment.region, state.name)
        for places in now.values()
        for service, environment in places.values()
        for state in table_states(service, environment)
    }
    return tuple(_plan(name, revision, now.get(name, {}), then.get(name, {}), before, wanted) for name in chosen)


Place = tuple[Service, Environment]
Places = Mapping[str, Place]  # by the name of the service
Wanted = Collection[tuple[str | None, str]]  # Region and name of every table that the contracts want


def _environments(services: Mapping[str, Service]) -> dict[str, dict[str, tuple[Service, Environment]]]:
    found: dict[str, dict[str, tuple[Service, Environment]]] = {}
    for service in services.values():
        for environment in service.environments:
            found.setdefault(environment.name, {})[service.name] = (service, environment)
    return found


def _plan(name: str, revision: str, now: Places, then: Places, before: Before, wanted: Wanted) -> Plan:
    regions = {environment.region for _, environment in (now or then).values() if environment.region}
    jobs = [job for place in now.values() for job in _jobs(*place, then, before, revision)]
    gone = [retired for service, place in then.items() for retired in _retired(*place, now.get(service))]
    notes = list(_notes(now, then, before, revision))
    region = ", ".join(sorted(regions)) or None
    shared = [each for service, place in now.items() for each in _shared(*place, then.get(service), before)]
    return plan(name, region, None, jobs, shared=shared, retired=gone, against=revision, notes=notes, wanted=wanted)


def _shared(service: Service, environment: Environment, then: Place | None, before: Before) -> Iterator[SharedStack]:
    """The stacks of what tables share, as the revision has them; none where that cannot be read."""
    if service.name in before.unreadable:
        return
    old: Mapping[str, Any] = {}
    if then and not _moved(environment, then[1]):
        old = shared_stacks(*then, table_states(*then))
    for stack, template in shared_stacks(service, environment, table_states(service, environment)).items():
        was = plain(old[stack]) if stack in old else None
        yield SharedStack(service.name, stack, was, plain(retain_resources(template, was or {})))


def _notes(now: Places, then: Places, before: Before, revision: str) -> Iterator[str]:
    if not now:
        yield f"The environment is no longer in the contracts. Nothing that runs in it is touched: {_LEFT}"
    elif not then and not any(service in before.unreadable for service in now):
        yield f"The environment is new: {revision} does not have it."
    for service in sorted(before.unreadable.keys() & now.keys()):
        yield (
            f"The contract of {service} at {revision} cannot be read, so what changes in it is not known: "
            f"{before.unreadable[service]} The plan against the live tables will tell."
        )
    for service in sorted(now.keys() & then.keys()):
        (_, new), (_, old) = now[service], then[service]
        for what, is_, was in (("Region", new.region, old.region), ("account", new.account, old.account)):
            if is_ != was and was is not None:
                yield (
                    f"The {what} of {service} becomes {is_ or 'any'}; it was {was}. What runs there stays and is not moved: "
                    "the tables of the new place begin as they are found there."
                )


_LEFT = "its tables are kept, and their alarms go on."


def _jobs(
    service: Service, environment: Environment, then: Places, before: Before, revision: str
) -> Iterator[PlannedTable]:
    place = ServiceEnvironment(service, environment)
    old = (
        _states(*then[service.name]) if service.name in then and not _moved(environment, then[service.name][1]) else {}
    )
    for table, desired in zip(service.contract.tables, table_states(service, environment), strict=True):
        if service.name in before.unreadable:
            unread = Unknown(f"The contract at {revision} cannot be read.")
            yield PlannedTable(place, table, desired, unread, Decision(UPDATE))
            continue
        previous = old.get(table.name)
        live = LiveTable.as_deployed(previous) if previous else None
        template = plain(table_template(previous, service.name, environment.name)) if previous else {}
        yield PlannedTable(place, table, desired, live, _change(desired, live), template)


def _change(desired: DesiredTable, live: LiveTable | None) -> Decision:
    if live is not None and live.name != desired.name:
        return Decision(BLOCKED, reasons=(reason(OTHER_NAME, live=live.name, desired=desired.name),))
    return change(desired, live)


def _retired(service: Service, environment: Environment, now: tuple[Service, Environment] | None) -> Iterator[Retired]:
    stays = now is not None and not _moved(now[1], environment)
    kept = {table.name for table in now[0].contract.tables} if now and stays else set()
    for name, state in _states(service, environment).items():
        if name not in kept:
            stack = names.table_stack(environment.name, service.name, name)
            yield Retired(service.name, state.name, stack, environment.region, state.keys)


def _moved(now: Environment, then: Environment) -> bool:
    """Whether an environment is elsewhere now, so that none of its tables is there yet."""
    pairs = (now.region, then.region), (now.account, then.account)
    return any(was is not None and is_ != was for is_, was in pairs)


def _states(service: Service, environment: Environment) -> dict[str, DesiredTable]:
    """What each table was to be like, by its name in the contract."""
    states = table_states(service, environment)
    return {table.name: state for table, state in zip(service.contract.tables, states, strict=True)}
