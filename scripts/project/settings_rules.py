"""Settings that do not fit each other, the contract or AWS: each rule one function, all of them in one table."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from scripts.capacity.economics import load_of, resolve_capacity
from scripts.capacity.traffic_check import problems as traffic_problems
from scripts.model import AccessPattern, ContractTable
from scripts.problems import did_you_mean
from scripts.properties.billing import part, targets
from scripts.properties.exceptions import DEPARTURES
from scripts.properties.scaling import KINDS, capacity
from scripts.properties.streams import canonical
from scripts.settings.deployment_file import INDEXES, Environment, Where, properties

TABLE_NAME_MAX = 255
RESOURCE_POLICY_MAX = 20_480  # bytes, white space included (DynamoDB, resource-based policies)
# What an on-demand table, and each of its indexes, begins with (developer guide, warm-throughput); it never goes down.
WARM_ON_DEMAND = {"Read": 12_000, "Write": 4_000}
COLD_MINIMUM_DAYS = 90  # AWS Backup: a backup stays in cold storage for at least 90 days
_RESOLVE = re.compile(r"\{\{\s*resolve\s*:", re.IGNORECASE)


class Case(NamedTuple):
    """One table in one environment, with its effective settings."""

    environment: Environment
    table: ContractTable
    settings: dict[str, Any]
    patterns: tuple[AccessPattern, ...] = ()

    @property
    def customer_key(self) -> bool:
        """Whether the table is encrypted with a key that the customer manages."""
        return self.settings["encryption"] == "service-key" or self.settings["encryption"].startswith("arn:")

    def effective(self) -> dict[str, Any]:
        """The settings with `billing: advise` decided, and with the capacity that follows from the traffic."""
        return resolve_capacity(self.settings, self.table, self.patterns, self.environment.region)


class Complaint(NamedTuple):
    """What is wrong with a setting of a case: the setting (a key, or a path below the environment), and what to do."""

    id: str
    key: str
    message: str
    fix: str
    severity: str = "error"
    part: Where = ()  # the part of the setting, where it has parts


def _name_length(case: Case) -> Iterator[Complaint]:
    name = case.environment.table_prefix + case.table.name
    if len(name) > TABLE_NAME_MAX:
        message = f'"{name}" has {len(name)} characters; a table name has at most {TABLE_NAME_MAX}.'
        yield Complaint("S202", "table_prefix", message, "Shorten the prefix.")


def _regions(case: Case) -> Iterator[Complaint]:
    """What is in another Region cannot be used (DynamoDB, SSESpecification, KinesisStreamSpecification; CloudWatch,
    PutMetricAlarm, AlarmActions; SNS, KmsMasterKeyId)."""
    here = case.environment
    named: list[tuple[str, str, str, Where]] = [
        ("encryption", "key", case.settings["encryption"], ()),
        ("kinesis_stream", "stream", case.settings["kinesis_stream"], ()),
        ("alarm_encryption", "key", here.alarm_encryption, ()),
        *(("alarm_topics", "topic", topic, (number,)) for number, topic in enumerate(here.alarm_topics)),
    ]
    for key, what, value, where in named:
        if value.startswith("arn:") and value.split(":")[3] != here.region:
            message = f"The {what} is in {value.split(':')[3]}, but {here.name} is in {here.region}."
            fix = f"Name a {what} of {here.region} under environments.{here.name}."
            yield Complaint("S203", key, message, fix, part=where)


def _time_to_live(case: Case) -> Iterator[Complaint]:
    """DynamoDB silently ignores a time-to-live attribute that is not a Number (developer guide, TTL)."""
    attribute, table = case.settings["ttl"], case.table
    if not attribute:
        return
    declared = [*table.attributes, *(a for e in table.entities for a in e.attributes), *table.keys.attributes]
    types = sorted({a.type for a in declared if a.name == attribute})
    if _RESOLVE.search(attribute):
        message = f'CloudFormation would replace "{attribute}" by a secret or parameter (dynamic references).'
        yield Complaint("S208", "ttl", message, "Name an attribute of the contract.")
    elif not types:
        guess = did_you_mean(attribute, [a.name for a in declared])
        message = f'No attribute of {table.name} is called "{attribute}": nothing would expire.'
        fix = f'Did you mean "{guess}"?' if guess else "Declare it in the contract, with type N."
        yield Complaint("S205", "ttl", message, fix, "warning")
    elif types != ["N"]:
        message = f'"{attribute}" of {table.name} has type {" and ".join(types)}: only type N makes an item expire.'
        yield Complaint("S204", "ttl", message, "Name an attribute of type N that holds epoch seconds.")


def _reasons(case: Case) -> Iterator[Complaint]:
    for key, value, reason in DEPARTURES:
        departs = case.settings[key] == value
        if departs and not case.settings[reason]:
            shown = "off" if value is False else value
            yield Complaint("S209", key, f"{key} is {shown} and nobody says why.", f'Add {reason}: "..." beside it.')


def _capacity(case: Case) -> Iterator[Complaint]:
    """Provisioned tables need capacity for the table and every index (CreateTable, ProvisionedThroughput)."""
    setting, billing = case.settings["capacity"], case.settings["billing"]
    if billing == "provisioned":
        missing = [kind.lower() for kind in KINDS if not capacity(setting, "", kind)]
        load = load_of(case.settings, case.table, case.patterns)
        if missing and (load is None or load.unknown):
            message = f"{case.table.name} is provisioned, but nothing says how much: {' and '.join(missing)} missing."
            fix = "Add capacity: {read: {min: 5, max: 100}, write: {min: 5, max: 100}}, or state its traffic."
            yield Complaint("S210", "billing", message, fix)
    elif setting and billing == "on-demand":
        message = f"{case.table.name} is billed on demand: its capacity is not used."
        yield Complaint(
            "S211", "capacity", message, "Write billing: provisioned, or capacity: {} for this table.", "warning"
        )
    for target in targets(case.table):
        for kind in KINDS:
            value = capacity(setting, target, kind)
            if value and value["min"] > value["max"]:
                message = (
                    f"The minimum of {kind.lower()} capacity, {value['min']}, is above the maximum, {value['max']}."
                )
                own = kind.lower() in part(setting, target) and target
                where = (INDEXES, target, kind.lower()) if own else (kind.lower(),)
                yield Complaint("S212", "capacity", message, "Exchange them.", part=where)


def _maximum(case: Case) -> Iterator[Complaint]:
    """AWS refuses OnDemandThroughput beside BillingMode PROVISIONED (CreateTable), whoever chose the mode."""
    if not case.settings["on_demand_maximum"] or case.effective()["billing"] != "provisioned":
        return
    name, fix = case.table.name, "Remove it, or write on_demand_maximum: {} for this table."
    if case.settings["billing"] == "advise":
        message = f"billing: advise makes {name} provisioned: AWS refuses an on-demand maximum there."
        fix = "Write billing: on-demand, or on_demand_maximum: {} for this table."
    else:
        message = f"{name} is provisioned: AWS refuses an on-demand maximum there."
    yield Complaint("S213", "on_demand_maximum", message, fix)


def _warm(case: Case) -> Iterator[Complaint]:
    """AWS refuses less than a table or index begins with: on demand 12,000 reads and 4,000 writes a second, provisioned
    its capacity (developer guide, warm-throughput; CreateTable, WarmThroughput)."""
    stated = case.settings["warm_throughput"]
    if not stated:
        return
    settings = case.effective()
    provisioned = settings["billing"] == "provisioned"
    for target in targets(case.table):
        for kind in KINDS:
            word = kind.lower()
            begins = WARM_ON_DEMAND[kind]
            if provisioned:
                begins = (capacity(settings["capacity"], target, kind) or {}).get("min", 0)
            wanted = part(stated, target).get(word)
            if wanted is not None and wanted < begins:
                what = f"Index {target} of {case.table.name}" if target else case.table.name
                message = (
                    f"{what} begins with {begins:,} {word}s a second: AWS refuses a warm throughput of {wanted:,}."
                )
                fix = f"Write {begins} or more, or leave it out."
                where = (INDEXES, target, word) if target else (word,)
                yield Complaint("S220", "warm_throughput", message, fix, part=where)


def _indexes(case: Case) -> Iterator[Complaint]:
    known = [index.name for index in case.table.indexes]
    for key in ("capacity", "on_demand_maximum", "warm_throughput"):
        for name in case.settings[key].get(INDEXES, {}):
            if name not in known:
                guess = did_you_mean(name, known)
                fix = f'Did you mean "{guess}"?' if guess else f"Its indexes are: {', '.join(known) or 'none'}."
                yield Complaint("S214", key, f'{case.table.name} has no index "{name}".', fix, part=(INDEXES, name))


def _insights(case: Case) -> Iterator[Complaint]:
    """AWS advises against it: the keys appear in plain text (UpdateContributorInsights)."""
    wanted, accepted = case.settings["contributor_insights"], case.settings["contributor_insights_shows_keys"]
    if wanted != "off" and case.customer_key and not accepted:
        message = (
            f"Contributor Insights would show, in plain text, keys of {case.table.name}, which your own key encrypts."
        )
        fix = "Leave it off, or write contributor_insights_shows_keys: accepted."
        yield Complaint("S215", "contributor_insights", message, fix)


def _policy(case: Case) -> Iterator[Complaint]:
    policy = case.settings["resource_policy"]
    problems = list(_unusable(policy))
    if not problems and policy and not isinstance(policy.get("Statement"), list):
        problems.append(("The policy has no list of statements.", "Write Statement: [...]."))
    size = 0 if problems else len(canonical(policy).encode())
    if size > RESOURCE_POLICY_MAX:
        problems.append((f"The policy has {size:,} bytes; a table takes {RESOURCE_POLICY_MAX:,}.", "Shorten it."))
    for message, fix in problems:
        yield Complaint("S216", "resource_policy", message, fix)


def _unusable(value: Any) -> Iterator[tuple[str, str]]:
    """What is no JSON, or what CloudFormation would replace, anywhere in a policy: each with what to do."""
    if isinstance(value, dict):
        for key, content in value.items():
            if key == "Ref" or key.startswith("Fn::"):
                yield f"CloudFormation would replace {key} in the policy.", "Write the value itself."
            yield from _unusable(key)
            yield from _unusable(content)
    elif isinstance(value, list):
        for content in value:
            yield from _unusable(content)
    elif isinstance(value, str):
        if _RESOLVE.search(value):
            message = "CloudFormation would replace a {{resolve:...}} in the policy by a secret or parameter."
            yield message, "Write the value itself."
    elif not isinstance(value, (bool, int)):
        yield f"{value} in the policy is no text.", "Put it in quotes."


def _customer_key(case: Case) -> Iterator[Complaint]:
    if case.environment.encryption_policy == "customer-key" and not case.customer_key:
        found = case.settings["encryption"]
        message = f"{case.environment.name} demands a customer key, but {case.table.name} uses {found}."
        fix = "Write encryption: service-key, or the ARN of your key, for it or for the whole environment."
        yield Complaint("S217", "encryption_policy", message, fix)


def _backups(case: Case) -> Iterator[Complaint]:
    """AWS Backup refuses these (BackupPlan Lifecycle, vault lock)."""
    backups = case.environment.backups or {}
    retention, cold = backups.get("retention_days", 0), backups.get("cold_after_days")
    if cold and retention < cold + COLD_MINIMUM_DAYS:
        message = f"A backup that goes to cold storage after {cold} days must be kept for at least {cold + COLD_MINIMUM_DAYS}."
        yield Complaint("S218", "backups", message, f"Write retention_days: {cold + COLD_MINIMUM_DAYS} or more.")
    least = backups.get("lock", {}).get("min_retention_days", 0)
    if least > retention > 0:
        message = f"The lock refuses backups that are kept for less than {least} days; these are kept for {retention}."
        yield Complaint("S218", "backups", message, "Raise retention_days, or lower the lock.")


def _tags(case: Case) -> Iterator[Complaint]:
    """A table has at most 50 tags (DynamoDB, TagResource), and some are ours; the schema counts those of one place."""
    count, most = len(case.settings["tags"]), properties()["tags"]["maxProperties"]
    if count > most:
        message = f"Together with the tags of more general places these are {count} tags."
        fix = f"Keep at most {most}: a table has 50, and some are ours."
        yield Complaint("S221", "tags", message, fix)


def _traffic(case: Case) -> Iterator[Complaint]:
    local = [index.name for index in case.table.local_indexes]
    for path, message, fix in traffic_problems(case.table, case.settings["traffic"], local):
        yield Complaint("S219", "traffic", message, fix, part=path)


RULES: tuple[Callable[[Case], Iterator[Complaint]], ...] = (
    _name_length,
    _regions,
    _time_to_live,
    _reasons,
    _capacity,
    _maximum,
    _warm,
    _indexes,
    _insights,
    _policy,
    _customer_key,
    _backups,
    _tags,
    _traffic,
)
