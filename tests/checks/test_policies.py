"""Every policy, violated alone in a copy of a good template, is reported by that rule with file, resource and fix."""

import contextlib
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.checks import guard_binary
from scripts.checks.policies import CANNOT, CLEAN, VIOLATED, main
from tests.for_each import for_each

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests/policies"
TABLE, SERVICE = "good_table.yaml", "good_service.yaml"
RULES = {path.stem for path in (ROOT / "policies").glob("*.guard")}


@pytest.fixture(autouse=True)
def at_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def good(name: str = TABLE) -> dict[str, Any]:
    return yaml.load((FIXTURES / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def write(path: Path, template: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(template, Dumper=yaml.CSafeDumper, sort_keys=False), encoding="utf-8")
    return path


def run(capsys, *arguments: object) -> tuple[int, str]:
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out + said.err


def change(path: str, value: Any = None) -> Callable[[dict], None]:
    """Return a change to a template: set the value at a path of keys and positions, or remove it if no value is given."""

    def apply(template: dict) -> None:
        *parents, last = (int(part) if part.isdigit() else part for part in path.split("/"))
        node: Any = template
        for part in parents:
            node = node[part]
        if value is None:
            del node[last]
        else:
            node[last] = value

    return apply


def rename_table(template: dict) -> None:
    """Give the table, and with it its alarms, a name that DynamoDB would refuse."""
    for resource in template["Resources"].values():
        if "TableName" in resource["Properties"]:
            resource["Properties"]["TableName"] = "a b"
        for dimension in resource["Properties"].get("Dimensions", []):
            if dimension["Name"] == "TableName":
                dimension["Value"] = "a b"


P = "Resources/Table/Properties"
READ_ALARM = "Resources/ReadThrottleAlarm"
STATEMENT = "Resources/AlarmTopicPolicy/Properties/PolicyDocument/Statement/0"
INCLUDE = {"Fn::Transform": {"Name": "AWS::Include"}}
SECRET = "{{resolve:secretsmanager:db:SecretString:password}}"

# What is changed in which good template; then the rule, the resource, and words of what is reported.
VIOLATIONS = {
    "no Retain": (TABLE, change("Resources/Table/DeletionPolicy"), "table_retained", "Table", "Deleting the stack"),
    "Delete": (TABLE, change("Resources/Table/DeletionPolicy", "Delete"), "table_retained", "Table", "Deleting the stack"),
    "RetainExceptOnCreate": (TABLE, change("Resources/Table/DeletionPolicy", "RetainExceptOnCreate"), "table_retained", "Table", "Set DeletionPolicy: Retain"),
    "no UpdateReplacePolicy": (TABLE, change("Resources/Table/UpdateReplacePolicy"), "table_retained", "Table", "replaces the table"),
    "no recovery": (TABLE, change(f"{P}/PointInTimeRecoverySpecification"), "point_in_time_recovery", "Table", "is not enabled"),
    "recovery off": (TABLE, change(f"{P}/PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False}), "point_in_time_recovery", "Table", "is not enabled"),
    "36 days": (TABLE, change(f"{P}/PointInTimeRecoverySpecification/RecoveryPeriodInDays", 36), "point_in_time_recovery", "Table", "1 to 35"),
    "no encryption": (TABLE, change(f"{P}/SSESpecification"), "encryption", "Table", "SSEEnabled to true"),
    "no kind of encryption": (TABLE, change(f"{P}/SSESpecification/SSEType"), "encryption", "Table", "SSEType to KMS"),
    "no protection": (TABLE, change(f"{P}/DeletionProtectionEnabled"), "deletion_protection", "Table", "DeletionProtectionEnabled to true"),
    "no billing": (TABLE, change(f"{P}/BillingMode"), "billing", "Table", "PAY_PER_REQUEST or PROVISIONED"),
    "illegal name": (TABLE, rename_table, "table_name", "Table", "TableName"),
    "no tag": (TABLE, change(f"{P}/Tags/0"), "tags", "Table", "The tag Service"),
    "empty tag": (TABLE, change(f"{P}/Tags/1/Value", ""), "tags", "Table", "The tag Environment"),
    "no read alarm": (TABLE, change(READ_ALARM), "throttle_alarms", "Table", "The table has no alarm on ReadThrottleEvents"),
    "no write alarm": (TABLE, change("Resources/WriteThrottleAlarm"), "throttle_alarms", "Table", "The table has no alarm on WriteThrottleEvents"),
    "no index read alarm": (TABLE, change("Resources/ReadThrottleAlarmByDate"), "throttle_alarms", "Table", "IndexName = ByDate\n            The global secondary index has no alarm on ReadThrottleEvents"),
    "no index write alarm": (TABLE, change("Resources/WriteThrottleAlarmByStatus"), "throttle_alarms", "Table", "IndexName = ByStatus\n            The global secondary index has no alarm on WriteThrottleEvents"),
    "alarm for another index": (TABLE, change("Resources/ReadThrottleAlarmByDate/Properties/Dimensions/1/Value", "ByDay"), "throttle_alarms", "Table", "IndexName = ByDate"),
    "alarm for another table": (TABLE, change(f"{READ_ALARM}/Properties/Dimensions/0/Value", "prod-Books"), "throttle_alarms", "Table", "no alarm on ReadThrottleEvents"),
    "alarm without action": (TABLE, change(f"{READ_ALARM}/Properties/AlarmActions", []), "alarm_settings", "ReadThrottleAlarm", "tells no one"),
    "alarm without actions": (TABLE, change(f"{READ_ALARM}/Properties/AlarmActions"), "alarm_settings", "ReadThrottleAlarm", "tells no one"),
    "alarm switched off": (TABLE, change(f"{READ_ALARM}/Properties/ActionsEnabled", False), "alarm_settings", "ReadThrottleAlarm", "switched off"),
    "missing data": (TABLE, change(f"{READ_ALARM}/Properties/TreatMissingData"), "alarm_settings", "ReadThrottleAlarm", "Set TreatMissingData"),
    "no operation": (SERVICE, change("Resources/UserErrors/Properties/MetricName", "SystemErrors"), "alarm_settings", "UserErrors", "dimension Operation"),
    "a macro": (TABLE, change("Transform", "AWS::Serverless-2016-10-31"), "self_contained", "the template", "Remove Transform"),
    "a macro inside": (TABLE, change(f"{P}/StreamSpecification", INCLUDE), "self_contained", "Table", "Remove Fn::Transform"),
    "parameters": (TABLE, change("Parameters", {"Name": {"Type": "String"}}), "self_contained", "the template", "Remove Parameters"),
    "a secret in a tag": (TABLE, change(f"{P}/Tags/0/Value", SECRET), "self_contained", "Table", "Tags/0/Value"),
    "a secret in an output": (TABLE, change("Outputs/TableName/Value", SECRET), "self_contained", "the template", "Outputs/TableName/Value"),
    "a user": (TABLE, change("Resources/Eve", {"Type": "AWS::IAM::User"}), "allowed_resource_types", "Eve", "have no place"),
    "custom resource": (SERVICE, change("Resources/Run", {"Type": "Custom::Run"}), "allowed_resource_types", "Run", "have no place"),
    "everyone publishes": (SERVICE, change(f"{STATEMENT}/Principal", "*"), "sns_topic_policy", "AlarmTopicPolicy", "does not limit who"),
    "every account publishes": (SERVICE, change(f"{STATEMENT}/Principal", {"AWS": "*"}), "sns_topic_policy", "AlarmTopicPolicy", "others than CloudWatch"),
    "no source account": (SERVICE, change(f"{STATEMENT}/Condition"), "sns_topic_policy", "AlarmTopicPolicy", "aws:SourceAccount"),
}  # fmt: skip


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """The exit code of one run over all violations, what it said last, and what it said of each.

    They are so many that they are divided among processes.
    """
    folder = tmp_path_factory.mktemp("violations")
    paths = {}
    for number, (case, (name, violate, *_)) in enumerate(VIOLATIONS.items()):
        template = good(name)
        violate(template)
        paths[case] = write(folder / f"{number:03}.yaml", template)
    said = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(said):
        code = main(["--skip-tests", str(folder)])
    *found, summary = said.getvalue().strip().split("\n")
    of_file = {case: [] for case in paths}
    names = {str(path): case for case, path in paths.items()}
    for line in found:
        if line in names:
            here = of_file[names[line]]
        elif re.match(r"  \d+:\d+ +error ", line):
            here.append(line)
        elif line:
            here[-1] += f"\n{line}"
    return code, summary, of_file


def test_all_of_them_are_violations(judged):
    code, summary, of_file = judged
    assert code == VIOLATED
    assert summary == f"{len(VIOLATIONS)} templates, {len(RULES)} rules: {len(VIOLATIONS)} violations"
    assert sum(map(len, of_file.values())) == len(VIOLATIONS)


@for_each("case", VIOLATIONS)
def test_each_violation_is_reported_by_its_rule_with_file_and_resource(case, judged):
    _, _, rule, resource, words = VIOLATIONS[case]
    (block,) = judged[2][case]
    place, *texts = block.splitlines()
    assert re.search(rf" {rule}  {resource}(/|$)" if resource != "the template" else rf" {rule}(  |$)", place)
    assert words in block
    assert len(texts) >= 2, "what was found, and the fix"


def test_the_cases_violate_every_rule():
    assert {rule for _, _, rule, _, _ in VIOLATIONS.values()} == RULES


def test_wrong_name_of_the_index_dimension_is_reported_at_the_alarm_and_at_the_index(tmp_path, capsys):
    template = good()
    change("Resources/ReadThrottleAlarmByDate/Properties/Dimensions/1/Name", "GlobalSecondaryIndex")(template)
    code, said = run(capsys, "--skip-tests", write(tmp_path / "t.yaml", template))
    assert code == VIOLATED
    assert "alarm_settings  ReadThrottleAlarmByDate/Properties/Dimensions/1/Name" in said
    assert "throttle_alarms  Table/Properties/GlobalSecondaryIndexes/1/IndexName = ByDate" in said


def test_name_by_function_is_reported(tmp_path, capsys):
    template = good()
    change(f"{P}/TableName", {"Fn::Sub": "${AWS::Region}-Orders"})(template)
    code, said = run(capsys, "--skip-tests", write(tmp_path / "t.yaml", template))
    assert code == VIOLATED
    assert "table_name  Table/" in said


def test_good_templates_keep_all_rules_and_those_of_control_tower(capsys):
    code, said = run(capsys, "--control-tower", FIXTURES / TABLE, FIXTURES / SERVICE)
    assert code == CLEAN
    assert f"2 templates, {len(RULES) + len(guard_binary.CONTROLS)} rules, " in said
    assert said.endswith(" rule tests: no violation\n")
    assert f"1 template without a table: 6 of {len(RULES) + len(guard_binary.CONTROLS)} rules apply" in said


def test_control_tower_judges_too(tmp_path, capsys):
    controls = {
        "PointInTimeRecoverySpecification": "CT.DYNAMODB.PR.1",
        "SSESpecification": "CT.DYNAMODB.PR.2",
    }
    for part in controls:
        template = good()
        change(f"{P}/{part}")(template)
        write(tmp_path / f"{part}.yaml", template)
    code, said = run(capsys, "--skip-tests", "--control-tower", tmp_path)
    assert code == VIOLATED
    alone = run(capsys, "--skip-tests", tmp_path)[1]
    _, *files = re.split(r"^(?=/)", said, flags=re.MULTILINE)
    assert len(files) == len(controls)
    for file, (part, control) in zip(files, controls.items(), strict=True):
        assert file.startswith(str(tmp_path / f"{part}.yaml"))
        assert said.count(f"[{control}]: Require") == file.count(f"[{control}]: Require") == 1
        assert "            Provide a " in file
        assert control not in alone


def test_all_violations_are_reported_at_once_by_file_and_line(tmp_path, capsys):
    template = good()
    for path in (f"{P}/BillingMode", f"{P}/SSESpecification", "Resources/WriteThrottleAlarm"):
        change(path)(template)
    for name in ("b.yaml", "a.yaml"):
        write(tmp_path / name, template)
    code, said = run(capsys, "--skip-tests", tmp_path)
    assert code == VIOLATED
    first, second = said.split(str(tmp_path / "b.yaml"))
    assert first.startswith(str(tmp_path / "a.yaml"))
    for part in (first, second):
        rules = re.findall(r"^  \d+:\d+ +error +(\w+)", part, re.MULTILINE)
        assert sorted(rules) == ["billing", "encryption", "throttle_alarms"]
    assert said.splitlines()[-1].endswith(": 6 violations")


def test_a_table_without_properties_is_reported_in_plain_words(tmp_path, capsys):
    bare = {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    code, said = run(capsys, "--skip-tests", write(tmp_path / "t.yaml", {"Resources": {"Table": bare}}))
    assert code == VIOLATED
    assert "encryption  Table\n            Properties is missing.\n            See " in said


@for_each(
    ("text", "words"),
    [
        ("a: [\n", ":2: cannot be read as YAML"),
        ("hello\n", "is not a CloudFormation template"),
        ("Resources: {}\n", "is not a CloudFormation template"),
        ("Resources: {T: {Value: !Transform {Name: Include}}}\n", ":1: cannot be read as YAML: cfn-guard does not see"),
        ("Resources:\n  T: {Type: A}\n  T: {Type: B}\n", "the key T is given twice"),
        ("Resources: {T: {Type: A, B: " + "[" * 3000 + "]" * 3000 + "}}", "is nested deeper than 100 levels"),
        ("Resources: {T: {Type: A, B: &b [x], C: *b}}\n", "does not read YAML aliases"),
        ("Resources: {T: {Type: A, B: &b [*b]}}\n", "does not read YAML aliases"),
        ("Resources: {T: {Type: A, B: 2026-99-99}}\n", "cannot be read as YAML"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_what_cannot_be_judged_is_named(text, words, tmp_path, capsys):
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(text if isinstance(text, bytes) else text.encode())
    code, said = run(capsys, "--skip-tests", FIXTURES / TABLE, bad)
    assert code == CANNOT
    assert f"{bad}" in said
    assert words in said
    assert "no violation" not in said


def test_a_path_that_does_not_exist_is_named(tmp_path, capsys):
    code, said = run(capsys, "--skip-tests", FIXTURES / TABLE, tmp_path / "absent.yaml")
    assert (code, said) == (CANNOT, f"{tmp_path / 'absent.yaml'}: no such file or folder: check the path\n")


def test_a_folder_without_templates_is_no_success(tmp_path, capsys):
    code, said = run(capsys, "--skip-tests", tmp_path)
    assert code == CANNOT
    assert "no templates found: run `make generate`" in said


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own, with a copy of the rules."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def few_rules(project):
    """The project with two of its rules: what holds of rules and their tests holds of each."""
    for path in (project / "policies").rglob("*"):
        if path.suffix in (".guard", ".yaml") and not path.name.startswith(("billing", "tags")):
            path.unlink()
    return project


def test_by_default_every_generated_template_is_judged(project, capsys):
    for place in ("templates/tables/Orders.yaml", "templates/service.yaml"):
        write(project / "generated/bookshop/prod" / place, good(TABLE if "tables" in place else SERVICE))
    write(project / "generated/bookshop/prod/other.yaml", {"not": "a template"})
    code, said = run(capsys, "--skip-tests")
    assert code == CLEAN
    assert said.splitlines()[-1] == f"2 templates, {len(RULES)} rules: no violation"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text.replace("billing: PASS", "billing: FAIL", 1), "b) on demand: expected FAIL, got PASS"),
        (lambda text: text.replace("billing: PASS", "biling: PASS", 1), "b) on demand: tests nothing"),
        (lambda _: "x: [", "correct it, or the rule"),
        (lambda _: None, "no test ran"),
    ],
)
def test_failing_rule_tests_are_violations(damage, words, few_rules, capsys):
    tests = few_rules / "policies/tests/billing_tests.yaml"
    text = damage(tests.read_text(encoding="utf-8"))
    tests.unlink()
    if text is not None:
        tests.write_text(text, encoding="utf-8")
    code, said = run(capsys, FIXTURES / TABLE)
    assert code == VIOLATED
    assert "rule test failed: policies/tests/billing_tests.yaml: " in said
    assert words in said
    assert "(1 failed): no violation" in said
    assert run(capsys, "--skip-tests", FIXTURES / TABLE)[0] == CLEAN


def test_a_rule_that_looks_away_is_not_taken_for_a_pass(project, capsys):
    rule = project / "policies/billing.guard"
    rule.write_text(rule.read_text(encoding="utf-8").replace('::Table" ]', '::Tabel" ]'), encoding="utf-8")
    code, said = run(capsys, "--skip-tests", FIXTURES / TABLE)
    assert code == CANNOT
    assert said == f"{FIXTURES / TABLE}: the rule billing did not look at it: correct policies/billing.guard\n"


def test_a_rule_without_header_is_refused(project, capsys):
    (project / "policies/new.guard").write_text("rule new { Resources exists }\n", encoding="utf-8")
    code, said = run(capsys, "--skip-tests", FIXTURES / TABLE)
    assert code == CANNOT
    assert "policies/new.guard: its header lacks one of Rule Identifier, Description, Reports on" in said


def test_outside_of_a_project_there_are_no_rules(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, said = run(capsys, FIXTURES / TABLE)
    assert (code, said) == (CANNOT, "policies: no rules found: run this from the root of the repository\n")


def test_without_cfn_guard_one_line_says_what_to_do(monkeypatch, capsys):
    def missing():
        raise guard_binary.CfnGuardMissing(f"none here: {guard_binary.INSTALL}")

    monkeypatch.setattr(guard_binary, "binary", missing)
    code, said = run(capsys, FIXTURES / TABLE)
    assert (code, said) == (CANNOT, f"none here: {guard_binary.INSTALL}\n")


def test_json_tells_which_rules_looked_at_each_template(tmp_path, capsys):
    template = good()
    change(f"{P}/BillingMode")(template)
    path = write(tmp_path / "t.yaml", template)
    code, said = run(capsys, "--format", "json", "--skip-tests", path, FIXTURES / SERVICE)
    report = json.loads(said)
    assert code == VIOLATED
    rules = {Path(entry["file"]).name: set(entry["rules"]) for entry in report["templates"]}
    assert rules == {
        "t.yaml": RULES - {"sns_topic_policy"},
        SERVICE: {"alarm_settings", "allowed_resource_types", "self_contained", "sns_topic_policy"},
    }
    (violation,) = report["violations"]
    assert violation["line"] > 0
    assert (violation["file"], violation["id"], violation["severity"]) == (str(path), "billing", "error")
    assert violation["path"].startswith("Table/")


def _add_own(project: Path, id: str = "team_tags", name: str = "team_tags") -> None:
    """A rule of a team: the one about tags, which asks for the tag Team instead of the tag Service."""
    for source, target in (
        ("tags.guard", f"own/{name}.guard"),
        ("tests/tags_tests.yaml", f"own/tests/{name}_tests.yaml"),
    ):
        text = (ROOT / "policies" / source).read_text(encoding="utf-8").replace("Service", "Team")
        text = text.replace("  tags\n", f"  {id}\n").replace("rule tags ", f"rule {id} ").replace("{tags:", f"{{{id}:")
        (project / "policies" / target).parent.mkdir(parents=True, exist_ok=True)
        (project / "policies" / target).write_text(text, encoding="utf-8")


def test_rules_of_a_team_judge_and_are_tested_like_the_others(few_rules, capsys):
    _add_own(few_rules)
    write(few_rules / "generated/shop/prod/templates/tables/Orders.yaml", good())
    code, said = run(capsys)
    assert (code, "[team_tags]" in said or "team_tags" in said) == (VIOLATED, True)
    assert "failed" not in said
    (few_rules / "policies/own/tests/team_tags_tests.yaml").unlink()
    assert "rule test failed: policies/own/tests/team_tags_tests.yaml: no test ran" in run(capsys)[1]


@pytest.mark.parametrize(
    ("id", "name", "words"),
    [
        ("tags", "team_tags", "policies/tags.guard has the id tags as well"),
        ("x", "tags", "policies/tags.guard has the file name"),
    ],
)
def test_a_rule_of_a_team_takes_the_place_of_no_other(id, name, words, project, capsys):
    _add_own(project, id, name)
    code, said = run(capsys, FIXTURES / TABLE)
    assert (code, words in said) == (CANNOT, True)
