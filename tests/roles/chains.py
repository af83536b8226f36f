"""Walks from a role over everything that it can bring about: breadth first, one move after another.

What is gained is never lost again: facts are only added, and a resource may have any of the tags that it was ever given.
So the walk finds at least what somebody could do who is free to choose the order; each fact knows the move that led to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.access.evaluator import Context
from tests.roles.aws_managed import ADMINISTRATOR, AWS_MANAGED, BACKUPS, RESTORES
from tests.roles.world import BACKUP, CFN, REGION, Policies, World

EVERYTHING = Policies((AWS_MANAGED[ADMINISTRATOR],))
AWS = "arn:aws:iam::aws:policy/service-role/"


@dataclass(frozen=True)
class Fact:
    """`kind`: what has been gained.

    holds: acts as the role `subject`. drives: AWS Backup works with the role `subject` as it is told. made: a role of that
    name exists with the boundary `value`. attached: the role `subject` has the policy `value`. trusts: the role `subject`
    trusts whomever one likes. tagged: the resource `subject` has Environment=`value`. open: the policy of the resource
    `subject` allows whatever one likes.
    """

    kind: str
    subject: str
    value: str | None = None


class Walk:
    """All facts that follow from holding one role, each with the move and the fact that it came from."""

    def __init__(self, world: World, start: str) -> None:
        self.world = world
        self.facts: dict[Fact, tuple[str, Fact | None]] = {Fact("holds", start): ("starts as it", None)}
        self.tags: dict[str, set[str | None]] = {}
        for place in world.places.values():
            for arn in (place.key, place.plan, place.vault, place.topic, place.alarm, place.scaling, place.stack):
                self.tags[arn] = {place.name}
        for account in world.accounts:
            for arn in others(account):
                self.tags[arn] = {None}
            for arn in others_tagged(account):
                self.tags[arn] = {"website"}
        self._changed: set[str] = set()
        self._policies: dict[tuple[str, int], Policies] = {}
        found = True
        while found:
            found = self._round()

    def _round(self) -> bool:
        before = len(self.facts)
        for fact in list(self.facts):
            for move, gained in self._moves(fact):
                if gained not in self.facts:
                    self.facts[gained] = (move, fact)
                    if gained.kind in ("attached", "unbounded"):
                        self._changed.add(gained.subject)
                    if gained.kind == "tagged":
                        self.tags.setdefault(gained.subject, set()).add(gained.value)
        return len(self.facts) > before

    def story(self, fact: Fact | None) -> str:
        """The moves that led to a fact, in their order."""
        moves: list[str] = []
        while fact is not None:
            move, before = self.facts[fact]
            moves.append(f"{move} [{fact.kind} {fact.subject}{f' {fact.value}' if fact.value else ''}]")
            fact = before
        return " -> ".join(reversed(moves))

    def account(self, role: str) -> str:
        return self.world.account.get(role) or role.split(":")[4]

    def policies(self, role: str) -> Policies:
        """What a role may do, with everything that was attached to it in the meantime."""
        if role in self.world.policies and role not in self._changed:
            return self.world.policies[role]
        key = (role, len(self.facts))
        if key not in self._policies:
            self._policies[key] = self._changed_policies(role)
        return self._policies[key]

    def _changed_policies(self, role: str) -> Policies:
        gained = [fact.value for fact in self.facts if fact.kind == "attached" and fact.subject == role]
        extra = tuple(self._document(arn) for arn in gained if arn)
        if role in self.world.policies:
            had = self.world.policies[role]
            boundary = () if Fact("unbounded", role) in self.facts else had.boundary
            return Policies((*had.attached, *extra), boundary)
        boundaries = [fact.value for fact in self.facts if fact.kind == "made" and fact.subject == role]
        bounds = () if None in boundaries else tuple(self.world.managed[arn] for arn in boundaries[:1] if arn)
        return Policies(extra, bounds)

    def _document(self, arn: str) -> Any:
        return AWS_MANAGED.get(arn.rpartition("/")[2]) or self.world.managed[arn]

    def can(self, role: str, action: str, resource: str, /, **context: str) -> bool:
        """Whether the role may do this in its account, with any of the tags that the resource may have."""
        if resource != "*" and resource.split(":")[4] not in (self.account(role), ""):
            return False
        return self.policies(role).allow(action, resource, self.contexts(resource, context))

    def contexts(self, resource: str, context: dict[str, Any]) -> Iterator[Context]:
        """The context keys of a request, once for each tag that the resource may have."""
        keys = self.keys(context)
        for tag in self.tags.get(resource, {None}):
            yield {**keys, **({"aws:ResourceTag/Environment": (tag,)} if tag is not None else {})}

    @staticmethod
    def keys(context: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """The context keys of a request by the names that IAM has for them."""
        keys = {KEYS[name]: (value,) for name, value in context.items() if value is not None}
        return {"aws:RequestedRegion": (REGION,), **keys}

    # ---------------------------------------------------------------------------------------------- the moves

    def _moves(self, fact: Fact) -> Iterator[tuple[str, Fact]]:
        if fact.kind == "trusts":
            yield "assumes it, which now trusts anybody", Fact("holds", fact.subject)
        if fact.kind == "made":
            yield "trusts whomever its maker wanted", Fact("trusts", fact.subject)
        if fact.kind != "holds":
            return
        yield from self._by_stacks(fact.subject)
        yield from self._by_roles(fact.subject)
        yield from self._by_backup(fact.subject)
        yield from self._by_tags(fact.subject)
        yield from self._by_resource_policies(fact.subject)

    def _roles(self, account: str) -> list[str]:
        made = {fact.subject for fact in self.facts if fact.kind == "made"}
        return [role for role in (*self.world.policies, *sorted(made)) if self.account(role) == account]

    def _arn(self, role: str) -> str:
        return self.world.arns.get(role, role)

    def _by_stacks(self, me: str) -> Iterator[tuple[str, Fact]]:
        """A template may ask for whatever the role may do that CloudFormation gets, or has from an earlier time."""
        for place in self.world.places.values():
            stack = place.stack
            if not any(self.can(me, "cloudformation:ExecuteChangeSet", arn) for arn in (stack, place.change_set)):
                continue
            own = f"{place.name}/ServiceRole"
            if self.can(me, "cloudformation:CreateChangeSet", stack):
                yield f"changes the stack of {place.name}, which remembers its role", Fact("holds", own)
            for role in self._roles(self.account(me)):
                arn = self._arn(role)
                if (
                    self.can(me, "cloudformation:CreateChangeSet", stack, role=arn)
                    and self.can(me, "iam:PassRole", arn, to=CFN)
                    and (role not in self.world.trust or self.world.trusts(role, CFN))
                ):
                    yield f"has CloudFormation act as it, in a stack of {place.name}", Fact("holds", role)

    def _by_roles(self, me: str) -> Iterator[tuple[str, Fact]]:
        account = self.account(me)
        boundaries = [None, *(arn for arn in self.world.managed if arn.split(":")[4] == account)]
        for name in ("Admin", *(f"dynamodb-{env}-shop-BackupRole-1" for env in (*self.world.places, "tcat-1"))):
            arn = f"arn:aws:iam::{account}:role/{name}"
            for boundary in boundaries:
                if self.can(me, "iam:CreateRole", arn, boundary=boundary):
                    yield f"creates a role within {boundary or 'no boundary'}", Fact("made", arn, boundary)
        for role in self._roles(account):
            arn, bounds = self._arn(role), self._boundaries(role)
            if self.can(me, "iam:UpdateAssumeRolePolicy", arn):
                yield "replaces its trust policy", Fact("trusts", role)
            for boundary in bounds:
                if self.can(me, "iam:PutRolePolicy", arn, boundary=boundary):
                    yield "writes a policy into it", Fact("attached", role, f"{AWS}{ADMINISTRATOR}")
                for policy in (f"{AWS}{BACKUPS}", f"{AWS}{RESTORES}", f"arn:aws:iam::aws:policy/{ADMINISTRATOR}"):
                    if self.can(me, "iam:AttachRolePolicy", arn, boundary=boundary, policy=policy):
                        yield f"attaches {policy.rpartition('/')[2]}", Fact("attached", role, policy)
                if self.can(me, "iam:DeleteRolePermissionsBoundary", arn, boundary=boundary):
                    yield "takes its boundary away", Fact("unbounded", role)
            for service, start in (
                ("lambda.amazonaws.com", "lambda:CreateFunction"),
                ("ec2.amazonaws.com", "ec2:RunInstances"),
            ):
                if self.can(me, "iam:PassRole", arn, to=service) and self.can(me, start, "*"):
                    yield f"passes it to {service}", Fact("holds", role)
        for arn in boundaries[1:]:
            if self.can(me, "iam:CreatePolicyVersion", str(arn)):
                for role in self._roles(account):
                    yield "rewrites a policy", Fact("attached", role, f"{AWS}{ADMINISTRATOR}")

    def _boundaries(self, role: str) -> list[str | None]:
        """The boundaries that a role may have."""
        if role in self.world.boundaries:
            return [self.world.boundaries[role]]
        return [fact.value for fact in self.facts if fact.kind == "made" and fact.subject == role]

    def _by_backup(self, me: str) -> Iterator[tuple[str, Fact]]:
        """AWS Backup reads and writes tables with the role of a selection, or of a job."""
        plans = [arn for arn in self.tags if ":backup-plan:" in arn]
        selects = any(self.can(me, "backup:CreateBackupSelection", plan) for plan in plans)
        restores = self.can(me, "backup:StartRestoreJob", "*")
        for role in self._roles(self.account(me)):
            trusted = role not in self.world.trust or self.world.trusts(role, BACKUP)
            if trusted and (selects or restores) and self.can(me, "iam:PassRole", self._arn(role), to=BACKUP):
                yield "has AWS Backup work with it", Fact("drives", role)

    def _by_tags(self, me: str) -> Iterator[tuple[str, Fact]]:
        for arn in list(self.tags):
            service = arn.split(":")[2]
            if service == "cloudformation" and not self.can(me, "cloudformation:ExecuteChangeSet", arn):
                continue
            for name in self.world.places:
                if self.can(me, f"{service}:TagResource", arn, new_tag=name, tag_keys="Environment"):
                    yield "tags it", Fact("tagged", arn, name)
            if self.can(me, f"{service}:UntagResource", arn, tag_keys="Environment"):
                yield "takes its tag away", Fact("tagged", arn, None)

    def _by_resource_policies(self, me: str) -> Iterator[tuple[str, Fact]]:
        for place in self.world.places.values():
            for action, arn in (
                ("dynamodb:PutResourcePolicy", place.table),
                ("kms:PutKeyPolicy", place.key),
                ("backup:PutBackupVaultAccessPolicy", place.vault),
            ):
                if self.can(me, action, arn):
                    yield "writes its resource policy", Fact("open", arn)
        for account in self.world.accounts:
            for arn in (*others(account), *others_tagged(account)):
                if ":kms:" in arn and self.can(me, "kms:PutKeyPolicy", arn):
                    yield "writes its key policy", Fact("open", arn)


def others(account: str) -> list[str]:
    """What others have in an account, without the tag Environment."""
    return [
        f"arn:aws:kms:{REGION}:{account}:key/of-others",
        f"arn:aws:backup:{REGION}:{account}:backup-plan:of-others",
        f"arn:aws:sns:{REGION}:{account}:of-others",
    ]


def others_tagged(account: str) -> list[str]:
    """What others have in an account, with a tag Environment of theirs."""
    return [f"{arn}-tagged" for arn in others(account)]


KEYS = {
    "role": "cloudformation:RoleArn",
    "new_tag": "aws:RequestTag/Environment",
    "tag_keys": "aws:TagKeys",
    "to": "iam:PassedToService",
    "boundary": "iam:PermissionsBoundary",
    "policy": "iam:PolicyARN",
    "leading": "dynamodb:LeadingKeys",
    "first": "dynamodb:FirstPartitionKeyValues",
    "copy_to": "backup:CopyTargets",
    "namespace": "application-autoscaling:service-namespace",
    "region": "aws:RequestedRegion",
    "via": "kms:ViaService",
}
