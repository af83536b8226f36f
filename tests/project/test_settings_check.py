"""Every mistake in a deployment.yaml: where it is, what is wrong with it, and what to do."""

from pathlib import Path

import pytest

from scripts.problems import Problem, ProblemsError
from scripts.project.settings_reader import read_settings, read_source
from tests import samples
from tests.for_each import for_each

ENVIRONMENT = "environments:\n  prod:\n    region: eu-west-1\n"  # three lines; what follows begins in line 4
KEY = "arn:aws:kms:{}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

# id of the test: what follows ENVIRONMENT, then (line, column, id, path, message, fix) of every problem.
MISTAKES: dict[str, tuple[str, list[tuple[int, int, str, str, str, str]]]] = {
    "unknown setting": (
        "defaults: {encrypton: aws-managed}\n",
        [(4, 12, "S102", "defaults.encrypton", '"encrypton" is no setting.', 'Rename it to "encryption".')],
    ),
    "unknown setting of an environment": (
        "    regoin: eu-west-1\n",
        [
            (
                4,
                5,
                "S102",
                "environments.prod.regoin",
                '"regoin" is no setting.',
                'Keep one of the two, if "region" is meant.',
            )
        ],
    ),
    "setting of another kind of place": (
        "defaults: {region: eu-west-1}\n",
        [(4, 12, "S102", "defaults.region", '"region" is no setting.', "It belongs into environments.<name>.")],
    ),
    "settings one indentation too deep": (
        "    traffic:\n      item_count: 5\n      encryption: service-key\n      tags: {Team: a}\n",
        [
            (
                6,
                7,
                "S102",
                "environments.prod.traffic.encryption",
                '"encryption" is no setting of "traffic".',
                'Move it out of "traffic": it belongs in environments.prod. Known here: item_size_bytes, item_count,',
            ),
            (
                7,
                7,
                "S102",
                "environments.prod.traffic.tags",
                '"tags" is no setting of "traffic".',
                'Move it out of "traffic": it belongs in environments.prod.',
            ),
        ],
    ),
    "only an unknown part": (
        "defaults: {on_demand_maximum: {alarms: full}}\n",
        [
            (
                4,
                32,
                "S102",
                "defaults.on_demand_maximum.alarms",
                '"alarms" is no setting of "on_demand_maximum".',
                'Move it out of "on_demand_maximum": it belongs in defaults. Known here: read, write, indexes.',
            )
        ],
    ),
    "too deep, where it stands right as well": (
        "defaults: {capacity: {read: {min: 1, max: 2, ttl: a}}, ttl: expires_at}\n",
        [
            (
                4,
                46,
                "S102",
                "defaults.capacity.read.ttl",
                '"ttl" is no setting of "read".',
                'Keep one of the two: "ttl" stands in defaults too, where it belongs. Known here: min, max, target.',
            )
        ],
    ),
    "not deep enough": (
        "    retention_days: 40\n    min: 5\ndefaults: {capacity: {min: 5, max: 9}}\n",
        [
            (
                4,
                5,
                "S102",
                "environments.prod.retention_days",
                '"retention_days" is no setting.',
                'Write backups: {"retention_days": 40} in its place.',
            ),
            (5, 5, "S102", "environments.prod.min", '"min" is no setting.', "It belongs into defaults.capacity.read."),
            (
                6,
                23,
                "S102",
                "defaults.capacity.min",
                '"min" is no setting of "capacity".',
                "Move it into read or write.",
            ),
            (
                6,
                31,
                "S102",
                "defaults.capacity.max",
                '"max" is no setting of "capacity".',
                "Move it into read or write.",
            ),
        ],
    ),
    "a setting of an earlier version": (
        "    backups: {retention_days: 40, permissions_boundary: 'arn:aws:iam::111122223333:policy/b'}\n",
        [
            (
                4,
                35,
                "S102",
                "environments.prod.backups.permissions_boundary",
                '"permissions_boundary" is no setting of "backups".',
                "Write role instead, with the output BackupRoleArn of the environment's roles: docs/aws-setup.md",
            ),
        ],
    ),
    "unknown parts at any depth": (
        "    backups: {retention_days: 40, lock: {min_retention: 7, min_retention_days: 7}}\n"
        "tables: {Orders: {traffic: {reads: {average: 1, peek: 2}, indexes: {ByDay: {read: {average: 1}}}}}}\n",
        [
            (
                4,
                42,
                "S102",
                "environments.prod.backups.lock.min_retention",
                '"min_retention" is no setting of "lock".',
                'Keep one of the two, if "min_retention_days" is meant. Known here: min_retention_days, changeable_for_days.',
            ),
            (5, 49, "S102", "tables.Orders.traffic.reads.peek", '"peek" is no setting of', 'Rename it to "peak".'),
            (
                5,
                77,
                "S102",
                "tables.Orders.traffic.indexes.ByDay.read",
                '"read" is no setting of "ByDay".',
                'Rename it to "reads". Known here: reads, entry_size_bytes,',
            ),
        ],
    ),
    "unknown alarm and unknown operation": (
        "defaults: {alarm_rules: {throtled: {threshold: 5}}, latency_p99_ms: {alarms: 5}}\n",
        [
            (
                4,
                26,
                "S102",
                "defaults.alarm_rules.throtled",
                '"throtled" is no setting of "alarm_rules".',
                'Rename it to "throttled".',
            ),
            (
                4,
                70,
                "S102",
                "defaults.latency_p99_ms.alarms",
                '"alarms" is no setting of',
                'Move it out of "latency_p99',
            ),
        ],
    ),
    "numbers that are none": (
        "defaults: {traffic: {reads: {average: .inf, peak: .nan}}}\n",
        [
            (4, 30, "S103", "defaults.traffic.reads.average", ".inf is not a number.", "Write a number from"),
            (4, 45, "S103", "defaults.traffic.reads.peak", ".nan is not a number.", "Write a number from"),
        ],
    ),
    "unknown part": (
        "table: {}\n",
        [(4, 1, "S102", "table", '"table" is no setting.', 'Rename it to "tables".')],
    ),
    "unknown table": (
        "tables:\n  orders: {}\n  Elsewhere: {}\n",
        [
            (5, 3, "S201", "tables.orders", 'The contract has no table "orders".', 'Rename it to "Orders".'),
            (
                6,
                3,
                "S201",
                "tables.Elsewhere",
                'The contract has no table "Elsewhere".',
                "The contract has: Orders, Prices.",
            ),
        ],
    ),
    "unknown table of an environment": (
        "    tables: {Ordres: {}}\n",
        [
            (
                4,
                14,
                "S201",
                "environments.prod.tables.Ordres",
                'The contract has no table "Ordres".',
                'Rename it to "Orders".',
            )
        ],
    ),
    "unquoted account": (
        "    account: 111122223333\n",
        [
            (
                4,
                5,
                "S103",
                "environments.prod.account",
                "111122223333 is not text.",
                'Write account: "111122223333".',
            )
        ],
    ),
    "short account": (
        '    account: "11112222333"\n',
        [(4, 5, "S103", "environments.prod.account", '"11112222333" is not allowed here.', "The 12 digits")],
    ),
    "account with a line break": (
        '    account: "111122223333\\n"\n',
        [
            (
                4,
                5,
                "S103",
                "environments.prod.account",
                '"111122223333\\n" is not allowed here.',
                'Write account: "111122223333".',
            )
        ],
    ),
    "days as text": (
        "defaults: {point_in_time_recovery_days: '7'}\n",
        [
            (
                4,
                12,
                "S103",
                "defaults.point_in_time_recovery_days",
                '"7" is not a whole number.',
                "Write point_in_time_recovery_days: 7.",
            )
        ],
    ),
    "tag that is a date": (
        "defaults:\n  tags: {Created: 2026-11-22, At: 2026-11-22 10:00:00}\n",
        [
            (5, 10, "S103", "defaults.tags.Created", "2026-11-22 is not text.", 'Write Created: "2026-11-22".'),
            (5, 31, "S103", "defaults.tags.At", "2026-11-22 10:00:00 is not text.", 'Write At: "2026-11-22 10:00:00".'),
        ],
    ),
    "tag that is bytes": (
        "defaults: {tags: {Created: !!binary aGVsbG8=}}\n",
        [(4, 19, "S103", "defaults.tags.Created", "\"b'hello'\" is not text.", "Put it in quotes.")],
    ),
    "days as a fraction": (
        "defaults: {point_in_time_recovery_days: 7.0}\n",
        [
            (
                4,
                12,
                "S103",
                "defaults.point_in_time_recovery_days",
                "7.0 is not a whole number.",
                "Write point_in_time_recovery_days: 7.",
            )
        ],
    ),
    "days as yes": (
        "defaults: {point_in_time_recovery_days: yes}\n",
        [
            (
                4,
                12,
                "S103",
                "defaults.point_in_time_recovery_days",
                "yes is not a whole number.",
                "Write a whole number from 1 to 35. How far back",
            )
        ],
    ),
    "too few days": (
        "defaults: {point_in_time_recovery_days: 0}\n",
        [
            (
                4,
                12,
                "S103",
                "defaults.point_in_time_recovery_days",
                "0 is too small.",
                "Write a whole number from 1 to 35.",
            )
        ],
    ),
    "too many days": (
        "defaults: {point_in_time_recovery_days: 36}\n",
        [
            (
                4,
                12,
                "S103",
                "defaults.point_in_time_recovery_days",
                "36 is too large.",
                "Write a whole number from 1 to 35.",
            )
        ],
    ),
    "unknown class": (
        "defaults: {table_class: standard}\n",
        [(4, 12, "S103", "defaults.table_class", '"standard" is not known.', 'Write table_class: "STANDARD".')],
    ),
    "no such encryption": (
        "defaults: {encryption: alias/mine}\n",
        [
            (
                4,
                12,
                "S103",
                "defaults.encryption",
                '"alias/mine" is not allowed here.',
                "aws-managed (the key alias/aws/",
            )
        ],
    ),
    "key of another Region": (
        f"defaults:\n  encryption: {KEY.format('us-east-1')}\n",
        [
            (
                5,
                3,
                "S203",
                "defaults.encryption",
                "The key is in us-east-1, but prod is in eu-west-1.",
                "Name a key of eu-west-1 under environments.prod.",
            )
        ],
    ),
    "ttl of type S": (
        "tables:\n  Orders:\n    ttl: email\n",
        [
            (
                6,
                5,
                "S204",
                "tables.Orders.ttl",
                '"email" of Orders has type S: only type N',
                "Name an attribute of type N",
            )
        ],
    ),
    "ttl that CloudFormation would replace": (
        "tables: {Orders: {ttl: '{{resolve:ssm:x}}'}}\n",
        [
            (
                4,
                19,
                "S208",
                "tables.Orders.ttl",
                'CloudFormation would replace "{{resolve:ssm:x}}" by',
                "Name an attribute",
            )
        ],
    ),
    "ttl that is too long": (
        f"tables: {{Orders: {{ttl: {'x' * 256}}}}}\n",
        [(4, 19, "S103", "tables.Orders.ttl", f'"{"x" * 76}... is too long.', "The attribute that holds")],
    ),
    "prefix that is not legal": (
        "    table_prefix: 'prod/'\n",
        [
            (
                4,
                5,
                "S103",
                "environments.prod.table_prefix",
                '"prod/" is not allowed here.',
                "A prefix for every table name",
            )
        ],
    ),
    "no address": (
        "    alarm_emails: [oncall]\n",
        [
            (
                4,
                20,
                "S103",
                "environments.prod.alarm_emails[0]",
                '"oncall" is not allowed here.',
                "Addresses that the alarm topic notifies.",
            )
        ],
    ),
    "address twice": (
        "    alarm_emails: [a@example.com, a@example.com]\n",
        [(4, 35, "S103", "environments.prod.alarm_emails[1]", "This entry stands in the list already.", "Remove it.")],
    ),
    "address that is no list": (
        "    alarm_emails: a@example.com\n",
        [
            (
                4,
                5,
                "S103",
                "environments.prod.alarm_emails",
                '"a@example.com" is not a list.',
                'Write alarm_emails: ["a@example.com"].',
            )
        ],
    ),
    "nothing below a name": (
        "defaults:\ntables:\n",
        [
            (4, 1, "S103", "defaults", 'Nothing stands after "defaults:".', "Write a value, or remove the line."),
            (
                5,
                1,
                "S103",
                "tables",
                'Nothing stands after "tables:".',
                "Write a value, or remove the line. Settings of one",
            ),
        ],
    ),
    "reserved tags": (
        "defaults:\n  tags:\n    Service: x\n    Environment: x\n    aws:x: y\n    AWS:x: y\n",
        [
            (line, 5, "S103", f"defaults.tags.{tag}", f'"{tag}" cannot be a name here.', "Use letters, digits, spaces")
            for line, tag in enumerate(("Service", "Environment", "aws:x", "AWS:x"), 6)
        ],
    ),
    "number as a tag": (
        "defaults:\n  tags:\n    Cost: 5\n    True: true\n",
        [
            (6, 5, "S103", "defaults.tags.Cost", "5 is not text.", 'Write Cost: "5".'),
            (7, 5, "S103", "defaults.tags.True", "true is not text.", 'Write True: "true".'),
        ],
    ),
    "hostile tags": (
        "defaults:\n  tags:\n    A: '${AWS::AccountId}'\n    B: '{{resolve:ssm:x}}'\n    C: |\n      x\n    '${D}': x\n",
        [
            (6, 5, "S103", "defaults.tags.A", '"${AWS::AccountId}" is not allowed here.', "Letters, digits, spaces"),
            (7, 5, "S103", "defaults.tags.B", '"{{resolve:ssm:x}}" is not allowed here.', "Letters, digits, spaces"),
            (8, 5, "S103", "defaults.tags.C", '"x\\n" is not allowed here.', 'Write C: "x".'),
            (10, 5, "S103", "defaults.tags.${D}", '"${D}" cannot be a name here.', "Use letters, digits, spaces"),
        ],
    ),
    "many tags": (
        "defaults: {tags: {" + ", ".join(f"t{n}: x" for n in range(46)) + "}}\n",
        [(4, 12, "S103", "defaults.tags", "There are too many tags.", "Keep at most 45")],
    ),
    "many mistakes of several kinds": (
        "    account: 1\n  Prod:\n    region: moon\n  dev: {}\ndefaults: {ttll: x}\ntables: {Order: {}}\n",
        [
            (4, 5, "S103", "environments.prod.account", "1 is not text.", "The 12 digits"),
            (5, 3, "S103", "environments.Prod", '"Prod" cannot be a name here.', "Use lower-case letters"),
            (6, 5, "S103", "environments.Prod.region", '"moon" is not allowed here.', "The AWS Region of the env"),
            (7, 3, "S103", "environments.dev", '"region" is missing here.', 'Add "region": The AWS Region'),
            (8, 12, "S102", "defaults.ttll", '"ttll" is no setting.', 'Rename it to "ttl".'),
            (9, 10, "S201", "tables.Order", 'The contract has no table "Order".', 'Rename it to "Orders".'),
        ],
    ),
    "environment in the way of the pages": (
        "  tables: {region: eu-west-1}\n",
        [(4, 3, "S207", "environments.tables", 'An environment cannot be called "tables"', "Choose another name.")],
    ),
    "environments that Windows cannot hold": (
        "  con: {region: eu-west-1}\n  lpt1: {region: eu-west-2}\n  console: {region: eu-west-3}\n  com10: {region: us-east-1}\n",
        [
            (
                4,
                3,
                "S207",
                "environments.con",
                'An environment cannot be called "con": Windows keeps',
                "Choose another name.",
            ),
            (
                5,
                3,
                "S207",
                "environments.lpt1",
                'An environment cannot be called "lpt1": Windows keeps',
                "Choose another",
            ),
        ],
    ),
    "after what is no environment, and after itself": (
        "    after: [tset, prod, Moon]\n  test: {region: eu-west-2}\n",
        [(4, 25, "S103", "environments.prod.after[2]", '"Moon" is not allowed here.', "Environments of this file")],
    ),
    "after a misspelt environment, and after itself": (
        "    after: [tset, prod, moon]\n  test: {region: eu-west-2}\n",
        [
            (4, 13, "S222", "environments.prod.after[0]", 'There is no environment "tset" in this', 'Write "test".'),
            (
                4,
                19,
                "S222",
                "environments.prod.after[1]",
                '"prod" comes after itself.',
                'Remove "prod" from its own list.',
            ),
            (
                4,
                25,
                "S222",
                "environments.prod.after[2]",
                'There is no environment "moon" in this',
                "It has: prod, test.",
            ),
        ],
    ),
    "environments in a circle": (
        "    after: [test]\n  test: {region: eu-west-2, after: [dev]}\n  dev: {region: eu-west-3, after: [prod]}\n",
        [
            (
                4,
                13,
                "S222",
                "environments.prod.after[0]",
                'The order goes in a circle: "prod" after "test" after "dev" after "prod".',
                'Remove "test" here, or another of them.',
            )
        ],
    ),
    "more waves than there are": (
        "    after: [test]\n  test: {region: eu-west-2, after: [dev]}\n  dev: {region: eu-west-3, after: [lab]}\n"
        "  lab: {region: us-east-1}\n",
        [
            (
                4,
                13,
                "S222",
                "environments.prod.after[0]",
                'That makes 4 waves: "lab", then "dev", then "test", then "prod".',
                'Let "prod" come after an earlier one: a deployment has at most 3 waves, each',
            )
        ],
    ),
}
# Files that are wrong as a whole.
WHOLE: dict[str, tuple[str, tuple[int, int, str, str]]] = {
    "empty": ("", (1, 1, "S101", "The file holds no settings.")),
    "a list": ("- a\n", (1, 1, "S101", "The file holds no settings.")),
    "text": ("environments\n", (1, 1, "S101", "The file holds no settings.")),
    "no environments": ("defaults: {}\n", (1, 1, "S103", '"environments" is missing here.')),
    "environments empty": ("environments: {}\n", (1, 1, "S103", "There is no environment.")),
    "environments as a list": ("environments: [a]\n", (1, 1, "S103", '["a"] is not a group of names and values.')),
    "environment as text": ("environments: {a: eu-west-1}\n", (1, 16, "S103", '"eu-west-1" is not a group')),
    "text with the tag of another kind": (
        "environments:\n  prod: !!bool abc\n",
        (2, 9, "S002", "This value is no !!bool."),
    ),
    "nothing with a tag": ("environments:\n  prod: !!int ''\n", (2, 9, "S002", "This value is no !!int.")),
    "date with a tag": ("environments: {a: !!timestamp abc}\n", (1, 19, "S002", "This value is no !!timestamp.")),
    "number with a tag": ("environments: {a: !!int abc}\n", (1, 19, "S002", "This value is no !!int.")),
    "group with a tag": (
        "environments: {a: !!map abc}\n",
        (1, 19, "S002", "This value cannot be read: expected a map"),
    ),
    "endless time": (
        "environments: {a: " + "9:" + "59:" * 200 + "1.5}\n",
        (1, 19, "S002", "This value cannot be read: "),
    ),
    "an unfinished merge": (
        "environments:\n<<<<<<< HEAD\n  a: {}\n=======\n  b: {}\n>>>>>>> other\n",
        (2, 1, "S006", "The file holds a merge that git could not finish: line 3 (HEAD) or line 5 (other)."),
    ),
    "a Markdown fence": ("```yaml\nenvironments: {}\n```\n", (1, 1, "S002", "A Markdown fence (```) stands here.")),
    "not YAML": ("environments:\n\ta: 1\n", (2, 1, "S002", "This is not YAML")),
}


