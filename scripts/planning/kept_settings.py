"""What of a table that is to be adopted stays as it is: the lines of deployment.yaml that ask for it, and what no line can ask for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from scripts.comparison.compare import MISMATCH, Finding, compare
from scripts.comparison.finding_words import shown
from scripts.folders import DEPLOYMENT
from scripts.model import ContractTable, DesiredTable, LiveTable, TtlTransition
from scripts.observe.target import ServiceEnvironment
from scripts.patterns_of import patterns_of
from scripts.planning.contract_words import contract_words
from scripts.problems import as_errors
from scripts.project.settings_check import case_problems
from scripts.project.settings_form import form_problems
from scripts.properties import BY_NAME, PROPERTIES, Property
from scripts.properties.billing import BILLING, ON_DEMAND_MAXIMUM
from scripts.properties.scaling import SCALING, THROUGHPUT
from scripts.properties.streams import CONTRIBUTOR_INSIGHTS, TAGS
from scripts.settings.deployment_file import Settings
from scripts.templates.desired import table_state
from scripts.text.yaml_edit import Whole, block_lines, merged, plain
from scripts.text.yaml_source import Source

TOGETHER = (BILLING, THROUGHPUT, SCALING, ON_DEMAND_MAXIMUM)  # none of them is possible without the others
WHOLE = ("resource_policy", "on_demand_maximum", "warm_throughput")  # settings that take the place of what is stated
BLOCKS = 5  # levels of deployment.yaml down to a setting: environments, an environment, tables, a table, the setting


@dataclass(frozen=True, slots=True)
class Kept:
    """For one table: the lines of `file` that keep what it has, and what cannot be kept so, each with what to do.

    `changes`: the same as the lines, as the values to be set in the file.
    """

    file: str
    lines: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict, compare=False)


class _Case(NamedTuple):
    """One table of which as much as possible is to be kept."""

    path: Path
    place: ServiceEnvironment
    table: ContractTable
    live: LiveTable

    def changes(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Settings of the table at their place in the file. Where there is no file, the Region has to be stated too."""
        if not settings:
            return {}
        environment = self.place.environment
        values = {key: Whole(value) if key in WHOLE else value for key, value in settings.items()}
        region = {} if self.place.service.settings.source.value else {"region": environment.region}
        return {"environments": {environment.name: {**region, "tables": {self.table.name: values}}}}

    def with_settings(self, settings: Mapping[str, Any]) -> Settings:
        """The settings of the service as they are with these in the file."""
        source = self.place.service.settings.source
        return Settings(source._replace(value=plain(merged(source.value, self.changes(settings)))))

    def effective(self, settings: Mapping[str, Any]) -> Mapping[str, Any]:
        """All settings of the table with these in the file."""
        return self.with_settings(settings).of(self.place.environment.name, self.table.name)

    def problem(self, settings: Mapping[str, Any]) -> str:
        """Why these settings would be refused; empty if they would not be."""
        alone = merged({"environments": {self.place.environment.name: {"region": "eu-west-1"}}}, self.changes(settings))
        if form := form_problems(self.path, Source(plain(alone), {})):
            return form[0].message
        before = {(each.id, each.message) for each in self._problems({})}
        new = [each for each in self._problems(settings) if (each.id, each.message) not in before]
        return next((each.message for each in new if each.severity == "error"), "")

    def _problems(self, settings: Mapping[str, Any]) -> list[Any]:
        stated = self.with_settings(settings)
        patterns = patterns_of(self.place.service.contract.access_patterns, self.table.name)
        found = list(case_problems(self.path, stated, self.place.environment, self.table, patterns))
        return as_errors(found) if self.place.service.strict else found


