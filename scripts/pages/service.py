"""The page of a service: what tables it has, and where they run."""

from scripts import names
from scripts.markdown import code, codes, link, page, table, text
from scripts.model import ContractTable
from scripts.pages import common, cost
from scripts.project import Service


def render(service: Service, costs: cost.Costs | None = None) -> str:
    """`generated/<service>/README.md`."""
    contract = service.contract
    indexes = sum(len(t.indexes) for t in contract.tables)
    local = sum(len(t.local_indexes) for t in contract.tables)
    counts = [
        common.count(len(contract.tables), "table"),
        common.count(indexes, "global secondary index", "global secondary indexes"),
        *([common.count(local, "local secondary index", "local secondary indexes")] if local else []),
    ]
    summary = f"{', '.join(counts[:-1])} and {counts[-1]} in {common.count(len(service.environments), 'environment')}."
    remarks = [*contract.notes, *(note for t in contract.tables for note in t.notes)]
    return page(
        common.header(service.name),
        f"# {text(service.name)}",
        summary[0].upper() + summary[1:],
        "## Tables",
        table(("Table", "Partition key", "Sort key", "Indexes", "Items"), map(_row, contract.tables)),
        "## Environments",
        table(("Environment", "Region", "Table names begin with", "Stacks"), _environments(service)),
        f"Something is wrong, or a drill is due: {link('the runbook', 'runbook.md')}.",
        *(cost.service_section(service, costs) if costs else ()),
        ["## What was assumed", "", *common.notes(remarks)] if remarks else "",
        "## How to change this",
        f"Edit {code(f'contracts/{service.name}/migrationContract.json')} (tables, keys, indexes) or "
        f"{code(f'contracts/{service.name}/deployment.yaml')} (environments, settings), run `make generate`, and open a pull request.",
    )


def _row(value: ContractTable) -> tuple[str, ...]:
    items = (
        codes(entity.name for entity in value.entities) if value.entities else code(value.source_table or value.name)
    )
    name = link(code(value.name), f"tables/{names.file_stem(value.name)}.md")
    indexes = [code(index.name) for index in value.indexes]
    indexes += [f"{code(index.name)} (local)" for index in value.local_indexes]
    return name, *common.keys(value.keys), ", ".join(indexes) or "none", items


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
