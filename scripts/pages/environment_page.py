"""The page of an environment: what an application needs to reach the tables, and what watches them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from scripts import names
from scripts.access.arns import ArnScope
from scripts.folders import RECORDS
from scripts.model import CompositeAlarm, ContractTable, DesiredTable
from scripts.monitoring.dashboard import dashboard_name
from scripts.monitoring.notify import notify
from scripts.pages import common
from scripts.pages.console import Console, account_endpoints, endpoint, fips_endpoint, vpc_service
from scripts.pages.settings_used import settings_used
from scripts.pages.snippets import LANGUAGES, target
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment
from scripts.text.markdown import code, details, fence, link, page, table, text

INDEX_ARNS_SHOWN = 500
Pairs = Sequence[tuple[ContractTable, DesiredTable]]
Boards = Mapping[str, int]  # the number of the dashboard of each table, by its name in AWS
# The policies that every service has, with whom they are for; all of them: docs/access.md.
_POLICIES = (
    ("read-only", "who reads items"),
    ("read-write", "the application that owns the data"),
    ("data-migration", "the job that loads the data from MySQL, until it is done"),
    ("operator", "who is on call: settings, metrics, backups; no items"),
)


class EnvironmentExtent(NamedTuple):
    """How much a page says of so many tables: what is left out is a rule, or on the pages of the tables."""

    linked: bool = True
    settings: bool = True
    tables: bool = True


# From the fullest to the shortest, which is the same for any number of tables.
EXTENTS = (
    EnvironmentExtent(),
    EnvironmentExtent(linked=False),
    EnvironmentExtent(False, settings=False),
    EnvironmentExtent(False, False, tables=False),
)


def render(service: Service, environment: Environment, states: Sequence[DesiredTable], boards: Boards) -> str:
    """`generated/<service>/<environment>/README.md`."""
    pairs = common.by_name(zip(service.contract.tables, states, strict=True), lambda pair: pair[0].name)
    return common.fitting(partial(_page, service, environment, pairs, boards, extent) for extent in EXTENTS)


def _page(service: Service, environment: Environment, pairs: Pairs, boards: Boards, extent: EnvironmentExtent) -> str:
    return page(
        common.header(service.name),
        f"# {text(service.name)} in {text(environment.name)}",
        common.neighbours(
            f"Service {link(code(service.name), '../README.md')}",
            *common.environments(service, "../", environment.name),
            link("runbook", "../runbook.md"),
        ),
        f"What was deployed last, when, and whether it was validated: {code(RECORDS[1])} {link('beside this page', './')}.",
        table(("What", "Name or value"), _facts(service, environment)),
        "## Tables",
        *_tables(service, environment, pairs, boards, extent),
        "## Connect",
        *_connect(environment, pairs),
        "## Access for applications",
        *_access(service, environment),
        "## Network",
        *_network(environment),
        "## Settings used",
        *_settings(service, environment, extent.settings),
        "## Deploy and validate",
        fence("console", f"make deploy ENV={environment.name} SERVICE={service.name}\nmake validate ENV={environment.name} SERVICE={service.name}"),
        common.footer(service, f"{environment.name}/README.md"),
    )  # fmt: skip


def _facts(service: Service, environment: Environment) -> Iterable[tuple[str, str]]:
    console = Console(environment.region)
    topics = notify(environment.name, service.name, environment.alarm_topics)
    board, stack = (make(environment.name, service.name) for make in (dashboard_name, names.service_stack))
    yield "Region", code(environment.region) if environment.region else "asked for at deployment"
    yield (
        "Account",
        code(environment.account) if environment.account else "any; the deployment shows it before it begins",
    )
    if environment.region:
        yield "Endpoint", code(endpoint(environment.region))
    yield "Dashboard", _linked(board, console.dashboard(board))
    yield "Shared stack", _linked(stack, console.stack(stack))
    yield "Alarm topic", ", ".join(map(code, topics.people))
    if not environment.alarm_topics:
        nobody = "nobody yet: set `alarm_emails` in deployment.yaml"
        yield "Notified", ", ".join(map(text, environment.alarm_emails)) or nobody
    yield "Every single alarm", f"{', '.join(map(code, topics.feed))}, a topic for chat or incident tools"
    yield "Cost a month", code(f"make cost ENV={environment.name} SERVICE={service.name}")


def _linked(name: str, address: str) -> str:
    return link(code(name), address) if address else code(name)


def _tables(
    service: Service, environment: Environment, pairs: Pairs, boards: Boards, extent: EnvironmentExtent
) -> Iterable[list[str] | str]:
    if not extent.tables:
        yield f"There are so many that GitHub would not show a list of them: see {link('their pages', '../tables/')}."
        return
    console = Console(environment.region if extent.linked else "")
    columns = ("Table", "In the console", "Alarms", "Dashboard", "Stack")
    rows = []
    for value, state in pairs:
        number = boards.get(state.name, 1)
        board = dashboard_name(environment.name, service.name, number)
        address = console.dashboard(board)
        shown = link(str(number), address) if address else code(board)
        rows.append((state.name, _row(service, environment, console, value, state, shown)))
    yield common.listed([name for name in columns if name != "In the console" or console.table("x")], rows)
    if not extent.linked:
        yield "Without links to the AWS console: with so many tables GitHub would not show the page."
    yield details("ARNs of tables, indexes and streams", *_arns(environment, pairs))


def _row(
    service: Service,
    environment: Environment,
    console: Console,
    value: ContractTable,
    state: DesiredTable,
    board: str,
) -> tuple[str, ...]:
    stack = names.table_stack(environment.name, service.name, value.name)
    composite = next((alarm.name for alarm in state.alarms if isinstance(alarm, CompositeAlarm)), "")
    alarms, watching = str(len(state.alarms)), console.alarm(composite) if composite else ""
    seen = console.table(state.name)
    return (
        link(code(state.name), f"../tables/{names.file_stem(value.name)}.md"),
        *([link("open", seen)] if seen else []),
        link(alarms, watching) if watching else alarms,
        board,
        _linked(stack, console.stack(stack)),
    )


def _settings(service: Service, environment: Environment, shown: bool) -> Iterable[list[str] | str]:
    if shown:
        yield details("Effective settings, and where each comes from", *settings_used(service, environment))
    else:
        yield code(f"make explain SERVICE={service.name} ENV={environment.name} TABLE=name")


def _arns(environment: Environment, pairs: Pairs) -> Iterable[list[str] | str]:
    """One ARN a line, to be copied. A stream's label is made by AWS; a very long list leaves the indexes to a rule."""
    place = ArnScope(environment.region, environment.account)
    every = sum(1 + len(value.indexes) + len(value.local_indexes) for value, _ in pairs) <= INDEX_ARNS_SHOWN
    lines = []
    for value, state in pairs:
        lines.append(place.table(state.name))
        if every:
            lines += [place.index(state.name, index.name) for index in (*value.indexes, *value.local_indexes)]
        lines += [place.streams(state.name)] if state.stream else []
    yield fence("text", "\n".join(lines))
    if not every:
        yield "An index has the ARN of its table followed by `/index/` and its name."
    if any(state.stream for _, state in pairs):
        yield (
            "The last part of a stream's ARN is made by AWS: `aws dynamodb describe-table --table-name ... "
            "--query Table.LatestStreamArn` tells it."
        )
    if not place.complete:
        yield "`${...}` is what the environment does not state: deployment.yaml can."


