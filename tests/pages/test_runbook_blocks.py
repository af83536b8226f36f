"""Every block of a runbook is pasted, and does what the runbook says; from a loss until all match and the items are equal."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import yaml

from scripts import deploy, generate, plan, validate
from scripts.local_aws import LocalAws, aws_cli
from scripts.observe.target import Target
from scripts.pages import runbook
from scripts.project.services import read_services
from scripts.validation.validate_target import validate as validation
from tests import samples
from tests.local_aws.recovery_support import recover
from tests.local_aws.support import client
from tests.monitoring.support import EVERY_NAME
from tests.pages.losses import (
    COPIES,
    ITEMS,
    KEY,
    OTHER,
    WRONG,
    backed_up,
    copied,
    default_role,
    equal,
    lose,
    lose_scaling,
    make,
)
from tests.pages.runbook_session import Session, blocks
from tests.validation import deployment
from tests.validation.deployment import ENVIRONMENT, STACK, Deployed
from tests.validation.mending import mend
from tests.working_copy import ROOT

INDEXES = {"Orders": "ByStatus", "Books": "", "Carts": "", "Ledger": "ByDay"}
# What a restore does not bring back of each table, beside point-in-time recovery and tags: the fixes of the validation.
MISSING = {
    "Orders": "follows, deletion_protection on, stream on, ttl_attribute on, resource_policy on",
    "Books": "follows, deletion_protection on, insights on, scaling on",
    "Ledger": "follows, kinesis_stream on, scaling on, warm_throughput on",
}
# What the section says of each of these.
SAID = {
    "recovery_days": "point-in-time recovery", "tags": "tags", "deletion_protection": "deletion protection", "stream": "streams",
    "ttl_attribute": "time to live", "resource_policy": "the resource policy", "insights": "Contributor Insights",
    "scaling": "auto scaling", "kinesis_stream": "the Kinesis stream", "warm_throughput": "warm throughput",
}  # fmt: skip
PROVISIONED_TABLES = ("Books", "Ledger")
# Sections that a test of their own goes through, in the order of a loss.
IN_ORDER = (
    "backup-and-restore-drill", "restore-beside-the-table", "restore-a-table-that-is-gone", "replace-a-table",
    "back-into-its-stack", "restore-from-aws-backup", "restore-from-a-copy",
)  # fmt: skip
# The others are about Orders, but for those that need a provisioned table; what a person fills in is this.
PROVISIONED = {"capacity", "capacity-ceiling"}
GIVEN = {"OPERATION": "Query", "BUCKET": "exports", "READS": "4000", "WRITES": "-1", "UNITS": "500"}


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with deployment.deployed(local_aws, tmp_path_factory.mktemp("shop"), depot=True) as made:
        for name, items in ITEMS.items():
            for item in items:
                client("dynamodb").put_item(TableName=name, Item=item)
        for account in (made.target.aws.account, OTHER):
            default_role(account)
        yield made


@pytest.fixture(scope="module")
def session(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A shell with the runbook of the service, as it would be with copies of its backups elsewhere."""
    folder = tmp_path_factory.mktemp("copies")
    content = json.loads(Path("contracts/shop/deployment.yaml").read_text())
    content["environments"][ENVIRONMENT]["backups"]["copy_to"] = list(COPIES.values())
    (folder / "shop").mkdir()
    (folder / "shop/deployment.yaml").write_text(json.dumps(content))
    (folder / "shop/migrationContract.json").write_bytes(Path("contracts/shop/migrationContract.json").read_bytes())
    page = runbook.render(read_services(folder, "shop")[0], EVERY_NAME)
    with aws_cli.shell(tmp_path_factory.mktemp("bin"), partial(make, deployed.aws)) as run:
        yield Session(page, run, tmp_path_factory.mktemp("state") / "names")


def service_of(table: str, target: Target) -> Target:
    """The service of a table, without the other one."""
    service = "depot" if table == "Ledger" else "shop"
    return replace(target, places=tuple(place for place in target.places if place.service.name == service))


def back(deployed: Deployed, session: Session, table: str = "Orders") -> set[str]:
    """The section `Back into its stack`: what was missing. All of the service match then."""
    validated, _ = session.of("back-into-its-stack")
    if validated not in session.done:
        session.do(validated)
    service = service_of(table, deployed.target)
    missing = mend(validation(service), session.run)
    assert deployed.problems(service) == []
    return missing


