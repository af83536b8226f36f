"""Settings that do not fit each other, the contract or AWS: each complaint with a wrong and a right example."""

from pathlib import Path

from scripts.access.resource_policies import SIZE_MAX
from scripts.problems import rules_in
from scripts.project.settings_rules import FAMILY, policy_access, policy_conditions, policy_form
from scripts.properties.exceptions import AS_FOUND
from tests.for_each import for_each
from tests.project.test_settings_check import ENVIRONMENT, read

STREAM = "arn:aws:kinesis:{}:111122223333:stream/orders"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TOPIC = "arn:aws:sns:{}:111122223333:people"
LIMITS = "{read: {min: 5, max: 9}, write: {min: 5, max: 9}}"
STATEMENT = "{Effect: Allow, Principal: {AWS: 'arn:aws:iam::111122223333:role/reporting'}, Action: 'dynamodb:Query', Resource: '*'}"
POLICY = "tables: {Orders: {resource_policy: {Version: '2012-10-17', Statement: [STATEMENT]}}}\n"
TRAFFIC = "traffic: {reads: {average: 100, peak: 110, consistency: strong}, writes: {average: 100, peak: 110}}"
ADVISED = f"tables:\n  Prices:\n    billing: advise\n    {TRAFFIC}\n"  # provisioned is cheaper for such a steady load
MANY_TAGS = "{{" + ", ".join(f"{{0}}{n}: x" for n in range(23)) + "}}"  # 23, which becomes 46 with as many others
Found = tuple[int, int, str, str, str]

