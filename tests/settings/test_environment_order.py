"""The order of environments: every wave comes after those before it, and what is no order is refused."""

from graphlib import CycleError, TopologicalSorter

from hypothesis import given
from hypothesis import strategies as st

from scripts.settings.environment_order import MOST_WAVES, After, order_mistakes, waves

NAMES = "abcde"
ORDERS = st.fixed_dictionaries({name: st.lists(st.sampled_from(NAMES), max_size=2, unique=True) for name in NAMES})


@given(ORDERS)
def test_an_order_has_waves_or_a_mistake(order: After) -> None:
    mistakes = list(order_mistakes(order))
    assert all(mistake.other in order[mistake.environment] for mistake in mistakes)
    try:
        TopologicalSorter(order).prepare()
    except CycleError:
        assert mistakes
        return
    found = waves(order)
    for name, before in order.items():
        assert found[name] == 1 + max((found[other] for other in before), default=0)
    assert bool(mistakes) == (max(found.values()) > MOST_WAVES)


def test_a_name_that_is_no_environment_has_no_wave() -> None:
    assert waves({"prod": ["moon"]}) == {"prod": 1}
