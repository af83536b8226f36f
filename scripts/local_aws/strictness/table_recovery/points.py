"""Recovery points of AWS Backup: what is kept of a table in a vault, and for how long."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.now import now
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery import vaults
from scripts.local_aws.strictness.table_recovery.answers import told
from scripts.local_aws.strictness.table_recovery.history import DAY
from scripts.local_aws.strictness.table_recovery.jobs import Job
from scripts.local_aws.strictness.table_recovery.snapshot import Snapshot

TYPE = "DynamoDB"


@dataclass(slots=True)
class Point:
    """A recovery point in a vault. Times in seconds since 1970."""

    vault: vaults.Vault
    snapshot: Snapshot
    role: str
    lifecycle: Request
    tags: dict[str, str]
    job: Job  # that makes it
    created: float = field(default_factory=now)
    source_vault: str | None = None  # the ARN of the vault that it was copied from
    restored: float | None = None  # when last
    arn: str = ""

    def __post_init__(self) -> None:
        place = self.vault["BackupVaultArn"].partition(":backup-vault:")[0]
        self.arn = f"{place}:recovery-point:{uuid.uuid4()}"

    def moment(self, member: str) -> float | None:
        """When a member of the lifecycle, in days, takes effect; None for never."""
        days = int(self.lifecycle.get(member) or -1)
        return None if days < 0 else self.created + days * DAY

    @property
    def cold(self) -> bool:
        """Whether it has moved to cold storage."""
        moves = self.moment("MoveToColdStorageAfterDays")
        return moves is not None and now() >= moves

    @property
    def ready(self) -> bool:
        """Whether the job that makes it is over."""
        return self.job.state == "COMPLETED"

    def calculated(self) -> Request:
        """CalculatedLifecycle."""
        moments = {"MoveToColdStorageAt": "MoveToColdStorageAfterDays", "DeleteAt": "DeleteAfterDays"}
        return told({name: self.moment(member) for name, member in moments.items()})

    def description(self) -> Request:
        """What DescribeRecoveryPoint tells."""
        return told(
            {
                "RecoveryPointArn": self.arn,
                "BackupVaultName": self.vault["BackupVaultName"],
                "BackupVaultArn": self.vault["BackupVaultArn"],
                "SourceBackupVaultArn": self.source_vault,
                "ResourceArn": self.snapshot.arn,
                "ResourceType": TYPE,
                "ResourceName": self.snapshot.source["TableName"],
                "CreatedBy": self.job.told.get("CreatedBy"),
                "IamRoleArn": self.role,
                "Status": "COMPLETED" if self.ready else "CREATING",
                "CreationDate": self.created,
                "InitiationDate": self.job.created,
                "CompletionDate": self.job.completed if self.ready else None,
                "BackupSizeInBytes": self.snapshot.size if self.ready else None,
                "CalculatedLifecycle": self.calculated(),
                "Lifecycle": self.lifecycle,
                "EncryptionKeyArn": self.vault["EncryptionKeyArn"],
                "IsEncrypted": True,
                "StorageClass": "COLD" if self.cold else "WARM",
                "LastRestoreTime": self.restored,
                "IsParent": False,
                "VaultType": "BACKUP_VAULT",
            }
        )


_points: dict[str, Point] = {}


def reset() -> None:
    """Forget all recovery points."""
    _points.clear()


def keep(point: Point) -> None:
    """Put a recovery point into its vault."""
    _points[point.arn] = point


def drop(point: Point) -> None:
    """Take a recovery point out of its vault."""
    _points.pop(point.arn, None)


@rule(
    "recovery-point-lifecycle",
    "A recovery point moves to cold storage MoveToColdStorageAfterDays after its creation, and is gone "
    "DeleteAfterDays after it (on AWS within 8 hours from then); CalculatedLifecycle tells both.",
    sources.BACKUP_DELETION,
)
def all_points() -> list[Point]:
    """The recovery points of the account and Region of the request that have not expired, oldest first."""
    from ministack.core.responses import get_account_id, get_region

    place = f":{get_region()}:{get_account_id()}:"
    for point in list(_points.values()):
        expires = point.moment("DeleteAfterDays")
        if expires is not None and now() >= expires:
            drop(point)
    return [point for point in _points.values() if place in point.arn]


def of_vault(vault: vaults.Vault) -> list[Point]:
    """The recovery points of a vault."""
    return [point for point in all_points() if point.vault["BackupVaultArn"] == vault["BackupVaultArn"]]


def find(arn: Any, vault: vaults.Vault | None = None) -> Point:
    """A recovery point, of that vault if one is given. Raises Refused when there is none."""
    found = [point for point in (of_vault(vault) if vault else all_points()) if point.arn == arn]
    if not found:
        raise RequestRefused(f"Recovery point {arn} does not exist", "ResourceNotFoundException")
    return found[0]


def refuse_unready(point: Point) -> None:
    """Raise Refused while the recovery point is still being made."""
    if not point.ready:
        message = f"Recovery point {point.arn} is being created: try again when that has finished"
        raise RequestRefused(message, "InvalidResourceStateException")
