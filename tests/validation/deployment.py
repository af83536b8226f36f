"""A service with every setting, deployed once for all tests of a module, each of which puts back what it changes."""

import contextlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scripts import deploy, generate
from scripts.local_aws import LocalAws
from scripts.observe.target import Target, select
from scripts.observe.target_options import TargetOptions
from scripts.validation.report import Report
from scripts.validation.validate_target import validate
from tests import clock, kept, thrift
from tests.in_process import InProcessAws
from tests.local_aws.support import client
from tests.shop import CONTRACT

REGION, ENVIRONMENT = "eu-west-1", "test-eu-west-1"
STACK = f"dynamodb-{ENVIRONMENT}-shop"
EMAIL = "oncall@example.com"
LIMITS = {"read": {"min": 5, "max": 50}, "write": {"min": 5, "max": 50}}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "111122223333"},
            "Action": "dynamodb:GetItem",
            "Resource": f"arn:aws:dynamodb:{REGION}:111122223333:table/Orders",
        }
    ],
}
CARTS = {
    "table": "Carts",
    "type": "single-entity",
    "pk": "id",
    "sk": "day",
    "attributes": [{"name": "id", "type": "N"}, {"name": "day", "type": "B"}],
}


def settings(key: str) -> dict[str, Any]:
    """The content of deployment.yaml. `key`: the ARN of a key that someone else has made."""
    place = {
        "region": REGION,
        "alarm_emails": [EMAIL],
        "backups": {"retention_days": 90},
    }
    orders = {
        "encryption": "service-key",
        "ttl": "expires_at",
        "point_in_time_recovery_days": 14,
        "tags": {"Team": "shop"},
        "stream": "NEW_IMAGE",
        "on_demand_maximum": {"read": 4000, "write": 2000},
        "resource_policy": POLICY,
    }
    books = {"billing": "provisioned", "capacity": LIMITS, "contributor_insights": "throttled-keys", "alarms": "full"}
    return {
        "environments": {ENVIRONMENT: place},
        "tables": {
            "Orders": orders,
            "Books": books,
            "Carts": {"encryption": key, "alarms": "full", "latency_p99_ms": {"Query": 50}},
        },
    }


LEDGER = {
    "table": "Ledger",
    "type": "single-entity",
    "pk": "id",
    "gsis": [{"index_name": "ByDay", "pk": "day"}],
    "attributes": [{"name": "id", "type": "S"}, {"name": "day", "type": "N"}],
}


def depot_settings(key: str, stream: str) -> dict[str, Any]:
    """Of a second service in the same environment, which wants what the first does not, and the other way round."""
    ledger = {
        "billing": "provisioned",
        "capacity": LIMITS,
        "warm_throughput": {"indexes": {"ByDay": {"read": 13000, "write": 5000}}},
        "encryption": "aws-owned",
        "encryption_reason": "public reference data",
        "deletion_protection": False,
        "deletion_protection_reason": "rebuilt every night",
        "kinesis_stream": stream,
    }
    place = {
        "region": REGION,
        "alarm_encryption": key,
        "backups": {"retention_days": 90, "lock": {"min_retention_days": 7}},
    }
    return {"environments": {ENVIRONMENT: place}, "tables": {"Ledger": ledger}}


@dataclass(frozen=True)
class Deployed:
    """The deployed service, and what a validation of it takes. `before`: answers of AWS from before something was changed."""

    aws: LocalAws
    target: Target
    key: str
    before: dict[str, Any] = field(default_factory=dict, repr=False)

    def problems(self, target: Target | None = None, **options: Any) -> list[str]:
        """Each check that is no match, as `table subject property outcome`; the shared stack is called `shared`."""
        return problems_of(validate(target or self.target, **options))


def problems_of(report: Report) -> list[str]:
    """The same of a validation that was made; all of them, and nothing else, have a fix."""
    assert all(
        bool(fix) == (f.outcome != "match") for t in report.tables for f, fix in zip(t.findings, t.fixes, strict=True)
    )
    return [
        " ".join(filter(None, ["shared" if t.shared else t.table, f.subject, f.property, f.outcome]))
        for t in report.tables
        for f in t.findings
        if f.outcome != "match"
    ]


@contextlib.contextmanager
def deployed(aws: InProcessAws, folder: Path, depot: bool = False) -> Iterator[Deployed]:
    """Deploy the service, and with `depot` a second one, into an empty local AWS; the working directory is its working copy until the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in (aws.environment | {"AWS_DEFAULT_REGION": REGION}).items():
            patch.setenv(name, value)
        thrift.one_client_per_service(patch)
        clock.move_instead_of_waiting(patch, aws)
        aws.reset()
        aws.set_clock(index=0)
        patch.chdir(folder)
        key, _ = kept.once(aws, folder, ("with every setting", depot), lambda: _deployed(folder, depot))
        yield Deployed(aws, select(TargetOptions(ENVIRONMENT)), key)


def _deployed(folder: Path, depot: bool) -> tuple[str, str]:
    """The ARN of the key that someone else has made, and what the deployment said."""
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    tables = [
        {**CONTRACT["tables"][0], "lsis": [{"index_name": "ByTotal", "sk": "total"}]},
        *CONTRACT["tables"][1:],
    ]
    _write(folder, "shop", [*tables, CARTS], settings(key))
    if depot:
        client("kinesis").create_stream(StreamName="ledger", ShardCount=1)
        stream = client("kinesis").describe_stream(StreamName="ledger")["StreamDescription"]["StreamARN"]
        _write(folder, "depot", [LEDGER], depot_settings(key, stream))
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        assert generate.main([]) == 0, said.getvalue()
        assert deploy.main(["--environment", ENVIRONMENT, "--yes"]) == 0, said.getvalue()
    return key, said.getvalue()


def _write(folder: Path, service: str, tables: list[Any], settings: dict[str, Any]) -> None:
    source = folder / "contracts" / service
    source.mkdir(parents=True)
    (source / "migrationContract.json").write_text(json.dumps({"tables": tables}))
    (source / "deployment.yaml").write_text(json.dumps(settings))