def _connect(environment: Environment, pairs: Pairs) -> Iterable[list[str] | str]:
    """Programs for one table, the first one with an index; those for the others are on their own pages."""
    value, state = next((pair for pair in pairs if pair[0].indexes), pairs[0])
    own = link("its page", f"../tables/{names.file_stem(value.name)}.md")
    yield (
        f"Programs that read {code(state.name)} ({own}). They take credentials from their surroundings, as the SDKs do."
        + ("" if environment.region else " The Region too: set `AWS_REGION`.")
    )
    reads = target(value, state.name, environment.region)
    for language in LANGUAGES:
        yield details(language.name, fence(language.fence, language.program(reads)))


def _access(service: Service, environment: Environment) -> Iterable[list[str] | str]:
    complete = ArnScope(environment.region, environment.account).complete
    ending = ".json" if complete else ".template.json"
    yield (
        f"The IAM policies in {link(code('access/'), 'access/')} name these tables and indexes and nothing else. Which one is "
        f"for whom, and how they are kept up to date: {link('access policies', '../../../docs/access.md')}."
    )
    yield table(
        ("Policy", "For"), [(link(code(f"{name}{ending}"), f"access/{name}{ending}"), whom) for name, whom in _POLICIES]
    )
    yield (
        f"Narrower still: {code(f'access/patterns-<Table>{ending}')}, with exactly what the access patterns of one table need. "
        "A table has one if the contract states what each of its access patterns does."
    )
    if not complete:
        yield (
            "They are templates, because the environment does not state its Region and account: a policy that names "
            "`${ACCOUNT_ID}` gives nothing until that is filled in."
        )
        return
    policy = f"{service.name}-{environment.name}-read-write"
    arn = ArnScope(environment.region, environment.account).table("").split(":")[1]
    yield "Attach one to the role of the application:"
    yield fence(
        "bash",
        f"aws iam create-policy --policy-name {policy} \\\n"
        f"  --policy-document file://generated/{service.name}/{environment.name}/access/read-write.json\n"
        f"aws iam attach-role-policy --role-name <role> \\\n"
        f"  --policy-arn arn:{arn}:iam::{environment.account}:policy/{policy}",
    )


def _network(environment: Environment) -> Iterable[list[str] | str]:
    yield (
        "Applications in a VPC reach DynamoDB without the internet through a gateway endpoint. It costs nothing; one for each "
        "VPC serves all tables."
    )
    region = environment.region or ""
    if region and not vpc_service(region):
        yield "Its service is the one in this list that ends in `.dynamodb`:"
        yield fence(
            "bash",
            f"aws ec2 describe-vpc-endpoint-services --region {region} --filters Name=service-type,Values=Gateway",
        )
    name = vpc_service(region) if region else "com.amazonaws.<region>.dynamodb"
    yield fence(
        "bash",
        f"aws ec2 create-vpc-endpoint --region {region or '<region>'} --vpc-endpoint-type Gateway \\\n"
        f"  --service-name {name or '<service>'} --vpc-id <vpc> --route-table-ids <route table>",
    )
    accounts, fips = (account_endpoints(region), fips_endpoint(region)) if region else ("", "")
    if accounts:
        yield (
            f"Firewalls and proxies must let through {code(endpoint(region).removeprefix('https://'))} and {code(accounts)}: "
            "the SDKs prefer the endpoint of the account where they know its number."
        )
    if fips:
        yield f"With FIPS 140 cryptography: {code(fips)}."