# id of the test: what follows ENVIRONMENT (three lines) and is wrong; (line, column, id, severity, message) of every
# problem, and what would be right.
CASES: dict[str, tuple[str, list[Found], str]] = {
    "stream of another Region": (
        f"defaults:\n  kinesis_stream: {STREAM.format('us-east-1')}\n",
        [(5, 3, "S203", "error", "The stream is in us-east-1, but prod is in eu-west-1.")],
        f"defaults:\n  kinesis_stream: {STREAM.format('eu-west-1')}\n",
    ),
    "no reason for no protection": (
        "tables:\n  Orders: {deletion_protection: false}\n",
        [(5, 12, "S209", "error", "deletion_protection is off and nobody says why.")],
        "tables:\n  Orders: {deletion_protection: false, deletion_protection_reason: rebuilt every night}\n",
    ),
    "no reason for a key of AWS": (
        "    encryption: aws-owned\n",
        [(4, 5, "S209", "error", "encryption is aws-owned and nobody says why.")],
        "    encryption: aws-owned\ndefaults: {encryption_reason: public data}\n",
    ),
    "reason for some tables only": (
        "defaults: {encryption: aws-owned}\ntables: {Orders: {encryption_reason: public data}}\n",
        [(4, 12, "S209", "error", "encryption is aws-owned and nobody says why.")],
        "defaults: {encryption: aws-owned, encryption_reason: public data}\n",
    ),
    "provisioned without capacity": (
        "tables:\n  Orders: {billing: provisioned, capacity: {read: {min: 5, max: 9}}}\n",
        [(5, 12, "S210", "error", "Orders is provisioned, but nothing says how much: write missing.")],
        f"tables:\n  Orders: {{billing: provisioned, capacity: {LIMITS}}}\n",
    ),
    "every table provisioned without capacity": (
        "defaults: {billing: provisioned}\n",
        [
            (4, 12, "S210", "error", f"{table} is provisioned, but nothing says how much: read and write missing.")
            for table in ("Orders", "Prices")
        ],
        f"defaults: {{billing: provisioned, capacity: {LIMITS}}}\n",
    ),
    "capacity that is not used": (
        f"tables: {{Orders: {{capacity: {LIMITS}}}}}\n",
        [(4, 19, "S211", "warning", "Orders is billed on demand: its capacity is not used.")],
        f"defaults: {{billing: provisioned, capacity: {LIMITS}}}\n"
        "tables: {Orders: {billing: on-demand, capacity: {}}}\n",
    ),
    "limits the wrong way round": (
        "tables:\n  Orders:\n    billing: provisioned\n    capacity:\n      read: {min: 9, max: 5}\n"
        "      write: {min: 8, max: 7}\n      indexes:\n        ByDay:\n          read: {min: 4, max: 3}\n",
        [
            (8, 7, "S212", "error", "The minimum of read capacity, 9, is above the maximum, 5."),
            (9, 7, "S212", "error", "The minimum of write capacity, 8, is above the maximum, 7."),
            (12, 11, "S212", "error", "The minimum of read capacity, 4, is above the maximum, 3."),
        ],
        f"tables: {{Orders: {{billing: provisioned, capacity: {LIMITS}}}}}\n",
    ),
    "limits the wrong way round, from a more general place": (
        "defaults:\n  billing: provisioned\n  capacity:\n    read: {min: 9, max: 5}\n"
        "tables:\n  Orders: {capacity: {write: {min: 1, max: 5}}}\n  Prices: {billing: on-demand, capacity: {}}\n",
        [(7, 5, "S212", "error", "The minimum of read capacity, 9, is above the maximum, 5.")],
        f"defaults: {{billing: provisioned, capacity: {LIMITS}}}\n",
    ),
    "maximum of a provisioned table": (
        f"defaults:\n  on_demand_maximum: {{read: 9}}\ntables: {{Orders: {{billing: provisioned, capacity: {LIMITS}}}}}\n",
        [(5, 3, "S213", "error", "Orders is provisioned: AWS refuses an on-demand maximum there.")],
        "defaults:\n  on_demand_maximum: {read: 9}\n"
        f"tables: {{Orders: {{billing: provisioned, on_demand_maximum: {{}}, capacity: {LIMITS}}}}}\n",
    ),
    "maximum where advise chooses provisioned": (
        f"{ADVISED}    on_demand_maximum: {{read: 900}}\n",
        [(8, 5, "S213", "error", "billing: advise makes Prices provisioned: AWS refuses an on-demand maximum there.")],
        f"{ADVISED.replace('peak: 110', 'peak: 9000')}    on_demand_maximum: {{read: 9000}}\n",
    ),
    "less warm than a table on demand": (
        "tables:\n  Orders:\n    warm_throughput:\n      read: 11999\n      write: 3999\n"
        "      indexes: {ByDay: {read: 11998, write: 4000}}\n",
        [
            (7, 7, "S220", "error", "Orders begins with 12,000 reads a second: AWS refuses a warm throughput of 11,999."),
            (8, 7, "S220", "error", "Orders begins with 4,000 writes a second: AWS refuses a warm throughput of 3,999."),
            (9, 25, "S220", "error", "Index ByDay of Orders begins with 12,000 reads a second: AWS refuses a warm"),
        ],
        "tables: {Orders: {warm_throughput: {read: 12000, write: 4000, indexes: {ByDay: {read: 12000}}}}}\n",
    ),
    "less warm than a provisioned table": (
        f"defaults:\n  billing: provisioned\n  capacity: {LIMITS}\n"
        "tables: {Orders: {warm_throughput: {read: 4, write: 5, indexes: {ByDay: {write: 4}}}}}\n",
        [
            (7, 37, "S220", "error", "Orders begins with 5 reads a second: AWS refuses a warm throughput of 4."),
            (7, 74, "S220", "error", "Index ByDay of Orders begins with 5 writes a second: AWS refuses a warm throughput"),
        ],
        f"defaults:\n  billing: provisioned\n  capacity: {LIMITS}\n"
        "tables: {Orders: {warm_throughput: {read: 5, write: 5, indexes: {ByDay: {write: 5}}}}}\n",
    ),
    "less warm where advise chooses provisioned": (
        f"{ADVISED}    warm_throughput: {{write: 50}}\n",
        [(8, 23, "S220", "error", "Prices begins with 143 writes a second")],  # what the traffic needs
        f"{ADVISED}    warm_throughput: {{write: 200}}\n",
    ),
    "too many tags together": (
        f"    tags: {MANY_TAGS.format('a')}\ntables:\n  Prices:\n    tags: {MANY_TAGS.format('b')}\n"
        f"  Orders:\n    tags: {MANY_TAGS.format('c')}\n",
        [
            (4, 5, "S221", "error", "Together with the tags of more general places these are 46 tags."),
        ],
        f"    tags: {MANY_TAGS.format('a')}\ntables:\n  Prices:\n    tags: {MANY_TAGS.format('a')}\n",
    ),
    "topics of another Region": (
        f"    alarm_topics:\n      - {TOPIC.format('eu-west-1')}\n      - {TOPIC.format('us-east-1')}\n",
        [(6, 9, "S203", "error", "The topic is in us-east-1, but prod is in eu-west-1.")],
        f"    alarm_topics: ['{TOPIC.format('eu-west-1')}']\n",
    ),
    "key for the topics of another Region": (
        f"    alarm_encryption: {KEY.replace('eu-west-1', 'us-east-1')}\n",
        [(4, 5, "S203", "error", "The key is in us-east-1, but prod is in eu-west-1.")],
        f"    alarm_encryption: {KEY}\n",
    ),
    "unknown indexes": (
        "tables:\n  Orders:\n    warm_throughput: {indexes: {ByDya: {read: 20000}}}\n"
        "  Prices:\n    on_demand_maximum: {indexes: {ByDay: {read: 5}}}\n",
        [
            (6, 33, "S214", "error", 'Orders has no index "ByDya".'),
            (8, 35, "S214", "error", 'Prices has no index "ByDay".'),
        ],
        "tables:\n  Orders:\n    warm_throughput: {indexes: {ByDay: {read: 20000}}}\n",
    ),
    "insights beside a customer's key": (
        f"defaults: {{contributor_insights: all-keys}}\ntables: {{Orders: {{encryption: '{KEY}'}}}}\n",
        [(4, 12, "S215", "error", "Contributor Insights would show, in plain text, keys of Orders, which your own key")],
        "defaults: {contributor_insights: all-keys, contributor_insights_shows_keys: accepted}\n"
        f"tables: {{Orders: {{encryption: '{KEY}'}}}}\n",
    ),
    "policy without statements": (
        "tables: {Orders: {resource_policy: {Version: '2012-10-17', Statement: {}}}}\n",
        [(4, 60, "S216", "error", "The policy has no list of statements.")],
        POLICY.replace("STATEMENT", STATEMENT),
    ),
    "policy that is too long": (
        POLICY.replace("STATEMENT", STATEMENT.replace("{Effect", f"{{Sid: {'x' * SIZE_MAX}, Effect")),
        [(4, 19, "S216", "error", "The policy has 20,6")],
        POLICY.replace("STATEMENT", STATEMENT.replace("{Effect", f"{{Sid: {'x' * (SIZE_MAX - 250)}, Effect")),
    ),
    "policy that CloudFormation would change": (
        POLICY.replace("STATEMENT", STATEMENT.replace("{Effect", "{Sid: '{{resolve:ssm:x}}', Condition: {StringEquals: {aws:UserAgent: {Ref: T}}}, Effect")),
        [
            (4, 73, "S216", "error", "CloudFormation would replace a {{resolve:...}} in the policy by a secret or"),
            (4, 142, "S216", "error", "CloudFormation would replace Ref in the policy."),
        ],
        POLICY.replace("STATEMENT", STATEMENT.replace("{Effect", "{Condition: {StringEquals: {aws:PrincipalTag/x: '${aws:username}'}}, Effect")),
    ),
    "policy with a date": (
        POLICY.replace("'2012-10-17'", "2012-10-17").replace("STATEMENT", STATEMENT),
        [(4, 37, "S216", "error", "2012-10-17 in the policy is no text.")],
        POLICY.replace("STATEMENT", STATEMENT),
    ),
    "no customer's key where one is demanded": (
        f"    encryption_policy: customer-key\ntables: {{Orders: {{encryption: '{KEY}'}}}}\n",
        [(4, 5, "S217", "error", "prod demands a customer key, but Prices uses aws-managed.")],
        f"    encryption_policy: customer-key\n    encryption: service-key\ntables: {{Orders: {{encryption: '{KEY}'}}}}\n",
    ),
    "backups that are cold for too short a time": (
        "    backups: {retention_days: 99, cold_after_days: 10}\n",
        [(4, 5, "S218", "error", "A backup that goes to cold storage after 10 days must be kept for at least 100.")],
        "    backups: {retention_days: 100, cold_after_days: 10}\n",
    ),
    "backups that the lock refuses": (
        "    backups: {retention_days: 99, cold_after_days: 10, lock: {min_retention_days: 100}}\n",
        [
            (4, 5, "S218", "error", "A backup that goes to cold storage after 10 days must be kept for at least 100."),
            (4, 5, "S218", "error", "The lock refuses backups that are kept for less than 100 days; these are kept"),
        ],
        "    backups: {retention_days: 99, lock: {min_retention_days: 99, changeable_for_days: 3}}\n",
    ),
    "misspelt Regions": (
        "    backups: {retention_days: 9, copy_to: ['arn:aws:backup:eu-wset-1:111122223333:backup-vault:copies']}\n"
        "  dev: {region: us-eats-1}\n  test: {region: ue-west-1}\n",
        [
            (4, 44, "S251", "error", '"eu-wset-1" is not an AWS Region.'),
            (5, 9, "S251", "error", '"us-eats-1" is not an AWS Region.'),
            (6, 10, "S251", "error", '"ue-west-1" is not an AWS Region.'),
        ],
        "    backups: {retention_days: 9, copy_to: ['arn:aws:backup:eu-west-2:111122223333:backup-vault:copies']}\n"
        "  dev: {region: us-east-1}\n",
    ),
    "Region of next year": (
        "  dev: {region: eu-west-4}\n",
        [(4, 9, "S252", "warning", '"eu-west-4" is no Region that is known here.')],
        "  dev: {region: mx-central-1}\n",
    ),
    "stream of another account": (
        f"    account: '444455556666'\n    kinesis_stream: {STREAM.format('eu-west-1')}\n",
        [(5, 5, "S253", "error", "The Kinesis stream is of account 111122223333, but prod is of 444455556666.")],
        f"    account: '111122223333'\n    kinesis_stream: {STREAM.format('eu-west-1')}\n",
    ),
    "backup role of another account": (
        "    account: '444455556666'\n    backups: {retention_days: 9, role: 'arn:aws:iam::111122223333:role/b'}\n",
        [(5, 34, "S253", "error", "The backup role is of account 111122223333, but prod is of 444455556666.")],
        "    account: '444455556666'\n    backups: {retention_days: 9, role: 'arn:aws:iam::444455556666:role/b'}\n",
    ),
    "two accounts where none is stated": (
        f"    kinesis_stream: {STREAM.format('eu-west-1')}\n"
        "    backups: {retention_days: 9, role: 'arn:aws:iam::444455556666:role/b'}\n",
        [(4, 5, "S253", "error", "The Kinesis stream is of account 111122223333, but the backup role is of 4444")],
        f"    account: '444455556666'\n    encryption: {KEY}\n    alarm_topics: ['{TOPIC.format('eu-west-1')}']\n",
    ),
    "partition of another Region": (
        "  china:\n    region: cn-north-1\n    encryption: 'arn:aws:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'\n"
        "    backups: {retention_days: 9, copy_to: ['arn:aws:backup:eu-west-1:111122223333:backup-vault:copies']}\n"
        f"    alarm_topics: ['{TOPIC.format('cn-north-1')}']\n",
        [
            (6, 5, "S254", "error", "arn:aws:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab is in the partition aws, but Region cn-"),
            (7, 44, "S254", "error", "arn:aws:backup:eu-west-1:111122223333:backup-vault:copies is in the partition aws"),
            (8, 20, "S254", "error", "arn:aws:sns:cn-north-1:111122223333:people is in the partition aws, but"),
        ],
        "  china:\n    region: cn-north-1\n    encryption: 'arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'\n",
    ),
    "addresses beside topics": (
        f"    alarm_topics: ['{TOPIC.format('eu-west-1')}']\n    alarm_emails: [a@example.com]\n    alarm_encryption: none\n",
        [
            (5, 5, "S261", "error", "prod notifies the topics of alarm_topics: alarm_emails is not used."),
        ],
        # The topic of the feed is the service's own all the same, and is encrypted as it says.
        f"    alarm_topics: ['{TOPIC.format('eu-west-1')}']\n    alarm_encryption: none\n",
    ),
    "topics for queues": (
        f"    alarm_topics: ['{TOPIC.format('eu-west-1')}', '{TOPIC.format('eu-west-1')}.fifo']\n",
        [(4, 65, "S262", "error", "people.fifo is a FIFO topic, which delivers to queues only.")],
        f"    alarm_topics: ['{TOPIC.format('eu-west-1')}']\n",
    ),
    "more datapoints than periods": (
        "defaults: {alarm_rules: {throttled: {datapoints: 5, evaluation_periods: 3}, consumption: {datapoints: 288}}}\n"
        "tables: {Prices: {alarm_rules: {consumption: {datapoints: 2, evaluation_periods: 1}}}}\n",
        [
            (4, 38, "S263", "error", "throttled asks for 5 datapoints among 3 evaluation periods."),
            (5, 47, "S263", "error", "consumption asks for 2 datapoints among 1 evaluation periods."),
        ],
        "defaults: {alarm_rules: {throttled: {datapoints: 3, evaluation_periods: 3}, consumption: {evaluation_periods: 1}}}\n",
    ),
}  # fmt: skip


