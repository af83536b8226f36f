"""Each property has one field under the same name in what is wanted and in what is found."""

from types import UnionType
from typing import Any, get_args, get_type_hints

from scripts.model import DesiredTable, LiveTable, Unknown
from scripts.properties import PROPERTIES, Property, Reading
from tests.for_each import for_each
from tests.samples import STATE

DESIRED, LIVE = get_type_hints(DesiredTable), get_type_hints(LiveTable)
BY_FIELD = {property.field: property for property in PROPERTIES}


def parts(hint: Any) -> set[Any]:
    """The types of which a value may be one."""
    return set(get_args(hint)) if isinstance(hint, UnionType) else {hint}


@for_each("field", [*BY_FIELD, "alarms"])
def test_what_is_wanted_is_known_and_what_is_found_is_of_the_same_type(field: str) -> None:
    assert Unknown not in parts(DESIRED[field])
    assert parts(LIVE[field]) - {Unknown} == parts(DESIRED[field])


@for_each("field", [field for field in BY_FIELD if Unknown not in parts(LIVE[field])])
def test_what_is_always_known_is_read_from_the_description_alone(field: str) -> None:
    """Another call can be refused, and what AWS changes step by step has a status."""
    property: Property[Any] = BY_FIELD[field]
    assert not isinstance(property.read(Reading(None, {}, STATE)), Unknown)
