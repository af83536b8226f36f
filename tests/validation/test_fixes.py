"""What to do about a difference: a command that can be pasted, for the right table, in the right Region."""

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from scripts.comparison.cause import BUSY, LOST, OUTSIDE, STUCK, UNDEPLOYED, UNREAD
from scripts.comparison.compare import MATCH, Finding, compare
from scripts.comparison.shared_state import SharedResources, wanted_shared
from scripts.model import INCLUDE, KEYS_ONLY, Alarm, CompositeAlarm, Deleting, DesiredTable, Index, LiveTable, Unknown
from scripts.pages import runbook
from scripts.pages.runbook_sections import slug
from scripts.validation.fix import Fix, Place, lines, merged
from scripts.validation.fix_templates import DRIFT_DETECTED, REVERT, TEMPLATES
from scripts.validation.shared_fixes import shared_fix
from scripts.validation.table_fixes import fix
from tests.comparison.test_compare import DIFFERENT
from tests.for_each import for_each
from tests.samples import ALARM, ENVIRONMENT, SETTINGS, STATE, keys, live_table, service, states

PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333"}
HOSTILE = 'it\'s $(rm) `x` "q" é'
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
STACK = "dynamodb-prod-shop-Orders"
PLACE = Place("prod", "eu-west-1", STACK, TABLE_ARN, "generated/shop/runbook.md")
KINESIS = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> SharedResources:
    """What the tables of the sample service share in production, with backups."""
    settings = SETTINGS.replace("    alarm_emails:", "    backups: {retention_days: 90}\n    alarm_emails:")
    made = service(tmp_path_factory.mktemp("shop"), settings=settings)
    environment = next(each for each in made.environments if each.name == ENVIRONMENT)
    return wanted_shared(made, environment, tuple(states(made).values()))


def problems(
    desired: DesiredTable, live: LiveTable | Unknown | None, cause: str = OUTSIDE
) -> list[tuple[Finding, Fix]]:
    """Each difference with its fix."""
    return [(f, fix(f, desired, PLACE, cause)) for f in compare(desired, live) if f.outcome != MATCH]


def command(desired: DesiredTable, live: LiveTable | None) -> dict[str, str]:
    """The options of the command for the one difference, by name; the words before them as `call`."""
    ((_, found),) = problems(desired, live)
    text = found.commands[0]
    words = shlex.split(text)
    start = next(n for n, word in enumerate(words) if word.startswith("--"))
    options: dict[str, str] = {"call": " ".join(words[:start])}
    name = ""
    for word in words[start:]:
        if word.startswith("--"):
            name = word
            options[name] = ""
        else:
            assert not options[name], f"{name} has two values: {text}"
            options[name] = word
    return options


UPDATE = {"call": "aws dynamodb update-table", "--table-name": "Orders", "--region": "eu-west-1"}
RECOVERY = "PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=35"
# what is wanted beyond STATE, what is found instead, and the options of the command
COMMANDS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, str]]] = {
    "billing": ({}, {"billing": "PROVISIONED"}, UPDATE | {"--billing-mode": "PAY_PER_REQUEST"}),
    "class": ({}, {"table_class": "STANDARD_INFREQUENT_ACCESS"}, UPDATE | {"--table-class": "STANDARD"}),
    "protection": ({}, {"deletion_protection": False}, UPDATE | {"--deletion-protection-enabled": ""}),
    "recovery": (
        {},
        {"recovery_days": 0},
        UPDATE | {"call": "aws dynamodb update-continuous-backups", "--point-in-time-recovery-specification": RECOVERY},
    ),
    "encryption": (
        {},
        {"encryption": "aws-owned"},
        UPDATE | {"--sse-specification": "Enabled=true,SSEType=KMS"},
    ),
    "customer key": (
        {"encryption": KEY},
        {"encryption": "aws-managed"},
        UPDATE | {"--sse-specification": f"Enabled=true,SSEType=KMS,KMSMasterKeyId={KEY}"},
    ),
    "time to live": (
        {"ttl_attribute": HOSTILE},
        {"ttl_attribute": ""},
        UPDATE
        | {
            "call": "aws dynamodb update-time-to-live",
            "--time-to-live-specification": json.dumps({"Enabled": True, "AttributeName": HOSTILE}),
        },
    ),
    "no protection": (
        {"deletion_protection": False},
        {"deletion_protection": True},
        UPDATE | {"--no-deletion-protection-enabled": ""},
    ),
    "key of AWS": ({"encryption": "aws-owned"}, {"encryption": KEY}, UPDATE | {"--sse-specification": "Enabled=false"}),
    "key of the service": (
        {"encryption": "alias/dynamodb-prod-shop"},
        {"encryption": "aws-managed"},
        UPDATE | {"--sse-specification": "Enabled=true,SSEType=KMS,KMSMasterKeyId=alias/dynamodb-prod-shop"},
    ),
    "stream": (
        {"stream": "NEW_IMAGE"},
        {"stream": ""},
        UPDATE | {"--stream-specification": "StreamEnabled=true,StreamViewType=NEW_IMAGE"},
    ),
    "Kinesis stream": (
        {"kinesis_stream": KINESIS},
        {"kinesis_stream": ""},
        UPDATE | {"call": "aws dynamodb enable-kinesis-streaming-destination", "--stream-arn": KINESIS},
    ),
}


