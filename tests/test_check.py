"""`make check` finds what a hand-made edit of a generated template breaks, and says how to mend it."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.working_copy import make, run

TEMPLATE = "generated/bookshop/prod-eu-west-1/templates/tables/Orders.yaml"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("check") / "copy")


def _remove(pattern: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, "", text, count=1, flags=re.MULTILINE | re.DOTALL)


BROKEN = {
    "no DeletionPolicy": (_remove(r"    DeletionPolicy: Retain\n"), "DeletionPolicy"),
    "no UpdateReplacePolicy": (_remove(r"    UpdateReplacePolicy: Retain\n"), "UpdateReplacePolicy"),
    "no encryption": (_remove(r"      SSESpecification:\n.*?(?=      Tags:)"), "SSESpecification"),
    "no recovery": (_remove(r"      PointInTimeRecoverySpecification:\n.*?(?=      SSE)"), "PointInTimeRecovery"),
    "no alarm of the table": (_remove(r"  ReadThrottleAlarm:\n.*?(?=  WriteThrottleAlarm:)"), "ReadThrottleEvents"),
    "no alarm of an index": (_remove(r"  WriteThrottleAlarmByBook:\n.*?(?=Outputs:)"), "ByBook"),
}


def test_the_repository_itself_is_clean(copy: Path) -> None:
    code, said = run(copy, sys.executable, "-m", "scripts.check")
    assert code == 0, said
    assert said.splitlines()[-1] == f"All {said.count('ok  ')} checks passed."


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_template_fails_with_the_message_of_the_rule(copy: Path, name: str) -> None:
    change, words = BROKEN[name]
    path = copy / TEMPLATE
    good = path.read_text()
    try:
        path.write_text(change(good))
        assert path.read_text() != good
        code, said = run(copy, sys.executable, "-m", "scripts.check", "policies", "generated")
    finally:
        path.write_text(good)
    assert code == 1
    assert "FAILED  policies" in said
    assert TEMPLATE in said
    assert words in said
    assert f"{TEMPLATE} is stale" in said  # the other checks are not left out because one has failed


def test_an_unknown_check_is_named(copy: Path) -> None:
    code, said = run(copy, sys.executable, "-m", "scripts.check", "everything")
    assert code == 2
    assert "no such check: everything" in said
