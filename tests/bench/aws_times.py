"""How long AWS takes for what a deployment asks of it: ranges in seconds. AWS states none of them, so each is assumed, with its reason."""

from typing import NamedTuple


class Assumed(NamedTuple):
    """A range in seconds, each value of which is equally likely, and why it is believed."""

    low: float
    high: float
    of: str
    why: str


CHANGE_SET = Assumed(
    6, 20, "a change set until it can be executed", "with pre-deployment validation, which every change set has"
)
TABLE = Assumed(10, 40, "a new table with its indexes until it is ACTIVE", "empty tables take well under a minute")
ALARM = Assumed(2, 6, "an alarm after CloudWatch has taken it", "CloudFormation reads back what it has made")
STACK = Assumed(5, 15, "a stack operation beside its resources", "events, outputs, cleaning up")
UPDATE = Assumed(10, 40, "an update of one setting of a table", "UpdateTable, and waiting until it is ACTIVE")
SHARED = Assumed(20, 90, "the resources of a shared stack", "a key, topics and a dashboard, one after the other")
CALL = Assumed(0.05, 0.3, "a call of a control plane", "over a network")
EVERY = (CHANGE_SET, TABLE, ALARM, STACK, UPDATE, SHARED, CALL)
