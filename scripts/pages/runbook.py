"""The runbook of a service: what each alarm means and what to do, and the procedures that come up once in a while.

The texts are in `runbook_*.markdown` beside this file; here they get the service's names.
"""

import shlex
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from scripts.input_file import read_text
from scripts.model import ContractTable
from scripts.monitoring.dashboard import dashboard_name
from scripts.pages import common
from scripts.pages.runbook_names import name_functions
from scripts.pages.runbook_restore import restore_sections
from scripts.pages.runbook_sections import AlarmSections, alarm_sections
from scripts.project.services import Service
from scripts.text.markdown import code, codes, link, page, table, text

PROCEDURES = Path(__file__).with_name("runbook_procedures.markdown")
TOLD = """\
```bash
aws sns list-subscriptions-by-topic --topic-arn "arn:$PARTITION:sns:$AWS_REGION:$ACCOUNT:$TOPIC" --query 'Subscriptions[].[Endpoint,SubscriptionArn]' --output table
aws cloudwatch set-alarm-state --alarm-name "$TABLE-throttled" --state-value ALARM --state-reason "Test: are people told?"
```"""
CALENDAR = (
    ("Every week", "Tickets: alarms of severity `ticket`; alarms that fired and needed no one", "the alarm's section"),
    (
        "Every month",
        "Is every e-mail subscription of the alarm topic confirmed?",
        "[Are people told](#are-people-told)",
    ),
    ("Every month", "Cost review", "[Cost review](#cost-review)"),
    ("Every quarter", "Restore drill, on the most important table", "[Drill](#backup-and-restore-drill)"),
    ("Every quarter", "Capacity review", "[Capacity review](#capacity-review)"),
    ("Every quarter", "Let an alarm fire on purpose", "[Are people told](#are-people-told)"),
    ("Every year", "Who has access, which key encrypts what", "[Keys](#rotate-the-encryption-key)"),
    ("Every year", "Tables and indexes that nobody uses", "[Retire a table](#retire-a-table)"),
    ("Before a peak", "`warm_throughput`, maxima and quotas", "[Capacity review](#capacity-review)"),
)


def render(service: Service, alarms: Iterable[str]) -> str:
    """`generated/<service>/runbook.md`. `alarms`: the names of all alarms in the templates of the service."""
    sections = alarm_sections(alarms)
    return common.fitting(partial(_page, service, sections, listed) for listed in (True, False))


def _page(service: Service, sections: AlarmSections, listed: bool) -> str:
    return page(
        common.header(service.name),
        f"# Runbook of {text(service.name)}",
        f"One section for each kind of alarm that this service has, then the procedures. Service {link(code(service.name), 'README.md')}.",
        "## Which section",
        "Find the end of the alarm's name:",
        table(("The name ends in", "Section", "Severity", "It is on when"), sections.rows),
        "Sections below that are not listed here are about causes, to which others lead. "
        "A *page* gets someone up. A *ticket* is looked at in the morning. Thresholds are the defaults; an alarm's "
        "description has its own.",
        "## Names",
        table(("Environment", "Region", "Table names begin with", "Dashboard"), _environments(service)),
        *_tables(service, listed),
        "Open AWS CloudShell in the environment's account and paste this once:",
        ["```bash", *name_functions(service), "```"],
        f"Then say which table it is about, as the contract names it, and which index, where a command needs one: {code(_example(service))}. "
        "All commands below use these names, and none is about a table that nobody has named.",
        "Most of what only looks is allowed by the policy `operator` of the [environment](#names). What changes something, restores, or "
        "shows key values and subscribers needs an administrator's role; the roles of the workflows can be taken by workflows only.",
        *(_named(section, service) for section in sections.texts),
        "## Are people told",
        "An alarm that reaches nobody is worse than none. Who is subscribed, and did they confirm?",
        TOLD,
        "The first command lists addresses; `PendingConfirmation` in place of an ARN means that nobody is told there. The "
        "second one makes an alarm fire for a moment, to see that the message arrives; CloudWatch puts it right again by itself.",
        *restore_sections(service),
        _named(read_text(PROCEDURES).rstrip(), service),
        "## Calendar",
        table(("When", "What", "How"), CALENDAR),
        common.footer(service, "runbook.md"),
    )


def _environments(service: Service) -> list[tuple[str, ...]]:
    return [
        (
            link(code(environment.name), f"{environment.name}/README.md"),
            environment.region or "asked for at deployment",
            code(environment.table_prefix) if environment.table_prefix else "",
            code(dashboard_name(environment.name, service.name)),
        )
        for environment in service.environments
    ]


def _tables(service: Service, listed: bool) -> Iterable[list[str] | str]:
    if not listed:
        yield f"The tables and their indexes are on the {link('service page', 'README.md')}."
        return
    rows = [(t.name, (code(t.name), codes(index.name for index in t.indexes))) for t in service.contract.tables]
    yield common.listed(("Table", "Indexes"), rows)


def _ordered(tables: Sequence[ContractTable]) -> list[ContractTable]:
    return common.by_name(tables, lambda table: table.name)


def _example(service: Service) -> str:
    """`use` with the names of the first environment, which usually is not production, and of a table with an index where there is one."""
    tables = _ordered(service.contract.tables)
    first = next((t for t in tables if t.indexes), tables[0])
    index = [first.indexes[0].name] if first.indexes else []
    return shlex.join(["use", service.environments[0].name, first.name, *index])


def _named(text: str, service: Service) -> str:
    return text.replace("{{service}}", service.name)
