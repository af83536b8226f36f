"""Items. How long they live, and what protects them."""

from collections.abc import Iterator
from typing import Any

from scripts.contract.near_miss import near_miss, odd_letters
from scripts.edit import write
from scripts.problems import Breach, did_you_mean, rule
from scripts.project.placeholder import is_placeholder
from scripts.project.settings_rules.case import Case
from scripts.project.settings_rules.policy_statement import RESOLVED
from scripts.properties.exceptions import DEPARTURES
from scripts.settings.deployment_file import properties
from scripts.text.edit_words import edit_words

COLD_MINIMUM_DAYS = 90
_NO_ATTRIBUTE = ("off", "no", "none", "false", "null", "disabled")  # what people write for none
_TTL = "Amazon DynamoDB Developer Guide, TTL"


def _types(case: Case) -> dict[str, set[str]]:
    """The attributes that a table declares, each with its types; nothing where no setting names one."""
    if not case.settings["ttl"]:
        return {}
    table = case.table
    found: dict[str, set[str]] = {}
    declared = (*table.attributes, *(a for e in table.entities for a in e.attributes))
    pairs = [(one.name, one.type) for one in declared] + [(key.name, key.type) for key in table.keys.attributes]
    for name, type in pairs:
        found.setdefault(name, set()).add(type)
    return found


@rule(
    "S204",
    "The time-to-live attribute is a number",
    '"{attribute}" of {table} has type {types}: only type N makes an item expire.',
    "Name an attribute of type N that holds epoch seconds.",
    "DynamoDB silently ignores a time-to-live attribute that is not a number.",
    source=_TTL,
)
def ttl_of_another_type(case: Case) -> Iterator[Breach]:
    attribute = case.settings["ttl"]
    types = sorted(_types(case).get(attribute, ()))
    if types and types != ["N"] and not RESOLVED.search(attribute):
        yield Breach("ttl", attribute=attribute, table=case.table.name, types=" and ".join(types))


@rule(
    "S205",
    "The time-to-live attribute is declared",
    'No attribute of {table} is called "{attribute}": nothing would expire.',
    "{hint}",
    "Items without the attribute never expire.",
    severity="warning",
    source=_TTL,
)
def ttl_undeclared(case: Case) -> Iterator[Breach]:
    attribute, types = case.settings["ttl"], _types(case)
    if attribute and attribute not in types and not RESOLVED.search(attribute) and not near_miss(attribute, types):
        numbers = [name for name, found in types.items() if found == {"N"}]
        guess = did_you_mean(attribute, numbers)
        edits = [write(("ttl",), guess)] if guess and not case.shared("ttl") else []
        if attribute.casefold() in _NO_ATTRIBUTE:
            edits = [write(("ttl",), "")]
        hint = f"{edit_words(edits, bare=True) or 'Name an attribute of type N'}, or declare it in the contract, with type N."
        yield Breach("ttl", edits=edits, attribute=attribute, table=case.table.name, hint=hint)


@rule(
    "S223",
    "The time-to-live attribute has the name of a declared one",
    'No attribute of {table} is called "{attribute}"{odd}; "{right}" is declared.',
    "{hint}",
    "Names differ by case and by every character: DynamoDB would look for another attribute, and nothing would expire.",
    "ttl: Expires_At",
    "ttl: expires_at",
    source=_TTL,
)
def ttl_near_miss(case: Case) -> Iterator[Breach]:
    attribute, types = case.settings["ttl"], _types(case)
    right = None if attribute in types else near_miss(attribute, types)
    if right:
        edits = [] if case.shared("ttl") else [write(("ttl",), right)]
        hint = f"{edit_words(edits, bare=True)}." if edits else f'Write ttl: "{right}" for this table.'
        facts = {"odd": odd_letters(attribute, right), "attribute": attribute, "table": case.table.name, "right": right}
        yield Breach("ttl", edits=edits, hint=hint, **facts)


@rule(
    "S208",
    "The time-to-live attribute is a plain name",
    'CloudFormation would replace "{attribute}" by a secret or parameter (dynamic references).',
    "Name an attribute of the contract.",
    "A setting must never be able to pull a secret into a template.",
    source="AWS CloudFormation User Guide, dynamic references",
)
def ttl_resolved(case: Case) -> Iterator[Breach]:
    if RESOLVED.search(case.settings["ttl"]):
        yield Breach("ttl", attribute=case.settings["ttl"])


