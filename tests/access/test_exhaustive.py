"""Every real DynamoDB action, on resources of one's own and of others, in several kinds of request: allowed exactly as said."""

import itertools

import pytest

from tests.access.aws_data import POLICIES as _AWS
from tests.access.evaluator import about, allows, on, permits
from tests.access.samples import ACCOUNT, KEY, PATTERNS, REGION, made
from tests.for_each import for_each

ACTIONS = sorted(_AWS["dynamodb"]["Actions"])
_ROOT = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"

OWN = {
    "orders": f"{_ROOT}/prod-Orders",
    "orders/status": f"{_ROOT}/prod-Orders/index/ByStatus",
    "orders/book": f"{_ROOT}/prod-Orders/index/ByBook",
    "orders/stream": f"{_ROOT}/prod-Orders/stream/2026-01-31T12:00:00.000",
    "orders/backup": f"{_ROOT}/prod-Orders/backup/01489602797149-73d8d5bc",
    "books": f"{_ROOT}/prod-Books",
    "books/author": f"{_ROOT}/prod-Books/index/ByAuthor",
    "books/stream": f"{_ROOT}/prod-Books/stream/2026-01-31T12:00:00.000",
    "books/backup": f"{_ROOT}/prod-Books/backup/01489602797149-73d8d5bc",
}
OTHER = {
    "without prefix": f"{_ROOT}/Orders",
    "longer name": f"{_ROOT}/prod-Orders2",
    "other case": f"{_ROOT}/prod-orders",
    "other index": f"{_ROOT}/prod-Orders/index/ByStatus2",
    "index of the other table": f"{_ROOT}/prod-Books/index/ByStatus",
    "other table": f"{_ROOT}/prod-Payments",
    "index of another table": f"{_ROOT}/prod-Payments/index/ByStatus",
    "stream of another table": f"{_ROOT}/prod-Orders2/stream/2026-01-31T12:00:00.000",
    "export": f"{_ROOT}/prod-Orders/export/01489602797149-73d8d5bc",
    "import": f"{_ROOT}/prod-Orders/import/01489602797149-73d8d5bc",
    "other region": f"arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/prod-Orders",
    "index in another region": f"arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/prod-Orders/index/ByStatus",
    "other account": f"arn:aws:dynamodb:{REGION}:444455556666:table/prod-Orders",
    "index in another account": f"arn:aws:dynamodb:{REGION}:444455556666:table/prod-Orders/index/ByStatus",
    "other partition": f"arn:aws-cn:dynamodb:{REGION}:{ACCOUNT}:table/prod-Orders",
    "everything": "*",
}
REQUESTS = {
    "plain": {},
    "in a writing transaction": {"dynamodb:EnclosingOperation": ("TransactWriteItems",)},
    "in a reading transaction": {"dynamodb:EnclosingOperation": ("TransactGetItems",)},
    "returns the old item": {"dynamodb:ReturnValues": ("ALL_OLD",)},
    "returns nothing": {"dynamodb:ReturnValues": ("NONE",)},
}
ALWAYS = tuple(REQUESTS)
WRITING, READING = ("in a writing transaction",), ("in a reading transaction",)
ANYWHERE = (*OWN, *OTHER)  # for the actions that AWS lets nobody limit to a resource

READ = "batchgetitem getitem query"
WRITE = "batchwriteitem conditioncheckitem deleteitem putitem updateitem"
DESCRIBE = "describetable"
OPERATE = (
    "createbackup describecontinuousbackups describecontributorinsights describekinesisstreamingdestination"
    " describetable describetimetolive getresourcepolicy listtagsofresource"
)
TABLES, INDEXES = ("orders", "books"), ("orders/status", "orders/book", "books/author")