@for_each(("wrong", "problems", "right"), CASES.values(), ids=CASES)
def test_wrong_and_right(tmp_path: Path, wrong: str, problems: list[Found], right: str) -> None:
    told = read(tmp_path, ENVIRONMENT + wrong)
    found = [(p.line, p.column, p.id, p.severity, p.message) for p in told]
    assert [(*f[:4], f[4][: len(w[4])]) for f, w in zip(found, problems, strict=False)] == problems
    assert len(found) == len(problems), found
    assert all(problem.fix for problem in told)
    assert read(tmp_path, ENVIRONMENT + right) == []


def test_every_complaint_is_tried() -> None:
    """S202, S204, S205, S208 and S223 are tried with the names and types of the contract, S219 and S224 with traffic; policies have a table of their own."""
    elsewhere = {
        rule.id for module in (policy_access, policy_conditions, policy_form) for rule in rules_in(module).rules
    } - {"S216"}
    known = {id for id, rule in FAMILY.rules.items() if rule.check} - elsewhere
    assert known - {"S202", "S204", "S205", "S208", "S219", "S223", "S224"} == {
        problem[2] for _, all, _ in CASES.values() for problem in all
    }


def test_one_wrong_line_is_told_once_for_all_environments_and_tables(tmp_path: Path) -> None:
    more = "  dev: {region: eu-central-1}\n  test: {region: eu-west-1}\n"
    (problem,) = read(tmp_path, ENVIRONMENT + more + "defaults: {deletion_protection: false}\n")
    assert (problem.line, problem.id) == (6, "S209")


