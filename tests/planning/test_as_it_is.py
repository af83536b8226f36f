"""From a live table to the desired state that leaves it as it is: only when all that an import states is known."""

import pytest

from scripts.model import Scaling, TtlTransition, Unknown
from scripts.planning.adoption import LEFT_OUT, as_it_is, obstacles
from scripts.properties import PROPERTIES, Property
from tests.for_each import for_each
from tests.samples import STATE, live_table

UNTOLD = Unknown("AccessDenied: no.")


def test_what_is_as_wanted_is_wanted_as_it_is() -> None:
    imported = as_it_is(STATE, live_table())
    assert imported.alarms == ()  # resources of their own, made after the import
    assert {name for name in STATE.__slots__ if getattr(imported, name) != getattr(STATE, name)} == {"alarms"}


def test_what_an_import_leaves_out_and_the_tags_of_others_are_not_stated() -> None:
    scaling = (Scaling("", "Read", 5, 50, 70),)
    live = live_table(scaling=scaling, warm_throughput=(("", 15_000, 5_000),), tags=(("Cost", "1"), STATE.tags[1]))
    imported = as_it_is(STATE, live)
    assert (imported.scaling, imported.warm_throughput, imported.tags) == ((), (), (STATE.tags[1],))


@pytest.mark.parametrize(("on", "stated"), [(True, ("until", "")), (False, ("", "until"))])
def test_time_to_live_that_is_being_switched_is_stated_as_what_it_becomes(on: bool, stated: tuple[str, str]) -> None:
    imported = as_it_is(STATE, live_table(ttl_attribute=TtlTransition("it is switched", True, "until", on)))
    assert (imported.ttl_attribute, imported.ttl_off) == stated


@for_each("property", PROPERTIES, ids=lambda property: property.field)
def test_what_is_not_known_is_named_and_never_made_up(property: Property[object]) -> None:
    field, name = property.field, property.name
    live = live_table(**{field: UNTOLD})
    if field in LEFT_OUT:
        assert as_it_is(STATE, live) == as_it_is(STATE, live_table())
        return
    (reason,) = obstacles(live)
    assert f"its {name} is not known: AccessDenied: no. Try again" in reason.text
    with pytest.raises(ValueError, match=f"not known of table Orders: {name}"):
        as_it_is(STATE, live)
