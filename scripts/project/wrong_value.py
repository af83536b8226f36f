"""What was meant by a value or a name that the schema of deployment.yaml does not allow, where that is clear."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from scripts.contract.near_miss import near_miss
from scripts.edit import Edit, remove, write
from scripts.problems import did_you_mean, squash
from scripts.project.settings_schema import fits
from scripts.settings.deployment_file import Where, at
from scripts.settings.regions import REGIONS
from scripts.text.yaml_source import Source

if TYPE_CHECKING:
    from jsonschema import ValidationError

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?")
_TRUTH = {
    **dict.fromkeys(("true", "yes", "on", "y", "enabled"), True),
    **dict.fromkeys(("false", "no", "off", "n", "disabled", "none"), False),
}
_WITHOUT_SPACE = re.compile(r"(\w+)[:=]\s*(\S+)")
_ACCOUNT_DIGITS = 12
# Words of AWS for what a setting calls otherwise, as `squash` gives them.
_OF_AWS = {
    "billing": {"payperrequest": "on-demand"},
    "table_class": dict.fromkeys(("standardia", "infrequentaccess", "ia"), "STANDARD_INFREQUENT_ACCESS"),
}
_WORDS = {  # of settings that take ARNs too, so that their schema has no list of choices
    "encryption": ("aws-managed", "aws-owned", "service-key"),
    "alarm_encryption": ("create", "none"),
}


def fitting_value(source: Source, where: Where, error: "ValidationError") -> list[Edit]:
    """The edits that write what a schema error is about as it was meant; none where that is for a person to say."""
    if error.validator == "uniqueItems":
        values = error.instance
        return [remove((*where[:-1], n)) for n in reversed(range(len(values))) if values[n] in values[:n]]
    if error.validator not in ("type", "enum", "pattern"):
        return []
    meant = (value for value in _candidates(source, where, error) if fits(value, where))
    return [write(where, value) for value in meant][:1]


def legal_name(source: Source, where: Where) -> str | None:
    """The name of an environment in the characters that it may have; None when there is none, or when it is taken."""
    right = re.sub("[^a-z0-9]+", "-", str(where[-1]).lower()).strip("-")
    taken = at(source.value, where[:-1])
    return right if where[:-1] == ("environments",) and right and right not in taken and len(right) <= 60 else None


def _candidates(source: Source, where: Where, error: "ValidationError") -> Iterator[Any]:
    value, choices = error.instance, error.schema.get("enum", ())
    if where in source.plain and value is not None:
        yield source.plain[where]  # as it was written: 0123 is a number to YAML, and loses its first digit
    truth = value if isinstance(value, bool) else _TRUTH.get(value.strip().lower()) if isinstance(value, str) else None
    if type(value) is int and value in (0, 1):
        truth = bool(value)
    if truth is not None:
        yield truth
        yield from () if truth else ("off", "")
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        together = [pair for one in value for pair in one.items()]
        yield dict(together) if len(dict(together)) == len(together) else None
    if isinstance(value, float) and value.is_integer():
        yield int(value)
    if isinstance(value, str):
        if _NUMBER.fullmatch(value):
            yield json.loads(value)
        yield [value]
        if stuck := _WITHOUT_SPACE.fullmatch(value):
            yield {stuck[1]: stuck[2]}
        yield value.strip() or None
        if where[-1] == "region":
            yield did_you_mean(value, REGIONS)
        elif where[-1] == "account" and len(digits := re.sub("[^0-9]", "", value)) == _ACCOUNT_DIGITS:
            yield digits
        words = [one for one in choices if isinstance(one, str)] or _WORDS.get(str(where[-1]), ())
        yield (
            _OF_AWS.get(str(where[-1]), {}).get(squash(value)) or near_miss(value, words) or did_you_mean(value, words)
        )
