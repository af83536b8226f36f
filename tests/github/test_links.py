"""The path of a file and the id of a rule are links in what is published, and nothing else is touched."""

from scripts.github.links import RULE_PAGES, with_links
from scripts.planning.plan_rules import FAMILY
from scripts.planning.reasons import Reason
from scripts.rule_families import all_rules
from scripts.validation.fix_templates import TEMPLATES
from tests.documentation import ROOT
from tests.for_each import for_each
from tests.github.published import paths_without_link

BLOB = "https://github.com/o/r/blob/abc"
PLAN = f"[docs/plan.md]({BLOB}/docs/plan.md)"
RUNBOOK = "generated/shop/runbook.md"


@for_each(
    ("written", "linked"),
    [
        ("docs/plan.md says how.", f"{PLAN} says how."),
        ("How to: docs/plan.md.", f"How to: {PLAN}."),
        ("(see docs/plan.md)", f"(see {PLAN})"),
        ("(docs/plan.md)", f"({PLAN})"),
        ("[how](docs/plan.md)", "[how](docs/plan.md)"),
        ("[how](<docs/plan.md>)", "[how](<docs/plan.md>)"),
        ("docs/rules/plan.md", f"[docs/rules/plan.md]({BLOB}/docs/rules/plan.md)"),
        ("Explained: docs/rules/", f"Explained: [docs/rules/]({BLOB}/docs/rules/)"),
        ("`docs/plan.md` docs/plan.md", f"[`docs/plan.md`]({BLOB}/docs/plan.md) {PLAN}"),
        (f"[`docs/plan.md`]({BLOB}/docs/plan.md)", f"[`docs/plan.md`]({BLOB}/docs/plan.md)"),
        ("`cat docs/plan.md`", "`cat docs/plan.md`"),
        ("```\ndocs/plan.md\n```\ndocs/plan.md", f"```\ndocs/plan.md\n```\n{PLAN}"),
        (f"{PLAN}", PLAN),
        ("https://example.com/docs/plan.md", "https://example.com/docs/plan.md"),
        ("mydocs/plan.md docs/plan.mdx docs/plan.md/x docs/", "mydocs/plan.md docs/plan.mdx docs/plan.md/x docs/"),
        (f"as {RUNBOOK}#hot-key says", f"as [{RUNBOOK}#hot-key]({BLOB}/{RUNBOOK}#hot-key) says"),
        (
            r"generated/shop/tables/Order\_Lines.md",
            rf"[generated/shop/tables/Order\_Lines.md]({BLOB}/generated/shop/tables/Order_Lines.md)",
        ),
        (
            "- `contracts/shop/deployment.yaml:7` S203: Name it.",
            f"- [`contracts/shop/deployment.yaml:7`]({BLOB}/contracts/shop/deployment.yaml#L7) "
            f"[S203]({BLOB}/docs/rules/settings.md#S203): Name it.",
        ),
        ("- B101: Its keys", f"- [B101]({BLOB}/docs/rules/plan.md#B101): Its keys"),
        ("Queries fail. (R308)", f"Queries fail. ([R308]({BLOB}/docs/rules/risks.md#R308))"),
        ("Index B101 (R308) is added", "Index B101 (R308) is added"),
    ],
)
def test_paths_and_rules_become_links(written: str, linked: str) -> None:
    assert with_links(written, BLOB) == linked
    assert with_links(linked, BLOB) == linked


def test_what_is_not_there_is_no_link() -> None:
    assert with_links("docs/plan.md, docs/gone.md", BLOB, {"docs/plan.md"}.__contains__) == f"{PLAN}, docs/gone.md"


def test_every_rule_has_a_page_with_its_id() -> None:
    ids = [id for id in all_rules() if id[0] in RULE_PAGES]
    assert len(ids) > 150
    lost = [id for id in ids if f'<a id="{id}"></a>' not in (ROOT / f"docs/rules/{RULE_PAGES[id[0]]}.md").read_text()]
    assert lost == []


def test_every_way_out_names_files_by_paths_that_become_links() -> None:
    fixes = [template.text.replace("{runbook}", RUNBOOK) for template in TEMPLATES.values()]
    reasons = [Reason(id, f"{rule.message} {rule.fix}").of("shop").text for id, rule in FAMILY.rules.items()]
    files = [RUNBOOK, *(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))]
    texts = [*fixes, *reasons]
    assert sum(RUNBOOK in text for text in texts) > 4
    assert [text for text in texts if paths_without_link(with_links(text, BLOB), files)] == []
    assert [text for text in texts if "runbook" in text and RUNBOOK not in text] == []
