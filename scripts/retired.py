"""Tables that were deployed and that the contract no longer has: found by the tags of their stacks."""

from collections.abc import Collection, Iterator

from scripts import stacks
from scripts.aws import Aws

GONE = ("DELETE_COMPLETE", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS")


def retired_tables(
    aws: Aws, environment: str, services: Collection[str], known: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """(service, name of the table in AWS, stack) of each table of the services in an environment that is not `known`.

    `known`: the names of all stacks that the contracts ask for. One ListStacks call for a hundred stacks or so of the
    account, and one DescribeStacks call for each that may be ours. Raises the errors of aws.FAILURES.
    """
    # The end of a long name is cut off, but never this.
    prefix = f"dynamodb-{environment}-"[:100]
    for name in sorted(_names(aws)):
        if name in known or not name.startswith(prefix):
            continue
        stack = stacks.describe(aws, name)
        if stack is None or stack.tags.get("Environment") != environment or stack.tags.get("Service") not in services:
            continue
        if "TableName" in stack.outputs:
            yield stack.tags["Service"], stack.outputs["TableName"], name


def _names(aws: Aws) -> Iterator[str]:
    for page in aws.client("cloudformation").get_paginator("list_stacks").paginate():
        yield from (stack["StackName"] for stack in page["StackSummaries"] if stack["StackStatus"] not in GONE)
