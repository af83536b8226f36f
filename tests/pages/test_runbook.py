"""The runbook: every alarm leads to its section, every section has its four headings, every link leads somewhere."""

import re
import subprocess
from pathlib import Path

import pytest

from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.kinds import KINDS, SECTIONS
from scripts.pages import runbook
from scripts.pages.runbook_sections import ALARMS, slug
from scripts.project.services import Service
from scripts.rendering.service_files import generated_texts
from tests import samples
from tests.monitoring.support import EVERY_NAME, RUNBOOK, alarms, limited, of_service, provisioned, table
from tests.pages.reading import read

PARTS = ["Meaning", "Impact", "Diagnosis", "Mitigation"]
PROCEDURES = [
    "backup-and-restore-drill", "restore-a-table", "back-into-its-stack", "add-an-index", "remove-an-index", "change-a-key", "rotate-the-encryption-key",
    "retire-a-table", "retire-an-environment-or-the-service", "capacity-review", "cost-review", "calendar", "are-people-told",
]  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> str:
    """Of a service with all that an alarm can be about."""
    place = "    table_prefix: prod-\n"
    settings = samples.SETTINGS.replace(place, f"{place}    backups: {{retention_days: 90}}\n")
    return runbook.render(samples.service(tmp_path, settings=settings), EVERY_NAME)


def generated(service: Service) -> dict[str, str]:
    """All generated files of the service."""
    return generated_texts([service])


def anchors(page: str) -> list[str]:
    return [slug(heading) for heading in re.findall(r"^#{1,6} (.+)$", page, re.MULTILINE)]


def test_the_link_of_every_alarm_leads_to_a_section(page: str) -> None:
    every = [a for make in (table, limited, provisioned) for a in alarms(make("ByDay")).values()]
    streamed = [table(kinesis_stream="arn:aws:kinesis:eu-west-1:111122223333:stream/s")]
    every += of_service(AlarmSettings("full"), states=streamed, backups={"retention_days": 90})
    found = {alarm.description.rpartition(f"Runbook: {RUNBOOK}#")[2] for alarm in every}
    assert found == {*SECTIONS, "unhealthy"}
    assert found <= set(anchors(page))


STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/s"
OF_EVERY_SERVICE = {"unhealthy", "throttled", "system-errors", "user-errors", "account-capacity"}
CAUSES = {"hot-key", "on-demand-maximum", "capacity", "capacity-ceiling"}  # to which `throttled` leads


@pytest.mark.parametrize(
    ("dev", "prod", "wanted"),
    [
        ("alarms: essential", "alarms: essential", {"throttled", "system-errors"}),
        ("alarms: essential", "alarms: standard", {"throttled", "system-errors", "user-errors", "account-capacity", "consumption"}),
        ("alarms: standard", "alarms: full", {*OF_EVERY_SERVICE, "consumption", "hot-key", "latency", "conditional-failures", "transaction-conflicts"}),
        ("alarms: essential", "billing: provisioned, capacity: {read: {min: 5, max: 50}, write: {min: 5, max: 50}}",
         {"throttled", "system-errors", "user-errors", "account-capacity", "capacity", "capacity-ceiling"}),
        ("alarms: essential", f"kinesis_stream: '{STREAM}', backups: {{retention_days: 90}}",
         {"throttled", "system-errors", "user-errors", "account-capacity", "consumption", "kinesis-failed", "kinesis-age", "kinesis-refused", "backup-failed"}),
        ("latency_p99_ms: {Query: 20}", "alarms: essential", {"throttled", "system-errors", "user-errors", "account-capacity", "consumption", "latency"}),
    ],
)  # fmt: skip
def test_it_has_the_sections_to_which_the_alarms_of_some_environment_lead(
    tmp_path: Path, dev: str, prod: str, wanted: set[str]
) -> None:
    settings = f"environments:\n  dev: {{region: us-east-1, {dev}}}\n  prod: {{region: eu-west-1, {prod}}}\n"
    files = generated(samples.service(tmp_path, {"tables": [samples.PRICES]}, settings))
    page = files["shop/runbook.md"]
    led = {anchor for text in files.values() for anchor in re.findall(r"runbook\.md#([\w-]+)", text)}
    listed = {slug(row[1]) for row in read(page).tables[0][1:]}
    assert led == listed == wanted
    known = anchors(page)
    assert [link for link in read(page).links if link.startswith("#") and link[1:] not in known] == []
    every = set(anchors(ALARMS.read_text())) - {*map(str.lower, PARTS)}
    assert set(known) & every == wanted | CAUSES


def test_every_section_of_an_alarm_has_the_same_four_headings(page: str) -> None:
    headings = read(page).headings
    for section in (*SECTIONS, "unhealthy"):
        start = [slug(heading) for heading in headings].index(section)
        assert headings[start + 1 : start + 5] == PARTS, section


def test_every_diagnosis_has_a_command_and_every_mitigation_says_when(page: str) -> None:
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        if "### Diagnosis" in section:
            diagnosis, mitigation = section.split("### Diagnosis")[1].split("### Mitigation")
            assert "```bash" in diagnosis or "dashboard" in diagnosis or "logs" in diagnosis
            assert all(f"- **{when}:**" in mitigation for when in ("Now", "Today", "This week")), section[:40]


