import json
import sys
from subprocess import run

import pytest

from scripts.access import to_json
from scripts.access.documents import SIZE_LIMIT, size
from scripts.checks.access_files import check_document
from scripts.model import AccessPattern
from tests.access.evaluator import allows
from tests.access.samples import ACCOUNT, DASHBOARD, KEY, PATTERNS, REGION, TABLES, everything, made, table
from tests.for_each import for_each

ROOT = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"


def pattern(operation, table="Orders", index="", id="AP1"):
    return AccessPattern(id, operation=operation, table=table, index=index)


@for_each(
    ("operation", "index", "resource", "plain", "inside"),
    [
        ("GetItem", "ByStatus", "", {"GetItem"}, {}),
        ("BatchGetItem", "ByStatus", "", {"BatchGetItem"}, {}),
        ("Query", "", "", {"Query"}, {}),
        ("Query", "ByStatus", "/index/ByStatus", {"Query"}, {}),
        ("Scan", "", "", {"Scan"}, {}),
        ("Scan", "ByStatus", "/index/ByStatus", {"Scan"}, {}),
        ("PutItem", "ByStatus", "", {"PutItem"}, {}),
        ("UpdateItem", "", "", {"UpdateItem"}, {}),
        ("DeleteItem", "", "", {"DeleteItem"}, {}),
        ("BatchWriteItem", "", "", {"BatchWriteItem"}, {}),
        ("TransactGetItems", "", "", set(), {"TransactGetItems": {"GetItem"}}),
        (
            "TransactWriteItems",
            "",
            "",
            set(),
            {"TransactWriteItems": {"ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"}},
        ),
    ],
)
def test_an_operation_gives_its_actions_where_it_acts(operation, index, resource, plain, inside):
    document = made(patterns=[pattern(operation, index=index)])["patterns-Orders.json"]
    assert {r for s in document["Statement"] for r in s["Resource"]} == {f"{ROOT}/prod-Orders{resource}"}
    assert {a for s in document["Statement"] for a in s["Action"] if "Condition" not in s} == {
        f"dynamodb:{action}" for action in plain
    }
    assert {
        operation: {action.removeprefix("dynamodb:") for action in s["Action"]}
        for s in document["Statement"]
        if "Condition" in s
        for operation in s["Condition"]["ForAnyValue:StringEquals"]["dynamodb:EnclosingOperation"]
    } == inside


def test_patterns_without_table_or_operation_give_nothing():
    assert not [name for name in made(patterns=[AccessPattern("AP1"), pattern("")]) if name.startswith("patterns-")]
    assert made(patterns=[AccessPattern("AP1"), pattern("")])["read-only.json"] == made()["read-only.json"]


@for_each(
    ("satisfies", "narrow"),
    [((), True), (("AP1: show an order",), True), (("ap1",), True), (("AP1", "AP2: list the orders"), False), (("AP12",), False)],
)  # fmt: skip
def test_a_use_told_in_words_only_keeps_the_usual_access(satisfies, narrow):
    tables = [(table("Orders", "ByStatus", satisfies=satisfies), "Orders")]
    document = made(tables=tables, patterns=[pattern("GetItem")])["read-only.json"]
    assert allows([document], "dynamodb:GetItem", f"{ROOT}/Orders")
    assert allows([document], "dynamodb:Query", f"{ROOT}/Orders/index/ByStatus") is not narrow
    assert ("patterns-Orders.json" in made(tables=tables, patterns=[pattern("GetItem")])) is narrow


def test_a_table_of_which_one_pattern_is_not_understood_has_no_policy_of_its_patterns():
    """An application that was given it would be refused what the other pattern needs."""
    known, unknown = pattern("GetItem"), AccessPattern("AP2", "show the newest order", table="Orders")
    assert "patterns-Orders.json" in made(patterns=[known])
    assert not [name for name in made(patterns=[known, unknown]) if name.startswith("patterns-")]


def test_the_operator_opens_the_dashboards():
    """What the console asks for: CloudWatch User Guide, "Permissions required to use the CloudWatch console"."""
    document = made(dashboards=[DASHBOARD])["operator.json"]
    for action in ("ListDashboards", "GetMetricData", "DescribeAlarms", "ListMetrics"):
        assert allows([document], f"cloudwatch:{action}", "*")
    arn = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{DASHBOARD}"
    assert allows([document], "cloudwatch:GetDashboard", arn)
    assert not allows([document], "cloudwatch:GetDashboard", f"{arn}-2")
    assert not allows([document], "cloudwatch:PutDashboard", arn)


def test_a_key_that_is_no_arn_is_refused():
    with pytest.raises(ValueError, match=r"alias/books.*is not the ARN of a KMS key"):
        made(customer_keys={"prod-Books": "alias/books"})


def test_streams_and_nothing_when_there_is_nothing():
    assert "streams.json" not in made()
    assert made(tables=[]) == {}


