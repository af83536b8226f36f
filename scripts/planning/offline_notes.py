"""What a plan against a revision says of environments and services as a whole: new, gone, moved, probably renamed."""

from collections.abc import Iterator, Mapping, Sequence

from scripts import names
from scripts.observe.retired_records import retired_places
from scripts.observe.target import ServiceEnvironment
from scripts.planning.retired_places import stay_words
from scripts.planning.revision import EnvironmentBefore, Revision
from scripts.project.services import Service
from scripts.templates.shared_templates import shared_templates, stack_name

_LEFT = "their alarms go on."
_RENAMED = (
    "It has the tables of {what} {old}, which is gone. If this is {old} under a new name: nothing in AWS is renamed. The stacks "
    "of {old} keep their names and their tables; tables of the same names are adopted here once those stacks have let them go."
)


def notes(
    environment: str,
    before: Revision,
    places: Sequence[tuple[ServiceEnvironment, EnvironmentBefore]],
    gone: Mapping[str, EnvironmentBefore],
    read: Sequence[Service],
) -> Iterator[str]:
    """In the order in which they are read. `gone`: the services that had the environment, and have it no more."""
    old = [place for place, then in places if then.tables]
    if not places:
        yield f"The environment is no longer in the contracts. Nothing that runs in it is touched; {_LEFT}"
        yield from _gone(before, environment, gone)
        return
    if not old and not gone:
        yield f"The environment is new: {before.name} does not have it."
        yield from _renamed_environment(before, [place for place, _ in places], read)
        return
    for place, then in places:
        if not then.tables:
            yield f"Service {place.service.name} is new here: {before.name} does not have it in this environment."
            yield from _renamed_service(place, gone)
        yield from _moved(place, then)
        yield from _stacks_left(place, then)
    if gone:
        yield f"Nothing that runs of a retired service is touched; {_LEFT}"
    yield from _gone(before, environment, gone)


def _gone(before: Revision, environment: str, gone: Mapping[str, EnvironmentBefore]) -> Iterator[str]:
    """What stays of each service that has left the environment, and what it costs, where its record says so."""
    recorded = {each.service: each.cost for each in retired_places(before.out, (), environment)}
    for service, then in sorted(gone.items()):
        yield stay_words(service, environment, len(then.tables), len(then.shared), recorded.get(service, ""))


def _renamed_environment(
    before: Revision, places: Sequence[ServiceEnvironment], read: Sequence[Service]
) -> Iterator[str]:
    present = {environment.name for service in read for environment in service.environments}
    for place in places:
        for name, then in before.services.get(place.service.name, {}).items():
            if name not in present and _alike(place, then):
                yield _RENAMED.format(what="environment", old=name)
                return


def _renamed_service(place: ServiceEnvironment, gone: Mapping[str, EnvironmentBefore]) -> Iterator[str]:
    yield from (_RENAMED.format(what="service", old=name) for name, then in sorted(gone.items()) if _alike(place, then))


def _alike(place: ServiceEnvironment, then: EnvironmentBefore) -> bool:
    """Whether the tables are those of what was there, in the same Region."""
    stems = {names.file_stem(table.name) for table in place.service.contract.tables}
    return stems == then.tables.keys() and then.region in (None, place.environment.region)


def _moved(place: ServiceEnvironment, then: EnvironmentBefore) -> Iterator[str]:
    now = place.environment
    for what, is_, was in (("Region", now.region, then.region), ("account", now.account, then.account)):
        if is_ != was and was is not None:
            yield (
                f"The {what} of {place.service.name} becomes {is_ or 'any'}; it was {was}. What runs there stays and is not moved: "
                "the tables of the new place begin as they are found there."
            )


def _stacks_left(place: ServiceEnvironment, then: EnvironmentBefore) -> Iterator[str]:
    """Shared stacks that have no template any more: dashboards beyond the first, of fewer tables."""
    service, environment = place.service, place.environment
    for stem in then.shared.keys() - shared_templates(service, environment, place.states).templates.keys():
        stack = stack_name(service.name, environment.name, stem) if stem.rpartition("-")[2].isdigit() else stem
        yield f"Stack {stack} has no template any more. A deployment leaves it as it is; delete it when nobody needs it."
