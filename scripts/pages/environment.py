"""The page of an environment: what an application needs to reach the tables, and what watches them."""

from collections.abc import Sequence

from scripts import names
from scripts.access.arns import partition
from scripts.markdown import code, link, page, table, text
from scripts.model import TableState
from scripts.pages import common, cost
from scripts.project import Service
from scripts.settings_source import Environment


def render(
    service: Service, environment: Environment, states: Sequence[TableState], costs: cost.Costs | None = None
) -> str:
    """`generated/<service>/<environment>/README.md`."""
    region = environment.region or "<region>"
    account = environment.account or "<account>"
    return page(
        common.header(service.name),
        f"# {text(service.name)} in {text(environment.name)}",
        table(
            ("", ""),
            [
                ("Region", code(environment.region) if environment.region else "asked for at deployment"),
                ("Account", code(environment.account) if environment.account else "any; the deployment shows it before it begins"),
                ("Alarm topic", code(names.alarm_topic(environment.name, service.name))),
                ("Notified", ", ".join(map(text, environment.alarm_emails)) or "nobody yet: set `alarm_emails` in deployment.yaml"),
                ("Shared stack", code(names.service_stack(environment.name, service.name))),
                *([cost.environment_line(costs, environment)] if costs else []),
            ],
        ),
        "## Tables",
        table(("Table", "ARN", "Alarms", "Stack"), [_row(service, environment, t.name, s, region, account) for t, s in zip(service.contract.tables, states, strict=True)]),
        "An index has the ARN of its table followed by `/index/` and its name.",
        "## Access for applications",
        f"The IAM policies in {link(code('access/'), 'access/')} name these tables and indexes and nothing else. Which one is for whom: "
        f"{link('access policies', '../../../docs/access.md')}.",
        "## Deploy and validate",
        ["```console", f"make deploy ENV={environment.name} SERVICE={service.name}", f"make validate ENV={environment.name} SERVICE={service.name}", "```"],
        f"Service {link(code(service.name), '../README.md')}.",
    )  # fmt: skip


def _row(
    service: Service, environment: Environment, name: str, state: TableState, region: str, account: str
) -> tuple[str, ...]:
    return (
        link(code(state.name), f"../tables/{names.file_stem(name)}.md"),
        code(f"arn:{partition(region)}:dynamodb:{region}:{account}:table/{state.name}"),
        str(len(state.alarms)),
        code(names.table_stack(environment.name, service.name, name)),
    )
