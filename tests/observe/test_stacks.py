"""Stacks that cannot take a change, or are not ours, are named with the way out."""

import pytest

from scripts.observe import stacks
from scripts.observe.stacks import Stack, StackError, usable
from tests.for_each import for_each

TAGS = {"Service": "shop", "Environment": "test"}


def _stack(status: str, tags: dict[str, str] = TAGS) -> Stack:
    return Stack("dynamodb-test-shop-Orders", "arn", status, tags, {}, True)


@for_each("status", stacks.UNUSABLE)
def test_an_unusable_stack_is_refused_with_the_way_out(status: str) -> None:
    with pytest.raises(StackError, match=f"dynamodb-test-shop-Orders is in {status}.*deploy again"):
        usable(_stack(status), TAGS)


@for_each("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"])
def test_a_usable_stack_passes(status: str) -> None:
    usable(_stack(status), TAGS)


def test_a_stack_of_another_service_is_refused() -> None:
    with pytest.raises(StackError, match="belongs to something else"):
        usable(_stack("CREATE_COMPLETE", {**TAGS, "Service": "library"}), TAGS)


def test_a_stack_that_came_from_an_import_has_no_tags_yet() -> None:
    usable(_stack("IMPORT_COMPLETE", {}), TAGS)
    with pytest.raises(StackError, match="belongs to something else"):
        usable(_stack("UPDATE_COMPLETE", {}), TAGS)
    with pytest.raises(StackError, match="belongs to something else"):
        usable(_stack("IMPORT_COMPLETE", {**TAGS, "Service": "library"}), TAGS)
