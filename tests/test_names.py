"""The names in AWS and on disk: legal, apart from each other, and the same for ever."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from scripts import names
from tests import strategies
from tests.for_each import for_each

STACK = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")  # CloudFormation, CreateChangeSet: StackName
LOGICAL_ID = re.compile(r"[a-zA-Z0-9]{1,255}")  # CloudFormation, template anatomy: Resources
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,256}")  # SNS, CreateTopic: Name
ALIAS = re.compile(r"alias/(?!aws/)[A-Za-z0-9/_-]{1,250}")  # KMS, CreateAlias: AliasName
EXPORT = re.compile(r"[A-Za-z0-9:-]{1,255}")  # CloudFormation, Outputs: the name of an export
VAULT = re.compile(r"[A-Za-z0-9_-]{2,50}")  # AWS Backup, CreateBackupVault: BackupVaultName
LONGEST = "x" * 255
tables = strategies.names
places = st.from_regex(r"[a-z0-9][a-z0-9-]{1,59}", fullmatch=True)

# What stands in AWS accounts already: a change here renames stacks and replaces resources.
GOLDEN = [
    (names.table_stack("prod", "shop", "Orders"), "dynamodb-prod-shop-Orders"),
    (names.table_stack("prod", "shop", "my_table.v2"), "dynamodb-prod-shop-my-table-v2-f2396155"),
    (names.service_stack("prod", "shop"), "dynamodb-prod-shop"),
    (names.alarm_topic("prod", "shop"), "dynamodb-prod-shop-alarms"),
    (names.alarm("Orders", "", "read-throttled"), "Orders-read-throttled"),
    (names.alarm("Orders", "ByDay", "read-throttled"), "Orders/ByDay-read-throttled"),
    (names.scaling_policy("Orders", "", "Read"), "Orders-read-scaling"),
    (names.scaling_policy("Orders", "ByDay", "Write"), "Orders/ByDay-write-scaling"),
    (names.key_alias("prod", "shop"), "alias/dynamodb-prod-shop"),
    (names.key_export("alias/dynamodb-prod-shop"), "dynamodb-prod-shop-key-arn"),
    (names.backup_vault("prod", "shop"), "dynamodb-prod-shop"),
    (
        names.backup_vault("prod-ap-northeast-1", "order-management-and-more"),
        "dynamodb-prod-ap-northeast-1-order-manage-4f1537f2",
    ),
    (names.logical_id("ReadThrottleAlarm", ""), "ReadThrottleAlarm"),
    (names.logical_id("ReadThrottleAlarm", "ByDay"), "ReadThrottleAlarmByDay"),
    (names.logical_id("ReadThrottleAlarm", "by-day"), "ReadThrottleAlarmbyday58cfce61"),
    (names.file_stem("Orders"), "Orders"),
    (names.file_stem(".hidden"), "_.hidden-16924190"),
    (names.file_stem("a.b_c-d"), "a.b_c-d"),
]


@for_each(("found", "known"), GOLDEN, ids=[known for _, known in GOLDEN])
def test_names_stay_what_they_are(found: str, known: str) -> None:
    assert found == known


@given(environment=places, service=places, table=tables)
def test_stack_and_topic_names_are_legal(environment: str, service: str, table: str) -> None:
    for name in (names.table_stack(environment, service, table), names.service_stack(environment, service)):
        assert STACK.fullmatch(name)
        assert name.startswith("dynamodb-"), "roles are limited to stack/dynamodb-*"
    assert TOPIC.fullmatch(names.alarm_topic(environment, service))
    alias = names.key_alias(environment, service)
    assert ALIAS.fullmatch(alias)
    assert EXPORT.fullmatch(names.key_export(alias))
    assert VAULT.fullmatch(names.backup_vault(environment, service))


@given(one=st.tuples(places, places), other=st.tuples(places, places))
def test_services_never_share_a_vault_by_being_cut(one: tuple[str, str], other: tuple[str, str]) -> None:
    assume("-".join(one) != "-".join(other))
    assert names.backup_vault(*one) != names.backup_vault(*other)


def test_the_longest_names_are_cut_to_legal_ones_that_differ() -> None:
    environment, service = "e" * 60, "s" * 61
    cut = [names.table_stack(environment, service, table) for table in (LONGEST, "x" * 254, "y" * 255)]
    cut.append(names.service_stack(environment, service))
    cut.append(names.service_stack(environment, "s" * 60 + "t"))
    assert all(STACK.fullmatch(name) for name in cut)
    assert len(set(cut)) == len(cut)
    assert TOPIC.fullmatch(names.alarm_topic(environment, service))


@given(one=tables, other=tables)
def test_tables_of_one_service_never_share_a_stack_or_a_file(one: str, other: str) -> None:
    assume(one != other)
    assert names.table_stack("prod", "shop", one) != names.table_stack("prod", "shop", other)
    assert names.file_stem(one) != names.file_stem(other)


# Names over few characters collide most easily when they are joined.
close = st.text("a-_./", min_size=1, max_size=4) | st.text("ab-", min_size=250, max_size=255)
pairs = st.tuples(
    close.map(lambda name: name.replace("/", "a")), st.just("") | close.map(lambda n: n.replace("/", "b"))
)


@given(one=pairs, other=pairs)
def test_alarms_never_share_a_name(one: tuple[str, str], other: tuple[str, str]) -> None:
    assume(one != other)
    kinds = ("read-throttled", "write-throttled")
    found = [names.alarm(*pair, kind) for pair in (one, other) for kind in kinds]
    assert len(set(found)) == 4
    assert all(0 < len(name) <= 255 for name in found)


@given(indexes=st.lists(close, min_size=2, max_size=6, unique=True))
def test_alarms_of_one_template_never_share_a_logical_id(indexes: list[str]) -> None:
    found = [names.logical_id(kind, index) for index in ("", *indexes) for kind in ("ReadAlarm", "WriteAlarm")]
    assert len(set(found)) == len(found)
    assert all(LOGICAL_ID.fullmatch(name) for name in found)


@given(table=tables)
def test_files_are_visible_and_fit_every_file_system(table: str) -> None:
    stem = names.file_stem(table)
    assert not stem.startswith(".")
    assert stem not in ("", ".", "..")
    assert len(f"{stem}.yaml".encode()) <= 255
    assert "/" not in stem


@for_each("device", ["con", "PRN", "Aux", "nul", "com1", "LPT9", "com0", "con.orders", "NUL.v2.old"])
def test_no_file_or_folder_has_the_name_of_a_device_of_windows(device: str) -> None:
    assert names.names_device(device)
    stem = names.file_stem(device)
    assert stem.startswith(f"_{device}-")
    assert not names.names_device(f"{stem}.yaml")


@for_each("table", ["console", "my.con", "com10", "com", "auxiliary", "_con", "lpt-1"])
def test_what_only_looks_like_a_device_keeps_its_name(table: str) -> None:
    assert not names.names_device(table)
    assert names.file_stem(table) == table


def test_the_name_of_a_file_is_that_of_the_table_wherever_it_can_be() -> None:
    assert names.file_stem("x" * 250) == "x" * 250
    assert names.file_stem("x" * 251) != "x" * 251
    assert names.file_stem("...") != names.file_stem("_...")