def test_procedures_are_there_and_every_link_within_the_page_leads_somewhere(page: str) -> None:
    known = anchors(page)
    assert set(PROCEDURES) <= set(known)
    links = [link for link in read(page).links if link.startswith("#")]
    assert len(links) > 30
    assert [link for link in links if link[1:] not in known] == []
    assert [name for name in known if known.count(name) > 1 and name not in map(str.lower, PARTS)] == []


def test_the_end_of_every_alarm_name_leads_to_its_section(page: str) -> None:
    rows = {ending: row for row in read(page).tables[0][1:] for ending in row[0].split(", ")}
    assert set(rows) == {f"-{kind.name}" for kind in KINDS} | {"-unhealthy"}
    for kind in KINDS:
        assert slug(rows[f"-{kind.name}"][1]) == kind.section
        assert rows[f"-{kind.name}"][2] == kind.severity


def test_it_has_the_names_of_the_service_and_presets_no_table(page: str) -> None:
    names = page.partition("```bash\n")[2].partition("```")[0]
    assert "dev-us-east-1) AWS_REGION=us-east-1 PREFIX= TOPIC=dynamodb-dev-us-east-1-shop-alarms VAULT= ;;" in names
    prod = "prod-eu-west-1) AWS_REGION=eu-west-1 PREFIX=prod- TOPIC=dynamodb-prod-eu-west-1-shop-alarms"
    assert f"{prod} VAULT=dynamodb-prod-eu-west-1-shop ;;" in names
    assert "`use dev-us-east-1 Orders ByStatus`" in page
    assert not re.search(r"TABLE=(?!\"\$|;)", "".join(re.findall(r"```bash\n(.*?)```", page, re.DOTALL)))
    assert "`dynamodb-dev-us-east-1-shop`" in page
    assert "{{" not in page
    assert page.startswith("<!-- Generated from contracts/shop/")


def test_a_service_without_settings_and_indexes_has_one_too(tmp_path: Path) -> None:
    page = runbook.render(samples.service(tmp_path, {"tables": [samples.PRICES]}, None), EVERY_NAME)
    assert "    default) PREFIX= TOPIC=dynamodb-default-shop-alarms ;;\n" in page
    assert "`use default Prices`" in page


BACKED = "    backups: {{retention_days: 400, schedule: weekly, cold_after_days: 30, copy_to: [{}]}}\n"
NEAR, FAR = (
    f"arn:aws:backup:eu-central-1:{account}:backup-vault:copies" for account in ("111122223333", "999988887777")
)
OF_COPIES, OF_ACCOUNTS = "### Restore from a copy", "put-backup-vault-access-policy"


@pytest.mark.parametrize(
    ("added", "wanted"),
    [
        ("", ""),
        ("    backups: {retention_days: 90}\n", "backups"),
        (BACKED.format(NEAR), "backups copies cold"),
        (BACKED.format(FAR), "backups copies cold accounts"),
    ],
)
def test_what_the_settings_do_not_make_real_has_no_section(tmp_path: Path, added: str, wanted: str) -> None:
    account = '    account: "111122223333"\n'
    place = "    table_prefix: prod-\n"
    settings = samples.SETTINGS.replace(place, f"{place}{account}{added}")
    page = generated(samples.service(tmp_path, settings=settings))["shop/runbook.md"]
    signs = {
        "backups": all(
            sign in page for sign in ("## Restore from AWS Backup", "](#backup-failed)", "## Backup failed")
        ),
        "copies": OF_COPIES in page,
        "cold": "from day 30 in cold storage" in page and "cannot be copied" in page,
        "accounts": OF_ACCOUNTS in page,
    }
    assert {sign for sign, there in signs.items() if there} == set(wanted.split())
    assert ("VAULT=" in page) == ("backups" in wanted)
    assert ("AWS Backup" in page) == ("backups" in wanted)
    if "backups" in wanted:
        assert "| `prod-eu-west-1` | `dynamodb-prod-eu-west-1-shop` | " in page
        assert "PREFIX= TOPIC=dynamodb-dev-us-east-1-shop-alarms VAULT= ;;" in page
        assert (
            "OWNER=111122223333 PREFIX=prod- TOPIC=dynamodb-prod-eu-west-1-shop-alarms VAULT=dynamodb-prod-eu-west-1-shop ;;"
            in page
        )


def test_every_command_is_one_that_a_shell_understands(page: str) -> None:
    blocks = re.findall(r"^( *)```bash\n(.*?)^ *```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) > 25
    for _, script in blocks:
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
        assert done.returncode == 0, f"{script}\n{done.stderr}"


def test_every_aws_command_exists(page: str) -> None:
    """Service and operation of every `aws` command are ones that AWS has, with the options that the operation takes."""
    import botocore.session
    from botocore import xform_name

    session = botocore.session.get_session()
    commands = re.findall(r"\baws ([a-z-]+) ([a-z-]+)([^\n|]*)", page.replace("\\\n", " "))
    assert len(commands) > 30
    models: dict[str, dict[str, set[str]]] = {}
    for service, operation, options in commands:
        if operation == "wait":
            continue
        if service not in models:
            model = session.get_service_model(service)
            models[service] = {
                xform_name(name, "-"): {
                    xform_name(m, "-") for m in getattr(model.operation_model(name).input_shape, "members", {})
                }
                for name in model.operation_names
            }
        assert operation in models[service], f"aws {service} {operation}"
        given = {re.sub(r"^no-", "", name) for name in re.findall(r"(?<!\S)--([a-z0-9-]+)", options)}
        unknown = given - models[service][operation] - {"query", "output", "max-items", "region"}
        assert not unknown, f"aws {service} {operation}: {unknown}"
