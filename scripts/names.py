"""The names that the project gives to things in AWS and to files: legal, unique, and never changing for the same input."""

import hashlib
import re

STACK_NAME_MAX = 128  # CloudFormation, CreateChangeSet: StackName
LOGICAL_ID_MAX = 255
ALARM_NAME_MAX = 255  # CloudWatch, PutMetricAlarm: AlarmName
FILE_NAME_MAX = 255
# Names that Windows keeps for devices, whatever follows a dot: no file or folder can be called so there.
# Microsoft, Naming Files, Paths, and Namespaces
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\..*)?", re.IGNORECASE)
BACKUP_NAME_MAX = 50  # AWS Backup: BackupVaultName, SelectionName
READ, WRITE = "Read", "Write"


def table_stack(environment: str, service: str, table: str) -> str:
    """The stack of one table, by its name in the contract. Every name begins with `dynamodb-`, so that roles can rely on it."""
    return _fit(
        re.sub(r"[^A-Za-z0-9-]", "-", full := f"dynamodb-{environment}-{service}-{table}"), full, STACK_NAME_MAX
    )


def service_stack(environment: str, service: str) -> str:
    """The stack of what the tables of a service share in one environment."""
    name = f"dynamodb-{environment}-{service}"
    return _fit(name, name, STACK_NAME_MAX)


def change_set(environment: str, token: str) -> str:
    """A change set of an environment, whose name alone tells a role whether it may touch it.

    Between the two stands what the name of no environment can hold, capital letters: `prod-*` would be `prod-eu`'s too.
    """
    return f"deploy-{environment}-At-{token}"


def alarm_topic(environment: str, service: str) -> str:
    """The SNS topic that the alarms of a service notify in one environment."""
    return f"dynamodb-{environment}-{service}-alarms"


def alarm(table: str, index: str, what: str) -> str:
    """The name of an alarm. A slash, which no table name can hold, keeps table `a-b` and index `b` of table `a` apart."""
    full = f"{table}/{index}-{what}" if index else f"{table}-{what}"
    if len(full) <= ALARM_NAME_MAX:
        return full
    tail = f"-{_digest(full)}-{what}"
    return full[: ALARM_NAME_MAX - len(tail)] + tail


def scaling_policy(table: str, index: str, kind: str) -> str:
    """The name of the scaling policy for the reads or writes of a table or index."""
    return alarm(table, index, f"{kind.lower()}-scaling")


def key_alias(environment: str, service: str) -> str:
    """The alias of the KMS key that the shared stack makes for the tables of a service in one environment."""
    return f"alias/{service_stack(environment, service)}"


def key_export(alias: str) -> str:
    """The name under which the shared stack exports the ARN of the key with that alias."""
    return f"{alias.removeprefix('alias/')}-key-arn"


def backup_vault(environment: str, service: str) -> str:
    """The backup vault, plan and selection of a service in one environment, and the value of the tag that selects tables."""
    name = f"dynamodb-{environment}-{service}"
    return _fit(name, name, BACKUP_NAME_MAX)


def logical_id(prefix: str, name: str) -> str:
    """A CloudFormation logical id, letters and digits only, that stays apart for `a-b`, `a_b` and `ab`."""
    return _fit(prefix + re.sub(r"[^A-Za-z0-9]", "", name), prefix + name, LOGICAL_ID_MAX, joint="")


def file_stem(table: str) -> str:
    """The file name of a table, without its ending: the table's own name wherever a file system can hold it."""
    stem = f"_{table}" if table.startswith(".") or names_device(table) else table
    return _fit(stem, table, FILE_NAME_MAX - len(".yaml"))


def names_device(name: str) -> bool:
    """Whether Windows takes a name for a device, so that nobody could check it out there: `con`, `NUL`, `aux.v2`, `com1`."""
    return _DEVICES.fullmatch(name) is not None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _fit(legal: str, full: str, limit: int, joint: str = "-") -> str:
    """`legal` if it says all that `full` says and is short enough; else shortened, with a hash of `full` that keeps it unique."""
    if legal == full and len(legal) <= limit:
        return legal
    tail = joint + _digest(full)
    return legal[: limit - len(tail)] + tail
