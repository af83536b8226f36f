"""All files of one table: its page, and in each environment its template, and the policy that its access patterns give."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from scripts import access, names
from scripts.files import digest
from scripts.model import DesiredTable
from scripts.monitoring.dashboard import room_of
from scripts.pages import table_page as table_page
from scripts.pages.cost_section import table_costs
from scripts.patterns_of import patterns_of
from scripts.rendering.table_input import TableInput
from scripts.rendering.table_summary import TableSummary, bare
from scripts.settings.deployment_file import TABLES, Environment
from scripts.templates.desired import table_state
from scripts.templates.shared_templates import expected_requests
from scripts.templates.template import table_template, to_json, to_yaml


class File(NamedTuple):
    """A generated file: the digest of its content, and the content, None if the file is there and has it already."""

    digest: str
    text: str | None


class TableFiles(NamedTuple):
    """What was made of a table: its files by their paths below `generated/`, and the facts in each environment.

    `key`: of what it was made from.
    """

    files: dict[str, File]
    facts: dict[str, TableSummary]
    key: str


def render(cut: TableInput, present: Mapping[str, str]) -> TableFiles:
    """Render a table. `present`: the digests of the files that are there already."""
    service, table = cut
    environments = service.environments
    states = {found.name: table_state(service, found, table) for found in environments}
    templates = {name: table_template(state, service.name, name) for name, state in states.items()}
    costs = table_costs(service, table, states)
    stem = names.file_stem(table.name)
    texts = {f"{TABLES}/{stem}.md": table_page.render(service, table, states, costs)}
    for name, template in templates.items():
        texts[f"{name}/templates/{TABLES}/{stem}.yaml"] = to_yaml(template, service.name)
    for found in environments:
        for policy, document in _policies(cut, found, states[found.name]).items():
            texts[f"{found.name}/access/{policy}"] = access.to_json(document)
    patterns = patterns_of(service.contract.access_patterns, table.name)
    facts = {
        found.name: TableSummary(
            state := bare(states[found.name]),
            costs.tables[found.name, table.name].estimate.total,
            len(to_json(templates[found.name]).encode()),
            len(templates[found.name]["Resources"]),
            tuple(expected_requests(service, found, table, patterns)),
            room_of(state),
        )
        for found in environments
    }
    named = {f"{service.name}/{path}": text for path, text in texts.items()}
    return TableFiles({path: file(path, text, present) for path, text in named.items()}, facts, cut.key)


def _policies(cut: TableInput, place: Environment, state: DesiredTable) -> Mapping[str, dict[str, Any]]:
    service, table = cut
    patterns = patterns_of(service.contract.access_patterns, table.name)
    key = state.encryption if state.encryption.startswith("arn:") else ""
    where = (service.name, place.name, place.region, place.account)
    return access.table_policies(*where, table, state.name, patterns, key)


def file(path: str, text: str, present: Mapping[str, str]) -> File:
    """A file, with its content only if that is not there already."""
    found = digest(text.encode())
    return File(found, None if present.get(path) == found else text)