# Reasons stand in templates: nothing in them may be replaced by CloudFormation, or break a line.
HOSTILE = {
    "resolve": "see {{resolve:ssm:x}}",
    "substitution": "for ${AWS::AccountId}",
    "newline": "first\\nsecond",
    "only a newline": "\\n",
    "line break at the end": "rebuilt every night\\n",
    "blank": "     ",
    "two characters": "no",
    "too long": "x" * 257,
    "escape": "\\x1b[31mred",
    "separator": "a\\u2028b",
}


@for_each("reason", HOSTILE.values(), ids=HOSTILE)
@for_each("key", ["deletion_protection_reason", "encryption_reason"])
def test_hostile_reasons(tmp_path: Path, key: str, reason: str) -> None:
    (problem,) = read(tmp_path, ENVIRONMENT + f'defaults: {{{key}: "{reason}"}}\n')
    assert (problem.line, problem.id, problem.severity) == (4, "S103", "error")


@for_each("reason", ["yes, public", "größe: egal {x} $ y", "xy" * 128, '<b>"public"</b>'])
def test_reasons_in_plain_words(tmp_path: Path, reason: str) -> None:
    text = reason.replace('"', '\\"')
    assert read(tmp_path, ENVIRONMENT + f'defaults: {{encryption: aws-owned, encryption_reason: "{text}"}}\n') == []