@for_each(
    ("region", "account", "left"),
    [
        (REGION, None, {"${ACCOUNT_ID}"}),
        (None, ACCOUNT, {"${PARTITION}", "${REGION}"}),
        (None, None, {"${PARTITION}", "${REGION}", "${ACCOUNT_ID}"}),
    ],
)
def test_an_unknown_place_makes_templates_that_are_named_so(region, account, left):
    documents = made(region=region, account=account, patterns=PATTERNS)
    for name, document in documents.items():
        text = to_json(document)
        assert name.endswith(".template.json")
        assert {one for one in ("${PARTITION}", "${REGION}", "${ACCOUNT_ID}") if one in text} == left
        assert check_document(document, name) == []
        assert any("still holds ${" in one.message for one in check_document(document, name.replace(".template", "")))
    filled = {
        name.replace(".template", ""): json.loads(
            to_json(document)
            .replace("${PARTITION}", "aws")
            .replace("${REGION}", REGION)
            .replace("${ACCOUNT_ID}", ACCOUNT)
        )
        for name, document in documents.items()
    }
    assert filled == made(patterns=PATTERNS)


def test_a_policy_that_is_too_large_goes_on_in_the_next_and_loses_nothing():
    many = [(table("T" * 240 + f"{n:03}", "I" * 255, "J" * 255), "p-" + "T" * 240 + f"{n:03}") for n in range(30)]
    patterns = [AccessPattern("A", operation="Query", table=many[0][0].name, index=i.name) for i in many[0][0].indexes]
    documents = made(tables=many, patterns=patterns, streams=[name for _, name in many], region="us-gov-west-1")
    roles = {name.partition("+")[0].removesuffix(".json") for name in documents}
    for role in ("read-only", "read-write", "data-migration", "streams", "operator"):
        parts = [documents[f"{role}.json"]] + [d for name, d in documents.items() if name.startswith(f"{role}+")]
        assert len(parts) > 1
        assert all(size(part) <= SIZE_LIMIT for part in parts)
        named = [r for part in parts for s in part["Statement"] for r in s["Resource"]]
        assert {name for _, name in many} == {r.split("/")[1] for r in named if r != "*"}
    read = [document for name, document in documents.items() if name.startswith("read-only")]
    for known, name in many[1:]:
        for index in known.indexes:
            arn = f"arn:aws-us-gov:dynamodb:us-gov-west-1:{ACCOUNT}:table/{name}/index/{index.name}"
            assert allows(read, "dynamodb:Query", arn)
    assert all(len(name.encode()) <= 255 for name in documents)
    assert len(roles) == 6


def test_names_that_look_like_parts_of_others_stay_apart():
    tables = [(table(name), name) for name in ("Orders", "Orders-2", "2-Orders", "...", "x" * 255, "x" * 254 + "y")]
    patterns = [AccessPattern("A", operation="GetItem", table=known.name) for known, _ in tables]
    documents = made(tables=tables, patterns=patterns)
    granted = [d["Statement"][0]["Resource"] for name, d in documents.items() if name.startswith("patterns-")]
    assert sorted(granted) == sorted([f"{ROOT}/{name}"] for _, name in tables)


def test_sids_tell_the_service_and_the_environment():
    for document in everything().values():
        sids = [statement["Sid"] for statement in document["Statement"]]
        assert all(sid.startswith("ShopProdEuWest1") and sid.isalnum() for sid in sids)
        assert len(set(sids)) == len(sids)


def test_the_same_input_gives_the_same_bytes_in_every_process():
    code = (
        "from tests.access.samples import everything; from scripts.access import to_json; import sys;"
        "print(''.join(n + to_json(d) for n, d in everything().items()));"
        "assert not {'boto3', 'botocore'} & set(sys.modules)"
    )
    texts = {
        run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {"".join(name + to_json(d) for name, d in everything().items()) + "\n"}


def test_the_order_of_tables_does_not_matter():
    assert made(tables=TABLES[::-1], patterns=PATTERNS[::-1]) == made(patterns=PATTERNS)
    arns = made()["read-only.json"]["Statement"][0]["Resource"]
    assert arns == sorted(f"{ROOT}/{name}" for _, name in TABLES)


def test_transactions_repeat_nothing_that_is_allowed_outside_of_them():
    (inside,) = (
        s for s in everything()["patterns-Orders.json"]["Statement"] if "Condition" in s and "Transactions" in s["Sid"]
    )
    assert inside["Action"] == ["dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:UpdateItem"]


def test_a_key_goes_only_with_access_to_items():
    document = made(patterns=[pattern("PutItem")], customer_keys={"prod-Orders": KEY})["read-only.json"]
    assert KEY not in to_json(document)
    assert f"{ROOT}/prod-Orders" in to_json(document)


@for_each("length", range(3, 12))
def test_a_template_fits_also_when_it_is_filled_in(length):
    tables = [(table(f"{n:0{length}}"), f"{n:0{length}}") for n in range(150)]
    for document in made(tables=tables, region=None, account=None).values():
        filled = to_json(document).replace("${PARTITION}", "aws-iso-b").replace("${REGION}", "us-isob-east-1")
        assert len("".join(filled.replace("${ACCOUNT_ID}", ACCOUNT).split())) <= SIZE_LIMIT