@for_each(("wanted", "found", "options"), COMMANDS.values(), ids=COMMANDS)
def test_commands(wanted: dict[str, Any], found: dict[str, Any], options: dict[str, str]) -> None:
    desired = replace(STATE, **wanted)
    assert command(desired, live_table(desired, **found)) == options


def test_a_missing_index_is_created_with_its_own_attributes_only() -> None:
    """UpdateTable: the definitions must include the keys of the new index; those of indexes that are missing too must not."""
    index = Index("New", keys(HOSTILE.replace(" ", "_"), "day:N"), INCLUDE, (HOSTILE,))
    desired = replace(STATE, indexes=(*STATE.indexes, index))
    options = command(desired, live_table())
    assert json.loads(options["--attribute-definitions"]) == [
        {"AttributeName": HOSTILE.replace(" ", "_"), "AttributeType": "S"},
        {"AttributeName": "day", "AttributeType": "N"},
    ]
    (update,) = json.loads(options["--global-secondary-index-updates"])
    assert update["Create"]["IndexName"] == "New"
    assert update["Create"]["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": [HOSTILE]}


def test_an_index_that_the_contract_does_not_have_is_deleted() -> None:
    options = command(STATE, live_table(indexes=(*STATE.indexes, Index("Old", keys("x")))))
    assert json.loads(options["--global-secondary-index-updates"]) == [{"Delete": {"IndexName": "Old"}}]
    assert "--attribute-definitions" not in options


# What differs, the cause, and what is told: one of the registered ways.
ADVICE: dict[str, tuple[dict[str, Any] | None, str, str]] = {
    "an alarm": ({"alarms": (replace(ALARM, threshold=0), STATE.alarms[1])}, OUTSIDE, "revert alarm"),
    "no alarm": ({"alarms": ()}, OUTSIDE, "revert alarm"),
    "a silent alarm": ({"alarms": (replace(ALARM, enabled=False), *STATE.alarms[1:])}, OUTSIDE, "loud alarm"),
    "what no template says of an alarm": (
        {"alarms": (replace(ALARM, unit="B"), *STATE.alarms[1:])},
        OUTSIDE,
        "alarm again",
    ),
    "an alarm, never deployed": ({"alarms": ()}, UNDEPLOYED, "deploy"),
    "keys": ({"keys": keys("id")}, UNDEPLOYED, "new table"),
    "keys of another table": ({"keys": keys("id")}, OUTSIDE, "other table"),
    "an index": ({"indexes": (replace(STATE.indexes[0], keys=keys("a")), *STATE.indexes[1:])}, UNDEPLOYED, "new index"),
    "an index by hand": (
        {"indexes": (replace(STATE.indexes[0], keys=keys("a")), *STATE.indexes[1:])},
        OUTSIDE,
        "index again",
    ),
    "no index": ({"indexes": STATE.indexes[1:]}, OUTSIDE, "index made"),
    "no index, never deployed": ({"indexes": STATE.indexes[1:]}, UNDEPLOYED, "deploy"),
    "an index too many": ({"indexes": (*STATE.indexes, Index("Old", keys("x")))}, OUTSIDE, "index gone"),
    "a status": ({"status": "UPDATED"}, "", "table status"),
    "an archive": ({"status": "ARCHIVED"}, "", "archived"),
    "no key": ({"status": "INACCESSIBLE_ENCRYPTION_CREDENTIALS"}, "", "key unusable"),
    "going": ({"status": Deleting("x", status="DELETING")}, "", "restore"),
    "an index going": (
        {"index_status": ((STATE.indexes[0].name, Deleting("x", status="DELETING")), *live_table().index_status[1:])},
        OUTSIDE,
        "index going",
    ),
    "lost": (None, LOST, "restore"),
    "never deployed": (None, UNDEPLOYED, "deploy"),
    "a setting": ({"table_class": "STANDARD_INFREQUENT_ACCESS"}, UNDEPLOYED, "deploy"),
    "a setting, while the stack changes": ({"table_class": "STANDARD_INFREQUENT_ACCESS"}, BUSY, "stack busy"),
    "a setting, while the stack is stuck": ({"table_class": "STANDARD_INFREQUENT_ACCESS"}, STUCK, "continue"),
    "a setting, with an unreadable stack": (
        {"table_class": "STANDARD_INFREQUENT_ACCESS"},
        UNREAD,
        "template unreadable",
    ),
    "replicas": ({"beyond": (("replicas", "eu-central-1"),)}, "", "replicas"),
    "settling": ({"tags": Unknown("it is UPDATING", in_progress=True)}, "", "wait"),
    "no permission": ({"tags": Unknown("no", code="AccessDeniedException")}, "", "permission"),
    "throttled": ({"tags": Unknown("no", code="ThrottlingException")}, "", "throttled"),
    "signed out": ({"tags": Unknown("no", code="ExpiredToken")}, "", "credentials"),
    "an error of AWS": ({"tags": Unknown("no", code="InternalServerError")}, "", "aws error"),
    "not judged": ({"tags": Unknown("no")}, "", "unclassified"),
}


