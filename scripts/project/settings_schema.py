"""Hold a `deployment.yaml` against its JSON Schema: each error is about one key or value, and none is about a right one."""

import math
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from scripts.settings.deployment_file import Where, schema
from scripts.settings.schema_places import names_of, part_at

if TYPE_CHECKING:
    from jsonschema import ValidationError

UNKNOWN = ("additionalProperties", "unevaluatedProperties")


def schema_errors(value: Any) -> Iterator["ValidationError"]:
    """Each way in which a value is not what the schema describes; the path of one about a name ends with that name."""
    if not _surely_valid(value):
        yield from _validator().iter_errors(value)


def fits(value: Any, where: Where) -> bool:
    """Whether the schema allows a value at a path of the file."""
    validator = _validator_of_part(where)
    if validator is None:
        return False
    try:
        return validator.is_valid(value)
    except ValueError:  # see _surely_valid
        return False


@lru_cache(maxsize=1_000)
def _validator_of_part(where: Where) -> jsonschema_rs.Draft202012Validator | None:
    part = part_at(where)
    return None if part is None else jsonschema_rs.Draft202012Validator({**part, "$defs": schema()["$defs"]})


def _surely_valid(value: Any) -> bool:
    """Whether a value keeps the schema, told in a fraction of the time that importing jsonschema takes.

    A number that JSON has not, and a whole one written as 7.0, are left to the validator that explains, which is stricter.
    """
    try:
        return _quick_validator().is_valid(value) and not _odd_floats(value)
    except ValueError:  # YAML has values that JSON has not: dates and bytes. The other validator can name them.
        return False


@cache
def _quick_validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema())


def _odd_floats(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_odd_floats, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and (value.is_integer() or not math.isfinite(value))


@cache
def _validator() -> Any:
    """A validator that explains. It is stricter about values: `$` in a pattern is the very end, 7.0 is no whole number,
    and infinity no number. And it tells of each unknown name by itself: JSON Schema calls all names of a group
    unevaluated as soon as the value of one of them is wrong.
    """
    import jsonschema  # here, because importing it costs as much as all the rest of a run

    base = jsonschema.Draft202012Validator

    def pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
        if isinstance(value, str) and not re.search(pattern.removesuffix("$") + r"\Z", value):
            yield jsonschema.ValidationError(f"{value!r} does not match")

    def unknown(validator: Any, allowed: Any, value: Any, part: dict[str, Any]) -> Iterator[Any]:
        if allowed is not False:
            yield from base.VALIDATORS["additionalProperties"](validator, allowed, value, part)
            return
        known = names_of(part)
        for name in value if isinstance(value, dict) else ():
            if name not in known:
                yield jsonschema.ValidationError(f"{name!r} is unknown", path=[name])

    def property_names(validator: Any, names: dict[str, Any], value: Any, _schema: Any) -> Iterator[Any]:
        for name in value if isinstance(value, dict) else ():
            if any(validator.descend(instance=name, schema=names)):
                yield jsonschema.ValidationError(f"{name!r} cannot be a name", path=[name])

    whole = base.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int)
    finite = whole.redefine(
        "number", lambda _checker, value: type(value) is int or (type(value) is float and math.isfinite(value))
    )
    rules = {"pattern": pattern, "propertyNames": property_names, **dict.fromkeys(UNKNOWN, unknown)}
    return jsonschema.validators.extend(base, rules, type_checker=finite)(schema())
