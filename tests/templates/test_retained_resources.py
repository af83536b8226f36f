"""What the shared stack keeps although no setting asks for it any more."""

from dataclasses import replace

from scripts.settings.deployment_file import Environment
from scripts.templates.retained_resources import retain_resources
from scripts.templates.template import service_template
from tests.samples import STATE

PLACE = Environment("prod", "eu-west-1", backups={"retention_days": 90})
BARE = service_template("shop", replace(PLACE, backups=None), [STATE])
FULL = service_template("shop", PLACE, [replace(STATE, encryption="alias/dynamodb-prod-shop")])


def test_the_key_with_its_export_and_the_vault_stay() -> None:
    kept = retain_resources(BARE, FULL)
    assert {*kept["Resources"]} - {*BARE["Resources"]} == {"TableKey", "TableKeyAlias", "BackupVault"}
    assert kept["Resources"]["TableKey"] == FULL["Resources"]["TableKey"]
    assert kept["Outputs"] == FULL["Outputs"]


def test_they_stay_for_good() -> None:
    kept = retain_resources(BARE, FULL)
    assert retain_resources(BARE, kept) == kept


def test_what_is_wanted_is_as_wanted() -> None:
    old = {"Resources": {"BackupVault": {"DeletionPolicy": "Retain", "Properties": {"BackupVaultName": "old"}}}}
    assert retain_resources(FULL, old) == FULL
    assert retain_resources(FULL, BARE) == FULL
    assert retain_resources(FULL, {}) == FULL
    assert retain_resources(BARE, BARE) == BARE


def test_templates_are_not_changed() -> None:
    before = {**BARE["Resources"]}
    retain_resources(BARE, FULL)
    assert BARE["Resources"] == before
