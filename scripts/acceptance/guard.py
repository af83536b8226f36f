"""What must hold before anything is made in an account: it is the one that was named, it is nobody's, and there is room."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from botocore.exceptions import ClientError

from scripts.acceptance.cleanup import leftovers
from scripts.acceptance.made_kinds import MADE_KINDS
from scripts.acceptance.own_names import BACKUP_ROLE, PREFIX, run_of
from scripts.acceptance.scenario import Scenario
from scripts.command import Refused
from scripts.input_file import read_text
from scripts.limits import TABLES
from scripts.observe.aws import FAILURES, Aws, error_code, explain
from scripts.observe.stacks import describe_all
from scripts.project.services import Service

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
STACKS = 2000
ANY = "1"  # as in SANDBOX=1
STACK = "dynamodb-"  # what the names of the stacks of every environment begin with
OWN_ACCOUNT = "A sandbox is an account of its own: name another one."
UNREACHABLE = {"EndpointConnectionError", "ConnectTimeoutError", "InvalidClientTokenId", "UnrecognizedClientException"}


def refuse_account(aws: Aws, sandbox: str, services: Sequence[Service], out: Path) -> None:
    """Refuse an account that is not the one named, or in which an environment of the repository lives.

    That is so when a deployment.yaml or a record of a deployment names it, or when it has a stack that is named like one of
    an environment, be it of this repository or of another one. `out`: the folder `generated`. Raises Refused, and the errors of `aws.FAILURES`.
    """
    account = aws.account
    if sandbox not in (ANY, account):
        raise Refused(f"These are credentials of account {account}, not of {sandbox}. Sign in to the sandbox.")
    environments = [(service.name, environment) for service in services for environment in service.environments]
    for service, environment in environments:
        if environment.account == account:
            raise Refused(f"Account {account} is that of {environment.name} of {service}. {OWN_ACCOUNT}")
        if environment.name.startswith(f"{PREFIX}-"):
            raise Refused(f"{environment.name} of {service} begins like what a trial makes, {PREFIX}-. Rename it.")
    # Also of what has left deployment.yaml: its tables stay.
    for record in sorted(out.glob("*/*/deployment.json")):
        if _recorded(record) == account:
            service, environment_name = record.parts[-3:-1]
            raise Refused(f"{environment_name} of {service} was deployed to account {account}. {OWN_ACCOUNT}")
    there = {environment.region or aws.region for _, environment in environments} | {aws.region}
    for region in sorted(there):
        try:
            found = sorted(name for name in describe_all(Aws(region)) if name.startswith(STACK) and not run_of(name))
        except FAILURES as error:
            if region == aws.region or error_code(error) not in _NOT_OURS:
                raise
            continue  # the sandbox's role may not look there, and not work there either
        if found:
            raise Refused(f"Account {account} has the stack {found[0]} in {region}. {OWN_ACCOUNT}")


_NOT_OURS = {"AccessDenied", "AccessDeniedException", *UNREACHABLE}


def _recorded(record: Path) -> str:
    """The account that the record of a deployment names. Raises Refused for one that names none: it may be this one."""
    try:
        content = json.loads(read_text(record))
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or not isinstance(content.get("account"), str):
        raise Refused(f"{record} does not say which account it is about. Restore it: git restore {record}")
    return content["account"]


def refuse_region(aws: Aws) -> None:
    """Refuse a Region that lacks a service, or in which the role may not look. Raises Refused.

    Each service is asked for what cleanup will list, so that nothing is made that could not be found again.
    """
    for kind in MADE_KINDS:
        try:
            next(iter(kind.names(aws)), None)
        except FAILURES as error:
            code = error_code(error)
            if code in UNREACHABLE or type(error).__name__ in UNREACHABLE:
                raise Refused(
                    f"{kind.service} does not answer in {aws.region}: {explain(error)} "
                    f"If {aws.region} does not have it, choose another Region with REGION=."
                ) from None
            raise Refused(f"The {kind.word}s of {aws.region} cannot be listed: {explain(error)}") from None


def refuse_role(aws: Aws) -> None:
    """Refuse an account without the role that the backup selections name: most scenarios look at a service that has one.

    Whoever may not ask finds out. Raises Refused.
    """
    iam = aws.client("iam")
    with contextlib.suppress(ClientError):
        try:
            iam.get_role(RoleName=BACKUP_ROLE)
        except iam.exceptions.NoSuchEntityException:
            raise Refused(
                f"Account {aws.account} has no role {BACKUP_ROLE}. The stack of the sandbox's role makes it: docs/aws-setup.md#the-sandbox"
            ) from None


def refuse_leftovers(aws: Aws, again: str) -> None:
    """Refuse while there are things of an earlier run. `again`: the command that removes them. Raises Refused."""
    if left := leftovers([aws.region]):
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        raise Refused(f"An earlier run has left {left[0]}{more}. Remove it first: {again}")


def refuse_quotas(aws: Aws, scenarios: Sequence[Scenario]) -> None:
    """Refuse where the quotas of the account have no room for the stacks and tables of all scenarios. Raises Refused."""
    stacks, tables = (sum(getattr(each, name) for each in scenarios) for name in ("stacks", "tables"))
    for what, wanted, used, quota in _rooms(aws, stacks, tables):
        if used + wanted > quota:
            raise Refused(
                f"The scenarios make up to {wanted} {what}; account {aws.account} has {used} of {quota} in {aws.region}. "
                "Ask for a higher quota, choose another Region with REGION=, or fewer scenarios with ONLY=."
            )


def _stack_quota(aws: Aws) -> int:
    """How many stacks the account may have in the Region: what CloudFormation says, or what it gives every new account."""
    try:
        limits = aws.client("cloudformation").describe_account_limits()["AccountLimits"]
    except ClientError:  # a role that may not ask, or an AWS that does not know the question
        return STACKS
    return next((limit["Value"] for limit in limits if limit["Name"] == "StackLimit"), STACKS)


def _rooms(aws: Aws, stacks: int, tables: int) -> Iterator[tuple[str, int, int, int]]:
    """What, how many more, how many there are, and how many there may be."""
    yield "stacks", stacks, len(describe_all(aws)), _stack_quota(aws)
    pages = aws.client("dynamodb").get_paginator("list_tables").paginate()
    yield "tables", tables, sum(len(page["TableNames"]) for page in pages), TABLES.most
