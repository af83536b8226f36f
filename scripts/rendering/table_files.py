"""All files of one table: its page, and its template in each environment."""

from collections.abc import Mapping
from typing import NamedTuple

from scripts import names
from scripts.files import digest
from scripts.pages import table_page as table_page
from scripts.pages.cost_section import table_costs
from scripts.rendering.table_input import TableInput
from scripts.rendering.table_summary import TableSummary, bare
from scripts.settings.deployment_file import TABLES
from scripts.templates.desired import table_state
from scripts.templates.template import table_template, to_json, to_yaml


class File(NamedTuple):
    """A generated file: the digest of its content, and the content, None if the file is there and has it already."""

    digest: str
    text: str | None


class TableFiles(NamedTuple):
    """What was made of a table: its files by their paths below `generated/`, and the facts in each environment.

    `key`: of what it was made from, where that is known already.
    """

    files: dict[str, File]
    facts: dict[str, TableSummary]
    key: str = ""


def paths(cut: TableInput) -> list[str]:
    """The files of a table, below `generated/`: its page, then its templates in the order of the environments."""
    stem, service = names.file_stem(cut.table.name), cut.service
    templates = [f"{service.name}/{found.name}/templates/tables/{stem}.yaml" for found in service.environments]
    return [f"{service.name}/{TABLES}/{stem}.md", *templates]


def render(cut: TableInput, present: Mapping[str, str]) -> TableFiles:
    """Render a table. `present`: the digests of the files that are there already."""
    service, table = cut
    environments = service.environments
    states = {found.name: table_state(service, found, table) for found in environments}
    templates = {name: table_template(state, service.name, name) for name, state in states.items()}
    costs = table_costs(service, table, states)
    texts = [
        table_page.render(service, table, states, costs),
        *(to_yaml(template, service.name) for template in templates.values()),
    ]
    facts = {
        name: TableSummary(
            bare(states[name]),
            costs.tables[name, table.name].estimate.total,
            len(to_json(template).encode()),
            len(template["Resources"]),
        )
        for name, template in templates.items()
    }
    return TableFiles({path: file(path, text, present) for path, text in zip(paths(cut), texts, strict=True)}, facts)


def file(path: str, text: str, present: Mapping[str, str]) -> File:
    """A file, with its content only if that is not there already."""
    found = digest(text.encode())
    return File(found, None if present.get(path) == found else text)
