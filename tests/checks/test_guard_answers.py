"""cfn-guard's answers are read without loss, and what it could not judge is named."""

import json
from pathlib import Path

import pytest

from scripts.checks import guard_answers
from scripts.checks.policy_inputs import policy_rule
from tests.for_each import for_each

ROOT = Path(__file__).parents[2]
GOOD = ROOT / "tests/policies/good_table.yaml"
RULES = sorted((ROOT / "policies").glob("*.guard"))
TABLE = "Resources: {T: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: Orders, BillingMode: %s}}}\n"


def test_verdicts_come_in_the_order_of_the_templates(tmp_path):
    billing = [ROOT / "policies/billing.guard"]
    templates = []
    for number in range(40):
        templates.append(tmp_path / f"{(number * 7) % 40}.yaml")
        templates[-1].write_text(TABLE % ("WRONG" if number % 3 == 0 else "PROVISIONED"), encoding="utf-8")
    verdicts = guard_answers.validate(billing, templates)
    assert [verdict.file for verdict in verdicts] == templates
    assert [bool(verdict.violations) for verdict in verdicts] == [number % 3 == 0 for number in range(40)]
    assert [verdict.failed for verdict in verdicts[:2]] == [{"billing"}, frozenset()]
    assert [verdict.passed for verdict in verdicts[:2]] == [frozenset(), {"billing"}]


def test_a_violation_has_everything_that_a_person_needs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text("\n\n" + TABLE % "WRONG", encoding="utf-8")
    (verdict,) = guard_answers.validate([ROOT / "policies/billing.guard"], [Path("t.yaml")])
    assert verdict.violations == (
        policy_rule("billing").problem(
            "t.yaml",
            "T/Properties/BillingMode = WRONG",
            3,
            violation="The billing mode of the table is not stated.",
            fix="Set BillingMode to PAY_PER_REQUEST or PROVISIONED.",
        ),
    )


def test_a_template_that_guard_stops_at_is_named(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("Resources: {A: {Type: 'AWS::CloudWatch::Alarm', Properties: {AlarmActions: 5}}}", encoding="utf-8")
    with pytest.raises(guard_answers.CfnGuardFailed, match=r"bad\.yaml cannot be judged"):
        guard_answers.validate(RULES, [GOOD, bad])


def test_a_rule_that_does_not_parse_is_not_left_out_silently(tmp_path):
    broken = tmp_path / "broken.guard"
    broken.write_text("rule broken {", encoding="utf-8")
    with pytest.raises(guard_answers.CfnGuardFailed, match=r"a rule cannot be read: .*broken\.guard"):
        guard_answers.validate([*RULES, broken], [GOOD])


@for_each("value", ["two\nlines", "a\r\n::error::b", "x [L:7,C:1] /Resources/Y[L:8,C:2]"])
def test_values_from_a_template_cannot_forge_lines_or_places(value, tmp_path):
    path = tmp_path / "t.yaml"
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "Orders", "BillingMode": value}}
    path.write_text(json.dumps({"Resources": {"T": table}}), encoding="utf-8")
    (verdict,) = guard_answers.validate([ROOT / "policies/billing.guard"], [path])
    (violation,) = verdict.violations
    assert violation.line == 1
    assert violation.path == f"T/Properties/BillingMode = {' '.join(value.split())}"


def test_a_failed_rule_without_a_readable_reason_is_still_a_violation(tmp_path):
    rule = tmp_path / "odd.guard"
    rule.write_text("rule odd when Resources exists {\n    Nothing.Here exists\n}\n", encoding="utf-8")
    (verdict,) = guard_answers.validate([rule], [GOOD])
    assert verdict.failed == {"odd"}
    assert [violation.id for violation in verdict.violations] == ["odd"]


def test_a_failed_rule_without_any_reason_is_still_a_violation():
    record = {"not_compliant": [{"Rule": {"name": "mute", "checks": []}}], "compliant": [], "not_applicable": []}
    (violation,) = guard_answers._verdict(GOOD, record).violations
    assert (violation.id, violation.message) == ("mute", "The rule is violated.")
