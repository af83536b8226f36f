"""Look at everything of an environment, as often as it takes to settle, and put what was found together."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from scripts import names
from scripts.comparison.backup_expectations import Backups
from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding, compare, compare_alarms
from scripts.comparison.expectation import ABSENT, check
from scripts.comparison.shared_expectations import shared_facts
from scripts.comparison.shared_state import SharedResources, wanted_shared
from scripts.comparison.stack_expectations import StackFacts
from scripts.comparison.topic_expectations import nobody_listens
from scripts.folders import is_loopback
from scripts.model import Alarm, CompositeAlarm, ContractTable, Deleting, DesiredTable, LiveTable, Unknown
from scripts.observe.aws import FAILURES, error_code, explain, unreadable
from scripts.observe.batch_reader import BatchReader
from scripts.observe.live_table import read_table
from scripts.observe.retired_tables import retired_tables
from scripts.observe.target import ServiceEnvironment, Target
from scripts.planning.table_changes import WORKERS
from scripts.properties.encryption import ENCRYPTION
from scripts.validation.diagnosis import diagnose_shared, diagnose_table
from scripts.validation.never_deployed import NeverDeployed, never_deployed
from scripts.validation.patience import Patience
from scripts.validation.pattern_coverage import served
from scripts.validation.probe import probe
from scripts.validation.recorded_tables import is_recorded
from scripts.validation.report import Report, TableReport
from scripts.validation.write_probe import WriteProbe

KEPT = {"Table": {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}}  # of every table's stack
# Whether it is the local AWS, which sends nothing to anybody, and what is said of a topic without subscriptions.
SILENT = {
    False: "Nobody is subscribed to {topic}: its alarms reach no one. State alarm_emails in contracts/{service}/deployment.yaml, or "
    "subscribe.",
    True: "On AWS the alarms of {topic} would reach no one: contracts/{service}/deployment.yaml has no alarm_emails. The local AWS sends none.",
}
Tell = Callable[[str, bool], None]  # the name of what has been looked at, and whether it is as wanted


@dataclass(frozen=True, slots=True)
class _Part:
    """One table to look at, and what it has in common with the others of its service."""

    place: ServiceEnvironment
    table: ContractTable
    desired: DesiredTable
    backups: Backups


def validate(
    target: Target,
    patience: Patience | None = None,
    *,
    write_probe: bool = False,
    tell: Tell = lambda _name, _good: None,
    out: Path = Path("generated"),
) -> Report:
    """Compare everything live with everything wanted; what cannot be read is reported as not known.

    `out` has the records of deployments. Waits as long as `patience` lets it, by default not at all. Reads only, unless `write_probe`.
    """
    patience = patience or Patience()
    shared = [wanted_shared(place.service, place.environment, place.states) for place in target.places]
    listed = BatchReader(target.aws, _alarms(shared))
    parts = [
        _Part(place, table, state, Backups(target.aws, listed, wanted))
        for place, wanted in zip(target.places, shared, strict=True)
        for table, state in zip(place.service.contract.tables, wanted.states, strict=True)
    ]
    look = _Look(target, listed, patience, write_probe, tell, out)
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            common = pool.map(look.shared, target.places, shared)
            single = pool.map(look.table, parts)
            tables = (*common, *single)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    time = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    retired, not_known = look.retired(shared)
    where = target.environment, target.aws.region, target.aws.account
    never = tuple(look.never(tables))
    return Report(
        *where, time, tables, retired=retired, retired_unknown=not_known, left_out=target.left_out, never=never
    )


def _alarms(shared: list[SharedResources]) -> Iterator[Alarm | CompositeAlarm]:
    for wanted in shared:
        yield from wanted.alarms
        for state in wanted.states:
            yield from state.alarms


@dataclass(frozen=True, slots=True)
class _Look:
    """How tables and what they share are looked at; used by several threads."""

    target: Target
    listed: BatchReader
    patience: Patience
    write_probe: bool
    tell: Tell
    out: Path

    def table(self, part: _Part) -> TableReport:
        """One table with everything around it."""
        environment, service = part.place.environment.name, part.place.service
        stack = names.table_stack(environment, service.name, part.table.name)
        listed: BatchReader | None = self.listed
        for _ in self.patience.rounds():
            live, findings = self._findings(part, stack, listed)
            if not any(finding.in_progress for finding in findings):
                break
            listed = None  # it has waited: what was asked for all tables before may be over
        findings += self._probes(part.desired, live)
        findings = self._impatient(findings)
        recorded = partial(is_recorded, self.target.aws, part.place, self.out)
        why, fixes = diagnose_table(self.target.aws, part.place, part.desired, stack, findings, recorded)
        notes = filter(None, [part.backups.last(self._arn(part.desired))])
        report = TableReport(
            service.name,
            part.desired.name,
            findings,
            fixes,
            name=part.table.name,
            stack=stack,
            notes=tuple(notes),
            patterns=served(service.contract.access_patterns, part.table, findings),
            causes=why,
        )
        self.tell(report.table, not report.problems)
        return report

    def shared(self, place: ServiceEnvironment, wanted: SharedResources) -> TableReport:
        """What the tables of a service share."""
        aws, stack = self.target.aws, wanted.stack
        listed = self.listed
        for _ in self.patience.rounds():
            facts = shared_facts(aws, listed, wanted)
            findings = (*self._alarms(stack, wanted, listed), *(check(stack, fact) for fact in facts))
            if not any(finding.in_progress for finding in findings):
                break
            listed = BatchReader(aws, wanted.alarms)
        findings = self._impatient(findings)
        why, fixes = diagnose_shared(aws, place, wanted, findings)
        silent = nobody_listens(aws, self.listed, wanted)
        notes = tuple(
            SILENT[is_loopback(aws.endpoint)].format(topic=name, service=wanted.service.name) for name in silent
        )
        report = TableReport(
            wanted.service.name, stack, findings, fixes, shared=True, stack=stack, notes=notes, causes=why
        )
        self.tell(stack, not report.problems)
        return report

    def retired(self, shared: list[SharedResources]) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        """Service and name of the tables that the contracts no longer have; service and reason where that is not known."""
        known = {stack for wanted in shared for stack in wanted.templates}
        for wanted in shared:
            service, environment = wanted.service, wanted.environment.name
            known |= {names.table_stack(environment, service.name, table.name) for table in service.contract.tables}
        services = [wanted.service.name for wanted in shared]
        try:
            found = retired_tables(self.listed.stacks(), self.target.environment, services, known)
            return tuple((service, table) for service, table, _ in found), ()
        except FAILURES as error:
            return (), tuple((service, explain(error)) for service in services)

    def never(self, tables: Sequence[TableReport]) -> Iterator[NeverDeployed]:
        """The services that were never deployed; none where that cannot be known."""
        present = {table.service for table in tables if table.exists and not table.shared}
        with contextlib.suppress(*FAILURES):
            yield from never_deployed(self.target.aws, self.listed, self.target.places, present, self.out)

    def _alarms(self, stack: str, wanted: SharedResources, listed: BatchReader) -> Iterator[Finding]:
        live: Any
        try:
            live = listed.alarms(wanted.alarms)
        except FAILURES as error:
            live = unreadable(error)
        return compare_alarms(stack, wanted.alarms, live)

    def _findings(
        self, part: _Part, stack: str, listed: BatchReader | None
    ) -> tuple[LiveTable | Unknown | None, tuple[Finding, ...]]:
        aws, desired = self.target.aws, part.desired
        around = StackFacts(aws, stack, listed)
        live = read_table(aws, desired, listed)
        if live is None and around.busy:
            live = Unknown("the table is being created", in_progress=True)
        findings = tuple(self._follows(f, desired, listed) for f in compare(desired, live))
        if isinstance(live, LiveTable):
            outputs = {"TableName": desired.name, "TableArn": self._arn(desired)}
            facts = [*around.facts(outputs, KEPT), *part.backups.covers(self._arn(desired), live.tags, live.created)]
            findings += tuple(check(desired.name, fact) for fact in facts)
        return live, findings

    def _follows(self, finding: Finding, desired: DesiredTable, listed: BatchReader | None) -> Finding:
        """Which key encrypts a table cannot be judged while the alias that is to name it does not exist."""
        if (
            finding.property != ENCRYPTION.name
            or finding.outcome != MISMATCH
            or not desired.encryption.startswith("alias/")
        ):
            return finding
        try:
            (listed or self.listed).key(desired.encryption)
        except FAILURES as error:
            if error_code(error) in ABSENT:
                reason = f"{desired.encryption} does not exist, so that the key it is to name is not known"
                named = f"key {desired.encryption} of the tables"
                return replace(finding, outcome=UNKNOWN, live=None, reason=reason, follows=named)
        return finding

    def _probes(self, desired: DesiredTable, live: LiveTable | Unknown | None) -> tuple[Finding, ...]:
        if not isinstance(live, LiveTable):
            return ()
        findings = probe(self.target.aws, desired, live)
        statuses = (live.status, *dict(live.index_status).values())
        sound = all(f.outcome == MATCH for f in findings) and not any(isinstance(s, Deleting) for s in statuses)
        if self.write_probe and sound:
            findings += WriteProbe(self.target.aws, desired).run()
        return findings

    def _impatient(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """What has not settled says how long it was waited for."""
        waited = f", still settling after {self.patience.limit:g} seconds"
        return tuple(replace(f, reason=f.reason.rstrip(".") + waited) if f.in_progress else f for f in findings)

    def _arn(self, desired: DesiredTable) -> str:
        return f"{self.target.aws.arn('dynamodb')}:table/{desired.name}"
