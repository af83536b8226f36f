"""What a validation has found, table by table, and what to say of it as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.comparison import finding_words
from scripts.comparison.compare import GROUPS, MISMATCH, UNKNOWN, Finding
from scripts.observe.services_apart import LeftOut
from scripts.validation.fix import CHANGES_TABLE, Fix, merged
from scripts.validation.fix_templates import TEMPLATES
from scripts.validation.never_deployed import NeverDeployed
from scripts.validation.pattern_coverage import NOT_TRIED, REFUSED, PatternCoverage

OUTCOME_WORDS = {MISMATCH: ("differs", "differ"), UNKNOWN: ("not known", "not known")}
NOTHING, NOT_LOOKED_AT = "none", "not looked at"
DEPLOY = "deploy"
ORDER = {id: number for number, id in enumerate(TEMPLATES)}
KEYS = {id for id in TEMPLATES if id.startswith("key ")}
DEPLOYMENTS = {DEPLOY, "deploy empty", "continue"}
OPTIONAL = {"Indexes", "Backup"}  # groups of which a table may have nothing


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that is no match: what it is, why, and what to do, in words."""

    finding: Finding
    sentence: str
    cause: str  # a sentence; empty when it is not known
    fix: Fix


@dataclass(frozen=True, slots=True)
class Block:
    """What is wrong with one table for one cause, and what to do about all of it: sentences, then commands in their order."""

    problems: tuple[FailedCheck, ...]
    texts: tuple[str, ...]
    commands: tuple[str, ...]

    @property
    def cause(self) -> str:
        """A sentence; empty when the cause is not known."""
        return self.problems[0].cause

    @property
    def rank(self) -> int:
        """What is not known comes last. Keys come first, because nothing that they encrypt can be changed without them, and
        deployments after everything else, because they are of the whole environment."""
        if not self.known:
            return 3
        ids = {problem.fix.id for problem in self.problems}
        return 0 if ids & KEYS else 2 if ids & DEPLOYMENTS else 1

    @property
    def known(self) -> bool:
        """Whether it is a difference, not something that could not be judged."""
        return self.problems[0].finding.outcome == MISMATCH


