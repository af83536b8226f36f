"""Whether a stack and its table are still what this run left behind, and what is known about who changed them."""

from collections.abc import Iterable, Mapping
from typing import Any

from scripts.observe import stacks
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.operation_token import OURS
from scripts.observe.stacks import StackError
from scripts.planning.removals import removals
from scripts.planning.template_diff import plain

AGAIN = (
    "Nothing more was done to it. Read what changed, update your working copy if a newer commit was deployed, then run the command "
    "again: it makes a new plan."
)


def check_stack(aws: Aws, name: str, left: Mapping[str, Any]) -> None:
    """Raises StackError if a stack has another template than the one that was left, or planned with."""
    found = stacks.template(aws, name)
    if plain(found) == plain(left):
        return
    gained, lost = (sorted(removals(pair)) for pair in ((found, left), (left, found)))
    what = [f"it now has {', '.join(gained)}"] if gained else []
    what += [f"it no longer has {', '.join(lost)}"] if lost else []
    told = f": {' and '.join(what)}" if what else ""
    raise StackError(f"Stack {name} is no longer as it was left{told}. {changed_by(aws, name)} {AGAIN}")


def stream_of(template: Mapping[str, Any]) -> str:
    """The view type of the stream that a template asks for; empty for no stream."""
    properties = template.get("Resources", {}).get("Table", {}).get("Properties", {})
    return properties.get("StreamSpecification", {}).get("StreamViewType", "")


def check_table(
    aws: Aws, name: str, table: Mapping[str, Any], left: Mapping[str, Any], planned: str | None = None
) -> None:
    """Raises StackError if a table (DescribeTable) has other indexes or another stream than the template of its stack.

    `name`: of the stack, which is looked at first. `planned`: the stream that the plan found on the table, changed by hand,
    and leaves; None where it was as its stack asks for. CloudFormation compares templates only: the next step would be refused, or do something else than what was planned.
    """
    properties = left.get("Resources", {}).get("Table", {}).get("Properties", {})
    stated = {index["IndexName"] for index in properties.get("GlobalSecondaryIndexes", [])}
    found = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes", [])}
    parts = [f"index {name} is on the table, but not in its stack" for name in sorted(found - stated)]
    parts += [f"index {name} is in its stack, but no longer on the table" for name in sorted(stated - found)]
    view = stream_of(left)
    live = table.get("StreamSpecification", {})
    is_ = live.get("StreamViewType", "") if live.get("StreamEnabled") else ""
    if is_ not in (view, planned):
        parts.append(f"its stream is {is_ or 'off'}, in its stack {view or 'off'}")
    if parts:
        check_stack(aws, name, left)
        raise StackError(
            f"The table is no longer as it was left: {'; '.join(parts)}. It was probably changed outside of CloudFormation while this "
            f"deployment ran. {AGAIN}"
        )


def check_removals(wanted: Iterable[str], approved: Iterable[str]) -> None:
    """Raises StackError if something would go that the plan did not name."""
    if extra := sorted(set(wanted) - set(approved)):
        raise StackError(
            f"It would remove {', '.join(extra)}, which the plan did not name: the stack or the table was changed after the plan was made. "
            f"{AGAIN}"
        )


def changed_by(aws: Aws, name: str) -> str:
    """When a stack was last changed, and as much as its events tell about by whom."""
    try:
        operation = stacks.last_operation(aws, name)
    except FAILURES:
        operation = None
    if operation is None:
        return "When it was changed, and by whom, is not known."
    if operation.token.startswith(OURS):
        who = f"by another deployment, to judge by its request token {operation.token}"
    else:
        who = "by whom is not known here; CloudTrail tells it"
    return f"It was last changed at {operation.at}, {who}."
