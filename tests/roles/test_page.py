"""docs/aws-permissions.md says what policies/roles.yaml grants, and promises what the chains were walked for."""

import re
from pathlib import Path

import pytest

from tests.roles.page import BLOCKS, filled
from tests.roles.template import RAW

PAGE = Path(__file__).parents[2] / "docs" / "aws-permissions.md"


def test_the_page_is_made_from_the_roles(request: pytest.FixtureRequest) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- made: ([a-z ]+) -->", page)) == set(BLOCKS)
    if request.config.getoption("--update-golden"):
        page = filled(page)
        PAGE.write_text(page, encoding="utf-8")
    assert filled(page) == page, "pytest --update-golden makes it anew"


def test_the_page_about_setting_up_names_every_parameter() -> None:
    page = (PAGE.parent / "aws-setup.md").read_text(encoding="utf-8")
    assert [name for name in RAW["Parameters"] if f"`{name}" not in page and f"{name}=" not in page] == []
