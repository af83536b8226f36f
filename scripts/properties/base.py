"""What a property of a table is: from the setting to the template, to the live table, and back into plain words."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from scripts.model import ContractTable, DesiredTable, LiveTable, Unknown
from scripts.properties.aws_answers import settled
from scripts.properties.state_fields import BODY, FIELDS, unclassified
from scripts.settings.deployment_file import Environment

__all__ = ["DesiredSetting", "Property", "Reading", "Unknown", "settled"]
T = TypeVar("T")
ARN = "@ARN@"  # in a fix: the ARN of the table


class DesiredSetting(NamedTuple):
    """What a desired value is made from: the effective settings of one table in one environment."""

    settings: Mapping[str, Any]
    table: ContractTable
    environment: Environment
    service: str


class Reading(NamedTuple):
    """What a live value is read from: the connection (`scripts.observe.aws.Aws`) and the answer of DescribeTable."""

    aws: Any
    description: Mapping[str, Any]
    desired: DesiredTable
    # `scripts.observe.batch_reader.BatchReader`: what was asked once for all tables; None: ask for this one.
    listed: Any = None
    # The fields of the answers that nobody has classified, as they are met; None: nobody wants to know.
    strange: list[str] | None = None

    def ask(self, operation: str, **request: Any) -> Any:
        """The answer of an operation of DynamoDB, its fields looked at. `operation`: `describe_time_to_live`."""
        return self.look_at(operation, getattr(self.dynamodb, operation)(**request))

    def look_at(self, operation: str, answer: Any) -> Any:
        """Note the fields of an answer that nobody has classified; the answer."""
        if self.strange is not None:
            found = {key: value for key, value in answer.items() if key not in (BODY, "ResponseMetadata")}
            fields = FIELDS["".join(word.capitalize() for word in operation.split("_"))]
            self.strange.extend([*answer.get(BODY, ()), *unclassified(fields, found)])
        return answer

    @property
    def name(self) -> str:
        """The table's name in AWS."""
        return self.desired.name

    @property
    def dynamodb(self) -> Any:
        """The DynamoDB client."""
        return self.aws.client("dynamodb")


def _nothing(*_: Any) -> dict[str, Any]:
    return {}


def _kept_by_nothing(_settings: Mapping[str, Any], _live: LiveTable) -> str:
    return "no setting keeps it"


def plain(value: Any) -> str:
    """A value as a person would say it, where a property has no words of its own."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value) or "none"


class Property(NamedTuple, Generic[T]):
    """One property: the field of DesiredTable and of LiveTable that holds it, its name in reports, and the ways in and out.

    `render` gives properties of AWS::DynamoDB::Table, `render_index` those of one global secondary index, `fix` the
    commands that mend a difference, one on a line, in their order (table name quoted for the shell; desired; live), with
    ARN for that of the table; empty if there are none. `key`: the property of
    the template where one that wants nothing renders nothing. `nearest`:
    of what moves by itself within limits the allowed value that is nearest to a live one (the desired state; live).
    `keep`: the settings that ask for what a live table has (effective settings; live), or why there are none.
    `no_risk`: why a change of it is no risk of its own; without it `scripts/planning/setting_risks.py` has a function that
    finds the risks.
    """

    field: str
    name: str
    desired: Callable[[DesiredSetting], T]
    read: Callable[[Reading], T | Unknown]
    render: Callable[[DesiredTable], dict[str, Any]] = _nothing
    render_index: Callable[[DesiredTable, str], dict[str, Any]] = _nothing
    shown: Callable[[T], str] = plain
    fix: Callable[[str, T, T], str] = lambda _name, _desired, _live: ""
    matches: Callable[[T, T], bool] = lambda desired, live: desired == live
    nearest: Callable[[DesiredTable, T], T] | None = None
    key: str = ""
    keep: Callable[[Mapping[str, Any], LiveTable], Mapping[str, Any] | str] = _kept_by_nothing
    no_risk: str = ""
