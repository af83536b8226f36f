"""The names that the commands of a runbook use, as shell variables: of no table until somebody says which."""

import shlex

from scripts import names
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment

# One metric of the table in $TABLE over the last hour. More dimensions go at the end.
METRIC = """\
metric() {
  aws cloudwatch get-metric-statistics --namespace AWS/DynamoDB --metric-name "$1" --statistics "$2" --period 300 \\
    --start-time "$(date -u -d '1 hour ago' +%FT%TZ)" --end-time "$(date -u +%FT%TZ)" \\
    --dimensions Name=TableName,Value="$TABLE" "${@:3}" \\
    --query "sort_by(Datapoints, &Timestamp)[].[Timestamp,$2]" --output text
}"""
# Waits until a command of the CLI prints a value. Ends when the command fails: what never comes is not waited for.
WAIT = """\
wait_for() {
  local wanted="$1" now; shift
  while now="$(aws "$@" --output text)" && [ "$now" != "$wanted" ]; do echo "$now" >&2; sleep 30 || return; done
  [ "$now" = "$wanted" ]
}"""
# What is the same for every environment: the names that follow from those above, and from whose credentials these are.
# Version 1 of the CLI does not read AWS_REGION; version 2 would page what it prints, and take the next lines for keys.
OF_THE_TABLE = """\
  export AWS_REGION="${AWS_REGION:-${AWS_DEFAULT_REGION:-}}" AWS_PAGER=
  export AWS_DEFAULT_REGION="$AWS_REGION"
  ACCOUNT="$(aws sts get-caller-identity --query Account --output text)" || return 1
  [ "$ACCOUNT" = "${OWNER:-$ACCOUNT}" ] || { echo "These are credentials of account $ACCOUNT, not of $OWNER." >&2; return 1; }
  PARTITION="$(aws sts get-caller-identity --query Arn --output text | cut -d: -f2)"
  export ENVIRONMENT="$1" TABLE="$PREFIX$2" INDEX="${3:-}"
  TABLE_ARN="arn:$PARTITION:dynamodb:$AWS_REGION:$ACCOUNT:table/$TABLE"
  echo "$TABLE_ARN"
  aws dynamodb describe-table --table-name "$TABLE" --query Table.TableStatus --output text ||
    echo "Is $2 a name of the contract? Then the table is gone, or these credentials may not see it." >&2
}"""


def name_functions(service: Service) -> list[str]:
    """The lines of the shell functions `use` (environment, table, index), which sets the names, `metric` and `wait_for`."""
    cases = [f"    {shlex.quote(e.name)}) {' '.join(_names(service, e))} ;;" for e in service.environments]
    known = " ".join(e.name for e in service.environments)
    unknown = f"    *) echo {shlex.quote(f'Which environment: {known}?')} >&2; return 1 ;;"
    return ["use() {", "  TABLE=; TABLE_ARN=", '  case "$1" in', *cases, unknown, "  esac", OF_THE_TABLE, METRIC, WAIT]


def _names(service: Service, environment: Environment) -> list[str]:
    """What differs by environment. Where no Region is stated, it is that of the shell."""
    every = service.environments
    values = {
        "AWS_REGION": environment.region,
        "OWNER": environment.account or "" if any(e.account for e in every) else None,
        "PREFIX": environment.table_prefix,
        "TOPIC": names.alarm_topic(environment.name, service.name),
        "VAULT": _vault(service, environment) if any(e.backups for e in every) else None,
    }
    return [f"{name}={shlex.quote(value) if value else ''}" for name, value in values.items() if value is not None]


def _vault(service: Service, environment: Environment) -> str:
    return names.backup_vault(environment.name, service.name) if environment.backups else ""
