"""A copy is its template: other names, nothing that is kept, nothing outside; all the rest the same."""

import json
import re
from pathlib import Path

import pytest
import yaml

from scripts.project.services import read_services
from scripts.rendering.service_files import generated_texts
from scripts.sandbox.copies import copies
from scripts.sandbox.differences import DIFFERENCES, LEFT_OUT, REMOVED, UNSET
from scripts.sandbox.taskcat_project import bucket_name, write_project

CONTRACT = {
    "tables": [
        {
            "table": name,
            "type": "single-entity",
            "pk": "PK",
            "gsis": [{"index_name": "ByName", "pk": "name"}],
            "attributes": [{"name": "PK", "type": "S"}, {"name": "name", "type": "S"}],
        }
        for name in ("Orders", "a.b", "a-b")
    ]
}
OTHERS_KEY = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555"
SETTINGS = f"""\
environments:
  prod:
    region: eu-west-1
    account: "111122223333"
    table_prefix: prod-
    alarm_emails: [oncall@example.com]
    backups:
      retention_days: 400
      copy_to: ["arn:aws:backup:eu-central-1:999988887777:backup-vault:copies"]
      lock: {{min_retention_days: 30, changeable_for_days: 3}}
      role: arn:aws:iam::111122223333:role/backup
  dev: {{region: eu-west-1, alarm_encryption: {OTHERS_KEY}, backups: {{retention_days: 9}}}}
defaults: {{encryption: service-key}}
tables:
  Orders:
    billing: provisioned
    capacity: {{read: {{min: 5, max: 100}}, write: {{min: 5, max: 100}}}}
    stream: NEW_IMAGE
  a-b:
    encryption: {OTHERS_KEY}
    kinesis_stream: arn:aws:kinesis:eu-west-1:111122223333:stream/changes
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sandbox") / "contracts" / "shop"
    folder.mkdir(parents=True)
    (folder / "migrationContract.json").write_text(json.dumps(CONTRACT))
    (folder / "deployment.yaml").write_text(SETTINGS)
    (found,) = read_services(folder.parent)
    return found


@pytest.fixture(scope="module")
def made(service):
    return copies([service], "0af1")


def test_every_template_of_every_environment_has_a_copy_under_a_name_of_its_own(service, made):
    templates = [name for name in generated_texts([service]) if "/templates/" in name]
    assert len(made) == len(templates) == 8
    assert len({copy.name for copy in made}) == len({copy.stack for copy in made}) == 8
    assert {copy.name for copy in made} >= {"shop-prod-service", "shop-prod-table-Orders", "shop-dev-table-a-b"}
    for copy in made:
        assert re.fullmatch(r"dynamodb-tcat-0af1-[01]-shop.*", copy.stack)
        assert re.fullmatch(r"[A-Za-z0-9-]+", copy.name)
    assert {copy.name.partition("-table")[0] for copy in copies([service], "0af1", "dev")} == {
        "shop-dev-service",
        "shop-dev",
    }


def test_a_copy_keeps_nothing_and_reaches_nothing_outside(made):
    for copy in made:
        resources = copy.template["Resources"].values()
        assert {r.get("DeletionPolicy", "Delete") for r in resources} == {"Delete"}
        assert {r.get("UpdateReplacePolicy", "Delete") for r in resources} == {"Delete"}
        assert [r for r in resources if r["Properties"].get("DeletionProtectionEnabled")] == []
        text = json.dumps(copy.template)
        for outside in ("111122223333", "999988887777", "oncall@example.com", "Fn::ImportValue", "LockConfiguration"):
            assert outside not in text, (copy.name, outside)
        for name in ("prod-Orders", "dynamodb-prod-shop", "dynamodb-dev-shop"):
            assert name not in text, (copy.name, name)


def test_whatever_has_a_name_has_the_name_of_the_run(made):
    named = ("TableName", "AlarmName", "TopicName", "DashboardName", "BackupVaultName", "AliasName", "PolicyName")
    found = [
        resource["Properties"][key]
        for copy in made
        for resource in copy.template["Resources"].values()
        for key in named
        if key in resource["Properties"]
    ]
    assert len(found) > 40
    assert [name for name in found if not re.match(r"(alias/)?(dynamodb-)?tcat-0af1-[01]-", name)] == []


def test_all_else_is_what_the_template_has(service, made):
    """Rename the copy back, take the listed differences out of both: nothing may be left that differs."""
    originals = {
        name.removeprefix("shop/").replace("/templates/tables/", "-table-").replace("/templates/", "-"): text
        for name, text in generated_texts([service]).items()
        if "/templates/" in name
    }
    for number, (environment, prefix) in enumerate((("prod", "prod-"), ("dev", ""))):
        for stem, name in (("service", "service"), ("table-Orders", "table-Orders"), ("table-a-b", "table-a-b")):
            original = yaml.safe_load(originals[f"{environment}-{stem}.yaml"])
            (copy,) = (c for c in made if c.name == f"shop-{environment}-{name}")
            text = json.dumps(copy.template).replace(f"dynamodb-tcat-0af1-{number}", f"dynamodb-{environment}")
            text = text.replace(f"tcat-0af1-{number}-", prefix).replace(f"tcat-0af1-{number}", environment)
            assert plain(json.loads(text)) == plain(original), copy.name


def plain(template):
    """A template without what a copy may have otherwise."""
    resources = {}
    for id, resource in template["Resources"].items():
        if resource["Type"] in ("AWS::SNS::Subscription", *LEFT_OUT) or id == "TableKey":
            continue
        properties = dict(resource["Properties"])
        for difference in DIFFERENCES:
            if difference.type == resource["Type"]:
                drop(properties, difference.path)
        rest = {key: value for key, value in resource.items() if key not in ("DeletionPolicy", "UpdateReplacePolicy")}
        resources[id] = {**rest, "Properties": properties}
    return {**template, "Resources": resources}


def drop(value, path):
    if path[0] == "*":
        for item in value:
            drop(item, path[1:])
    elif path[0] in value and len(path) > 1:
        drop(value[path[0]], path[1:])
    else:
        value.pop(path[0], None)


def test_a_table_with_the_key_of_its_service_has_one_in_its_own_stack(made):
    (copy,) = (copy for copy in made if copy.name == "shop-prod-table-Orders")
    key = copy.template["Resources"]["Table"]["Properties"]["SSESpecification"]["KMSMasterKeyId"]
    assert key == {"Fn::GetAtt": ["TableKey", "Arn"]}
    assert copy.template["Resources"]["TableKey"]["Type"] == "AWS::KMS::Key"
    (other,) = (copy for copy in made if copy.name == "shop-prod-table-a-b")
    assert other.template["Resources"]["Table"]["Properties"]["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
    }


def test_the_page_names_every_difference():
    page = (Path(__file__).parents[2] / "docs" / "acceptance.md").read_text(encoding="utf-8")
    for difference in DIFFERENCES:
        assert f"`{difference.path[-1]}`" in page
        assert difference.value is REMOVED or difference.value is not None
    for name in UNSET:
        assert f"`{name}`" in page


def test_the_project_says_everything_to_taskcat(tmp_path, made):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "old.json").write_text("{}")
    config = yaml.safe_load(write_project(tmp_path / "project", made, ["us-east-1", "eu-west-1"], "0af1").read_text())
    assert config["project"]["regions"] == ["us-east-1", "eu-west-1"]
    assert config["project"]["s3_bucket"] == bucket_name("0af1") == "tcat-0af1-templates"
    assert config["project"]["package_lambda"] is False
    assert len(config["tests"]) == len(made)
    for test in config["tests"].values():
        assert "Resources" in json.loads((tmp_path / "project" / test["template"]).read_text())
    assert not (tmp_path / "project" / "old.json").exists()