@for_each(("found", "cause", "id"), ADVICE.values(), ids=ADVICE)
def test_what_is_told_follows_from_the_cause(found: dict[str, Any] | None, cause: str, id: str) -> None:
    live = None if found is None else live_table(**found)
    assert {told.id for _, told in problems(STATE, live, cause)} == {id}


# What differs of what tables share: group, subject, property, what was found, the cause; and what is told.
SHARED: list[tuple[str, str, str, str, str, str]] = [
    ("Settings", "", "stack status", "DELETE_FAILED", "", "continue"),
    ("Settings", "", "stack status", "missing", "", "deploy"),
    ("Settings", "", "stack output AlarmTopicArn", "arn:x", "", "deploy"),
    ("Settings", "", "DeletionPolicy of AlarmTopic", "Delete", "", "deploy"),
    ("Settings", "other", "termination protection", "off", "", "protect stack"),
    ("Settings", "", "stack policy", "none", "", "stack policy"),
    ("Settings", "board", "dashboard", "missing", OUTSIDE, "revert dashboard"),
    ("Settings", "board", "dashboard", "missing", UNDEPLOYED, "deploy"),
    ("Settings", "board", "dashboard", "missing", UNREAD, "template unreadable"),
    ("Settings", "board", "dashboard", "missing", BUSY, "stack busy"),
    ("Settings", "board", "dashboard", "missing", STUCK, "continue"),
    ("Settings", "alias/x", "key of the tables", "Unavailable", OUTSIDE, "key state"),
    ("Settings", "arn:aws:kms:x", "key of the tables", "missing", OUTSIDE, "key gone"),
    ("Alarms", "arn:aws:sns:x", "alarm topic", "missing", OUTSIDE, "topic of others"),
    ("Alarms", "oncall@example.com", "e-mail subscription", "not confirmed", OUTSIDE, "confirm"),
    ("Backup", "v", "backup vault", "locked for 1 days, for good", OUTSIDE, "lock for good"),
]


@for_each(("group", "subject", "name", "live", "cause", "id"), SHARED)
def test_what_is_told_of_what_tables_share(
    wanted: SharedResources, group: str, subject: str, name: str, live: str, cause: str, id: str
) -> None:
    finding = Finding("stack", group, subject, name, "mismatch", "wanted", live)
    assert shared_fix(finding, wanted, replace(PLACE, values=PSEUDO), cause).id == id
    unknown = replace(finding, outcome="unknown", code="AccessDenied")
    assert shared_fix(unknown, wanted, PLACE, cause).id == "permission"


