"""Mistakes that were once passed over or explained wrongly, each with others of its kind: what is told, and what is not."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scripts.problems import ERROR, WARNING, Problem, ProblemsError
from scripts.project.services import read_services
from scripts.rule_families import all_rules
from scripts.show_problems import render_github, render_text
from scripts.text.sarif_log import run
from tests.for_each import for_each

ENVIRONMENT = "environments:\n  dev:\n    region: eu-west-1\n    account: '111122223333'\n"
INDEX = {"index_name": "ByEmail", "pk": "email"}
SCHEMA = [{"AttributeName": "email", "KeyType": "HASH"}]
ROLE = "{AWS: 'arn:aws:iam::111122223333:role/r'}"
Change = Callable[[dict[str, Any]], Any]


def contract() -> dict[str, Any]:
    """One table with an index."""
    attributes = [{"name": name, "type": "S"} for name in ("PK", "SK", "email")]
    table = {"table": "Users", "pk": "PK", "sk": "SK", "gsis": [dict(INDEX)], "attributes": attributes}
    return {"tables": [table]}


class Kind(NamedTuple):
    """One mistake: the settings below the environment or a change of the contract; what must be told, and what never."""

    settings: str = ""
    change: Change = lambda tree: tree
    told: str = ""
    never: str = "(?!)"
    severity: str | None = ERROR


def _index(**fields: Any) -> Change:
    return lambda tree: tree["tables"][0]["gsis"][0].update(fields)


def _attribute(**fields: Any) -> Change:
    return lambda tree: tree["tables"][0]["attributes"].append({"name": "x", "type": "S", **fields})


def _pattern(**fields: Any) -> Change:
    pattern = {"id": "AP1", "operation": "Query", "table_name": "Users", "gsi_name": "ByEmail"}
    return lambda tree: tree.update(access_patterns=[{**pattern, **fields}])


def _entities(*names: Sequence[str]) -> Change:
    """A table of entities, each with attributes of these names."""
    each = [
        {"entity_type": f"E{n}", "attributes": [{"name": one, "type": "S"} for one in own]}
        for n, own in enumerate(names)
    ]
    table = {"table": "Users", "type": "multi-entity", "pk": "PK", "gsis": [dict(INDEX)], "entities": each}
    return lambda tree: tree.update(tables=[table])


def _policy(statement: str) -> str:
    return f"    resource_policy: {{Version: '2012-10-17', Statement: [{{{statement}}}]}}\n"


def _conflict(tree: dict[str, Any]) -> str:
    lines = json.dumps(tree, indent=1).splitlines()
    return "\n".join([*lines[:3], "<<<<<<< HEAD", lines[3], "=======", lines[3], ">>>>>>> other", *lines[4:]])


def _many(tree: dict[str, Any]) -> None:
    tree["tables"][0]["gsis"] = [{**INDEX, "index_name": f"GSI{number}"} for number in range(21)]


OWN = "Principal: {AWS: '111122223333'}, Action: 'dynamodb:Query', Resource: '*'"
KINDS: dict[str, Kind] = {
    # 01: right names at a wrong depth
    "settings in traffic": Kind("    traffic: {encryption: service-key, ttl: a, tags: {T: x}}\n", told='encryption.*Move it out of "traffic"'),
    "a setting in backups": Kind("    backups: {retention_days: 9, stream: NEW_IMAGE}\n", told='stream.*Move it out of "backups"'),
    "a setting in a rate": Kind("    traffic: {reads: {average: 1, ttl: a}}\n", told='ttl.*Move it out of "traffic"'),
    "a setting in a rule of alarms": Kind("    alarm_rules: {throttled: {tags: {a: b}}}\n", told='tags.*Move it out of "alarm_rules"'),
    # 03: nothing but a wrong name
    "only a wrong name": Kind("    on_demand_maximum: {alarms: full}\n", told='alarms.*Move it out of "on_demand_maximum"'),
    "only a name in capitals": Kind("    on_demand_maximum: {Read: 5}\n", told='Rename it to "read"'),
    "only a plural": Kind("    warm_throughput: {reads: 12000}\n", told='Rename it to "read"'),
    "only a look-alike": Kind("    on_demand_maximum: {r\u0435ad: 5}\n", told='Rename it to "read": its "\u0435" is U\\+0435'),
    # 01 and 03 in the contract: settings, patterns and projections that nothing reads
    "a setting at the root": Kind(change=lambda tree: tree.update(region="eu-west-1"), told="region: This setting is not read here", severity=WARNING),
    "environments in the contract": Kind(change=lambda tree: tree.update(environments={"dev": {}}), told="environments: This setting is not read here", severity=WARNING),
    "a setting in an index": Kind(change=_index(capacity={"read": 5}), told="capacity: This setting is not read here", severity=WARNING),
    "a setting in an entity": Kind(change=lambda tree: (_entities(("PK", "email"))(tree), tree["tables"][0]["entities"][0].update(ttl="x")), told="ttl: This setting is not read here", severity=WARNING),
    "a setting in an attribute": Kind(change=_attribute(ttl=True), told="ttl: This setting is not read here", severity=WARNING),
    "tags of an attribute": Kind(change=_attribute(tags=["pii"]), severity=None),
    "replicas of a table": Kind(change=lambda tree: tree["tables"][0].update(replicas=["us-east-1"]), told="global tables are not made here", severity=WARNING),
    "replicas at the root": Kind(change=lambda tree: tree.update(global_tables=["us-east-1"]), told="global tables are not made here", severity=WARNING),
    "replicas in the settings": Kind("    replicas: [us-east-1]\n", told="Global tables are not made here"),
    "an operation in capitals": Kind(change=_pattern(Operation="Scan"), told='Operation.*Keep one of the two'),
    "a rate in camel case": Kind(change=_pattern(designRps=5), told='Rename it to "design_rps"'),
    "a rate of another form": Kind(change=_pattern(designRps="5"), told='Rename it to "design_rps", and write a number there'),
    "a plural": Kind(change=_pattern(operations=["Query"]), told="operations.*Keep one of the two"),
    "two indexes of one pattern": Kind(change=_pattern(index_name="ByName"), told='"ByEmail" in "gsi_name" and "ByName" in "index_name"'),
    "two tables of one pattern": Kind(change=_pattern(table="Orders"), told='"Users" in "table_name" and "Orders" in "table"'),
    "two rates of one pattern": Kind(change=_pattern(design_rps=5, rps=50), told='5 in "design_rps" and 50 in "rps"'),
    "the same said twice": Kind(change=_pattern(index_name="ByEmail"), severity=None),
    "attributes in a projection that takes none": Kind(change=_index(projection={"type": "KEYS_ONLY", "nonKeyAttributes": ["SK"]}), told="nonKeyAttributes.*would be lost"),
    "a list in a projection under a name of its own": Kind(change=_index(projection={"type": "ALL", "fields": ["SK"]}), told="fields.*would be lost"),
    "a projection with a remark": Kind(change=_index(projection={"type": "ALL", "comment": "all of it"}), severity=None),
    "a template for the key of an index": Kind(change=lambda tree: (_entities(("PK", "email"))(tree), tree["tables"][0]["entities"][0].update(gsi1pk_template="E#{id}", gsi1_sk_template="x")), severity=None),
    "patterns in a table": Kind(change=lambda tree: tree["tables"][0].update(access_patterns=[{"id": "AP1", "operation": "Scan"}]), told="1 access pattern would be lost"),
    # 03: what nothing uses
    "a reason for nothing": Kind("defaults: {deletion_protection_reason: rebuilt}\n", told="Nothing uses deletion_protection_reason: deletion_protection is on", severity=WARNING),
    "a reason for a key that is not used": Kind("defaults: {encryption_reason: public}\n", told="Nothing uses encryption_reason", severity=WARNING),
    "a reason for one table of several": Kind("defaults: {encryption_reason: public}\ntables: {Users: {encryption: aws-owned}}\n", severity=None),
    "an acceptance of nothing": Kind("    contributor_insights_shows_keys: accepted\n", told="Nothing uses contributor_insights_shows_keys", severity=WARNING),
    "objectives without alarms": Kind("    alarms: essential\n    latency_p99_ms: {GetItem: 10}\n", told="Nothing uses latency_p99_ms: alarms is essential", severity=WARNING),
    "a rule of another level": Kind("    alarm_rules: {hot-key: {threshold: 5}}\n", told="Nothing uses alarm_rules.hot-key: alarms is standard; level full", severity=WARNING),
    "a rule of its level": Kind("    alarms: full\n    alarm_rules: {hot-key: {threshold: 5}}\n", severity=None),
    "a rule for capacity on demand": Kind("    alarm_rules: {capacity: {threshold: 5}}\n", told="Nothing uses alarm_rules.capacity: the billing is on demand", severity=WARNING),
    "a rule for a maximum that is not set": Kind("    alarms: full\n    alarm_rules: {on-demand-maximum: {severity: ticket}}\n", told="no on_demand_maximum is set", severity=WARNING),
    "a rule for backups that are not made": Kind("    alarm_rules: {backup-failed: {threshold: 5}}\n", told="the environment has no backups", severity=WARNING),
    "a rule for a stream that is not there": Kind("    alarm_rules: {kinesis-age: {threshold: 5}}\n", told="no table has a kinesis_stream", severity=WARNING),
    "a rule of the service at a table": Kind("tables: {Users: {alarm_rules: {system-errors: {threshold: 5}}}}\n", told="one for the whole service", severity=WARNING),
    "a rule of the service": Kind("    alarm_rules: {system-errors: {threshold: 5}}\n", severity=None),
    "a threshold for latency": Kind("    latency_p99_ms: {GetItem: 9}\n    alarm_rules: {latency: {threshold: 5, severity: page}}\n", told="Nothing uses alarm_rules.latency.threshold.*latency_p99_ms", severity=WARNING),
    # 03: a fix that would say something else, or nothing
    "a class in the words of the console": Kind("    table_class: STANDARD_IA\n", told='Write table_class: "STANDARD_INFREQUENT_ACCESS"', never='"STANDARD"'),
    "a mode in the words of the API": Kind("    billing: PAY_PER_REQUEST\n", told='Write billing: "on-demand"'),
    "a mode with other separators": Kind("    billing: on_demand\n", told='Write billing: "on-demand"'),
    "a key with other separators": Kind("    encryption: AWS_owned\n", told='Write encryption: "aws-owned"'),
    "a reason of spaces": Kind("    deletion_protection: false\n    deletion_protection_reason: '   '\n", told="deletion_protection_reason", never='Write deletion_protection_reason: ""'),
    "advice without traffic": Kind("    billing: advise\n", told="Nothing uses billing: it chooses by the traffic", severity=WARNING),
    "a maximum below the peak": Kind("    on_demand_maximum: {read: 10}\n    traffic: {item_size_bytes: 900, reads: {average: 50, peak: 200}}\n", told="may use 10 read units a second.*at its stated peak it needs", severity=WARNING),
    "capacity below the peak": Kind("    billing: provisioned\n    capacity: {read: {min: 1, max: 2}, write: {min: 1, max: 900}}\n    traffic: {item_size_bytes: 900, reads: {average: 50, peak: 200}}\n", told="may use 2 read units", severity=WARNING),
    "a maximum above the peak": Kind("    on_demand_maximum: {read: 1000}\n    traffic: {item_size_bytes: 900, reads: {average: 50, peak: 200}}\n", severity=None),
    "a vault of another partition": Kind("    backups: {retention_days: 9, copy_to: ['arn:aws:backup:us-gov-west-1:111122223333:backup-vault:vault']}\n", told="is in the partition aws-us-gov"),
    # 05: indexes and tables at a place where nothing reads them
    "indexes at the root": Kind(change=lambda tree: tree.update(gsis=[INDEX]), told="1 index would be lost"),
    "indexes of AWS at the root": Kind(change=lambda tree: tree.update(GlobalSecondaryIndexes=[{"IndexName": "A", "KeySchema": SCHEMA}]), told="1 index would be lost"),
    "indexes in words at the root": Kind(change=lambda tree: tree.update(gsis=["ByEmail"]), told="would be lost"),
    "tables in a design": Kind(change=lambda tree: tree.update(design={"t": [{**contract()["tables"][0], "table": "B"}]}), told="1 table would be lost"),
    # 07: the keys of an index in another form
    "a key schema beside a key": Kind(change=_index(pk="PK", key_schema=SCHEMA), told='key_schema.*"pk": "email"', never='Write "pk": "PK"|Add "pk": "PK"'),
    "a key schema alone": Kind(change=lambda tree: tree["tables"][0].update(gsis=[{"index_name": "ByEmail", "KeySchema": SCHEMA}]), told='Write "pk": "email"'),
    "a key schema in words": Kind(change=lambda tree: tree["tables"][0].update(gsis=[{"index_name": "ByEmail", "key_schema": "email"}]), told="key_schema"),
    "no key at all": Kind(change=lambda tree: tree["tables"][0].update(gsis=[{"index_name": "ByEmail"}]), told='one of the attributes: "SK", "email"', never='"PK"'),
    # 10: a policy for everybody, or for another table
    "a public policy": Kind(_policy("Effect: Allow, Principal: '*', Action: 'dynamodb:Query', Resource: '*'"), told="refuses public policies"),
    "another table": Kind(_policy(f"Effect: Allow, Principal: {ROLE}, Action: 'dynamodb:Query', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Other'"), told="table/Other"),
    "another Region": Kind(_policy(f"Effect: Allow, Principal: {ROLE}, Action: 'dynamodb:Query', Resource: 'arn:aws:dynamodb:us-east-1:111122223333:table/Users'"), told="Region is us-east-1"),
    "an effect in small letters": Kind(_policy(f"Effect: allow, {OWN}"), told='Write Effect: "Allow"'),
    "an index in small letters": Kind(_policy(f"Effect: Allow, Principal: {ROLE}, Action: 'dynamodb:Query', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Users/index/byemail'"), told='no index "byemail".*Its indexes are: ByEmail'),
    "the table in small letters": Kind(_policy(f"Effect: Allow, Principal: {ROLE}, Action: 'dynamodb:Query', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/users'"), told="it is table/users, not table/Users"),
    "everybody of a federation": Kind(_policy("Effect: Allow, Principal: {Federated: '*'}, Action: 'dynamodb:Query', Resource: '*'"), told='"\\*" is no principal'),
    "every canonical user": Kind(_policy("Effect: Allow, Principal: {CanonicalUser: '*'}, Action: 'dynamodb:Query', Resource: '*'"), told='"\\*" is no principal'),
    "nobody": Kind(_policy("Effect: Allow, Principal: {}, Action: 'dynamodb:Query', Resource: '*'"), told="names nobody"),
    "a role of another partition": Kind(_policy("Effect: Allow, Principal: {AWS: 'arn:aws-cn:iam::111122223333:role/r'}, Action: 'dynamodb:Query', Resource: '*'"), told="is in the partition aws-cn"),
    # 12: streams in the policy of a table
    "actions on streams": Kind(_policy(f"Effect: Allow, Principal: {ROLE}, Action: ['dynamodb:GetRecords'], Resource: '*'"), told="acts on a stream"),
    "one such action among others": Kind(_policy(f"Effect: Allow, Principal: {ROLE}, Action: ['dynamodb:Query', 'dynamodb:ListStreams'], Resource: '*'"), told="on a stream.*Remove it"),
    "a stream as the resource": Kind(_policy(f"Effect: Allow, Principal: {ROLE}, Action: 'dynamodb:Query', Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Users/stream/*'"), told="it is a stream"),
    "all actions on streams": Kind(_policy(f"Effect: Allow, Principal: {ROLE}, Action: 'dynamodb:Get*Iterator', Resource: '*'"), told="[Ss]tream"),
    # 15: words that YAML 1.1 takes for something else
    "off without quotes": Kind("    contributor_insights: off\n", severity=None),
    "no without quotes": Kind("    contributor_insights: no\n", told='Write contributor_insights: "off"'),
    "off for nothing": Kind("    stream: off\n", told='Write stream: ""'),
    "a version that is octal": Kind("    tags: {Version: 010}\n", told='Write Version: "010"'),
    # 17: Regions
    "letters exchanged": Kind("    backups: {retention_days: 9, copy_to: ['arn:aws:backup:eu-wset-1:111122223333:backup-vault:vault']}\n", told="eu-west-1"),
    # 19: unfinished merges
    "a conflict": Kind(change=_conflict, told="could not finish", never='Write "<<<<'),
    "a conflict in the settings": Kind("<<<<<<< HEAD\n    ttl: a\n=======\n    ttl: b\n>>>>>>> x\n", told="could not finish", never='Write "<<<<'),
    "what is left of a conflict": Kind(change=lambda tree: f"{json.dumps(tree, indent=1)}\n>>>>>>> x\n", told="left over"),
    # 22: names that are nearly those of attributes
    "a key in capitals": Kind(change=_index(pk="EMAIL"), told='Write "email"', never='"name": "EMAIL"'),
    "a key with a space": Kind(change=_index(pk="email "), told='Write "email"', never='"name": "email "'),
    "a key with a look-alike": Kind(change=_index(pk="\u0435mail"), told='U\\+0435.*Write "email"'),
    "the key of the table in small letters": Kind(change=_index(pk="pk"), told="Name another attribute", never='Write "PK"'),
    "the key of the table in an entity": Kind(change=_entities(("PK", "email"), ("pk",)), told='entity "E1" calls it "pk".*Write "PK"', severity=WARNING),
    "the key of an index in an entity": Kind(change=_entities(("PK", "email"), ("PK", "E-Mail")), told='"E-Mail".*Write "email"', severity=WARNING),
    "both in an entity": Kind(change=_entities(("PK", "email"), ("PK", "pk", "email")), severity=None),
    "a time to live in capitals": Kind("tables: {Users: {ttl: Expires}}\n", _attribute(name="expires", type="N"), told='"Expires"; "expires" is declared.*Write ttl: "expires"'),
    "a time to live with a look-alike": Kind("tables: {Users: {ttl: \u0435xpires}}\n", _attribute(name="expires", type="N"), told='U\\+0435.*Write ttl: "expires"'),
    "a time to live that is nowhere": Kind("    ttl: gone\n", told="nothing would expire", severity=WARNING),
    # 24: lineage without a type
    "a join without a type": Kind(change=_attribute(join={"local_column": "a"}), told="The join has no type", never="Nothing is", severity=WARNING),
    "a calculation without a type": Kind(change=_attribute(calculation={}), told="The calculation has no type", never="Nothing is", severity=WARNING),
    "a transformation of type null": Kind(change=_attribute(transformation={"type": None}), told="has no type", never="Nothing is", severity=WARNING),
    "a join of a type in capitals": Kind(change=_attribute(join={"type": "Foreign_Key"}), told='Write "foreign-key"', severity=WARNING),
    # 27: one fact is one message
    "21 indexes in two environments": Kind("  prod: {region: eu-west-1, table_prefix: p-}\n", _many, told="21 indexes", never="21 indexes.*\n.*21 indexes", severity=WARNING),
}  # fmt: skip


def read(folder: Path, settings: str, tree: Any) -> list[Problem]:
    """The problems of a service."""
    service = folder / "svc"
    service.mkdir()
    (service / "migrationContract.json").write_text(tree if isinstance(tree, str) else json.dumps(tree, indent=1))
    (service / "deployment.yaml").write_text(settings)
    try:
        return [problem for found in read_services(folder) for problem in found.warnings]
    except ProblemsError as error:
        return list(error.problems)


@for_each("name", KINDS)
def test_a_mistake_is_told_and_its_fix_does_no_harm(tmp_path: Path, name: str) -> None:
    kind, tree = KINDS[name], contract()
    changed = kind.change(tree)
    problems = read(tmp_path, ENVIRONMENT + kind.settings, changed if isinstance(changed, str) else tree)
    lines = "\n".join(f"{p.path}: {p.message} {p.fix}" for p in problems if p.severity != "note")
    worst = min((problem.severity for problem in problems if problem.severity != "note"), default=None)
    assert worst == kind.severity, lines
    assert re.search(kind.told, lines), lines
    assert not re.search(kind.never, lines), lines


def _wide(tree: dict[str, Any]) -> None:
    table, names = tree["tables"][0], [f"a{number}" for number in range(21)]
    table["attributes"] += [{"name": name, "type": "S"} for name in names]
    table["gsis"][0].update(projection="INCLUDE", projected_attributes=names)


# 27: of a fact that holds in every environment there is one message.
ONCE: dict[str, Kind] = {
    "21 indexes": Kind(change=_many, told="21 indexes"),
    "a setting in the contract": Kind(change=lambda tree: tree["tables"][0].update(billing_mode="PROVISIONED"), told="not read here"),
    "an attribute that cannot expire": Kind("tables: {Users: {ttl: email}}\n", told="only type N makes an item expire"),
    "an attribute that is not there": Kind("defaults: {ttl: gone}\n", told="gone"),
    "more projected attributes than DynamoDB takes": Kind(change=_wide, told="20 are the limit"),
}  # fmt: skip


@for_each("name", ONCE)
def test_one_fact_in_three_environments_is_one_message(tmp_path: Path, name: str) -> None:
    kind, tree = ONCE[name], contract()
    kind.change(tree)
    three = f"{ENVIRONMENT}  prod: {{region: eu-west-1, table_prefix: p-}}\n  test: {{region: us-east-1}}\n"
    told = [p for p in read(tmp_path, three + kind.settings, tree) if p.severity != "note"]
    assert len(told) == 1, told
    assert re.search(kind.told, told[0].message)


@for_each("region", ["eu-wset-1", "EU-WEST-1", "eu_west_1", "eu-west1"])
def test_a_region_with_a_slip_of_the_hand(tmp_path: Path, region: str) -> None:
    (problem,) = read(tmp_path, ENVIRONMENT.replace("eu-west-1", region), contract())
    assert (problem.severity, problem.fix) == (ERROR, 'Write region: "eu-west-1".')


MANY: dict[str, tuple[dict[str, Any], str, str]] = {
    "a field in other words": ({"GSIs": []}, "", "C207"),
    "a key that is nearly an attribute": ({"pk": "Pk"}, "", "C223"),
    "an index at the wrong place": ({"search": [INDEX]}, "", "C220"),
    "a setting that is misspelt": ({}, "alarm: full", "S102"),
    "a value of another kind": ({}, 'ttl: 5', "S103"),
}  # fmt: skip


def _many_tables(fields: dict[str, Any], setting: str) -> tuple[dict[str, Any], str]:
    table = contract()["tables"][0]
    names = [f"Table{number:03}" for number in range(100)]
    tables = "tables:\n" + "".join(f"  {name}: {{{setting}}}\n" for name in names)
    return {"tables": [{**table, "table": name, **fields} for name in names]}, ENVIRONMENT + (tables if setting else "")


def _lines(problems: Sequence[Problem], id: str) -> tuple[int, int, int]:
    """How many lines of text, of annotations, and results of SARIF one rule takes."""
    text = [line for line in render_text(problems).splitlines() if id in line]
    results = run("contracts", problems, all_rules())["results"]
    return len(text), len(render_github(problems).splitlines()), len(results)


@pytest.mark.parametrize("name", MANY)
def test_the_same_mistake_in_100_tables_is_one_group(tmp_path: Path, name: str) -> None:
    fields, setting, id = MANY[name]
    tree, settings = _many_tables(fields, setting)
    problems = [problem for problem in read(tmp_path, settings, tree) if problem.id == id]
    assert len(problems) == 100
    text, annotations, results = _lines(problems, id)
    assert (text, annotations) == (6, 6)
    assert "95 more errors" in render_text(problems)
    assert "95 more errors" in render_github(problems)
    assert results == 100  # code scanning groups them by their rule