def kept(
    path: Path, place: ServiceEnvironment, table: ContractTable, desired: DesiredTable, live: LiveTable
) -> Kept | None:
    """What keeps the settings of a live table, None where nothing differs. `path`: the deployment.yaml of its service."""
    case = _Case(path, place, table, live)
    findings = [finding for finding in compare(desired, live) if finding.outcome != "match"]
    settings, cannot = _settings(case, [f for f in findings if f.group == "Settings"])
    left = _left(case, settings, cannot)
    told = (*(f"{name[:1].upper()}{name[1:]}: {why}." for name, why in (cannot | left).items()),)
    told = (*told, *contract_words(findings, desired, live))
    if not settings and not told:
        return None
    changes = case.changes(settings) if settings else {}
    return Kept(str(path), tuple(block_lines(changes, BLOCKS)), told, changes)


def _settings(case: _Case, findings: Sequence[Finding]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings that keep what differs, and for each property that no setting keeps the reason."""
    accepted: dict[str, Any] = {}
    cannot: dict[str, str] = {}
    differing = {f.property for f in findings if f.outcome == MISMATCH or _switching(case.live, f.property)}
    for finding in findings:
        if finding.property not in differing:
            cannot[finding.property] = f"it is not known what there is ({finding.reason.rstrip('.')})"
        elif finding.property not in BY_NAME:
            cannot[finding.property] = "no setting asks for it, and nothing about it is changed"
    for unit in _units(differing):
        wanted: dict[str, Any] = {}
        for property in unit:
            found = property.keep(case.effective({**accepted, **wanted}), case.live)
            if isinstance(found, str):
                cannot[property.name] = found
            else:
                now = case.effective({**accepted, **wanted})
                new = {key: value for key, value in found.items() if now[key] != case.effective({key: value})[key]}
                wanted |= new
        if wanted and (problem := case.problem({**accepted, **wanted})):
            cannot |= {property.name: problem.rstrip(".") for property in unit if property.name in differing}
        else:
            accepted |= wanted
    return accepted, cannot


def _switching(live: LiveTable, name: str) -> bool:
    """Whether AWS is switching a property, so that what it becomes is known."""
    return name in BY_NAME and isinstance(getattr(live, BY_NAME[name].field), TtlTransition)


def _units(differing: set[str]) -> Iterator[list[Property[Any]]]:
    """The properties that differ, those together that are judged together."""
    first = [property for property in TOGETHER if property.name in differing]
    if BILLING in first and SCALING not in first:
        first.append(SCALING)  # a provisioned table says how much
    yield first
    for property in PROPERTIES:
        if property.name in differing and property not in TOGETHER:
            yield [property]


def _left(case: _Case, settings: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, str]:
    """What would differ all the same with these settings: looked at, not believed."""
    service = replace(case.place.service, settings=case.with_settings(settings))
    wanted = table_state(service, case.place.environment, case.table)
    left: dict[str, str] = {}
    for finding in compare(wanted, case.live):
        if finding.group != "Settings" or finding.outcome != MISMATCH or finding.property in told:
            continue
        if finding.property not in BY_NAME:
            continue
        wanted_value = finding.desired
        if finding.property == TAGS.name:
            wanted_value = tuple(tag for tag in finding.desired if tag not in finding.live)
        found, is_ = (shown(finding.property, value) for value in (finding.live, wanted_value))
        left[finding.property] = _WHY.get(finding.property, _MORE_GENERAL).format(found=found, wanted=is_)
    return left


_MORE_GENERAL = "{found} becomes {wanted}; what a more general place of the file states cannot be taken away here"
_WHY = {
    SCALING.name: "there is none, and a provisioned table always gets it; with a minimum that is the maximum the capacity stays",
    TAGS.name: "those that say whose the table is, and those of more general places, are added: {wanted}",
    CONTRIBUTOR_INSIGHTS.name: "one setting holds for the table and all indexes: {found} becomes {wanted}",
}


def deployment_file(contracts: Path, place: ServiceEnvironment) -> Path:
    """The deployment.yaml of a service."""
    return contracts / place.service.name / DEPLOYMENT
