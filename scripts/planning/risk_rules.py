"""What a change can risk: every risk that a plan names, as a rule, with what to do about it."""

import sys

from scripts.problems import WARNING, Rule, RuleGroup, rules_in
from scripts.text.rule_family import Family


def _risk(id: str, title: str, why: str, fix: str) -> Rule:
    """The hundred of `id` is that of its kind (`risks.KINDS`): what is said of it is `{change}. {effect}`."""
    return Rule(id, title, "{change}. {effect}", fix, why, severity=WARNING)


_ON_PURPOSE = "Approve it only if it is on purpose, with the agreement of those who answer for the data."
_TELL = "Tell those who read or write the table before it is deployed."
_NOT_BEFORE = "Deploy it when it need not be undone for as long."

EXPIRY = _risk("R101", "Time to live is switched on", "Items whose time of expiry is past are deleted for good, within days.",
    "Make sure that the attribute is a time of expiry, in seconds since 1970, in every item that has it.")  # fmt: skip
UNPROTECTED = _risk("R201", "Deletion protection goes off", "A single call then deletes the table.", _ON_PURPOSE)
NO_RECOVERY = _risk("R202", "Point-in-time recovery goes off", "All restore points are lost at once.", _ON_PURPOSE)
LESS_RECOVERY = _risk("R203", "Restore points are kept for fewer days", "The older ones are lost at once.", _ON_PURPOSE)
KEY_OF_AWS = _risk(
    "R204",
    "A key of AWS takes the place of yours",
    "Your key's policy no longer decides who can read the data.",
    _ON_PURPOSE,
)
UNSEEN_KEY = _risk(
    "R205",
    "A key owned by AWS takes the place of the managed one",
    "CloudTrail does not show how it is used.",
    _ON_PURPOSE,
)
MORE_ACCESS = _risk(
    "R206",
    "A policy lets more in",
    "Someone can do what they could not do before.",
    "Read what is new, and whom it is for.",
)
ALARM_GONE = _risk("R207", "An alarm that gets someone up is removed", "Nobody is told from then on.", _ON_PURPOSE)
FEWER_TOLD = _risk("R208", "An alarm tells fewer topics", "Whoever listens there hears nothing more.", _ON_PURPOSE)
ALARM_SILENT = _risk("R209", "The actions of an alarm are switched off", "It tells nobody.", _ON_PURPOSE)
ALARM_LATER = _risk(
    "R210",
    "An alarm fires later",
    "More goes wrong before someone is told.",
    "Compare the new limit with the traffic of the table.",
)
UNSUBSCRIBED = _risk(
    "R211", "An address is no longer subscribed", "Alarms do not reach it.", "Make sure that someone else is told."
)
NO_BACKUPS = _risk(
    "R212", "The backup plan is removed", "AWS Backup makes no more backups; those that there are stay.", _ON_PURPOSE
)
BACKUPS_SHORTER = _risk("R213", "Backups are kept for fewer days", "Older states are lost.", _ON_PURPOSE)
BACKUPS_RARER = _risk(
    "R214", "Backups are made less often", "What is written between two backups is in neither.", _ON_PURPOSE
)
FEWER_COPIES = _risk(
    "R215", "Backups are copied to fewer vaults", "What is lost with a vault may be the only copy.", _ON_PURPOSE
)
NOT_SELECTED = _risk(
    "R216", "The backup selection is removed", "AWS Backup makes no more backups of the tables.", _ON_PURPOSE
)
LOCK_SHORTER = _risk(
    "R217", "The lock of the backup vault is shortened", "Backups can be deleted earlier.", _ON_PURPOSE
)
NOT_RETAINED = _risk(
    "R218",
    "A table no longer outlives its stack",
    "What the stack lets go of is deleted, with all of its items.",
    _ON_PURPOSE,
)
THROTTLES = _risk(
    "R301",
    "Billing becomes provisioned",
    "Requests beyond the provisioned capacity are throttled.",
    "Compare the capacity with the traffic.",
)
LESS_CAPACITY = _risk(
    "R302", "Less capacity is allowed", "Requests beyond it are throttled.", "Compare the capacity with the traffic."
)
OTHER_KEY = _risk(
    "R303",
    "Another key encrypts the table",
    "Whoever reads or writes needs kms:Decrypt on it.",
    "Give them the permission before it is deployed.",
)
STREAM_ENDS = _risk("R304", "The stream ends", "Its consumers get nothing more.", _TELL)
STREAM_NEW = _risk(
    "R305",
    "The stream gets another view type",
    "It is a new stream with a new ARN: consumers stop.",
    "Point the consumers at it.",
)
KINESIS_ENDS = _risk("R306", "Changes no longer go to a Kinesis stream", "Whoever reads it gets nothing more.", _TELL)
LESS_ACCESS = _risk("R307", "A policy lets less in", "Someone can no longer do what they could do before.", _TELL)
INDEX_GONE = _risk(
    "R308",
    "An index is removed",
    "Queries on it fail from then on.",
    "Make sure that nobody queries it: ConsumedReadCapacityUnits of the index.",
)
BILLING_LIMIT = _risk(
    "R401", "Billing becomes on demand", "DynamoDB allows four such switches in 24 hours.", _NOT_BEFORE
)
CLASS_LIMIT = _risk("R402", "The table class changes", "DynamoDB allows two changes in 30 days.", _NOT_BEFORE)
KEY_LIMIT = _risk("R403", "The encryption key changes", "DynamoDB allows four changes in 24 hours.", _NOT_BEFORE)
EXPIRY_LIMIT = _risk("R404", "Time to live changes", "DynamoDB allows one change an hour.", _NOT_BEFORE)
MORE_SERVED = _risk(
    "R501",
    "An on-demand maximum is raised",
    "Requests that were throttled are served, and paid for.",
    "Compare the maximum with the budget.",
)
WARMER = _risk(
    "R502",
    "Warm throughput is raised",
    "It is paid for once, and never goes down again.",
    "Compare it with the peak that is expected.",
)
COSTS_MORE = _risk(
    "R503",
    "A month costs more",
    "By $1 or more, with the traffic taken to stay the same.",
    "Compare the cost with the budget.",
)
TAKES_LONG = _risk(
    "R601",
    "The change takes an hour or more",
    "The deployment waits that long; the table can be used meanwhile.",
    "Begin when someone can wait for its end.",
)

FAMILY = Family(
    "risks",
    "Risks of a plan",
    "What a [plan](../plan.md) warns of before a change is approved, by id. A risk does not stop a deployment; those of the first "
    "two kinds are confirmed with the environment's name.",
    "scripts/planning/risk_rules.py",
    tuple(
        RuleGroup(title, tuple(rule for rule in rules_in(sys.modules[__name__]).rules if rule.id[1] == number))
        for number, title in zip(
            "123456",
            (
                "Deletes items",
                "Lowers protection",
                "Breaks readers or writers",
                "Uses up a limit",
                "Costs more",
                "Is slow",
            ),
            strict=True,
        )
    ),
)
