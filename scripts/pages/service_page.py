"""The page of a service, its catalogue: what tables it has, how they are reached, where they run, what they cost."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from scripts import names
from scripts.model import ContractTable, Note
from scripts.pages import common, cost_section
from scripts.pages.access_patterns import HEAD, HOW_TO_STATE, NOT_STATED, PatternUse, listed, uses
from scripts.pages.diagram import service_diagram
from scripts.patterns_of import patterns_by_table
from scripts.project.services import DEPLOYMENT, Service
from scripts.text.markdown import code, codes, link, page, table, text

Uses = Sequence[tuple[ContractTable, Sequence[PatternUse]]]


def render(service: Service, costs: cost_section.Sums | None = None) -> str:
    """`generated/<service>/README.md`."""
    by_table = patterns_by_table(service.contract.access_patterns)
    of_none = by_table.get("", ())
    found = [(t, uses(t, (*by_table.get(t.name, ()), *of_none))) for t in service.contract.tables]
    full = _page(service, costs, found, with_patterns=True)
    return common.fitting(full, lambda: _page(service, costs, found, with_patterns=False))


def _page(service: Service, costs: cost_section.Sums | None, found: Uses, with_patterns: bool) -> str:
    contract = service.contract
    remarks = [*contract.notes, *(note for t in contract.tables for note in t.notes), *_about_settings(service)]
    return page(
        common.header(service.name),
        f"# {text(service.name)}",
        _summary(service),
        common.neighbours(*common.environments(service, ""), link("runbook", "runbook.md")),
        service_diagram(contract) or "Each table has a diagram on its own page; one of all of them would be too large to read.",
        "## Tables",
        *common.folded(
            ("Table", "Partition key", "Sort key", "Indexes", "Items"), [(t.name, _row(t)) for t in contract.tables]
        ),
        *_patterns(found, with_patterns),
        "## Environments",
        table(("Environment", "Region", "Table names begin with", "Stacks"), _environments(service)),
        f"Something is wrong, or a drill is due: {link('the runbook', 'runbook.md')}.",
        *(cost_section.service_section(service, costs) if costs else ()),
        *common.assumed(remarks),
        "## How to change this",
        f"Edit {code(f'contracts/{service.name}/migrationContract.json')} (tables, keys, indexes) or "
        f"{code(f'contracts/{service.name}/deployment.yaml')} (environments, settings), run `make generate`, and open a pull request.",
        common.footer(service, "README.md"),
    )  # fmt: skip


def _about_settings(service: Service) -> Iterator[Note]:
    """What is doubted in the deployment.yaml; the contract has its notes itself."""
    for one in service.warnings:
        if PurePath(one.file).name == DEPLOYMENT:
            yield Note(one.severity, one.id, one.path, one.message)


def _summary(service: Service) -> str:
    tables = service.contract.tables
    local = sum(len(t.local_indexes) for t in tables)
    counts = [
        common.count(len(tables), "table"),
        common.count(sum(len(t.indexes) for t in tables), "global secondary index", "global secondary indexes"),
        *([common.count(local, "local secondary index", "local secondary indexes")] if local else []),
    ]
    summary = f"{', '.join(counts[:-1])} and {counts[-1]} in {common.count(len(service.environments), 'environment')}."
    return summary[0].upper() + summary[1:]


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
    number = sum(len(some) for _, some in found)
    if not number:
        return
    yield "## Access patterns"
    if not shown:
        yield f"{common.count(number, 'access pattern')}: see the page of each table."
        return
    rows: list[tuple[str, tuple[str, ...]]] = [
        (t.name, (use.to, _link(t), *use.cells[1:])) for t, some in found for use in some if use.stated
    ]
    if rows:
        yield from common.folded((HEAD[0], "Table", *HEAD[1:]), rows)
    rest = [(t, [use for use in some if not use.stated]) for t, some in found]
    rows = [(t.name, (_link(t), listed(some))) for t, some in rest if some]
    if rows:
        yield f"{NOT_STATED}. {HOW_TO_STATE}"
        yield from common.folded(("Table", "Access patterns"), rows)


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
