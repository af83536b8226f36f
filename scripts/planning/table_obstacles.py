"""What the stack of a table would meet beside the table: alarms and auto scaling that exist already, or no longer."""

import contextlib
import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from scripts import names
from scripts.model import CompositeAlarm, DesiredTable
from scripts.observe.aws import FAILURES, explain
from scripts.observe.batch_reader import BatchReader
from scripts.observe.target import ServiceEnvironment
from scripts.planning.conflict_reasons import Stands, gone_reasons, taken_reasons
from scripts.planning.plan_rules import KEY_UNUSABLE
from scripts.planning.reasons import Reason, reason
from scripts.planning.stack_conflicts import ALARM, COMPOSITE, POLICY, TARGET, Thing, gone, taken, things
from scripts.templates.template import submitted_template


class Ahead(NamedTuple):
    """What the stack of a table would meet: why it cannot be deployed, and what could not be read, in sentences."""

    reasons: tuple[Reason, ...] = ()
    unread: tuple[str, ...] = ()


def met(
    place: ServiceEnvironment,
    desired: DesiredTable,
    listed: BatchReader,
    at: Stands,
    before: Mapping[str, Any],
    new: bool,
) -> Ahead:
    """What the stack of a table would meet. `before`: its template, empty for none.

    `new`: there is no such table. Of one that is there, alarms and auto scaling that cannot be read are told as settings of it.
    """
    after = submitted_template(desired, place.service.name, place.environment.name)
    if after == before:
        return Ahead()
    unread: list[str] = []
    present, known = _present(desired, listed, set(things(before)) | set(things(after)), unread if new else [])
    reasons = (
        *taken_reasons(taken(before, after, present), listed, at),
        *gone_reasons(gone(before, after, present, known), before, at),
        *_key(desired, listed, place, at.region, unread),
    )
    return Ahead(reasons, tuple(unread))


@contextlib.contextmanager
def _said(what: str, unread: list[str]) -> Iterator[None]:
    """Note what could not be read instead of failing."""
    try:
        yield
    except FAILURES as error:
        unread.append(f"{what} could not be read: {explain(error)}")


def _key(
    desired: DesiredTable, listed: BatchReader, place: ServiceEnvironment, region: str, unread: list[str]
) -> Iterator[Reason]:
    """That the key of the table cannot be used. One that is not there yet is made with what the tables share."""
    own = names.key_alias(place.environment.name, place.service.name)
    if not desired.encryption.startswith(("arn:", "alias/")):
        return
    with _said("Whether its key can be used", unread if desired.encryption != own else []):
        found = listed.key(desired.encryption)
        if not found["Enabled"]:
            key = f"--key-id {shlex.quote(found['Arn'])} --region {region}"
            cancel = f"aws kms cancel-key-deletion {key} && " if found["KeyState"] == "PendingDeletion" else ""
            command = f"{cancel}aws kms enable-key {key}"
            yield reason(KEY_UNUSABLE, key=desired.encryption, state=found["KeyState"], command=command)


def _present(
    desired: DesiredTable, listed: BatchReader, wanted: Collection[Thing], unread: list[str]
) -> tuple[set[Thing], set[str]]:
    """What there is of the things of a table, and the types of which that could be read."""
    found: set[Thing] = set()
    known: set[str] = set()
    with _said("Whether its alarms exist already", unread):
        alarms = listed.alarms(desired.alarms)
        found |= {Thing(COMPOSITE if isinstance(a, CompositeAlarm) else ALARM, (a.name,)) for a in alarms}
        known |= {ALARM, COMPOSITE}
    scaled = [each for each in wanted if each.type in (TARGET, POLICY)]
    if scaled:
        with _said("Whether its auto scaling exists already", unread):
            ids = {each.name[0] for each in scaled if each.type == TARGET}
            targets, policies = listed.scaling(ids, {each.name[0] for each in scaled if each.type == POLICY})
            found |= {Thing(TARGET, (each["ResourceId"], each["ScalableDimension"])) for each in targets}
            found |= {Thing(POLICY, (each["PolicyName"],)) for each in policies}
            known |= {TARGET, POLICY}
    return found, known
