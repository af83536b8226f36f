"""Where a deployment will happen, and what will happen to each table: shown before anything is touched."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table as RichTable

from scripts.observe.target import Target
from scripts.planning.entries import Plan
from scripts.planning.entry_words import happening
from scripts.planning.table_changes import TableChange


def show_overview(console: Console, target: Target, jobs: Sequence[TableChange], plan: Plan) -> None:
    """Print the environment, Region, account and endpoint, the hash of the plan, and one line for each table."""
    table = RichTable("Service", "Table", "Indexes", "What happens", box=None, pad_edge=False, header_style="bold")
    happens = {(entry.service, entry.table): happening(entry) for entry in plan.entries}
    for job in jobs:
        indexes = [index.name for index in job.desired.indexes]
        indexes += [f"{index.name} (local)" for index in job.desired.local_indexes]
        service, name = job.place.service.name, job.desired.name
        table.add_row(service, name, ", ".join(indexes) or "-", happens[service, name])
    console.print(f"Environment  {target.environment}", highlight=False)
    console.print(f"Region       {target.aws.region}", highlight=False)
    console.print(f"Account      {target.aws.account}", highlight=False)
    console.print(f"Endpoint     {target.aws.endpoint}", highlight=False)
    console.print(f"Commit       {plan.commit}", highlight=False, markup=False)
    console.print(f"Plan         {plan.hash}\n", highlight=False)
    console.print(table, markup=False, highlight=False)
    if plan.duration:
        console.print(f"\n{plan.duration}", markup=False, highlight=False)
    console.print()
