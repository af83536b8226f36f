"""Stacks of dashboards that are no longer wanted: the tables on them are on other dashboards now."""

from collections.abc import Collection, Mapping
from shlex import quote

from scripts import names
from scripts.observe.retired_tables import GONE
from scripts.observe.stacks import Stack


def retired_dashboards(
    stacks: Mapping[str, Stack], environment: str, service: str, wanted: Collection[str]
) -> list[str]:
    """The names of such stacks, in order. `stacks`: all of the account, by name; `wanted`: those that the contracts ask for."""
    prefix = f"{names.service_stack(environment, service)}-"
    ours = {"Environment": environment, "Service": service}.items()
    return [
        name
        for name, stack in sorted(stacks.items())
        if name.startswith(prefix)
        and name.removeprefix(prefix).isdecimal()
        and name not in wanted
        and stack.status not in GONE
        and "TableName" not in stack.outputs
        and ours <= stack.tags.items()
    ]


def parting(found: Collection[str], region: str) -> str:
    """What to say of them: they are kept, and how to remove them."""
    at = f'--stack-name "$stack" --region {quote(region)}'
    return (
        f"Dashboards that are no longer wanted are kept; their tables are on others. To remove them: for stack in {' '.join(map(quote, found))}; do aws cloudformation update-termination-protection "
        f"--no-enable-termination-protection {at} && aws cloudformation delete-stack {at}; done"
    )