def use(session: Session, table: str) -> None:
    session.use(ENVIRONMENT, table, INDEXES.get(table, ""))


def complete(session: Session, *sections: str) -> None:
    """Every block of these sections was pasted."""
    every = [block for section in sections for block in session.of(section)]
    assert every
    assert [block.text for block in every if block not in session.done] == []


@pytest.mark.parametrize("table", MISSING)
def test_a_table_that_is_gone(deployed: Deployed, session: Session, table: str) -> None:
    lose(table)
    if table in PROVISIONED_TABLES:
        lose_scaling(table)
    found = deployed.problems(service_of(table, deployed.target))
    assert {problem.rpartition(" ")[0] for problem in found} >= {f"{table} existence"}
    use(session, table)
    listing, last, restoring = session.of("restore-a-table-that-is-gone")
    assert "SYSTEM" in session.do(listing)
    session.do(last)
    session.do(restoring)
    assert back(deployed, session, table) == {"recovery_days on", "tags on", *MISSING[table].split(", ")}
    assert equal(table)
    assert plan.main(["--environment", ENVIRONMENT]) == 0, "the stack has its table again: nothing is to be done"
    complete(session, "restore-a-table-that-is-gone")


def test_what_a_restore_does_not_bring_back_is_said(session: Session) -> None:
    section = session.page.partition("## Restore a table\n")[2].partition("### ")[0]
    missing = {fix.split()[0] for fixes in MISSING.values() for fix in fixes.split(", ")} - {"follows"}
    assert missing <= SAID.keys() and [words for words in SAID.values() if words not in section] == []


def test_a_table_that_is_gone_with_its_stack(deployed: Deployed, session: Session) -> None:
    stack = f"{STACK}-Carts"
    cloudformation = client("cloudformation")
    cloudformation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    lose("Carts")
    use(session, "Carts")
    for block in session.of("restore-a-table-that-is-gone"):
        session.do(block)
    _, deploying = session.of("back-into-its-stack")
    session.do(deploying)
    assert back(deployed, session) == set()
    assert equal("Carts")
    complete(session, "back-into-its-stack")


def test_items_that_are_wrong_and_a_table_that_is_replaced(deployed: Deployed, session: Session) -> None:
    database = client("dynamodb")
    deployed.aws.advance(10)
    use(session, "Orders")
    (drilling,) = session.of("backup-and-restore-drill")
    session.do(drilling)
    when, restoring, look, put, source, remove = session.of("restore-beside-the-table")
    right = json.loads(session.do(when))["LatestRestorableDateTime"]
    deployed.aws.advance(10)
    database.put_item(TableName="Orders", Item=WRONG)
    deployed.aws.advance(10)
    session.do(restoring, MOMENT=right)
    assert equal("Orders-restored", "Orders")
    assert not equal("Orders")
    # Some items
    assert '"lost"' in session.do(look, KEY=KEY)
    unknown = json.dumps({"PK": {"S": "C#77"}, "SK": {"S": "O#1"}})
    Path("keys.jsonl").write_text(f"{unknown}\n{KEY}\n")
    assert f"not copied: {unknown}" in session.do(put)
    assert equal("Orders")
    # All of them
    for item in database.scan(TableName="Orders")["Items"]:
        database.put_item(TableName="Orders", Item={**item, "status": {"S": "lost"}})
    kept, deleting = session.of("replace-a-table")
    session.do(kept)
    session.do(deleting)
    session.do(deleting, DELETE="Orders-restored")
    session.do(deleting, DELETE="Orders", COPY="Books")
    recover("Orders", enabled=False)
    session.do(deleting, DELETE="Orders", COPY="Orders-restored")
    recover("Orders")
    assert database.describe_table(TableName="Orders")["Table"]["ItemCount"] == 5, (
        "nobody has said its name, or it could not be restored"
    )
    session.do(deleting, DELETE="Orders")
    assert "Orders" not in database.list_tables()["TableNames"]
    session.do(session.of("restore-a-table-that-is-gone")[2])
    assert "stream on" in back(deployed, session)
    assert equal("Orders")
    assert "table/Orders" in session.do(source)
    session.do(remove)
    assert "Orders-restored" not in database.list_tables()["TableNames"]
    complete(session, "backup-and-restore-drill", "restore-beside-the-table", "replace-a-table")


