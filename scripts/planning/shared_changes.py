"""What happens to the stacks that tables share: their templates, and what is in them, looked at in AWS."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scripts.comparison.cause import OUTSIDE, shared_cause
from scripts.comparison.compare import MISMATCH, UNKNOWN, Finding, compare_alarms
from scripts.comparison.expectation import MISSING, check
from scripts.comparison.shared_expectations import resource_facts
from scripts.comparison.shared_state import SharedResources, wanted_shared
from scripts.observe import stack_recovery, stacks
from scripts.observe.aws import FAILURES, Aws, unreadable
from scripts.observe.batch_reader import BatchReader
from scripts.observe.stacks import StackError
from scripts.observe.target import ServiceEnvironment, Target
from scripts.planning.conflict_reasons import Stands, gone_reasons, taken_reasons
from scripts.planning.plan_rules import UNUSABLE
from scripts.planning.reasons import Reason, reason
from scripts.planning.stack_conflicts import ALARM, ALIAS, DASHBOARD, TOPIC, VAULT, Thing, gone, taken, things
from scripts.planning.template_diff import SharedStack, plain
from scripts.templates.retained_resources import retain_resources

# What the checks of shared things are about, by their property.
ABOUT = {
    "alarm topic": TOPIC,
    "encryption of the alarm topic": TOPIC,
    "policy of the alarm topic": TOPIC,
    "dashboard": DASHBOARD,
    "backup vault": VAULT,
    "key of the tables": ALIAS,
}
EXISTENCE = (
    "alarm topic",
    "dashboard",
    "backup vault",
    "key of the tables",
)  # checks that tell whether a thing is there
NEED_TOPIC = ("AWS::SNS::Subscription", "AWS::SNS::TopicPolicy")
Template = Mapping[str, Any]


def shared_changes(target: Target, listed: BatchReader) -> tuple[SharedStack, ...]:
    """The stacks of what the tables of each service share, as they are and as they are wanted, and what they would meet.

    One call for each stack, and about ten for each service. Raises the errors of FAILURES where a stack cannot be read.
    """
    return tuple(found for place in target.places for found in _of_service(target.aws, listed, place))


def _of_service(aws: Aws, listed: BatchReader, place: ServiceEnvironment) -> Iterator[SharedStack]:
    wanted = wanted_shared(place.service, place.environment, place.states)
    found = [_stack(aws, listed, place.service.name, name, template) for name, template in wanted.templates.items()]
    findings = _findings(aws, listed, wanted)
    # What one of these stacks lets go in the same deployment, another may take.
    moving = {each for stack in found for each in things(stack.before or {}).keys() - things(stack.after).keys()}
    for stack in found:
        about = [finding for finding in findings if _belongs(finding, stack, wanted)]
        mine = [finding for finding in about if finding.outcome == MISMATCH]
        stays = tuple(f for f in mine if stack.before and shared_cause(f, stack.before, stack.after) == OUTSIDE)
        at = Stands(stack.stack, aws.region, aws.arn("sns"), _capabilities(stack.after))
        reasons = _reasons(aws, place, stack, findings, moving, listed, at)
        yield replace(stack, stays=stays, reasons=reasons, unread=tuple(_not_known(about)))


def _not_known(about: Collection[Finding]) -> Iterator[str]:
    """A sentence for each reason for which something could not be read. What is in the middle of a change settles by itself."""
    unread = [each for each in about if each.outcome == UNKNOWN and not each.in_progress and not each.follows]
    for why, number in Counter(each.reason for each in unread).items():
        checks = "1 check" if number == 1 else f"{number} checks"
        yield f"{checks} of what is in it could not be made: {why}"


def _reasons(
    aws: Aws,
    place: ServiceEnvironment,
    stack: SharedStack,
    findings: Collection[Finding],
    moving: Collection[Thing],
    listed: BatchReader,
    at: Stands,
) -> tuple[Reason, ...]:
    """Why the stack cannot be deployed: it can take no change set, is not ours, or would meet something."""
    found = listed.stack(stack.stack)
    if found is not None and (found.busy or stack_recovery.needs_recovery(aws, found)):
        return ()  # the execution waits for it, or mends it first
    try:
        stacks.usable(found, place.tags)
    except StackError as error:
        return (reason(UNUSABLE, why=error),)
    return tuple(_met(stack, findings, moving, listed, at))


def _stack(aws: Aws, listed: BatchReader, service: str, name: str, template: dict[str, Any]) -> SharedStack:
    stack = listed.stack(name)
    # A stack whose creation failed tells the template that failed, and has nothing of it.
    there = stack is not None and stack.exists and stack.status != stacks.FAILED_CREATION
    before = stacks.template(aws, name) if there else None
    unprotected = there and stack is not None and not stack.protected
    return SharedStack(service, name, before, plain(retain_resources(template, before or {})), unprotected=unprotected)


def _findings(aws: Aws, listed: BatchReader, wanted: SharedResources) -> list[Finding]:
    """Every check of what is in the stacks."""
    live: Any
    try:
        live = listed.alarms(wanted.alarms)
    except FAILURES as error:
        live = unreadable(error)
    facts = resource_facts(aws, listed, wanted)
    return [*compare_alarms(wanted.stack, wanted.alarms, live), *(check(wanted.stack, fact) for fact in facts)]


def _thing(finding: Finding) -> Thing | None:
    kind = ABOUT.get(finding.property) or (
        ALARM if finding.group == "Alarms" and "subscription" not in finding.property else None
    )
    return Thing(kind, (finding.subject,)) if kind else None


def _belongs(finding: Finding, stack: SharedStack, wanted: SharedResources) -> bool:
    """Whether a check is about this one of the stacks; what has no name is in the one of the service."""
    thing = _thing(finding)
    return thing in things(stack.after) if thing else stack.stack == wanted.stack


def _met(
    stack: SharedStack, findings: Collection[Finding], moving: Collection[Thing], listed: BatchReader, at: Stands
) -> Iterator[Reason]:
    before, after = stack.before or {}, stack.after
    if before == after:
        return
    telling = [f for f in findings if f.property in EXISTENCE or (f.group == "Alarms" and f.property not in ABOUT)]
    absent = {_thing(f) for f in telling if f.live in (MISSING, "does not exist")}
    known = {t for f in telling if f.outcome != UNKNOWN and (t := _thing(f))}
    present = known - absent
    yield from taken_reasons((each for each in taken(before, after, present) if each not in moving), listed, at)
    kinds = {each.type for each in known} - set(_unread(telling))
    lost = gone(before, after, present, kinds)
    lost += [
        each
        for each in things(before)
        if each.type == TOPIC and each in absent and each not in lost and _needed(before, after)
    ]
    yield from gone_reasons(lost, before, at)


def _unread(telling: Collection[Finding]) -> Iterator[str]:
    for finding in telling:
        if finding.outcome == UNKNOWN and (thing := _thing(finding)):
            yield thing.type


def _needed(before: Template, after: Template) -> bool:
    """Whether something that needs the topics is added or changed."""
    old, new = before.get("Resources", {}), after.get("Resources", {})
    return any(each["Type"] in NEED_TOPIC and old.get(id) != each for id, each in new.items())


def _capabilities(template: Template) -> str:
    roles = any(each["Type"] == "AWS::IAM::Role" for each in template["Resources"].values())
    return " --capabilities CAPABILITY_IAM" if roles else ""
