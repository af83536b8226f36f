"""The page of a service, its catalogue: what tables it has, how they are reached, where they run, what they cost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import NamedTuple

from scripts import names
from scripts.folders import DEPLOYMENT, RECORDS
from scripts.model import ContractTable, Note
from scripts.pages import common, cost_section
from scripts.pages.access_patterns import HEAD, HOW_TO_STATE, NOT_STATED, PatternUse, listed, uses
from scripts.pages.diagram import service_diagram
from scripts.patterns_of import patterns_by_table
from scripts.project.services import Service
from scripts.text.markdown import code, codes, link, page, table, text

Uses = Sequence[tuple[ContractTable, Sequence[PatternUse]]]


class ListExtent(NamedTuple):
    """How much a page says of so many tables: what is left out is on the pages of the tables."""

    patterns: bool = True
    remarks: bool = True
    columns: bool = True
    tables: bool = True


# From the fullest to the shortest, which is the same for any number of tables.
EXTENTS = (
    ListExtent(),
    ListExtent(patterns=False),
    ListExtent(False, remarks=False),
    ListExtent(False, False, columns=False),
    ListExtent(False, False, False, tables=False),
)

NEXT = [
    f"- {to}: {link(name, f'../../docs/{page}.md')}."
    for to, name, page in (
        ("Add, change or remove a table or an index", "everyday work", "operations"),
        ("All settings of `deployment.yaml`", "settings", "settings"),
        ("What the comment on a pull request says", "the plan", "plan"),
        ("Whether what runs is what stands here", "validation and drift", "validation"),
        ("Who is told of what", "monitoring", "monitoring"),
    )
]


def render(service: Service, costs: cost_section.Totals | None = None) -> str:
    """`generated/<service>/README.md`."""
    by_table = patterns_by_table(service.contract.access_patterns)
    of_none = by_table.get("", ())
    tables = common.by_name(service.contract.tables, lambda table: table.name)
    found = [(t, uses(t, (*by_table.get(t.name, ()), *of_none))) for t in tables]
    return common.fitting(partial(_page, service, costs, found, extent) for extent in EXTENTS)


def _page(service: Service, costs: cost_section.Totals | None, found: Uses, extent: ListExtent) -> str:
    contract = service.contract
    remarks = sorted(contract.notes, key=lambda note: (note.path, note.id))
    remarks += [
        replace(note, path=f"{t.name}: {note.path}" if note.path else t.name) for t, _ in found for note in t.notes
    ]
    remarks += _about_settings(service)
    return page(
        common.header(service.name),
        f"# {text(service.name)}",
        common.neighbours(*common.environments(service, ""), link("runbook", "runbook.md")),
        f"What was deployed last, when, and whether it was validated: {code(RECORDS[1])} in "
        f"{', '.join(link(code(e.name), f'{e.name}/') for e in service.environments)}.",
        "## Tables",
        *_tables([t for t, _ in found], extent),
        service_diagram(contract) or "Each table has a diagram on its own page; one of all of them would be too large to read.",
        "## Environments",
        table(("Environment", "Region", "Table names begin with", "Stacks"), _environments(service)),
        *_open_region(service),
        f"Something is wrong, or a drill is due: {link('the runbook', 'runbook.md')}.",
        *_patterns(found, extent.patterns),
        *(cost_section.service_section(service, costs) if costs and extent.columns else ()),
        *(common.assumed(remarks) if extent.remarks else ()),
        "## How to change this",
        f"Edit {code(f'contracts/{service.name}/migrationContract.json')} (tables, keys, indexes) or "
        f"{code(f'contracts/{service.name}/deployment.yaml')} (environments, settings), run `make generate`, and open a pull request.",
        "## What to read next",
        NEXT,
        common.footer(service, "README.md"),
    )  # fmt: skip


def _about_settings(service: Service) -> Iterator[Note]:
    """What is doubted in the deployment.yaml; the contract has its notes itself."""
    for one in service.warnings:
        if PurePath(one.file).name == DEPLOYMENT:
            yield Note(one.severity, one.id, one.path, one.message)


def _tables(tables: Sequence[ContractTable], extent: ListExtent) -> Iterable[list[str] | str]:
    if not extent.tables:
        yield f"There are so many that GitHub would not show a list of them: see {link('their pages', 'tables/')}."
    elif not extent.columns:
        yield common.listed(("Table",), [(t.name, (_link(t),)) for t in tables])
    else:
        head = ("Table", "Partition key", "Sort key", "Indexes", "Items")
        yield common.listed(head, [(t.name, _row(t)) for t in tables])


def _row(value: ContractTable) -> tuple[str, ...]:
    items = (
        codes(entity.name for entity in value.entities) if value.entities else code(value.source_table or value.name)
    )
    indexes = [code(index.name) for index in value.indexes]
    indexes += [f"{code(index.name)} (local)" for index in value.local_indexes]
    return _link(value), *common.keys(value.keys), ", ".join(indexes) or "none", items


def _link(value: ContractTable) -> str:
    return link(code(value.name), f"tables/{names.file_stem(value.name)}.md")


def _patterns(found: Uses, shown: bool) -> Iterable[list[str] | str]:
    """Every access pattern by table and by what serves it."""
    if not any(some for _, some in found):
        return
    yield "## Access patterns"
    if not shown:
        yield "See the page of each table."
        return
    rows: list[tuple[str, tuple[str, ...]]] = [
        (t.name, (use.to, _link(t), *use.cells[1:])) for t, some in found for use in some if use.stated
    ]
    if rows:
        yield common.listed((HEAD[0], "Table", *HEAD[1:]), rows)
    rest = [(t, [use for use in some if not use.stated]) for t, some in found]
    rows = [(t.name, (_link(t), listed(some))) for t, some in rest if some]
    if rows:
        yield f"{NOT_STATED}. {HOW_TO_STATE}"
        yield common.listed(("Table", "Access patterns"), rows)


def _open_region(service: Service) -> Iterator[str]:
    """What stands for the environments that nobody has named."""
    if any(environment.region is None for environment in service.environments):
        yield (
            f"Nobody has named an environment yet: until {code(f'contracts/{service.name}/{DEPLOYMENT}')} does, there is one, `default`, and "
            f"every command that looks at AWS asks for its Region. How to name yours: {link('settings', '../../docs/settings.md#of-an-environment')}."
        )


def _environments(service: Service) -> list[tuple[str, ...]]:
    return [
        (
            link(code(environment.name), f"{environment.name}/README.md"),
            environment.region or "asked for at deployment",
            code(environment.table_prefix) if environment.table_prefix else "",
            code(f"{names.service_stack(environment.name, service.name)}*"),
        )
        for environment in service.environments
    ]