def read(root: Path, settings: str, contract: dict[str, object] | None = None) -> list[Problem]:
    """The problems of a deployment.yaml, errors or not."""
    from scripts.contract import read_contract

    folder = samples.write_service(root, contract=contract, settings=settings) / samples.SERVICE
    try:
        return read_settings(folder / "deployment.yaml", read_contract(folder / "migrationContract.json"))[1]
    except ProblemsError as error:
        return list(error.problems)


@for_each(("text", "wanted"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(tmp_path: Path, text: str, wanted: list[tuple[int, int, str, str, str, str]]) -> None:
    problems = read(tmp_path, ENVIRONMENT + text)
    found = [(p.line, p.column, p.id, p.path, p.message, p.fix) for p in problems]
    cut = [(*f[:4], f[4][: len(w[4])], f[5][: len(w[5])]) for f, w in zip(found, wanted, strict=False)]
    assert cut == wanted
    assert len(found) == len(wanted), found
    for problem in problems:
        assert problem.severity == "error"
        assert problem.message.endswith((".", "?"))
        assert problem.fix, "it says what to do"
        assert max(map(len, (problem.message, problem.fix))) < 400


@for_each(("text", "wanted"), WHOLE.values(), ids=WHOLE)
def test_wrong_as_a_whole(tmp_path: Path, text: str, wanted: tuple[int, int, str, str]) -> None:
    (problem,) = read(tmp_path, text)
    assert (problem.line, problem.column, problem.id) == wanted[:3]
    assert problem.message.startswith(wanted[3])
    assert problem.fix


def test_ttl_that_nothing_declares_is_doubted(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, ENVIRONMENT + "tables: {Orders: {ttl: expire_at}}\n")
    assert (problem.severity, problem.id, problem.line, problem.column) == ("warning", "S205", 4, 19)
    assert problem.message == 'No attribute of Orders is called "expire_at": nothing would expire.'
    assert problem.fix == 'Write ttl: "expires_at", or declare it in the contract, with type N.'


@pytest.mark.parametrize("reverse", [False, True])
def test_ttl_that_is_a_number_in_some_items_only(tmp_path: Path, reverse: bool) -> None:
    contract = samples.contract()
    for entity, type in zip(contract["tables"][0]["entities"], sorted("NS", reverse=reverse), strict=True):
        entity["attributes"].append({"name": "until", "type": type})
    (problem,) = read(tmp_path, ENVIRONMENT + "tables: {Orders: {ttl: until}}\n", contract)
    assert (problem.severity, problem.id) == ("error", "S204")
    assert problem.message == '"until" of Orders has type N and S: only type N makes an item expire.'


def test_a_prefix_that_makes_a_name_too_long(tmp_path: Path) -> None:
    contract = {"tables": [{**samples.PRICES, "table": "x" * length} for length in (246, 247)]}
    (problem,) = read(tmp_path, ENVIRONMENT + "    table_prefix: prefix---\n", contract)
    assert (problem.id, problem.line, problem.column) == ("S202", 4, 5)
    assert problem.message.endswith("has 256 characters; a table name has at most 255.")


def test_a_key_of_another_region_is_told_once_for_each_environment(tmp_path: Path) -> None:
    more = "  dev: {region: eu-central-1}\n  us: {region: us-east-1}\n"
    problems = read(tmp_path, ENVIRONMENT + more + f"defaults: {{encryption: '{KEY.format('us-east-1')}'}}\n")
    found = sorted(problem.message.split(", but ")[1] for problem in problems)
    assert found == ["dev is in eu-central-1.", "prod is in eu-west-1."]


def test_good_settings_have_no_problems(tmp_path: Path) -> None:
    assert read(tmp_path, samples.SETTINGS) == []


def test_words_of_yaml_1_1_are_what_the_setting_needs(tmp_path: Path) -> None:
    """`off` is a word where a word is needed, as editors read it, and false where true or false is needed."""
    more = """    contributor_insights: off
    production: yes
    tags: {Country: NO, Reviewed: Yes}
    deletion_protection: off
    deletion_protection_reason: rebuilt every night
"""
    assert read(tmp_path, ENVIRONMENT + more) == []
    found = read_source(tmp_path / "contracts" / samples.SERVICE / "deployment.yaml").value["environments"]["prod"]
    assert (found["contributor_insights"], found["production"], found["deletion_protection"]) == ("off", True, False)
    assert found["tags"] == {"Country": "NO", "Reviewed": "Yes"}