@pytest.mark.parametrize("table", ["Orders", "Books"])
def test_from_aws_backup(deployed: Deployed, session: Session, table: str) -> None:
    backed_up(deployed)
    use(session, table)
    session.do(session.of("restore-from-aws-backup")[0])
    lose(table)
    _, listing, newest, restoring = session.of("restore-from-aws-backup")
    assert "COMPLETED" in session.do(listing)
    session.do(newest)
    assert "COMPLETED" in session.do(restoring, TARGET=f"{table}-restored")
    assert equal(f"{table}-restored", table)
    assert "COMPLETED" in session.do(restoring, TARGET=table)
    assert {"recovery_days on", "tags on"} <= back(deployed, session)
    assert equal(table)
    session.do(session.of("restore-beside-the-table")[-1], COPY=f"{table}-restored")
    complete(session, "restore-from-aws-backup")


@pytest.mark.parametrize("where", COPIES)
def test_from_a_copy(deployed: Deployed, session: Session, where: str) -> None:
    backed_up(deployed)
    vault, own = COPIES[where], {"AWS_ACCESS_KEY_ID": OTHER} if OTHER in COPIES[where] else {}
    copied(vault)
    lose("Orders")
    use(session, "Orders")
    point, allow, withdraw, copying, _ = session.of("restore-from-a-copy")
    session.do(point, COPY_VAULT=vault, **own)
    if own:
        session.do(allow, AWS_ACCESS_KEY_ID="111122223333")
    assert "COMPLETED" in session.do(copying, **own)
    if own:
        session.do(withdraw, AWS_ACCESS_KEY_ID="111122223333")
    *_, newest, restoring = session.of("restore-from-aws-backup")
    session.do(newest)
    assert "COMPLETED" in session.do(restoring, TARGET="Orders")
    assert "stream on" in back(deployed, session)
    assert equal("Orders")


def test_the_region_itself_is_gone(deployed: Deployed, session: Session) -> None:
    """Its tables come up where the copies are, in an environment that is added to the settings."""
    backed_up(deployed)
    copied(COPIES["in another Region"])
    use(session, "Orders")
    point, *_, elsewhere = session.of("restore-from-a-copy")
    session.do(point, COPY_VAULT=COPIES["in another Region"])
    assert "COMPLETED" in session.do(elsewhere)
    settings = Path("contracts/shop/deployment.yaml")
    before = settings.read_text()
    content = json.loads(before)
    content["environments"] = {
        "rescue-eu-central-1": {
            "region": "eu-central-1",
            "alarm_emails": ["oncall@example.com"],
            "tables": {"Orders": {"resource_policy": {}}, "Carts": {"encryption": "aws-managed"}},
        }
    }
    settings.write_text(json.dumps(content))
    try:
        assert generate.main(["--service", "shop"]) == 0
        target = ["--environment", "rescue-eu-central-1", "--service", "shop"]
        assert deploy.main([*target, "--yes"]) == 0
        assert validate.main(target) == 0
        assert equal("Orders", region="eu-central-1")
    finally:
        settings.write_text(before)
        assert generate.main(["--service", "shop"]) == 0
    complete(session, "restore-from-a-copy")


