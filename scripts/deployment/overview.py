"""Where a deployment will happen, and what will happen to each table: shown before anything is touched."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from scripts.observe.target import Target
from scripts.planning.entries import Plan
from scripts.planning.entry_words import happening
from scripts.planning.table_changes import TableChange
from scripts.text.columns import NOTHING, print_columns


def show_overview(console: Console, target: Target, jobs: Sequence[TableChange], plan: Plan) -> None:
    """Print the environment, Region, account and endpoint, the hash of the plan, and one line for each table."""
    rows = []
    happens = {(entry.service, entry.table): happening(entry) for entry in plan.entries}
    for job in jobs:
        indexes = [index.name for index in job.desired.indexes]
        indexes += [f"{index.name} (local)" for index in job.desired.local_indexes]
        service, name = job.place.service.name, job.desired.name
        rows.append([Text(cell) for cell in (service, name, ", ".join(indexes) or NOTHING, happens[service, name])])
    console.print(f"Environment  {target.environment}", highlight=False)
    console.print(f"Region       {target.aws.region}", highlight=False)
    console.print(f"Account      {target.aws.account}", highlight=False)
    console.print(f"Endpoint     {target.aws.endpoint}", highlight=False)
    console.print(f"Commit       {plan.commit}", highlight=False, markup=False)
    console.print(f"Plan         {plan.hash}\n", highlight=False)
    print_columns(console, ("Service", "Table", "Indexes", "What happens"), rows, names=2)
    for note in plan.notes:
        console.print(f"\nNote: {note}", markup=False, highlight=False)
    if plan.duration:
        console.print(f"\n{plan.duration}", markup=False, highlight=False)
    console.print()
