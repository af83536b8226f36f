"""Tables that were deployed and that the contract no longer has: found by the tags of their stacks."""

from collections.abc import Collection, Iterator, Mapping

from scripts.observe.stacks import Stack

GONE = ("DELETE_COMPLETE", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS")


def retired_tables(
    stacks: Mapping[str, Stack], environment: str, services: Collection[str], known: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """(service, name of the table in AWS, stack) of each table of the services in an environment that is not `known`.

    `stacks`: all stacks of the account by their names, `known`: the names of those that the contracts ask for.
    """
    # The end of a long name is cut off, but never this.
    prefix = f"dynamodb-{environment}-"[:100]
    for name, stack in sorted(stacks.items()):
        if name in known or not name.startswith(prefix) or stack.status in GONE:
            continue
        if stack.tags.get("Environment") != environment or stack.tags.get("Service") not in services:
            continue
        if "TableName" in stack.outputs:
            yield stack.tags["Service"], stack.outputs["TableName"], name