def test_in_another_partition_every_name_is_of_that_partition(wanted: SharedResources) -> None:
    values = {"AWS::Partition": "aws-cn", "AWS::Region": "cn-north-1", "AWS::AccountId": "999988887777"}
    place = replace(PLACE, region="cn-north-1", values=values)
    topic = wanted.notify.people[0]
    for name in ("policy of the alarm topic", "encryption of the alarm topic"):
        finding = Finding("stack", "Alarms", topic, name, "mismatch", "wanted", "none")
        (command,) = shared_fix(finding, wanted, place, OUTSIDE).commands
        words = shlex.split(command)
        assert words[words.index("--topic-arn") + 1] == f"arn:aws-cn:sns:cn-north-1:999988887777:{topic}"
        assert words[-1] == "cn-north-1"
        assert "arn:aws:" not in command and "AWS::" not in command


def told() -> set[str]:
    """The fixes that the tables here show to be told; those that are only sentences cannot be executed."""
    return {row[-1] for row in (*ADVICE.values(), *SHARED)} | {
        "follows",
        "query refused",
        "write refused",
        "new local index",
        "backup jobs",
    }


LOCAL = Index("ByTotal", keys("PK", "total:N"))


@for_each("found", [(), (replace(LOCAL, projection=KEYS_ONLY),), (LOCAL, replace(LOCAL, name="Other"))])
def test_no_command_mends_a_local_secondary_index(found: tuple[Index, ...]) -> None:
    for cause, id in ((UNDEPLOYED, "new local index"), (OUTSIDE, "other table")):
        ((_, told),) = problems(replace(STATE, local_indexes=(LOCAL,)), live_table(local_indexes=found), cause)
        assert told.id == id


def test_a_lost_table_names_the_section_of_the_runbook(tmp_path: Path) -> None:
    ((_, told),) = problems(STATE, None, LOST)
    assert "generated/shop/runbook.md#restore-a-table-that-is-gone says" in told.text
    page = runbook.render(service(tmp_path), ())
    sections = {slug(heading) for heading in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}
    named = {
        anchor for template in TEMPLATES.values() for anchor in re.findall(r"\{runbook\}#([a-z-]+)", template.text)
    }
    assert named
    assert named <= sections


@for_each("live", [row[0] for row in DIFFERENT.values()], ids=DIFFERENT)
def test_every_fix_is_a_sentence_or_a_command_of_aws_that_exists(live: LiveTable) -> None:
    name = "it's-Orders"
    for _, told in problems(replace(STATE, name=name), live):
        text = told.commands[0] if told.commands else ""
        if not text.startswith("aws "):
            assert told.text.endswith(".") or told.commands == PLACE.fill("revert alarm").commands
            continue
        words = shlex.split(text)
        model = botocore.session.get_session().get_service_model(words[1])
        operation = "".join(part.capitalize() for part in words[2].split("-"))
        known = {member.lower() for member in model.operation_model(operation).input_shape.members}
        options = {word[2:].replace("-", "").lower() for word in words if word.startswith("--")} - {"region"}
        assert options <= known
        assert {name, STACK, TABLE_ARN} & {*words}, "it names the table or its stack"


def test_a_probe_that_is_refused() -> None:
    finding = Finding("Orders", "Access", "ByDay", "query", "mismatch", reason="no")
    assert fix(finding, STATE, PLACE).id == "query refused"
    assert fix(replace(finding, property="write probe: put"), STATE, PLACE).id == "write refused"


def test_a_table_that_became_on_demand_gets_its_capacity_with_the_mode() -> None:
    """UpdateTable: to PROVISIONED only with the capacity of the table and of each of its indexes."""
    desired = replace(STATE, billing="PROVISIONED", throughput=(("", 5, 6), ("ByDay", 7, 8)))
    ((_, first), (_, second)) = problems(desired, live_table(desired, billing="PAY_PER_REQUEST", throughput=()))
    assert first == second
    words = shlex.split(first.commands[0])
    assert words[words.index("--billing-mode") + 1] == "PROVISIONED"
    assert words[words.index("--provisioned-throughput") + 1] == "ReadCapacityUnits=5,WriteCapacityUnits=6"
    (update,) = json.loads(words[words.index("--global-secondary-index-updates") + 1])
    assert update["Update"]["ProvisionedThroughput"] == {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8}
    absent = replace(PLACE, absent=frozenset({"ByDay"}))
    finding = Finding("Orders", "Settings", "", "billing mode", "mismatch", "PROVISIONED", "PAY_PER_REQUEST")
    assert "ByDay" not in fix(finding, desired, absent, OUTSIDE).commands[0], "it is not there, and made afterwards"


