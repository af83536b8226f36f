"""The commands of the runbook that back up and restore, run as they are printed."""

import re
from pathlib import Path

import pytest

from scripts.local_aws import LocalAws
from scripts.pages import runbook
from tests import aws_cli, samples
from tests.local_aws.recovery_support import database, item, items, kinds, put, recover, wait
from tests.local_aws.support import client

TABLE = "prod-Orders"
BLOCK = re.compile(r"^ *```bash\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
# Operations that back up, restore or export.
ABOUT_BACKUPS = re.compile(r"\baws [a-z]+ ([a-z-]*(?:backup|restore|export|recovery)[a-z-]*)")


@pytest.fixture
def page(tmp_path: Path) -> str:
    return runbook.render(samples.service(tmp_path))


def blocks(page: str, heading: str) -> list[str]:
    """The commands of the section with this heading, block by block."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return BLOCK.findall(section)


def lines_with(page: str, heading: str, operation: str) -> str:
    return "\n".join(line for block in blocks(page, heading) for line in block.splitlines() if operation in line)


def test_every_command_about_backups_does_what_the_page_says(
    aws: LocalAws, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE", TABLE)
    (tmp_path / "bin").mkdir()
    database().create_table(**kinds()["on demand with indexes"] | {"TableName": TABLE})
    recover(TABLE)
    put(1, 2, name=TABLE)
    arn = database().describe_table(TableName=TABLE)["Table"]["TableArn"]
    client("s3").create_bucket(
        Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )  # fmt: skip
    aws.advance(6)
    drill = blocks(page, "Backup and restore drill")
    with aws_cli.shell(tmp_path / "bin") as run:

        def does(script: str, **variables: str) -> str:
            code, output = run(script, variables)
            assert code == 0, f"{script}\n{output}"
            return output

        look, restore, compare, remove, *earnest = drill
        assert '"ENABLED"' in does(look)
        does(restore)
        assert items(f"{TABLE}-drill") == items(TABLE) == [item(1), item(2)]
        first, second = does(compare).splitlines()
        assert first == second
        does(remove)
        assert database().list_tables()["TableNames"] == [TABLE]

        database().delete_table(TableName=TABLE)
        (list_and_restore,) = earnest
        listing, restoring = list_and_restore.splitlines()
        (backup,) = database().list_backups(TableName=TABLE, BackupType="ALL")["BackupSummaries"]
        # A backup can be restored once it is AVAILABLE: the list tells.
        code, output = run(restoring, {"BACKUP_ARN": backup["BackupArn"]})
        assert (code, "BackupInUse" in output) == (254, True)
        assert "CREATING" in does(listing)
        assert "AVAILABLE" in (listed := does(listing))
        assert backup["BackupArn"] in listed
        does(restoring, BACKUP_ARN=backup["BackupArn"])
        wait(TABLE)
        assert items(TABLE) == [item(1), item(2)]

        does(lines_with(page, "Retire a table", "create-backup"))
        (last,) = database().list_backups(TableName=TABLE)["BackupSummaries"]
        assert last["BackupName"] == f"{TABLE}-last"
        export = lines_with(page, "Change a key", "export-table-to-point-in-time")
        code, output = run(export, {"TABLE_ARN": arn, "BUCKET": "exports"})
        # A restored table has no point-in-time recovery; the page wants it on.
        assert (code, "PointInTimeRecoveryUnavailable" in output) == (254, True)
        recover(TABLE)
        does(export, TABLE_ARN=arn, BUCKET="exports")

    printed = set(ABOUT_BACKUPS.findall(page))
    called = {re.sub(r"(?<!^)(?=[A-Z])", "-", call.partition(":")[2]).lower() for call in aws.calls()}
    assert printed - called == set()
