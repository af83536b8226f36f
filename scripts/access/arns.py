"""The ARNs of tables, and the placeholders that stand where an environment does not state its Region or account."""

import functools
import re
from dataclasses import dataclass

# AWS partitions by the beginning of their Regions' names, the longest first, with the domain of their endpoints.
# Source: partitions.json of the AWS SDKs.
_PARTITIONS = (
    ("us-isob-", "aws-iso-b", "sc2s.sgov.gov"),
    ("us-isof-", "aws-iso-f", "csp.hci.ic.gov"),
    ("eu-isoe-", "aws-iso-e", "cloud.adc-e.uk"),
    ("us-iso-", "aws-iso", "c2s.ic.gov"),
    ("us-gov-", "aws-us-gov", "amazonaws.com"),
    ("eusc-", "aws-eusc", "amazonaws.eu"),
    ("cn-", "aws-cn", "amazonaws.com.cn"),
    ("", "aws", "amazonaws.com"),
)
_DOMAIN = "amazonaws.com"

# Each placeholder with the longest value that can replace it, so that a filled-in policy is never too large.
PLACEHOLDERS = {"${PARTITION}": "aws-us-gov", "${REGION}": "us-isob-east-1", "${ACCOUNT_ID}": "000000000000"}
_PARTITION, _REGION, _ACCOUNT = PLACEHOLDERS

_SCOPE = (
    r"(?P<partition>aws(?:-[a-z]+)*|\$\{PARTITION\}):%s:"
    r"(?P<region>[a-z]{2,4}(?:-[a-z]+)+-[0-9]+|\$\{REGION\}):(?P<account>[0-9]{12}|\$\{ACCOUNT_ID\}):"
)
_NAME = r"[A-Za-z0-9_.-]{3,255}"
_TABLE = "arn:" + _SCOPE % "dynamodb" + f"table/{_NAME}"
# What a statement may name. A stream's label and a backup's name are made by AWS later: the only wildcards there are.
_KINDS = {
    "table": re.compile(_TABLE),
    "index": re.compile(f"{_TABLE}/index/{_NAME}"),
    "stream": re.compile(rf"{_TABLE}/stream/(\*|[0-9T:.-]+)"),
    "backup": re.compile(rf"{_TABLE}/backup/(\*|[0-9a-f-]+)"),
    "key": re.compile("arn:" + _SCOPE % "kms" + r"key/[A-Za-z0-9-]+"),
    # A dashboard belongs to an account, and to no Region.
    "dashboard": re.compile(
        r"arn:(aws(?:-[a-z]+)*|\$\{PARTITION\}):cloudwatch::([0-9]{12}|\$\{ACCOUNT_ID\}):dashboard/[A-Za-z0-9_-]{1,255}"
    ),
}


@functools.cache
def partition(region: str) -> str:
    """The AWS partition of a Region."""
    return next(name for prefix, name, _ in _PARTITIONS if region.startswith(prefix))


def via_service(key: str) -> tuple[str, ...]:
    """How KMS names DynamoDB in `kms:ViaService`, for a key's ARN; a table and its key share a Region.

    Outside of amazonaws.com both forms of the name are given: either names the same service of the same Region.
    Raises ValueError if it is not the full ARN of a key.
    """
    match = _KINDS["key"].fullmatch(key)
    if match is None:
        raise ValueError(f'"{key}" is not the ARN of a KMS key. Write arn:<partition>:kms:<region>:<account>:key/<id>.')
    region = match["region"]
    domain = next(domain for prefix, _, domain in _PARTITIONS if region.startswith(prefix))
    return tuple(f"dynamodb.{region}.{name}" for name in dict.fromkeys((_DOMAIN, domain)))


def kind(resource: str) -> str | None:
    """What an ARN names: table, index, stream, backup, key or dashboard; None when it is none of them, or holds a wildcard."""
    found = next((name for name, pattern in _KINDS.items() if pattern.fullmatch(resource)), None)
    return found if found and _partition_fits(resource) else None


def _partition_fits(resource: str) -> bool:
    _, named, _, region, *_ = resource.split(":", 5)
    return named == _PARTITION or region in (_REGION, "") or named == partition(region)


def placeholders(text: str) -> tuple[str, ...]:
    """The placeholders that stand in a text."""
    return tuple(name for name in PLACEHOLDERS if name in text)


@dataclass(frozen=True, slots=True)
class ArnScope:
    """The Region and account that ARNs name; None stands for a placeholder."""

    region: str | None
    account: str | None

    @property
    def complete(self) -> bool:
        """Whether policies for this place can be attached as they are."""
        return None not in (self.region, self.account)

    def table(self, name: str) -> str:
        """The ARN of a table, by its name in AWS."""
        named = partition(self.region) if self.region else _PARTITION
        return f"arn:{named}:dynamodb:{self.region or _REGION}:{self.account or _ACCOUNT}:table/{name}"

    def index(self, table: str, index: str) -> str:
        """The ARN of one index."""
        return f"{self.table(table)}/index/{index}"

    def streams(self, table: str) -> str:
        """The streams of a table: a stream's label is the time at which AWS makes it."""
        return f"{self.table(table)}/stream/*"

    def dashboard(self, name: str) -> str:
        """The ARN of a dashboard."""
        named = partition(self.region) if self.region else _PARTITION
        return f"arn:{named}:cloudwatch::{self.account or _ACCOUNT}:dashboard/{name}"

    def backups(self, table: str) -> str:
        """The on-demand backups of a table: AWS names them when they are made."""
        return f"{self.table(table)}/backup/*"
