"""What to do about a difference: a command that can be pasted, for the right table, in the right Region."""

import json
import shlex
from dataclasses import replace
from typing import Any

import botocore.session
import pytest

from scripts.comparison.compare import MATCH, Finding, compare
from scripts.model import INCLUDE, KEYS_ONLY, DesiredTable, Index, LiveTable, Unknown
from scripts.validation import fixes
from tests.comparison.test_compare import DIFFERENT
from tests.samples import ALARM, STATE, keys, live_table

HOSTILE = 'it\'s $(rm) `x` "q" é'
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
STACK = "dynamodb-prod-shop-Orders"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:dynamodb-prod-shop-alarms"
PLACE = fixes.Place("prod", "eu-west-1", STACK, TABLE_ARN, TOPIC)
KINESIS = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"


def problems(desired: DesiredTable, live: LiveTable | Unknown | None) -> list[tuple[Finding, str]]:
    """Each difference with its fix."""
    return [(f, fixes.fix(f, desired, PLACE)) for f in compare(desired, live) if f.outcome != MATCH]


def command(desired: DesiredTable, live: LiveTable | None) -> dict[str, str]:
    """The options of the command for the one difference, by name; the words before them as `call`."""
    ((_, text),) = problems(desired, live)
    words = shlex.split(text.partition(" && ")[0])
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
            "--time-to-live-specification": f"Enabled=true,AttributeName={HOSTILE}",
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
    "status": ({}, {"status": "ARCHIVED"}, UPDATE | {"call": "aws dynamodb describe-table"}),
}


@pytest.mark.parametrize(("wanted", "found", "options"), COMMANDS.values(), ids=COMMANDS)
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


@pytest.mark.parametrize("alarms", [(replace(ALARM, threshold=0), STATE.alarms[1]), ()])
def test_what_only_its_stack_can_mend(alarms: Any) -> None:
    for _, text in problems(STATE, live_table(alarms=alarms)):
        assert text == PLACE.of(fixes.REVERT)
        assert text.startswith("set=revert-drift-$(date +%s)-$RANDOM && aws cloudformation create-change-set")
        assert "execute-change-set" in text


def test_what_cannot_be_changed_needs_another_name() -> None:
    ((_, table),) = problems(STATE, live_table(keys=keys("id")))
    assert table == fixes.NEW_TABLE
    ((_, index),) = problems(STATE, live_table(indexes=(replace(STATE.indexes[0], keys=keys("a")), STATE.indexes[1])))
    assert index == fixes.NEW_INDEX


LOCAL = Index("ByTotal", keys("PK", "total:N"))


@pytest.mark.parametrize("found", [(), (replace(LOCAL, projection=KEYS_ONLY),), (LOCAL, replace(LOCAL, name="Other"))])
def test_no_command_mends_a_local_secondary_index(found: tuple[Index, ...]) -> None:
    ((_, text),) = problems(replace(STATE, local_indexes=(LOCAL,)), live_table(local_indexes=found))
    assert text == fixes.NEW_LOCAL_INDEX


def test_a_missing_table_is_deployed() -> None:
    assert [text for _, text in problems(STATE, None)] == ["make deploy ENV=prod"]


CODES = [
    ("AccessDeniedException", fixes.DENIED),
    ("ThrottlingException", fixes.THROTTLED),
    ("ExpiredToken", fixes.NO_CREDENTIALS),
    ("InternalServerError", fixes.OF_AWS),
    ("", fixes.NOT_JUDGED),
]


@pytest.mark.parametrize(("code", "advice"), CODES)
def test_what_is_not_known_asks_for_what_would_tell(code: str, advice: str) -> None:
    found = problems(STATE, live_table(tags=Unknown("no", code=code), alarms=Unknown("no", code=code)))
    assert {text for _, text in found} == {advice}
    assert [text for _, text in problems(STATE, Unknown("no", code=code))] == [advice]


def test_a_lost_table_is_restored_not_deployed() -> None:
    ((finding, _),) = problems(STATE, None)
    assert fixes.fix(finding, STATE, PLACE, "lost") == fixes.RESTORE
    assert fixes.fix(finding, STATE, PLACE, "undeployed") == "make deploy ENV=prod"


@pytest.mark.parametrize("live", [row[0] for row in DIFFERENT.values()], ids=DIFFERENT)
def test_every_fix_is_a_sentence_or_a_command_of_aws_that_exists(live: LiveTable) -> None:
    name = "it's-Orders"
    for _, text in problems(replace(STATE, name=name), live):
        if not text.startswith("aws "):
            assert text.endswith(".") or text == PLACE.of(fixes.REVERT)
            continue
        words = shlex.split(text.partition(" && ")[0])
        model = botocore.session.get_session().get_service_model(words[1])
        operation = "".join(part.capitalize() for part in words[2].split("-"))
        known = {member.lower() for member in model.operation_model(operation).input_shape.members}
        options = {word[2:].replace("-", "").lower() for word in words if word.startswith("--")} - {"region"}
        assert options <= known
        assert {name, STACK, TABLE_ARN} & {*words}, "it names the table or its stack"


