"""What no role ever does, whatever it can bring about: the promises of docs/aws-permissions.md, as data."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.roles.chains import others, others_tagged
from tests.roles.world import BACKUP, CFN, OTHER_REGION, REGION, Place, World

PLAN, DEPLOY, SERVICE, BACKUPS, SANDBOX, OPERATOR = "plan", "deploy", "service", "backup", "sandbox", "operator"
ROLES = {
    "PlanRole": PLAN,
    "DeployRole": DEPLOY,
    "ServiceRole": SERVICE,
    "BackupRole": BACKUPS,
    "SandboxRole": SANDBOX,
    "Operator": OPERATOR,
}
OURS = (PLAN, DEPLOY, SERVICE, BACKUPS)


@dataclass(frozen=True)
class Deed:
    """One request. `told`: also a breach if AWS Backup can be told to do it with a role."""

    action: str
    resource: str
    context: dict[str, str] = field(default_factory=dict)
    told: bool = False


@dataclass(frozen=True)
class Never:
    """A promise of some kinds of roles, by what would break it. `unless`: the parameters that open it, with what is left."""

    id: str
    promise: str
    who: tuple[str, ...]
    deeds: Callable[[World, str], Iterator[Deed]]
    unless: dict[str, str] = field(default_factory=dict)


def kind(role: str) -> str:
    """What kind of role a name of the world is about."""
    return PLAN if role.startswith("plan/") else ROLES.get(role.partition("/")[2], role)


def _own(world: World, role: str) -> Place | None:
    return world.places.get(role.partition("/")[0])


def _each(world: World, actions: str, of: str, **context: str) -> Iterator[Deed]:
    for place in world.places.values():
        for action in actions.split():
            yield Deed(action, getattr(place, of), context)


def _tables(world: World, role: str) -> Iterator[Deed]:
    yield from _each(world, "dynamodb:DeleteTable dynamodb:DeleteTableReplica", "table")


READS = "GetItem Query Scan PartiQLSelect BatchGetItem ConditionCheckItem"
WRITES = "PutItem UpdateItem DeleteItem BatchWriteItem PartiQLInsert PartiQLUpdate PartiQLDelete"


def _items(world: World, role: str) -> Iterator[Deed]:
    keys = ({}, {"leading": "CUSTOMER#7"}, {"first": "CUSTOMER#7"}, {"leading": "CUSTOMER#7", "first": "access-probe"})
    for place in world.places.values():
        for name in f"{READS} {WRITES}".split():
            for context in keys:
                yield Deed(f"dynamodb:{name}", place.table, context, told=True)
        yield Deed("dynamodb:Query", f"{place.table}/index/ByBook", {"first": "CUSTOMER#7"}, told=True)
        yield Deed("dynamodb:GetRecords", f"{place.table}/stream/2026-11-26T00:00:00.000", told=True)


def _backups(world: World, role: str) -> Iterator[Deed]:
    for place in world.places.values():
        yield Deed("dynamodb:DeleteBackup", f"{place.table}/backup/1")
        point = place.arn("backup", "recovery-point:1")
        for name in ("DeleteRecoveryPoint", "UpdateRecoveryPointLifecycle", "DisassociateRecoveryPoint"):
            yield Deed(f"backup:{name}", point)
            yield Deed(f"backup:{name}", place.vault)
        yield Deed("backup:DeleteBackupVaultLockConfiguration", place.vault)


def _copies(world: World, role: str) -> Iterator[Deed]:
    for place in world.places.values():
        for name in ("ExportTableToPointInTime", "RestoreTableToPointInTime", "RestoreTableFromAwsBackup"):
            yield Deed(f"dynamodb:{name}", place.table, told=True)
        yield Deed("dynamodb:RestoreTableFromBackup", f"{place.table}/backup/1", told=True)
        point = place.arn("backup", "recovery-point:1")
        yield Deed("backup:StartRestoreJob", point)
        yield Deed("backup:StartCopyJob", point)
        theirs = f"arn:aws:backup:{REGION}:999988887777:backup-vault:theirs"
        yield Deed("backup:CopyFromBackupVault", point, {"copy_to": theirs}, told=True)
        yield Deed("kinesis:PutRecords", place.arn("kinesis", "stream/theirs"))


def _keys(world: World, role: str) -> Iterator[Deed]:
    yield from _each(world, "kms:ScheduleKeyDeletion kms:DisableKey kms:DeleteImportedKeyMaterial kms:Decrypt", "key")
    for account in world.accounts:
        for arn in (*others(account), *others_tagged(account)):
            if ":kms:" in arn:
                yield from (Deed(f"kms:{name}", arn) for name in ("ScheduleKeyDeletion", "DisableKey", "Decrypt"))


def _access(world: World, role: str) -> Iterator[Deed]:
    yield from _each(world, "dynamodb:PutResourcePolicy dynamodb:DeleteResourcePolicy", "table")


def _vaults(world: World, role: str) -> Iterator[Deed]:
    yield from _each(world, "backup:PutBackupVaultAccessPolicy backup:DeleteBackupVaultAccessPolicy", "vault")


ROLE_ACTIONS = (
    "CreateRole DeleteRole AttachRolePolicy PutRolePolicy UpdateAssumeRolePolicy DeleteRolePermissionsBoundary"
)


def _roles(world: World, role: str) -> Iterator[Deed]:
    own = _own(world, role)
    passes = {f"{own.name}/ServiceRole": CFN, f"{own.name}/BackupRole": BACKUP} if own else {}
    passes["sandbox/SandboxBackupRole"] = BACKUP
    made = [
        f"arn:aws:iam::{account}:role/{name}"
        for account in world.accounts
        for name in ("Admin", *(f"dynamodb-{env}-shop-BackupRole-1" for env in world.places))
    ]
    for name, arn in (*world.arns.items(), *((arn, arn) for arn in made)):
        for boundary in (None, *(arn_ for arn_ in world.managed if arn_.split(":")[4] == arn.split(":")[4])):
            context = {"boundary": boundary} if boundary else {}
            policy = {"policy": "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"}
            yield from (Deed(f"iam:{action}", arn, {**context, **policy}) for action in ROLE_ACTIONS.split())
        for service in (CFN, BACKUP, "lambda.amazonaws.com"):
            if passes.get(name) != service:
                yield Deed("iam:PassRole", arn, {"to": service})
    for arn in world.managed:
        yield from (Deed(f"iam:{name}", arn) for name in ("CreatePolicyVersion", "DeletePolicy"))


OTHER = {
    "stack": "cloudformation:ExecuteChangeSet cloudformation:DeleteStack cloudformation:SetStackPolicy "
    "cloudformation:UpdateTerminationProtection cloudformation:ContinueUpdateRollback",
    "change_set": "cloudformation:ExecuteChangeSet cloudformation:DeleteChangeSet",
    "table": "dynamodb:UpdateTable dynamodb:UpdateTimeToLive dynamodb:UpdateContinuousBackups dynamodb:CreateTable",
    "alarm": "cloudwatch:PutMetricAlarm cloudwatch:DeleteAlarms",
    "topic": "sns:SetTopicAttributes sns:DeleteTopic sns:Subscribe",
    "vault": "backup:PutBackupVaultLockConfiguration backup:DeleteBackupVault",
    "plan": "backup:UpdateBackupPlan backup:DeleteBackupPlan backup:CreateBackupSelection backup:DeleteBackupSelection",
    "key": "kms:PutKeyPolicy kms:EnableKey kms:UpdateKeyDescription kms:UntagResource",
    "scaling": "application-autoscaling:RegisterScalableTarget application-autoscaling:DeregisterScalableTarget "
    "application-autoscaling:PutScalingPolicy",
}


def _other_environments(world: World, role: str) -> Iterator[Deed]:
    own = _own(world, role)
    for place in world.places.values():
        if place == own:
            continue
        for of, actions in OTHER.items():
            context = {"namespace": "dynamodb"} if of == "scaling" else {}
            for action in actions.split():
                yield Deed(action, getattr(place, of), context)
        for name in ("CreateBackup", "StartAwsBackupJob"):
            yield Deed(f"dynamodb:{name}", place.table, told=True)
        for name, arn in world.arns.items():
            if name.endswith("/ServiceRole"):
                yield Deed("cloudformation:CreateChangeSet", place.stack, {"role": arn})


def _not_ours(world: World, role: str) -> Iterator[Deed]:
    for account in world.accounts:
        for arn in others_tagged(account):
            yield from _changes(arn)


def _not_ours_untagged(world: World, role: str) -> Iterator[Deed]:
    for account in world.accounts:
        for arn in others(account):
            yield from _changes(arn)


def _changes(arn: str) -> Iterator[Deed]:
    service = arn.split(":")[2]
    names = {
        "kms": ("PutKeyPolicy", "EnableKey", "UntagResource"),
        "backup": ("UpdateBackupPlan", "DeleteBackupPlan", "CreateBackupSelection"),
        "sns": ("SetTopicAttributes", "DeleteTopic"),
    }[service]
    return (Deed(f"{service}:{name}", arn) for name in names)


def _regions(world: World, role: str) -> Iterator[Deed]:
    for place in world.places.values():
        for of, actions in OTHER.items():
            context = {"region": OTHER_REGION, "namespace": "dynamodb"}
            for action in actions.split():
                yield Deed(action, getattr(place, of).replace(REGION, OTHER_REGION), context)
        table = place.table.replace(REGION, OTHER_REGION)
        for name in ("CreateBackup", "DescribeTable", "GetItem"):
            yield Deed(f"dynamodb:{name}", table, {"region": OTHER_REGION}, told=True)


# Parameters of policies/roles.yaml that an environment sets only if its settings need it.
OPENINGS = ("Keys", "Backups", "ResourcePolicies")
DECIDES = "whoever deploys decides in a resource policy who may do what with the environment's tables"
UNTAGGED = "what carries no tag `Environment` can be taken over: give it one, with any value"
NEVERS = (
    Never("tables", "delete a table", (*OURS, OPERATOR, SANDBOX), _tables, {"ResourcePolicies": DECIDES}),
    Never("items", "read or write an item, except for the keys of the probes", (*OURS, OPERATOR, SANDBOX), _items, {"ResourcePolicies": DECIDES}),
    Never(
        "backups",
        "delete a backup or a recovery point, or take the lock from a vault (AWS Backup itself, with the backup role, "
        "deletes its backups when their time is over)",
        (PLAN, DEPLOY, SERVICE, OPERATOR),
        _backups,
    ),
    Never("copies", "copy items elsewhere: restore, export, copy a backup to a vault that nobody named, stream", (*OURS, OPERATOR), _copies, {"ResourcePolicies": DECIDES}),
    Never("keys", "delete or disable a key, or decrypt with one directly", (*OURS, OPERATOR), _keys, {"Keys": "whoever deploys decides on the policies of the environment's keys: set it back to no when the key exists"}),
    Never(
        "access",
        "give anybody access to a table by a resource policy",
        (*OURS, OPERATOR),
        _access,
        {"ResourcePolicies": DECIDES},
    ),
    Never("vaults", "give anybody access to a backup vault", (*OURS, OPERATOR), _vaults),
    Never(
        "roles",
        "make, change or delete a role or a policy, or pass a role that is not the environment's own, or pass it elsewhere",
        (*OURS, OPERATOR, SANDBOX),
        _roles,
    ),
    Never("environments", "change what belongs to another environment, or act with its roles", (*OURS, OPERATOR), _other_environments),
    Never("tagged", "change what others have tagged with an `Environment` of theirs", (*OURS, OPERATOR), _not_ours),
    Never(
        "untagged",
        "change a key, backup plan or topic of others that has no such tag",
        (*OURS, OPERATOR),
        _not_ours_untagged,
        {"Keys": UNTAGGED, "Backups": UNTAGGED},
    ),
    Never("regions", "act in another Region", (*OURS, OPERATOR), _regions),
)  # fmt: skip
