"""A backup of DynamoDB, and what is told of it."""

import uuid
from dataclasses import dataclass
from typing import Any

from scripts.local_aws.strictness import clock
from scripts.local_aws.strictness.now import now
from scripts.local_aws.strictness.registry import Request
from scripts.local_aws.strictness.table_recovery import snapshot
from scripts.local_aws.strictness.table_recovery.answers import told
from scripts.local_aws.strictness.table_recovery.history import DAY

SYSTEM_DAYS = 35
FEATURES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes", "VectorIndexes")
CAPACITY = ("KeySchema", "ProvisionedThroughput", "OnDemandThroughput", "BillingMode")


@dataclass(slots=True)
class Backup:
    """A backup of a table, and for how many more describe calls it is being made."""

    arn: str
    name: str
    kind: str  # USER or SYSTEM
    made: float  # seconds since 1970
    snapshot: snapshot.Snapshot
    left: int
    expires: float | None = None

    def details(self, status: str | None = None) -> Request:
        """BackupDetails."""
        return told(
            {
                "BackupArn": self.arn,
                "BackupName": self.name,
                "BackupSizeBytes": self.snapshot.size,
                "BackupStatus": status or ("CREATING" if self.left else "AVAILABLE"),
                "BackupType": self.kind,
                "BackupCreationDateTime": self.made,
                "BackupExpiryDateTime": self.expires,
            }
        )

    def description(self, status: str | None = None) -> Request:
        """BackupDescription."""
        settings = self.snapshot.settings
        unit = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
        capacity = {"ProvisionedThroughput": unit} | {name: settings[name] for name in CAPACITY if name in settings}
        features = self.snapshot.features | {name: settings.get(name) for name in FEATURES}
        return {
            "BackupDetails": self.details(status),
            "SourceTableDetails": self.snapshot.source | capacity,
            "SourceTableFeatureDetails": told(features),
        }

    def summary(self) -> Request:
        """BackupSummary."""
        source = {name: self.snapshot.source[name] for name in ("TableName", "TableId", "TableArn")}
        return source | self.details()

    def tick(self) -> None:
        """One call has looked at it."""
        self.left = max(0, self.left - 1)


def back_up(table: dict[str, Any], name: str, kind: str) -> Backup:
    """A backup of a table record under this name, not kept yet."""
    time = now()
    arn = f"{table['TableArn']}/backup/{int(time * 1000):014d}-{uuid.uuid4().hex[:8]}"
    expires = time + SYSTEM_DAYS * DAY if kind == "SYSTEM" else None
    return Backup(arn, name, kind, time, snapshot.take(table, time), clock.settings.backup, expires)


def keep(backup: Backup) -> Backup:
    """Keep a backup in the account and Region of the request."""
    import ministack.services.dynamodb as dynamodb

    dynamodb._backups[backup.arn] = backup
    return backup
