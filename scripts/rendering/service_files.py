"""Everything that is generated for one service, from its contract and its settings."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scripts import access, names
from scripts.contract.table_memory import TableMemory
from scripts.folders import SERVICE_PAGE
from scripts.kept_parts import DASHBOARD, NOTHING_KEPT, kept_text
from scripts.kept_parts import FILE as KEPT_PARTS
from scripts.model import Contract, ContractTable, DesiredTable, Keys
from scripts.monitoring.dashboard import dashboard_name
from scripts.pages import environment_page as environment_page
from scripts.pages import runbook as runbook_page
from scripts.pages import service_page as service_page
from scripts.problems import WARNING, Problem, ProblemsError, as_errors, has_errors
from scripts.project.limit_rules import OF_ALL_SERVICES, PlaceTotals, RenderedTemplate, fewer_alarms, limit_problems
from scripts.project.service_rules import SHARED_STACK
from scripts.project.services import Service, read_services
from scripts.rendering.boards import FIRST, Boards, stem_of
from scripts.rendering.cache import CacheEntry
from scripts.rendering.side_by_side import side_by_side
from scripts.rendering.table_files import File, TableFiles, file
from scripts.rendering.table_files import render as render_table
from scripts.rendering.table_input import TableInput, table_inputs
from scripts.rendering.table_summary import TableSummary
from scripts.settings.deployment_file import Environment, Settings
from scripts.templates.shared_templates import Known, SharedTemplates, shared_templates, stack_name
from scripts.templates.template import to_json, to_yaml
from scripts.text.yaml_source import Source

NOTHING: Mapping[str, str] = MappingProxyType({})


def generated_texts(services: Sequence[Service]) -> dict[str, str]:
    """All generated files: path relative to `generated/`, with `/`, to content. Same input, same bytes."""
    files = {name: found for service in services for name, found in Rendering(service).files().items()}
    return {name: found.text for name, found in files.items() if found.text is not None}


def render(
    contracts: Path,
    only: str | None,
    known: Mapping[str, CacheEntry],
    earlier: Mapping[str, CacheEntry],
    present: Mapping[str, str] = NOTHING,
) -> list["Rendering"]:
    """Every service, or only one, except those in `known`.

    `earlier`: what the same code made of other contracts or settings, of which tables may be the same; `present`: the
    digests of the files that are there.
    Raises ProblemsError with every problem of every file, and for a limit of AWS that cannot be raised.
    """
    memories = defaultdict(TableMemory, {name: TableMemory(made.contract) for name, made in earlier.items()})
    try:
        services = read_services(
            contracts, only, {name: _outline(name, made) for name, made in known.items()}, memories
        )
    except ProblemsError:
        if known:
            read_services(contracts, only)  # raises it with all lines: an outline has none
        raise
    renderings = [
        Rendering(service, earlier.get(service.name), present) for service in services if service.name not in known
    ]
    if clashes := list(_clashes(contracts, services, renderings)):
        raise ProblemsError(clashes)
    places = _places(renderings, known)
    limits = {one.service.name: one.limits(contracts, places) for one in renderings}
    if has_errors(every := [problem for found in limits.values() for problem in found]):
        raise ProblemsError(every)
    for one in renderings:
        one.said = [*one.service.warnings, *limits[one.service.name]]
        one.memory = memories[one.service.name]
    return renderings


def _outline(name: str, made: CacheEntry) -> Service:
    """As much of a service as the others are held against: the names of its tables, and where they are."""
    tables = tuple(ContractTable(table, Keys(())) for table in made.tables)
    return Service(name, Contract(tables), Settings(Source({"environments": made.environments}, {})))


def _clashes(contracts: Path, services: Sequence[Service], renderings: Sequence["Rendering"]) -> Iterator[Problem]:
    """No further dashboard of `shop` may be in the stack of a service `shop-2`, or of its table `128`."""
    taken: dict[str, str] = {}
    for service in services:
        for place in service.environments:
            here = f"service {service.name}, environment {place.name}"
            taken[names.service_stack(place.name, service.name)] = f"what the tables of {here} share"
            for table in service.contract.tables:
                taken[names.table_stack(place.name, service.name, table.name)] = f"table {table.name} of {here}"
    for one in renderings:
        for place_name, stem in one.further_dashboards:
            name = stack_name(one.service.name, place_name, stem)
            if name in taken:
                owner = f"a dashboard of service {one.service.name}, environment {place_name}"
                yield SHARED_STACK.problem(contracts / one.service.name, name=name, owner=owner, other=taken[name])


Where = tuple[str | None, str | None]  # Region and account


def _places(renderings: Sequence["Rendering"], known: Mapping[str, CacheEntry]) -> dict[Where, PlaceTotals]:
    """How many tables and stacks all services have in each Region and account: a template is a stack."""
    found = [(one.where(name), one.totals(name)) for one in renderings for name in one.environments]
    for service, made in known.items():
        for name, environment in made.environments.items():
            stacks = sum(path.startswith(f"{service}/{name}/templates/") for path in made.files)
            found.append(((environment["region"], environment["account"]), PlaceTotals(len(made.tables), stacks)))
    places: dict[Where, PlaceTotals] = {}
    for where, totals in found:
        before = places.get(where, PlaceTotals(0, 0))
        places[where] = PlaceTotals(before.tables + totals.tables, before.stacks + totals.stacks)
    return places


class Rendering:
    """One service, rendered: each of its tables by itself, then what is about all of them.

    `said`: what is doubted, and what was assumed, in its files and about the limits of AWS; `memory`: what was read of its
    contract; `render` fills them in.
    `tables`: those that were rendered; the others were remembered.
    """

    def __init__(
        self, service: Service, earlier: CacheEntry | None = None, present: Mapping[str, str] = NOTHING
    ) -> None:
        self.service = service
        self.said: list[Problem] = []
        self.memory = TableMemory()
        self.environments = {environment.name: environment for environment in service.environments}
        self._present = present
        self._cuts = table_inputs(service)
        known = [_remembered(cut, earlier, present) if earlier else None for cut in self._cuts]
        new = [cut for cut, found in zip(self._cuts, known, strict=True) if found is None]
        self.tables = [cut.table.name for cut in new]
        rendered = iter(side_by_side(lambda cut: render_table(cut, present), new))
        self._tables = [found or next(rendered) for found in known]
        self._facts = {name: [found.facts[name] for found in self._tables] for name in self.environments}
        self._states = {name: tuple(facts.state for facts in found) for name, found in self._facts.items()}
        self._boards = Boards(service.name, earlier, present)
        made = {name: self._made(name) for name in self.environments}
        self._shared = {name: found.templates for name, found in made.items()}
        self._dashboards = {name: found.dashboards for name, found in made.items()}

    def _made(self, environment: str) -> SharedTemplates:
        """What the tables share in an environment, without the dashboards that are remembered."""
        facts = self._facts[environment]
        keys = {one.state.name: table.key for one, table in zip(facts, self._tables, strict=True)}
        known = Known(
            [one.requests for one in facts],
            {one.state.name: one.room for one in facts},
            lambda number, names: self._boards.is_new(environment, number, [keys[name] for name in names]),
        )
        return shared_templates(self.service, self.environments[environment], self._states[environment], known)

    @property
    def further_dashboards(self) -> list[tuple[str, str]]:
        """The dashboards that are stacks of their own: environment, and template."""
        return [
            (name, stem_of(number)) for name, found in self._dashboards.items() for number in found if number != FIRST
        ]

    def where(self, environment: str) -> Where:
        """Where an environment is."""
        found = self.environments[environment]
        return found.region, found.account

    def totals(self, environment: str) -> PlaceTotals:
        """What the service has in an environment."""
        tables = len(self._cuts)
        return PlaceTotals(tables, tables + len(self._dashboards[environment]))

    def limits(self, contracts: Path, places: dict[Where, PlaceTotals]) -> list[Problem]:
        """The limits of AWS that an environment exceeds. `places`: those that no service has told of; told ones are taken out."""
        tables = [table.name for table in self.service.contract.tables]
        found: list[Problem] = []
        for name, facts in self._facts.items():
            sizes = [RenderedTemplate(table, one.size, one.resources) for table, one in zip(tables, facts, strict=True)]
            sizes += self._sizes(name).values()
            states = dict(zip(tables, self._states[name], strict=True))
            told = {one.path.rpartition(" ")[2] for one in found if one.id == fewer_alarms.id}
            place = places.pop(self.where(name), None)
            found += limit_problems(contracts, self.service, name, states, sizes, told, place)
        return as_errors(found) if self.service.strict else found

    def _sizes(self, environment: str) -> dict[str, RenderedTemplate]:
        """What is limited of the templates that tables share, by their files; known dashboards have theirs already."""
        found = self._boards.sizes
        for stem, template in self._shared[environment].items():
            path = f"{self.service.name}/{environment}/templates/{stem}.yaml"
            if path not in found:
                found[path] = RenderedTemplate(stem, len(to_json(template).encode()), len(template["Resources"]))
        return {path: one for path, one in found.items() if path.split("/")[1] == environment}

    def made(self, inputs: str, files: Mapping[str, str]) -> CacheEntry:
        """What is remembered of it. `inputs`: the digest of what it was made from; `files`: all files, to their digests."""
        here = f"{self.service.name}/"
        return CacheEntry(
            inputs,
            {name: digest for name, digest in files.items() if name.startswith(here)},
            {
                cut.table.name: [
                    found.key,
                    {name: facts.to_json() for name, facts in found.facts.items()},
                    [*found.files],
                ]
                for cut, found in zip(self._cuts, self._tables, strict=True)
            },
            {
                path: [self._boards.keys[path], size.size_bytes, size.resources]
                for name in self.environments
                for path, size in self._sizes(name).items()
                if path in self._boards.keys
            },
            {
                name: {key: getattr(found, key) for key in ("region", "account", "table_prefix")}
                for name, found in self.environments.items()
            },
            # What other services have a part in is counted again whenever anything is rendered.
            [
                asdict(replace(problem, edits=()))
                for problem in self.said
                if problem.severity == WARNING and problem.id not in OF_ALL_SERVICES
            ],
            self.memory.text,
        )

    def _alarm_names(self) -> Iterator[str]:
        """Every alarm in every environment: those of the tables, and those of what they share."""
        for states in self._states.values():
            yield from (alarm.name for state in states for alarm in state.alarms)
        for templates in self._shared.values():
            resources = (resource for template in templates.values() for resource in template["Resources"].values())
            yield from (r["Properties"]["AlarmName"] for r in resources if r["Type"] == "AWS::CloudWatch::Alarm")

    def files(self) -> dict[str, File]:
        """All files of the service, by their paths below `generated/`."""
        files = {path: found for table in self._tables for path, found in table.files.items()} | self._boards.same
        for path, text in self._pages():
            path = f"{self.service.name}/{path}"
            files[path] = file(path, text, self._present)
        return files

    def _pages(self) -> Iterator[tuple[str, str]]:
        """What is about more than one table: path below the service's folder, and content."""
        service = self.service
        totals = {name: [facts.total for facts in found] for name, found in self._facts.items()}
        yield SERVICE_PAGE, service_page.render(service, totals)
        yield "runbook.md", runbook_page.render(service, self._alarm_names())
        for name, environment in self.environments.items():
            states, dashboards = self._states[name], self._dashboards[name]
            numbers = {table: number for number, tables in dashboards.items() for table in tables}
            yield f"{name}/README.md", environment_page.render(service, environment, states, numbers)
            for stem, template in self._shared[name].items():
                yield f"{name}/templates/{stem}.yaml", to_yaml(template, service.name)
            policies = access_policies(service, environment, states, dashboards, access.role_policies)
            for policy, document in policies.documents.items():
                yield f"{name}/access/{policy}", access.to_json(document)
            parts = {DASHBOARD: dashboards, **policies.parts}
            if text := kept_text(parts):
                yield f"{name}/{KEPT_PARTS}", text