def test_an_index_of_a_provisioned_table_is_made_with_capacity() -> None:
    desired = replace(STATE, billing="PROVISIONED", throughput=(("", 5, 6), (STATE.indexes[0].name, 7, 8)))
    finding = Finding("Orders", "Indexes", STATE.indexes[0].name, "existence", "mismatch", "exists", "does not exist")
    words = shlex.split(fix(finding, desired, PLACE, OUTSIDE).commands[0])
    (update,) = json.loads(words[words.index("--global-secondary-index-updates") + 1])
    assert update["Create"]["ProvisionedThroughput"] == {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8}


def test_several_fixes_are_one_in_the_order_in_which_aws_takes_them() -> None:
    live = live_table(
        deletion_protection=False,
        ttl_attribute="other",
        indexes=STATE.indexes[1:],
        stream="",
        alarms=(),
        table_class="STANDARD_INFREQUENT_ACCESS",
    )
    desired = replace(STATE, ttl_attribute="until", stream="NEW_IMAGE")
    _, commands = merged((told for _, told in problems(desired, live)), "Orders", "eu-west-1", unsettled=True)
    assert [
        re.sub(
            r"^(aws \S+ \S+|while|sleep|set=).*?(--table-class|--stream|--deletion|Create|$).*",
            r"\1 \2",
            c,
            flags=re.DOTALL,
        )
        for c in commands
    ] == [
        "while ",
        "aws dynamodb update-table --deletion",
        "aws dynamodb wait ",
        "aws dynamodb update-table --table-class",
        "aws dynamodb wait ",
        "aws dynamodb update-table Create",
        "while ",
        "aws dynamodb update-table --stream",
        "aws dynamodb wait ",
        "aws dynamodb update-time-to-live ",
        "sleep ",
        "aws dynamodb update-time-to-live ",
        "set= ",
    ]
    assert lines(commands)[-1].startswith("aws cloudformation wait stack-update-complete"), "all of it, one on a line"
    assert all(line.endswith(" &&") for line in lines(commands)[:-1])


def test_an_alarm_goes_after_the_one_that_names_it_and_drift_is_reverted_once() -> None:
    unit = live_table(alarms=tuple(replace(a, unit="B") if isinstance(a, Alarm) else a for a in STATE.alarms))
    above = CompositeAlarm("Above", " OR ".join(f'ALARM("{a.name}")' for a in STATE.alarms), "x")
    desired = replace(STATE, alarms=(*STATE.alarms, above))
    found = [told for f, told in problems(desired, unit) if f.property == "unit"]
    _, commands = merged(found, "Orders", "eu-west-1", unsettled=False)
    deleted = [c.split()[4] for c in commands if "delete-alarms" in c]
    assert deleted == ["Above", *(a.name for a in STATE.alarms)]
    assert (
        [c for c in commands if c.startswith("set=")]
        == list(commands[-1:])
        == list(PLACE.fill("revert alarm").commands)
    )


def test_a_region_that_no_setting_names_is_part_of_the_command() -> None:
    elsewhere = replace(PLACE, region="cn-north-1", stated=False)
    assert elsewhere.fill("deploy").commands == ("make deploy ENV=prod REGION=cn-north-1",)


@for_each("id", [id for id, template in TEMPLATES.items() if template.commands])
def test_whatever_a_value_holds_it_is_one_word_of_a_command(id: str) -> None:
    names = {name for command in TEMPLATES[id].commands for name in re.findall(r"\{(\w+)\}", command)}
    values = dict.fromkeys(names & {"subject", "topic", "policy", "other"}, HOSTILE)
    rest = dict.fromkeys(names - values.keys() - {"environment", "region", "stack", "given", "capabilities"}, "x")
    for command in PLACE.fill(id, **values, **rest).commands:
        for part in command.split(" && "):
            assert part.count("$(rm)") == sum(word == HOSTILE for word in shlex.split(part))


def test_only_what_is_registered_can_be_told() -> None:
    with pytest.raises(KeyError, match="no registered fix"):
        Fix("something")
    with pytest.raises(KeyError):
        DRIFT_DETECTED["AWS::SNS::TopicPolicy"]
    assert all(template.text or template.commands or " " in id for id, template in TEMPLATES.items())
    assert REVERT.count(" && ") == 4