def test_a_probe_that_is_refused() -> None:
    finding = Finding("Orders", "Access", "ByDay", "query", "mismatch", reason="no")
    assert fixes.fix(finding, STATE, PLACE) == "aws dynamodb describe-table --table-name Orders --region eu-west-1"


def test_what_is_settling_needs_time_not_rights() -> None:
    ((_, text),) = problems(STATE, live_table(tags=Unknown("it is UPDATING", in_progress=True)))
    assert text == fixes.WHEN_IN_PROGRESS


def test_what_was_never_deployed_is_deployed() -> None:
    ((finding, _),) = problems(STATE, live_table(table_class="STANDARD_INFREQUENT_ACCESS"))
    assert fixes.fix(finding, STATE, PLACE, "undeployed") == "make deploy ENV=prod"
    assert fixes.fix(finding, STATE, PLACE, "outside").startswith("aws dynamodb update-table")


def test_an_alarm_that_was_silenced_is_switched_on_again() -> None:
    silent = replace(ALARM, enabled=False)
    ((finding, text),) = problems(STATE, live_table(alarms=(silent, *STATE.alarms[1:])))
    wanted = f"aws cloudwatch enable-alarm-actions --alarm-names {ALARM.name} --region eu-west-1"
    assert text == wanted
    assert fixes.shared_fix(finding, PLACE) == wanted


def test_what_no_template_says_of_an_alarm_is_not_seen_as_drift() -> None:
    ((_, text),) = problems(STATE, live_table(alarms=(replace(ALARM, unit="Count"), *STATE.alarms[1:])))
    assert text.startswith(
        f"aws cloudwatch delete-alarms --alarm-names {ALARM.name} --region eu-west-1 && set=revert-drift-"
    )


# Group, subject, property and what was found; the beginning of what to do, and what is in it.
AROUND: list[tuple[str, str, str, str, str, str]] = [
    ("Settings", "", "stack status", "DELETE_FAILED", "make deploy ENV=prod", ""),
    ("Settings", "", "stack status", "missing", "make deploy ENV=prod", ""),
    ("Settings", "", "stack output TableArn", "arn:x", "make deploy ENV=prod", ""),
    ("Settings", "", "termination protection", "off", "aws cloudformation update-termination-protection", STACK),
    ("Settings", "other", "termination protection", "off", "aws cloudformation update-termination-protection", "other"),
    ("Settings", "", "stack policy", "none", "aws cloudformation set-stack-policy", STACK),
    ("Settings", "board", "dashboard", "changed by hand", "set=revert-drift-", "--stack-name board"),
    ("Settings", "board", "dashboard", "missing", "set=revert-drift-", "--stack-name board"),
    ("Settings", "alias/x", "key of the tables", "PendingDeletion", "aws kms cancel-key-deletion", "alias/x"),
    ("Settings", "alias/x", "key of the tables", "Disabled", "aws kms enable-key ", "alias/x"),
    ("Settings", "alias/x", "key of the tables", "enabled, not rotated", "aws kms enable-key-rotation ", "alias/x"),
    ("Alarms", "a@b.example", "e-mail subscription", "not confirmed", "Open the mail from AWS Notifications", TOPIC),
    ("Alarms", "a@b.example", "e-mail subscription", "missing", "aws sns subscribe", TOPIC),
    ("Alarms", "topic", "alarm topic", "missing", "set=revert-drift-", "create-change-set"),
    ("Alarms", "topic", "policy of the alarm topic", "x", "CloudFormation does not detect", "get-template"),
    ("Backup", "", "backup coverage", "not covered", "Mend the backup selection", ""),
    ("Backup", "x", "backup plan", "weekly", "set=revert-drift-", "REVERT_DRIFT"),
]


@pytest.mark.parametrize(("group", "subject", "name", "live", "begins", "holds"), AROUND)
def test_what_is_beside_the_tables(group: str, subject: str, name: str, live: str, begins: str, holds: str) -> None:
    finding = Finding("stack", group, subject, name, "mismatch", "wanted", live)
    text = fixes.shared_fix(finding, PLACE)
    assert text.startswith(begins)
    assert holds in text
    assert "{" not in text
    assert "--region eu-west-1" in text or "aws " not in text
