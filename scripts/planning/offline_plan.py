"""The plan against another revision, without any access to AWS: the templates that it has committed, and those of now."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scripts import names
from scripts.access import to_json as policy_text
from scripts.folders import OUT
from scripts.model import ContractTable, DesiredTable, LiveTable, Unknown
from scripts.observe.target import ServiceEnvironment
from scripts.planning.access_policy_diff import access_entry
from scripts.planning.build_plan import plan
from scripts.planning.changes import BLOCKED, UPDATE, Decision, change
from scripts.planning.committed_record import recorded_stacks
from scripts.planning.entries import Entry, Plan
from scripts.planning.inputs import PlannedTable
from scripts.planning.offline_notes import notes
from scripts.planning.plan_rules import OTHER_NAME
from scripts.planning.reasons import reason
from scripts.planning.retired_entries import Retired
from scripts.planning.revision import EnvironmentBefore, NoRevisionError, Revision
from scripts.planning.template_diff import SharedStack, plain
from scripts.planning.template_state import NoTableError, template_state
from scripts.project.services import Service
from scripts.rendering.service_files import access_policies
from scripts.settings.deployment_file import Environment
from scripts.templates.retained_resources import retain_resources
from scripts.templates.shared_templates import shared_templates, stack_name
from scripts.templates.template import table_template, to_yaml

Templates = Mapping[Any, Mapping[str, Any] | None]
NOTHING = EnvironmentBefore()


class _Place(NamedTuple):
    """One service in an environment as it is now, and as it was committed (NOTHING: it was not there)."""

    now: ServiceEnvironment
    then: EnvironmentBefore
    moved: bool  # to another Region or account, so that nothing of it is there yet

    @property
    def there(self) -> EnvironmentBefore:
        """What was committed of what is still where it was."""
        return NOTHING if self.moved else self.then


def offline_plans(
    read: Sequence[Service],
    contracts: Path,
    revision: str,
    only: str | None = None,
    service: str | None = None,
    out: Path = OUT,
    left_out: Collection[str] = (),
) -> tuple[Plan, ...]:
    """A plan for every environment that there is or was, or for one, by name; in the order of their names.

    `read`: the services of `contracts` as they are now, all of them but for `left_out`, or the one named by `service`.
    Raises NoRevisionError.
    """
    before = Revision(contracts, out, revision)
    then = {name: each for name, each in before.services.items() if service in (None, name) and name not in left_out}
    known = sorted(
        {e.name for one in read for e in one.environments} | {name for each in then.values() for name in each}
    )
    if only is not None and only not in known:
        raise NoRevisionError(
            f'There is no environment "{only}", neither now nor at {revision}. Known: {", ".join(known)}.'
        )
    places = {name: list(_places(name, read, then)) for name in known}
    wanted = {(p.now.environment.region, s.name) for each in places.values() for p in each for s in p.now.states}
    return tuple(
        _plan(name, before, places[name], _gone(name, read, then), read, wanted)
        for name in known
        if only in (None, name)
    )


def _places(
    name: str, read: Sequence[Service], then: Mapping[str, Mapping[str, EnvironmentBefore]]
) -> Iterator[_Place]:
    for service in read:
        for environment in service.environments:
            if environment.name == name:
                old = then.get(service.name, {}).get(name, NOTHING)
                yield _Place(ServiceEnvironment(service, environment), old, _moved(environment, old))


def _gone(
    name: str, read: Sequence[Service], then: Mapping[str, Mapping[str, EnvironmentBefore]]
) -> dict[str, EnvironmentBefore]:
    """The services that had an environment and do not have it any more."""
    have = {service.name for service in read if any(each.name == name for each in service.environments)}
    return {service: each[name] for service, each in then.items() if name in each and service not in have}


def _plan(
    name: str,
    before: Revision,
    places: Sequence[_Place],
    gone: Mapping[str, EnvironmentBefore],
    read: Sequence[Service],
    wanted: Collection[tuple[str | None, str]],
) -> Plan:
    regions = {p.now.environment.region for p in places} or {each.region for each in gone.values()}
    jobs = [job for place in places for job in _jobs(place, before)]
    retired = [each for place in places for each in _retired_of(place, before)]
    retired += [one for service, old in gone.items() for one in _retired(service, name, old, old.tables, before)]
    return plan(
        name,
        ", ".join(sorted(filter(None, regions))) or None,
        None,
        jobs,
        shared=[each for place in places for each in _shared(place, before)],
        retired=retired,
        against=before.name,
        notes=tuple(notes(name, before, [(p.now, p.then) for p in places], gone, read)),
        wanted=wanted,
        files=[entry for place in places for entry in _access(place, before)],
    )


def _jobs(place: _Place, before: Revision) -> Iterator[PlannedTable]:
    now, there = place.now, place.there.tables
    service, environment = now.service, now.environment
    found = list(zip(service.contract.tables, now.states, strict=True))
    new = {table.name: table_template(state, service.name, environment.name) for table, state in found}
    stems = {table.name: names.file_stem(table.name) for table, _ in found}
    same = {
        name for name, stem in stems.items() if stem in there and there[stem].holds(to_yaml(new[name], service.name))
    }
    read = before.templates(there[stem] for name, stem in stems.items() if stem in there and name not in same)
    for table, desired in found:
        if table.name in same:
            as_it_was = LiveTable.as_deployed(desired)
            yield PlannedTable(now, table, desired, as_it_was, change(desired, as_it_was), plain(new[table.name]))
        elif blob := there.get(stems[table.name]):
            yield _changed(now, table, desired, read[blob], f"{blob.path} at {before.name}")
        else:
            yield PlannedTable(now, table, desired, None, change(desired, None))


def _changed(
    now: ServiceEnvironment, table: ContractTable, desired: DesiredTable, old: Mapping[str, Any] | None, where: str
) -> PlannedTable:
    """A table whose template was another one."""
    try:
        if old is None:
            raise NoTableError("it is no template")
        live = LiveTable.as_deployed(template_state(old, desired, now.service.name, now.environment.name))
    except NoTableError as error:
        unread = Unknown(f"{where} cannot be understood ({error}).")
        return PlannedTable(now, table, desired, unread, Decision(UPDATE))
    if live.name != desired.name:
        blocked = Decision(BLOCKED, reasons=(reason(OTHER_NAME, live=live.name, desired=desired.name),))
        return PlannedTable(now, table, desired, live, blocked, old, from_files=True)
    return PlannedTable(now, table, desired, live, change(desired, live), old, from_files=True)


def _shared(place: _Place, before: Revision) -> Iterator[SharedStack]:
    """The stacks of what tables share, as they were committed."""
    service, environment, there = place.now.service, place.now.environment, place.there.shared
    new = shared_templates(service, environment, place.now.states).templates
    same = {
        stem for stem, template in new.items() if stem in there and there[stem].holds(to_yaml(template, service.name))
    }
    read = before.templates(there[stem] for stem in new if stem in there and stem not in same)
    for stem, template in new.items():
        was = None
        if stem in there:
            was = plain(template) if stem in same else plain(read[there[stem]] or {})
        after = plain(retain_resources(template, was or {}))
        yield SharedStack(service.name, stack_name(service.name, environment.name, stem), was, after, from_files=True)


def _access(place: _Place, before: Revision) -> Iterator[Entry]:
    """The access policies for applications that differ; all of a new place are new, which goes without saying."""
    if not place.there.tables:
        return
    now, old = place.now, place.then.access
    dashboards = shared_templates(now.service, now.environment, now.states).dashboards
    new = access_policies(now.service, now.environment, now.states, dashboards).documents
    differing = [name for name in dict.fromkeys((*new, *old)) if name not in new or not _same(old.get(name), new[name])]
    read = before.documents(old[name] for name in differing if name in old)
    for name in differing:
        was = (read[old[name]] or {}) if name in old else None
        path = f"{now.service.name}/{now.environment.name}/access/{name}"
        # Of a file that is gone no path: whoever reads it would look for it.
        yield access_entry(now.service.name, f"{OUT}/{path}" if name in new else path, was, new.get(name))


def _same(blob: Any, document: dict[str, Any]) -> bool:
    return blob is not None and blob.holds(policy_text(document))


def _retired_of(place: _Place, before: Revision) -> Iterator[Retired]:
    """The tables that the contract had and has no more; all of a place that has moved."""
    kept = set() if place.moved else {names.file_stem(table.name) for table in place.now.service.contract.tables}
    left = {stem: blob for stem, blob in place.then.tables.items() if stem not in kept}
    yield from _retired(place.now.service.name, place.now.environment.name, place.then, left, before)


def _retired(
    service: str, environment: str, then: EnvironmentBefore, tables: Mapping[str, Any], before: Revision
) -> Iterator[Retired]:
    read = before.templates(tables.values())
    recorded = recorded_stacks(before.out / service / environment) if tables else None
    for stem, blob in tables.items():
        template = read[blob] or {}
        name = template.get("Resources", {}).get("Table", {}).get("Properties", {}).get("TableName", stem)
        in_contract = next((each for each in (stem, stem.removeprefix("_")) if name.endswith(each)), name)
        stack = names.table_stack(environment, service, in_contract)
        yield Retired(
            service,
            name,
            stack,
            then.region,
            _keys(template, name),
            recorded=None if recorded is None else stack in recorded,
        )


def _keys(template: Mapping[str, Any], name: str) -> Any:
    """The keys that a template gives a table, for finding it again under another name."""
    try:
        return template_state(template, DesiredTable(name, keys=None), "", "").keys  # type: ignore[arg-type]
    except NoTableError:
        return None


def _moved(now: Environment, then: EnvironmentBefore) -> bool:
    """Whether an environment is elsewhere now, so that none of its tables is there yet."""
    pairs = (now.region, then.region), (now.account, then.account)
    return any(was is not None and is_ != was for is_, was in pairs)