@dataclass(frozen=True, slots=True)
class TableReport:
    """The checks of one table, and for each that is no match what to do (in the same order; None for a match).

    `table` is its name in AWS, `name` that in the contract. `causes`: one of `comparison.cause` or empty for each check.
    """

    service: str
    table: str
    findings: tuple[Finding, ...]
    fixes: tuple[Fix | None, ...]
    shared: bool = False  # what the tables share, not a table; `table` is then its stack
    name: str = ""
    stack: str = ""
    notes: tuple[str, ...] = ()  # worth knowing, and no check
    patterns: tuple[PatternCoverage, ...] = ()
    causes: tuple[str, ...] = ()

    @property
    def problems(self) -> list[FailedCheck]:
        """What is no match, mismatches first."""
        causes = self.causes or ("",) * len(self.findings)
        found = [
            FailedCheck(finding, finding_words.sentence(finding), finding_words.CAUSES.get(cause, ""), fix)
            for finding, fix, cause in zip(self.findings, self.fixes, causes, strict=True)
            if fix
        ]
        return sorted(found, key=lambda problem: problem.finding.outcome == UNKNOWN)

    def blocks(self, region: str) -> list[Block]:
        """What is no match, put together by what to do: sentences first, a deployment last, what is not known after all."""
        groups: dict[tuple[bool, str, str], list[FailedCheck]] = {}
        for problem in sorted(self.problems, key=lambda problem: ORDER[problem.fix.id]):
            alone = problem.fix.id if problem.fix.text or problem.fix.id == DEPLOY else ""
            groups.setdefault((problem.finding.outcome == UNKNOWN, problem.cause, alone), []).append(problem)
        # Someone, or a block before, may be changing the table at this moment.
        unsettled = not self.shared and any(finding.in_progress for finding in self.findings)
        blocks = []
        for _, problems in sorted(groups.items(), key=lambda group: group[0][0]):
            texts, commands = merged((p.fix for p in problems), self.table, region, unsettled)
            blocks.append(Block(tuple(problems), texts, commands))
            unsettled = unsettled or any(command.startswith(CHANGES_TABLE) for command in commands)
        return blocks

    @property
    def cells(self) -> tuple[str, ...]:
        """One word or two about each group of checks."""
        return tuple(self.cell(group) for group in GROUPS)

    def cell(self, group: str) -> str:
        """One word or two about a group of checks."""
        outcomes = [finding.outcome for finding in self.findings if finding.group == group]
        for outcome in (MISMATCH, UNKNOWN):
            if number := outcomes.count(outcome):
                return f"{number} {OUTCOME_WORDS[outcome][number > 1]}"
        if not outcomes and self.shared:
            return "-"
        if not outcomes:
            return NOTHING if group in OPTIONAL and self.exists else NOT_LOOKED_AT
        return f"{len(outcomes)} of {len(outcomes)}" if group == "Access" else "match"

    def count(self, outcome: str) -> int:
        """How many checks had an outcome."""
        return sum(finding.outcome == outcome for finding in self.findings)

    @property
    def exists(self) -> bool:
        """Whether the table is there, as far as is known."""
        return not any(f.property == "existence" and not f.subject for f in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """The validation of an environment."""

    environment: str
    region: str
    account: str
    time: str
    tables: tuple[TableReport, ...]
    retired: tuple[
        tuple[str, str], ...
    ] = ()  # service and table: deployed once, no longer in the contract, not looked at
    commit: str = ""
    plan: str = ""  # the hash of the plan that was deployed
    run_url: str = ""  # where the full report is
    pages: tuple[tuple[str, str], ...] = ()  # service and address of its environment page
    retired_unknown: tuple[tuple[str, str], ...] = ()  # service and why it is not known which of its tables are retired
    left_out: tuple[LeftOut, ...] = ()  # services that could not be looked at
    never: tuple[
        NeverDeployed, ...
    ] = ()  # services of which nothing was ever there: told as that, and not check by check
    unrecorded: tuple[str, ...] = ()  # services whose deployment is recorded without a validation

    @property
    def compared(self) -> list[TableReport]:
        """The tables of the services that were deployed, and what those share."""
        never = {each.service for each in self.never}
        return [table for table in self.tables if table.service not in never]

    def count(self, outcome: str) -> int:
        """How many checks had an outcome."""
        return sum(table.count(outcome) for table in self.tables)

    @property
    def verdict(self) -> str:
        """The headline."""
        total = sum(len(table.findings) for table in self.compared)
        mismatches, unknown = (sum(t.count(outcome) for t in self.compared) for outcome in (MISMATCH, UNKNOWN))
        never = f"never deployed here: {', '.join(each.service for each in self.never)}" if self.never else ""
        left = f", and not looked at: {', '.join(each.service for each in self.left_out)}" if self.left_out else ""
        if never and not self.compared:
            return f"{never}{left}"
        left = f", {never}{left}" if never else left
        if not mismatches and not unknown:
            return f"all {total} checks match{left}"
        parts = [f"{mismatches} of {total} checks {'differs' if mismatches == 1 else 'differ'}"] if mismatches else []
        if unknown:
            parts.append(f"{unknown} of {total} could not be judged")
        return ", ".join(parts) + left

    @property
    def exit_code(self) -> int:
        """0 all match, 1 something differs, 2 something could not be judged, or looked at."""
        return 1 if self.count(MISMATCH) else 2 if self.count(UNKNOWN) or self.left_out else 0

    @property
    def worst_first(self) -> list[TableReport]:
        """The tables that were compared, those with most differences first, then those with most that is not known; what they share last."""
        return sorted(self.compared, key=lambda table: (-table.count(MISMATCH), -table.count(UNKNOWN), table.shared))

    @property
    def blocks(self) -> list[tuple[TableReport, Block]]:
        """Everything that is no match of what was deployed, in the order in which it is to be done, and where that leaves a choice the worst
        table first."""
        found = [(table, block) for table in self.worst_first for block in table.blocks(self.region)]
        return sorted(found, key=lambda pair: pair[1].rank)

    @property
    def notes(self) -> dict[str, list[str]]:
        """Each note, and the tables that it is about."""
        found: dict[str, list[str]] = {}
        for table in self.compared:
            for note in table.notes:
                found.setdefault(note, []).append(table.table)
        return found

    @property
    def patterns(self) -> str:
        """One sentence about the access patterns; empty where the contracts have none."""
        found = [pattern for table in self.compared for pattern in table.patterns]
        refused = sum(pattern.probe == REFUSED for pattern in found)
        open_ = sum(pattern.probe == NOT_TRIED for pattern in found)
        if not found:
            return ""
        answered = len(found) - refused - open_
        probe = "a query for a key that nobody has"
        if any(pattern.written for pattern in found):
            probe += ", and for writes an item of its own"
        parts = [f"Access patterns: {answered} of {len(found)} answered the probe ({probe})"]
        parts += [f"{refused} {'was' if refused == 1 else 'were'} refused"] if refused else []
        parts += [f"{open_} {'was' if open_ == 1 else 'were'} not tried"] if open_ else []
        return ", ".join(parts) + "."

    @property
    def untried(self) -> dict[str, list[str]]:
        """Each reason why access patterns were not tried, and which: by their ids, or descriptions, and their tables."""
        found: dict[str, list[str]] = {}
        for table in self.compared:
            for pattern in table.patterns:
                if pattern.probe == NOT_TRIED:
                    found.setdefault(pattern.reason, []).append(f"{pattern.id or pattern.description} ({table.table})")
        return found


def folded(tables: Sequence[TableReport]) -> list[tuple[list[TableReport], tuple[str, ...]]]:
    """Tables without problems that read the same, put together; the others each by itself, in the given order.

    The counts of the column Access are added up.
    """
    groups: dict[tuple[str, ...], list[TableReport]] = {}
    for table in tables:
        alone = (table.table,) if table.problems or table.shared else ()
        groups.setdefault((*alone, *table.cells[:-1], *_counted(table)), []).append(table)
    return [(group, (*group[0].cells[:-1], _access(group))) for group in groups.values()]


def _counted(table: TableReport) -> tuple[str, ...]:
    return () if " of " in table.cells[-1] else (table.cells[-1],)


def _access(group: list[TableReport]) -> str:
    cells = [table.cells[-1] for table in group]
    if len(group) == 1 or " of " not in cells[0]:
        return cells[0]
    total = sum(int(cell.partition(" of ")[0]) for cell in cells)
    return f"{total} of {total}"