def _remembered(cut: TableInput, earlier: CacheEntry, present: Mapping[str, str]) -> TableFiles | None:
    """What was made of a table, if it was made of the same, and is still there."""
    nothing: tuple[str, dict[str, Any], list[str]] = ("", {}, [])
    known, facts, paths = earlier.tables.get(cut.table.name, nothing)
    files = {path: earlier.files.get(path) for path in paths}
    if any(found is None or found != present.get(path) for path, found in files.items()) or known != cut.key:
        return None
    names = [environment.name for environment in cut.service.environments]
    return TableFiles(
        {path: File(found, None) for path, found in files.items() if found},
        {name: TableSummary.from_json(facts[name], cut.table) for name in names},
        known,
    )


def access_policies(
    service: Service,
    environment: Environment,
    states: Sequence[DesiredTable],
    dashboards: Iterable[int],
    make: Callable[..., access.Policies] = access.policies,
) -> access.Policies:
    """The IAM policies for applications and people. `dashboards`: the numbers of those of the service; `make`: all policies, or some."""
    contract = service.contract
    return make(
        service.name,
        environment.name,
        environment.region,
        environment.account,
        [(table, state.name) for table, state in zip(contract.tables, states, strict=True)],
        contract.access_patterns,
        streams={state.name for state in states if state.stream},
        # The service's own key allows what DynamoDB does with it for anybody who may use the tables.
        customer_keys={state.name: state.encryption for state in states if state.encryption.startswith("arn:")},
        dashboards=[dashboard_name(environment.name, service.name, number) for number in dashboards],
        kept=service.kept_parts.get(environment.name, NOTHING_KEPT),
    )