@rule(
    "S209",
    "A weaker protection has a reason",
    "{key} is {value} and {found}.",
    "{hint}",
    "The reason stands in the template, where reviewers see it.",
    "defaults: {deletion_protection: false}",
    'defaults: {deletion_protection: false, deletion_protection_reason: "rebuilt every night"}',
)
def without_reason(case: Case) -> Iterator[Breach]:
    for key, value, reason in DEPARTURES:
        said = case.settings[reason]
        facts: dict[str, Any] = {"key": key, "value": "off" if value is False else value}
        if case.settings[key] != value:
            continue
        if not said:
            hint = f"Add {reason} beside it: one sentence that a reviewer can judge."
            yield Breach(key, **facts, found="nobody says why", hint=hint)
        elif is_placeholder(said):
            hint = "Say why, in one sentence that a reviewer can judge."
            yield Breach(reason, **facts, found=f'"{said}" does not say why', hint=hint)


@rule(
    "S215",
    "Contributor Insights shows no keys that your own key encrypts",
    "Contributor Insights would show, in plain text, keys of {table}, which your own key encrypts.",
    "Leave it off, or write contributor_insights_shows_keys: accepted.",
    "AWS advises against it: the keys appear in plain text.",
    source="Amazon DynamoDB API Reference, UpdateContributorInsights",
)
def keys_shown(case: Case) -> Iterator[Breach]:
    wanted, accepted = case.settings["contributor_insights"], case.settings["contributor_insights_shows_keys"]
    if wanted != "off" and case.customer_key and not accepted:
        yield Breach("contributor_insights", table=case.table.name)


@rule(
    "S217",
    "Every table has a customer key where the environment demands one",
    "{environment} demands a customer key, but {table} uses {found}.",
    "Write encryption: service-key, or the ARN of your key, for it or for the whole environment.",
    "`encryption_policy: customer-key` is a promise about the whole environment.",
)
def no_customer_key(case: Case) -> Iterator[Breach]:
    if case.environment.encryption_policy == "customer-key" and not case.customer_key:
        found, environment = case.settings["encryption"], case.environment.name
        yield Breach("encryption_policy", found=found, environment=environment, table=case.table.name)


@rule(
    "S218",
    "Backups are kept for as long as AWS Backup demands",
    "{found}",
    "{hint}",
    f"A backup stays in cold storage for at least {COLD_MINIMUM_DAYS} days, and a lock refuses backups that are kept for less than its minimum.",
    "backups: {retention_days: 99, cold_after_days: 10}",
    "backups: {retention_days: 100, cold_after_days: 10}",
    source="AWS Backup API Reference, Lifecycle and PutBackupVaultLockConfiguration",
)
def backups_too_short(case: Case) -> Iterator[Breach]:
    backups = case.environment.backups or {}
    retention, cold = backups.get("retention_days", 0), backups.get("cold_after_days")
    if cold and retention < (least := cold + COLD_MINIMUM_DAYS):
        found = f"A backup that goes to cold storage after {cold} days must be kept for at least {least}."
        edits = [write(("backups", "retention_days"), least)]
        yield Breach("backups", edits=edits, found=found, hint=f"{edit_words(edits, bare=True)} or more.")
    least = backups.get("lock", {}).get("min_retention_days", 0)
    if least > retention > 0:
        found = f"The lock refuses backups that are kept for less than {least} days; these are kept for {retention}."
        yield Breach("backups", found=found, hint="Raise retention_days, or lower the lock.")


@rule(
    "S221",
    "A table has at most 50 tags",
    "Together with the tags of more general places these are {count} tags.",
    "Keep at most {most}: a table has 50, and some are ours.",
    "DynamoDB refuses more. The JSON Schema counts the tags of one place only.",
    source="Amazon DynamoDB API Reference, TagResource",
)
def too_many_tags(case: Case) -> Iterator[Breach]:
    count, most = len(case.settings["tags"]), properties()["tags"]["maxProperties"]
    if count > most:
        yield Breach("tags", count=count, most=most)
