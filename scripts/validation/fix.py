"""What to do about checks that are no match: one of the registered ways, filled in; and several of them as one."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scripts.validation.fix_templates import COMMANDS, KEY, MADE, OF_A_PROPERTY, TEMPLATES

# While it prints a status that ends in -ING, AWS takes no other change of the table or of an index of it.
UNSETTLED = (
    "while aws dynamodb describe-table --table-name {table} --query '[Table.TableStatus,Table.GlobalSecondaryIndexes[].IndexStatus]' "
    "--output text --region {region} | grep ING > /dev/null; do sleep 10; done"
)
SETTLED = "aws dynamodb wait table-exists --table-name {table} --region {region}"  # that is: until it is ACTIVE
CHANGES_INDEX = "--global-secondary-index-updates"
CHANGES_TABLE = "aws dynamodb update-table "
FIRST_REVERT = "alarm again"
SET = "set="  # the first word of a change set that reverts drift: several commands in one
OF_TABLE = ("aws dynamodb ", "aws application-autoscaling ", SET)  # what needs a table that is ACTIVE


@dataclass(frozen=True, slots=True)
class Fix:
    """What to do, in a sentence, in commands for a shell, or both; the sentence then stands first and ends in a colon.

    `id`: one of `fix_templates.TEMPLATES`; everything else is refused, so that no fix comes from nowhere.
    """

    id: str
    commands: tuple[str, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        if self.id not in TEMPLATES:
            raise KeyError(f"{self.id} is no registered fix: add it to fix_templates.TEMPLATES, in its order.")

    @property
    def line(self) -> str:
        """All of it on one line."""
        return " ".join(filter(None, [self.text, " && ".join(self.commands)]))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fix is to work. `arn` is that of the table, `stated` whether the settings name the Region."""

    environment: str
    region: str
    stack: str
    arn: str = ""
    runbook: str = ""
    capabilities: bool = False  # whether the stack has a role, which a change set must be allowed to have
    stated: bool = True
    absent: frozenset[str] = frozenset()  # the indexes that the table should have and has not
    values: Mapping[str, str] = field(default_factory=dict)  # of the pseudo parameters of CloudFormation

    def fill(self, id: str, **values: str) -> Fix:
        """A registered fix for this place. Values that are no commands themselves are quoted for the shell."""
        template = TEMPLATES[id]
        known = {
            "environment": self.environment,
            "region": self.region,
            "stack": self.stack,
            "runbook": self.runbook,
            **values,
        }
        quoted = {name: shlex.quote(value) for name, value in known.items()} | {
            "given": "" if self.stated else f" REGION={shlex.quote(self.region)}",
            "capabilities": " --capabilities CAPABILITY_IAM" if self.capabilities else "",
            **{name: values[name] for name in COMMANDS if name in values},
        }
        commands = tuple(command.format_map(quoted) for command in template.commands)
        return Fix(id, commands, template.text.format_map(known))

    def topic(self, name: str) -> str:
        """The ARN of a topic that is stated by its name, or by its ARN already."""
        place = (
            ":".join(self.values[f"AWS::{part}"] for part in ("Partition", "Region", "AccountId"))
            if self.values
            else ""
        )
        partition, _, rest = place.partition(":")
        return name if name.startswith("arn:") else f"arn:{partition}:sns:{rest}:{name}"

    def made(self, id: str) -> str:
        """The physical id of a resource, as a word of a command that asks the stack for it."""
        return self._word(MADE, id=id)

    def key(self, subject: str) -> str:
        """The id of a key, as a word of a command: commands that change a key do not take its alias."""
        return shlex.quote(subject) if subject.startswith("arn:") else self._word(KEY, subject=subject)

    def _word(self, template: str, **values: str) -> str:
        known = {"region": self.region, "stack": self.stack, **values}
        return template.format_map({name: shlex.quote(value) for name, value in known.items()})


def lines(commands: Iterable[str]) -> list[str]:
    """The commands one on a line, each but the last with `&&` at its end, so that nothing follows one that fails."""
    single = [
        part for command in commands for part in (command.split(" && ") if command.startswith(SET) else [command])
    ]
    return [f"{line} &&" for line in single[:-1]] + single[-1:]


def merged(fixes: Iterable[Fix], table: str, region: str, unsettled: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences and the commands of several fixes, each once, in the order in which AWS takes them.

    After each change of the table it is waited for, if more follows that needs it; before the first one if it is `unsettled`.
    """
    order = list(TEMPLATES)
    ordered = sorted(dict.fromkeys(fixes), key=lambda fix: order.index(fix.id))
    # Drift is reverted once: alarms are deleted before, the policy of a topic is put back after.
    parts: tuple[list[str], list[str], list[str]] = ([], [], [])
    for fix in ordered:
        early = TEMPLATES[fix.id] == OF_A_PROPERTY or order.index(fix.id) <= order.index(FIRST_REVERT)
        part = 0 if early else 2
        for command in fix.commands:
            part = 1 if command.startswith(SET) else 2 if part == 1 else part
            parts[part].append(command)
    commands = list(dict.fromkeys(command for part in parts for command in part))
    found: list[str] = []
    wait = UNSETTLED if unsettled else ""
    for command in commands:
        if wait and command.startswith(OF_TABLE):
            found.append(wait.format(table=shlex.quote(table), region=region))
            wait = ""
        found.append(command)
        if command.startswith(CHANGES_TABLE):
            wait = UNSETTLED if CHANGES_INDEX in command else wait or SETTLED
    return tuple(dict.fromkeys(fix.text for fix in ordered if fix.text)), tuple(found)