def test_a_service_is_moved_as_the_page_says(
    deployed: Deployed, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """To another Region, every table with its items: adopted there, validated, and counted."""
    page = (ROOT / "docs/moving.md").read_text().replace("eu-central-1", "eu-north-1")  # where no other test has tables
    names, restoring, deploying, counting = (block.text for block in blocks(page))
    (added,) = re.findall(r"^ *```yaml\n *(.+)\n *```$", page, re.MULTILINE)
    ((new, place),) = yaml.safe_load(added.replace("prod-eu-west-1", ENVIRONMENT)).items()
    deployed.aws.advance(10)
    settings = Path("contracts/shop/deployment.yaml")
    before = settings.read_text()
    content = json.loads(before)
    # What is not of another Region: a key, and a policy that names the table there.
    other = {"Orders": {"resource_policy": {}}, "Carts": {"encryption": "aws-managed"}}
    content["environments"][new] = {**content["environments"][ENVIRONMENT], **place, "tables": other}
    settings.write_text(json.dumps(content))
    session.state.write_text("")
    try:
        tables = [table.name for table in read_services(Path("contracts"), "shop")[0].contract.tables]
        for table in tables:
            session.paste(names.replace("Orders", table) + restoring)
        capsys.readouterr()
        session.paste(deploying)
        said = capsys.readouterr().out
        for table in tables:
            assert re.search(rf"^. {table} is adopted", said, re.MULTILINE)
            assert equal(table, region="eu-north-1")
            many, as_many = session.paste(names.replace("Orders", table) + counting).split()
            assert many == as_many == str(len(ITEMS[table]))
        assert validate.main(["--environment", new, "--service", "shop"]) == 0
    finally:
        settings.write_text(before)
        assert generate.main(["--service", "shop"]) == 0


def test_every_other_section(deployed: Deployed, session: Session) -> None:
    client("s3").create_bucket(Bucket="exports", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    deployed.aws.advance(10)
    for kind, resource in (("table", "table/Ledger"), ("index", "table/Ledger/index/ByDay")):
        client("application-autoscaling").register_scalable_target(
            ServiceNamespace="dynamodb",
            ResourceId=resource,
            ScalableDimension=f"dynamodb:{kind}:WriteCapacityUnits",
            MinCapacity=5,
            MaxCapacity=1000,
        )
    names, *sections = dict.fromkeys(block.section for block in session.blocks)
    assert names == "names"
    for section in (each for each in sections if each not in IN_ORDER):
        use(session, "Ledger" if section in PROVISIONED else "Orders")
        for block in session.of(section):
            session.do(block, KEY_ARN=deployed.key, **GIVEN)
    every = {block.text for block in session.blocks if block.section not in ("names", *IN_ORDER) and not block.reason}
    assert every <= {block.text for block in session.done}


def test_a_key_that_is_going(deployed: Deployed, session: Session) -> None:
    use(session, "Carts")
    before = deployed.problems()
    client("kms").schedule_key_deletion(KeyId=deployed.key, PendingWindowInDays=7)
    assert {problem.partition(" ")[0] for problem in set(deployed.problems()) - set(before)} == {"shared"}
    state, mending = session.of("a-key-cannot-be-used")
    assert "PendingDeletion" in session.do(state)
    session.do(mending)
    assert deployed.problems() == before


def test_nothing_is_waited_for_that_cannot_come(deployed: Deployed, session: Session) -> None:
    """There is no backup: the restore ends, and so does that of a table which never was."""
    use(session, "Gone")
    _, last, restoring = session.of("restore-a-table-that-is-gone")
    assert session.do(last).strip() == "None"
    session.refused(restoring)
    use(session, "Books")
    assert "TableNotFound" in session.refused(session.of("restore-beside-the-table")[1], TABLE="Gone")


def test_names_of_nothing_remain_when_the_next_ones_are_refused(session: Session) -> None:
    use(session, "Orders")
    shown = '2>/dev/null || echo "<$TABLE$TABLE_ARN>"'
    assert session.paste(f"use somewhere Orders {shown}").strip() == "<>"
    assert session.paste(f"use {ENVIRONMENT} Orders {shown}", OWNER="999999999999").strip() == "<>"


def variants(folder: Path) -> Iterator[tuple[str, str]]:
    """The runbooks of this repository, and those of services with other settings, by what they are."""
    for path in ROOT.glob("generated/*/runbook.md"):
        yield str(path.relative_to(ROOT)), path.read_text()
    only = {"tables": [samples.PRICES]}
    yield "no settings, no index", runbook.render(samples.service(folder / "none", only, None), EVERY_NAME)
    for name, added in (
        ("backups", "{retention_days: 40}"),
        ("copies", f"{{retention_days: 40, copy_to: ['{COPIES['in another Region']}']}}"),
    ):
        settings = samples.SETTINGS.replace(
            "    table_prefix: prod-\n", f"    table_prefix: prod-\n    backups: {added}\n"
        )
        yield name, runbook.render(samples.service(folder / name, settings=settings), EVERY_NAME)


def test_every_block_of_every_runbook_is_run_or_says_why_not(session: Session, tmp_path: Path) -> None:
    known = {block.text for block in session.blocks if not block.reason}
    for name, page in variants(tmp_path):
        found = blocks(page)
        assert len(found) > 30, name
        assert page.count("```") == 2 * len(found), f"{name}: a block that is none of bash"
        (names,) = [block for block in found if block.section == "names"]
        assert session.run(names.text)[0] == 0, name
        assert [b for b in found if not b.reason and b is not names and b.text not in known] == [], name
        assert [b.text for b in found if b.reason and len(b.reason.split()) < 4] == [], "a reason is a sentence"