# For each policy: actions, resources, requests. What is not here, must be refused.
WITHOUT_PATTERNS = {
    "read-only": [(f"{READ} {DESCRIBE}", TABLES, ALWAYS), ("query", INDEXES, ALWAYS)],
    "read-write": [(f"{READ} {WRITE} {DESCRIBE}", TABLES, ALWAYS), ("query", INDEXES, ALWAYS)],
    "data-migration": [
        ("batchwriteitem describetable", TABLES, ALWAYS),
        ("putitem", TABLES, ("plain", "in a writing transaction", "in a reading transaction", "returns nothing")),
    ],
    "streams": [
        ("describestream getrecords getsharditerator", ("orders/stream",), ALWAYS),
        ("liststreams", ANYWHERE, ALWAYS),
    ],
    "operator": [
        (OPERATE, TABLES, ALWAYS),
        ("describecontributorinsights", INDEXES, ALWAYS),
        ("describebackup", ("orders/backup", "books/backup"), ALWAYS),
        ("describelimits listbackups listcontributorinsights listtables", ANYWHERE, ALWAYS),
    ],
}
_ORDERS_READ = [("getitem", ("orders",), ALWAYS), ("query", ("orders/status",), ALWAYS)]
_ORDERS_WRITE = [("putitem", ("orders",), ALWAYS), ("conditioncheckitem deleteitem updateitem", ("orders",), WRITING)]
WITH_PATTERNS = {
    **WITHOUT_PATTERNS,
    # The patterns tell every use of Orders; of one pattern on Books only the words are known.
    "read-only": [*_ORDERS_READ, (READ, ("books",), ALWAYS), (DESCRIBE, TABLES, ALWAYS), ("query", ("books/author",), ALWAYS)],
    "read-write": [
        *_ORDERS_READ, *_ORDERS_WRITE, (f"{READ} {WRITE}", ("books",), ALWAYS), (DESCRIBE, TABLES, ALWAYS),
        ("query", ("books/author",), ALWAYS),
    ],
    "patterns-Orders": [*_ORDERS_READ, *_ORDERS_WRITE],
}  # fmt: skip


def expected(rules):
    return {
        (action, resource, request)
        for actions, places, requests in rules
        for action, resource, request in itertools.product(actions.split(), places, requests)
    }


@pytest.mark.parametrize(
    ("patterns", "role", "rules"),
    [([], role, rules) for role, rules in WITHOUT_PATTERNS.items()]
    + [(PATTERNS, role, rules) for role, rules in WITH_PATTERNS.items()],
)
@pytest.mark.parametrize("key", [{}, {"prod-Orders": KEY}], ids=["no key", "customer key"])
def test_each_policy_gives_exactly_what_it_should(patterns, role, rules, key):
    document = made(patterns=patterns, streams=["prod-Orders"], customer_keys=key)[f"{role}.json"]
    given = set()
    for action, (resource, arn) in itertools.product(ACTIONS, (OWN | OTHER).items()):
        statements = on(about([document], f"dynamodb:{action}"), arn)
        given |= {(action, resource, request) for request, context in REQUESTS.items() if permits(statements, context)}
    assert given == expected(rules)


def test_these_are_all_the_policies_there_are():
    assert {f"{role}.json" for role in WITHOUT_PATTERNS} == set(made(streams=["prod-Orders"]))
    assert {f"{role}.json" for role in WITH_PATTERNS} == set(made(streams=["prod-Orders"], patterns=PATTERNS))


_VIA = {"kms:ViaService": (f"dynamodb.{REGION}.amazonaws.com",)}


@for_each("role", WITH_PATTERNS)
def test_the_customer_key_is_used_through_dynamodb_only(role):
    document = made(patterns=PATTERNS, streams=["prod-Orders"], customer_keys={"prod-Orders": KEY})[f"{role}.json"]
    kms = sorted(_AWS["kms"]["Actions"])
    uses = {"operator": set()}.get(role, {"decrypt"})

    def given(key, context):
        return {action for action in kms if allows([document], f"kms:{action}", key, context)}

    direct = {"describekey"} if role == "operator" else set()
    assert given(KEY, _VIA) == uses | direct
    assert given(KEY, {}) == direct
    assert given(KEY, {"kms:ViaService": ("s3.eu-west-1.amazonaws.com",)}) == direct
    assert given(KEY.replace("1234abcd", "00000000"), _VIA) == set()


def test_no_other_service_is_given_but_what_an_operator_sees():
    sees = {
        "application-autoscaling": "DescribeScalableTargets DescribeScalingActivities DescribeScalingPolicies",
        "backup": "ListBackupJobs ListRecoveryPointsByResource",
        "cloudwatch": "DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric GetDashboard GetMetricData GetMetricStatistics"
        " ListDashboards ListMetrics",
    }  # fmt: skip
    for name, document in made(patterns=PATTERNS, streams=["prod-Orders"], dashboards=["orders"]).items():
        actions = {action for statement in document["Statement"] for action in statement["Action"]}
        wanted = {f"{service}:{action}" for service, seen in sees.items() for action in seen.split()}
        other = {action for action in actions if not action.startswith("dynamodb:")}
        assert other == (wanted if name == "operator.json" else set())
