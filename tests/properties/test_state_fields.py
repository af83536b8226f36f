"""Every field that AWS returns is judged: compared, wanted to be empty, or ignored for a reason."""

import json
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import botocore.session

from scripts.observe import stack_fields
from scripts.properties import BY_NAME
from scripts.properties.state_fields import BODY, FIELDS, look_at_body, unclassified, unwanted
from tests.for_each import for_each

SERVICES = {"dynamodb": FIELDS, "cloudformation": stack_fields.FIELDS}
OPERATIONS = [(service, name) for service, fields in SERVICES.items() for name in fields]
OTHER = {"status", "existence", "key schema", "projection", "stack output TableArn"}
OF_STACKS = {"stack status", "termination protection", "stack output", "stack policy", "DeletionPolicy"}


def leaves(shape: Any, path: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
    """The path of every value that an answer can hold."""
    if shape.type_name == "list":
        yield from leaves(shape.member, path, seen)
    elif shape.type_name == "structure" and shape.name not in seen:
        for name, member in shape.members.items():
            yield from leaves(member, f"{path}.{name}" if path else name, (*seen, shape.name))
    else:
        yield path


def model(service: str, operation: str) -> Any:
    return botocore.session.get_session().get_service_model(service).operation_model(operation)


@for_each(("service", "operation"), OPERATIONS)
def test_every_field_of_the_service_model_is_classified_once(service: str, operation: str) -> None:
    fields = SERVICES[service][operation]
    every = list(leaves(model(service, operation).output_shape))
    above = {path: list(accumulate(path.split("."), "{}.{}".format)) for path in every}
    assert [path for path in every if fields.known.isdisjoint(above[path])] == []
    stated = fields.classified
    assert len(stated) == len(set(stated))
    unused = [path for path in stated if not any(f"{each}.".startswith(f"{path}.") for each in every)]
    assert unused == [], "AWS has no such field"


def test_what_is_compared_is_a_check_and_what_is_ignored_has_a_reason() -> None:
    for service, operations in SERVICES.items():
        known = {*BY_NAME, *OTHER} if service == "dynamodb" else OF_STACKS
        for fields in operations.values():
            assert set(fields.compared.values()) <= known
            assert all(len(reason) > 10 for reason in fields.ignored.values())


ANSWERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"Table": {"TableName": "Orders", "KeySchema": [{"AttributeName": "x"}]}}, []),
    ({"Table": {"Tomorrow": {"Deep": 1}}}, ["Table.Tomorrow"]),
    ({"Table": {"Tomorrow": [], "Later": "", "Never": None, "No": False, "Empty": {}}}, []),
    ({"Table": {"Tomorrow": 0}}, ["Table.Tomorrow"]),
    (
        {"Table": {"GlobalSecondaryIndexes": [{"IndexName": "a", "New": 1}, {"New": 2}]}},
        ["Table.GlobalSecondaryIndexes.New"],
    ),
    ({"Table": {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "Burst": 5}}}, ["Table.ProvisionedThroughput.Burst"]),
    ({"Another": "x"}, ["Another"]),
]


@for_each(("answer", "found"), ANSWERS)
def test_what_an_answer_holds_beyond_what_is_classified(answer: dict[str, Any], found: list[str]) -> None:
    assert list(unclassified(FIELDS["DescribeTable"], answer)) == found
    body: dict[str, Any] = {}
    response = {"status_code": 200, "body": json.dumps(answer).encode()}
    look_at_body(model("dynamodb", "DescribeTable"), response, body)
    assert body == {BODY: found}


def test_the_body_of_an_error_or_of_another_operation_is_not_looked_at() -> None:
    body: dict[str, Any] = {}
    look_at_body(model("dynamodb", "DescribeTable"), {"status_code": 400, "body": b"no JSON"}, body)
    look_at_body(model("dynamodb", "Query"), {"status_code": 200, "body": b"no JSON"}, body)
    assert body == {}


def test_what_must_not_be_there_is_named() -> None:
    replicas = [{"RegionName": "us-east-1"}, {"RegionName": "eu-central-1"}]
    answer = {"Table": {"Replicas": replicas, "SSEDescription": {"InaccessibleEncryptionDateTime": "2026-01-01"}}}
    assert list(unwanted(FIELDS["DescribeTable"], answer)) == [
        ("replicas", "us-east-1, eu-central-1"),
        ("loss of the encryption key", "since 2026-01-01"),
    ]
    assert list(unwanted(FIELDS["DescribeTable"], {"Table": {"Replicas": []}})) == []
