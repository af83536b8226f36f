"""A page that a comment names is a link there, and nothing else is touched."""

import pytest

from scripts.github.doc_links import with_links

BLOB = "https://github.com/o/r/blob/abc"
PLAN = f"[docs/plan.md]({BLOB}/docs/plan.md)"


@pytest.mark.parametrize(
    ("written", "linked"),
    [
        ("docs/plan.md says how.", f"{PLAN} says how."),
        ("How to: docs/plan.md.", f"How to: {PLAN}."),
        ("(see docs/plan.md)", f"(see {PLAN})"),
        ("(docs/plan.md)", f"({PLAN})"),
        ("[how](docs/plan.md)", "[how](docs/plan.md)"),
        ("docs/rules/plan.md", f"[docs/rules/plan.md]({BLOB}/docs/rules/plan.md)"),
        ("`docs/plan.md` docs/plan.md", f"`docs/plan.md` {PLAN}"),
        ("```\ndocs/plan.md\n```\ndocs/plan.md", f"```\ndocs/plan.md\n```\n{PLAN}"),
        (f"{PLAN}", PLAN),
        ("https://example.com/docs/plan.md", "https://example.com/docs/plan.md"),
        ("mydocs/plan.md docs/plan.mdx docs/", "mydocs/plan.md docs/plan.mdx docs/"),
    ],
)
def test_paths_of_pages_become_links(written: str, linked: str) -> None:
    assert with_links(written, BLOB) == linked
