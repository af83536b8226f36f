"""What can go wrong with tables in production, as data: which signal tells of it, and where to read what to do.

A signal is an alarm, by its kind, or a check of validation and drift, by the property that it finds. An incident without a
signal is here too, with the reason: what nobody is told of has to be known.
"""

from typing import NamedTuple

from scripts.monitoring.kinds import KINDS, SERVICE, Kind

ALARM, CHECK, NOTHING = SIGNALS = ("alarm", "check", "nothing")


class Incident(NamedTuple):
    """One thing that can happen. `by`: the name of a kind of alarm, the property of a check, or why there is no signal.

    `section`: of the runbook; empty for the alarm's own.
    """

    name: str
    signal: str
    by: str
    section: str = ""
    note: str = ""

    @property
    def kind(self) -> Kind | None:
        """The kind of alarm that tells of it."""
        return next((kind for kind in KINDS if self.signal == ALARM and kind.name == self.by), None)

    @property
    def where(self) -> str:
        """The section of the runbook; empty where it has none."""
        return self.section or (self.kind.section if self.kind else "")


_RESTORE, _KEY, _CHANGED, _BACKUP = "restore-a-table", "a-key-cannot-be-used", "something-was-changed", "backup-failed"
_BACKED = "where AWS Backup makes backups"
INCIDENTS: tuple[Incident, ...] = (
    Incident("Requests on a table are throttled", ALARM, "throttled"),
    Incident("Writes of an index are throttled, and with them those of its table", ALARM, "throttled"),
    Incident("All writes of a quiet table are throttled", ALARM, "throttled", note="where its traffic is known"),
    Incident("One key gets more than a partition can serve", ALARM, "throttled", "hot-key", "named as such at level full"),
    Incident("The on-demand maximum is reached", ALARM, "throttled", "on-demand-maximum", "named as such at level full"),
    Incident("The account's quota for one table is reached", ALARM, "throttled"),
    Incident("DynamoDB fails requests, of whatever operation", ALARM, "system-errors"),
    Incident("DynamoDB refuses requests that are wrong, or not allowed", ALARM, "user-errors"),
    Incident("An operation is slow", ALARM, "latency", note="where it has an objective, or at level full"),
    Incident("Provisioned capacity is used up", ALARM, "capacity"),
    Incident("Auto scaling comes to its maximum", ALARM, "ceiling"),
    Incident("The account's provisioned read capacity is used up", ALARM, "account-reads"),
    Incident("The account's provisioned write capacity is used up", ALARM, "account-writes"),
    Incident("A loop makes an on-demand table expensive", ALARM, "consumption"),
    Incident("Changes are not sent to Kinesis", ALARM, "kinesis-failed"),
    Incident("Changes wait for Kinesis for hours", ALARM, "kinesis-age"),
    Incident("The Kinesis stream is too small", ALARM, "kinesis-refused"),
    Incident("A backup job fails", ALARM, "backup-failed", note=_BACKED),
    Incident("A backup job is aborted", ALARM, "backup-failed", note=_BACKED),
    Incident("A backup job expires", ALARM, "backup-failed", note=_BACKED),
    Incident("The copy of a backup fails", ALARM, "backup-failed", note="where copies are made"),
    Incident("Conditions of writes fail in masses", ALARM, "conditional-failures"),
    Incident("Transactions collide", ALARM, "transaction-conflicts"),
    Incident("The key of a table is disabled", CHECK, "key of the tables", _KEY),
    Incident("The key of a table is scheduled for deletion", CHECK, "key of the tables", _KEY),
    Incident("Point-in-time recovery is switched off", CHECK, "point-in-time recovery", _CHANGED),
    Incident("Deletion protection is switched off", CHECK, "deletion protection", _CHANGED),
    Incident("An index is deleted", CHECK, "existence", _CHANGED),
    Incident("The backup plan is gone", CHECK, "backup plan", _CHANGED),
    Incident("A table is no longer backed up", CHECK, "backup coverage", _CHANGED),
    Incident("The newest backup of a table is older than the plan allows", CHECK, "newest backup", _BACKUP),
    Incident("A table has never had a backup, although one is due", CHECK, "newest backup", _BACKUP),
    Incident("Time to live is switched off", CHECK, "time to live", _CHANGED),
    Incident("The stream of a table is switched off, and its consumers get nothing", CHECK, "stream", _CHANGED),
    Incident("The Kinesis stream of a table is switched off", CHECK, "Kinesis stream", _CHANGED),
    Incident("Auto scaling is suspended", CHECK, "auto scaling", "capacity"),
    Incident("A table is opened to others by its policy", CHECK, "resource policy", _CHANGED),
    Incident("Alarms are deleted", CHECK, "existence", "are-people-told"),
    Incident("The actions of an alarm are switched off", CHECK, "enabled", "are-people-told"),
    Incident("An alarm tells nobody", CHECK, "actions", "are-people-told"),
    Incident("The topic of the alarms is deleted", CHECK, "alarm topic", "are-people-told"),
    Incident("Nobody is subscribed to the alarms any more", CHECK, "e-mail subscription", "are-people-told"),
    Incident("The key of the alarms is disabled, and they are lost", CHECK, "encryption of the alarm topic", "are-people-told"),
    Incident("A deployment fails, and so does its rollback: the stack takes no change", CHECK, "stack status"),
    Incident("Somebody changes a setting by hand", CHECK, "billing mode", _CHANGED),
    Incident("A table is deleted", NOTHING, "at once. The next run of the drift check finds it. EventBridge gets DeleteTable only through CloudTrail: "
             "it needs a trail", _RESTORE),
    Incident("A consumer of a DynamoDB stream is stuck", NOTHING, "the stream does not know its consumers. Watch IteratorAge of the function"),
    Incident("Time to live is far behind", NOTHING, "DynamoDB publishes what it has deleted, and not what it still has to"),
    Incident("A replica falls behind", NOTHING, "global tables are not made here. AWS recommends an alarm on ReplicationLatency"),
    Incident("Requests stop, because the application is down", NOTHING, "none is a new table's normal state. Watch the application"),
    Incident("An application deletes or spoils items", NOTHING, "such requests are like any other", _RESTORE),
    Incident("The bill of the account grows in other ways", NOTHING, "AWS Budgets watches all of it: the page on cost estimates has the command"),
)  # fmt: skip


def told(incident: Incident) -> str:
    """Who is told of an incident."""
    if incident.kind:
        kind = incident.kind
        single = (
            "" if kind.scope == SERVICE or kind.severity == "ticket" else ", as one message about the table; the feed"
        )
        return f"{kind.severity}: the alarm topic{single}"
    return "who runs `make validate`, and the issue of the drift check" if incident.signal == CHECK else "**nobody**"