PLACEHOLDERS = (
    *("TODO", "tbd", "xxx", "...", "---", "n/a", "N.A.", "fixme", "???", "123", "None", "aaa", "To be decided.", "TODO: add a reason here"),
    *("because", "no reason", "insert text here", "Change me!", "<reason>", "ok, ok", "Lorem ipsum", "tba (later)", "WIP", "yes"),
)  # fmt: skip
REASONS = (
    "test data",
    "rebuilt",
    "public",
    "see OPS-4711",
    "毎晩再作成",
    "tests only",
    "это тест",
    AS_FOUND,
    "cache of orders",
)


def test_a_placeholder_is_no_reason(tmp_path: Path) -> None:
    wrong = []
    for text, says_why in [*((each, False) for each in PLACEHOLDERS), *((each, True) for each in REASONS)]:
        found = read(tmp_path, ENVIRONMENT + f'defaults: {{encryption: aws-owned, encryption_reason: "{text}"}}\n')
        told = [(each.id, each.path, each.message) for each in found]
        message = f'encryption is aws-owned and "{text}" does not say why.'
        wrong += [text] if told != ([] if says_why else [("S209", "defaults.encryption_reason", message)]) else []
    assert wrong == []


KEY_IDS = {
    "1234abcd-12ab-34cd-56ef-1234567890ab": True,
    "mrk-1234abcd12ab34cd56ef1234567890ab": True,
    **dict.fromkeys(("1234", "1234ABCD-12AB-34CD-56EF-1234567890AB", "1234abcd12ab34cd56ef1234567890ab"), False),
    **dict.fromkeys(
        ("mrk-1234abcd-12ab-34cd-56ef-1234567890ab", "1234abcd-12ab-34cd-56ef-1234567890abc", "", "-"), False
    ),
    "1234abcd-12ab-34cd-56ef-1234567890ab/x": False,
}
ALONE = ("alias/orders", "1234abcd-12ab-34cd-56ef-1234567890ab", "arn:aws:kms:eu-west-1:111122223333:alias/orders")


def test_the_id_of_a_key_has_the_form_of_one(tmp_path: Path) -> None:
    keys = {f"arn:aws:kms:eu-west-1:111122223333:key/{id}": good for id, good in KEY_IDS.items()}
    wrong = []
    for key, good in {**keys, **dict.fromkeys(ALONE, False)}.items():
        for text in (
            f"defaults: {{encryption: '{key}'}}\n",
            f"  dev: {{region: eu-west-1, alarm_encryption: '{key}'}}\n",
        ):
            told = [(each.id, each.severity) for each in read(tmp_path, ENVIRONMENT + text)]
            wrong += [text] if told != ([] if good else [("S103", "error")]) else []
    assert wrong == []
