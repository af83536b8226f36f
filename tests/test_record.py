"""The record of a deployment: everything that was deployed, in its place, as JSON."""

import json
from pathlib import Path

from scripts import names
from scripts.generate import is_record
from scripts.record import record, write_record
from scripts.stacks import Stack
from tests import samples


def stack(name: str) -> Stack:
    return Stack(name, f"arn:{name}", "CREATE_COMPLETE", tags={}, outputs={"TableName": name}, protected=True)


def test_a_record_says_what_was_deployed_where_and_with_what(tmp_path: Path) -> None:
    service = samples.service(tmp_path)
    place = service.environments[1]
    stacks = {"Orders": stack("stack-orders"), "": stack(names.service_stack(place.name, "shop"))}
    content = record(service, place, "eu-west-1", "111122223333", "2026-11-22T10:00:00Z", stacks)
    path = write_record(tmp_path / "generated", content)
    assert path == tmp_path / "generated" / "shop" / "prod-eu-west-1" / "deployment.json"
    assert is_record(path.relative_to(tmp_path / "generated")), "generate keeps it"  # type: ignore[arg-type]
    text = path.read_text()
    assert text.endswith("}\n")
    assert json.loads(text) == {
        "service": "shop",
        "environment": "prod-eu-west-1",
        "region": "eu-west-1",
        "account": "111122223333",
        "deployed_at": "2026-11-22T10:00:00Z",
        "parameters": {
            "name": "prod-eu-west-1",
            "region": "eu-west-1",
            "account": None,
            "table_prefix": "prod-",
            "alarm_emails": ["oncall@example.com"],
            "alarm_topics": [],
            "alarm_encryption": "create",
            "encryption_policy": "any",
            "backups": None,
        },
        "shared": {
            "stack": "dynamodb-prod-eu-west-1-shop",
            "stack_id": "arn:dynamodb-prod-eu-west-1-shop",
            "status": "CREATE_COMPLETE",
            "outputs": {"TableName": "dynamodb-prod-eu-west-1-shop"},
        },
        "tables": {
            "Orders": {
                "stack": "stack-orders",
                "stack_id": "arn:stack-orders",
                "status": "CREATE_COMPLETE",
                "outputs": {"TableName": "stack-orders"},
                "settings": service.settings.of("prod-eu-west-1", "Orders"),
            }
        },
    }
