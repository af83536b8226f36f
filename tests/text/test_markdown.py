"""Nothing that a contract says becomes markup: judged by what a CommonMark renderer with tables makes of it."""

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scripts.text import markdown
from tests.for_each import for_each

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HOSTILE = [
    "plain",
    "a|b",
    "a\\|b",
    "a\\",
    "\\",
    "|",
    "|||",
    "`",
    "``a`",
    "a`|`b",
    " a ",
    "`a` | `b`",
    "<script>alert(1)</script>",
    "<!-- hidden -->",
    "<b>",
    "&lt;&amp;&#35;",
    "@octocat please merge",
    "see #12 and GH-12 and a/b#3",
    "[click](https://example.com)",
    "![image](https://example.com/a.png)",
    "[note]: https://example.com",
    "https://example.com and www.example.com and ftp://example.com",
    "oncall@example.com",
    "$x^2$ and $$y$$",
    "*bold* _it_ ~~gone~~ __b__",
    ":tada:",
    "# heading",
    "heading #",
    "heading ##  ",
    "#",
    "- item",
    "+ item",
    "1. item",
    "123) item",
    "> quote",
    "---",
    "===",
    "    indented",
    "\tindented",
    "line one\nline two",
    "a\r\n\r\n# b",
    "a\n\n- b",
    "\n\n1. b",
    "two  \nspaces",
    "CUSTOMER#{id}#",
    "right\u202eto left",
    "zero\u200bwidth\u2028separator",
    "nul\x00bell\x07",
    "größe 名前 😀",
    "|---|",
]
# The characters that mean something somewhere, so that they meet often.
hostile = st.text(st.sampled_from("ab1 \\`*_[]|~&<>@$#:!-+=.()/\n\t\"'"), max_size=16) | st.text(max_size=16)
cases = for_each("value", HOSTILE)


class _Page(HTMLParser):
    """The tags and the text of a rendered page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.parts: list[str] = []
        self.cells: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.tags.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
        if self.cells:
            self.cells[-1] += data


def rendered(source: str) -> tuple[set[str], str]:
    """The tags of a page, and its text without the line breaks that the renderer adds."""
    page = _Page(RENDERER.render(source))
    return set(page.tags), "".join(page.parts).strip("\n")


def cleaned(value: str) -> str:
    """What a reader is to see: one line, without what cannot be seen."""
    gone = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")
    return "".join(" " if unicodedata.category(c) in gone else c for c in value)


def check_text(value: str) -> None:
    source = markdown.text(value)
    assert len(source.splitlines()) <= 1
    wanted = cleaned(value).strip()
    for before, tags in (("", {"p"}), ("# ", {"h1"}), ("- ", {"ul", "li"}), ("Word ", {"p"})):
        found, shown = rendered(before + source)
        word = before if before == "Word " else ""
        assert shown == (word + wanted).strip(), source
        assert found == (tags if wanted or word or before else set()), source


def check_code(value: str) -> None:
    wanted = cleaned(value)
    for before, tags in (("", {"p", "code"}), ("- ", {"ul", "li", "code"})):
        found, shown = rendered(before + markdown.code(value))
        assert found == tags, markdown.code(value)
        assert shown.strip() == wanted.strip()


def check_table(value: str) -> None:
    cells = (markdown.text(value), markdown.code(value), "end")
    lines = markdown.table(("A", "B", "C"), [cells, cells])
    page = _Page(RENDERER.render("\n".join(lines)))
    assert set(page.tags) == {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert page.tags.count("tr") == 3
    shown = [cell.strip() for cell in page.cells]
    row = [cleaned(value).strip() or "-", cleaned(value).strip(), "end"]
    assert shown == ["A", "B", "C", *row, *row], lines


@cases
def test_text_is_shown_as_it_is(value: str) -> None:
    check_text(value)


@given(value=hostile)
def test_any_text_is_shown_as_it_is(value: str) -> None:
    check_text(value)


@cases
def test_code_is_shown_as_it_is(value: str) -> None:
    check_code(value)


@given(value=hostile)
def test_any_code_is_shown_as_it_is(value: str) -> None:
    check_code(value)


@cases
def test_a_cell_stays_one_cell(value: str) -> None:
    check_table(value)


@given(value=hostile)
def test_any_cell_stays_one_cell(value: str) -> None:
    check_table(value)


def test_spaces_within_code_are_kept() -> None:
    assert "<code> a </code>" in RENDERER.render(f"x {markdown.code(' a ')} y")


# What GitHub links after rendering, found in its text nodes: https://github.com/gjtorikian/html-pipeline, and the autolinks
# of cmark-gfm, found in the source.
LINKED = re.compile(r"@\w|#\d|GH-\d|:[a-z0-9_+-]+:", re.IGNORECASE)
AUTOLINK = re.compile(r"(?:https?|ftp)://|www\.", re.IGNORECASE)


@given(value=hostile | st.sampled_from(HOSTILE))
def test_github_finds_nothing_to_link(value: str) -> None:
    source = markdown.text(value)
    assert not AUTOLINK.search(source)
    for node in re.split(r"<[^>]*>", RENDERER.render(source)):  # what stands between two tags or comments
        assert not LINKED.search(unescape(node)), source


def test_an_empty_cell_is_a_dash() -> None:
    assert markdown.table(("A", "B"), [("", "x")]) == ["| A | B |", "|---|---|", "| - | x |"]


def test_several_codes() -> None:
    assert markdown.codes(["a", "b"]) == "`a`, `b`"
    assert markdown.codes([]) == "none"


@for_each("target", ["a/b.md", "a b.md", "a(b).md", "../x/y(1) z.md"])
def test_a_link_leads_where_it_says(target: str) -> None:
    html = RENDERER.render(markdown.link(markdown.code("a|b"), target))
    assert f'<a href="{target.replace(" ", "%20")}">' in html
    assert "<code>a|b</code>" in html


def test_a_page_parts_its_blocks_and_leaves_out_empty_ones() -> None:
    assert markdown.page("# A", [], "", ["one", "two"]) == "# A\n\none\ntwo\n"


@given(content=st.text(st.sampled_from("ab`\n~ "), max_size=30))
def test_a_code_block_shows_its_content_whatever_it_holds(content: str) -> None:
    page = markdown.page(markdown.fence("text", content), "after")
    html = RENDERER.render(page)
    assert html.startswith('<pre><code class="language-text">') and html.endswith("<p>after</p>\n")
    shown = _Page(html.removesuffix("<p>after</p>\n")).parts
    assert "".join(shown).rstrip("\n") == content.rstrip("\n")


@given(summary=hostile)
def test_what_is_folded_has_its_summary_as_text(summary: str) -> None:
    lines = markdown.details(summary, "# A", ["| B |", "|---|", "| c |"]).split("\n")
    assert lines[1] == lines[-2] == ""  # without them GitHub shows Markdown as it is written
    page = _Page("\n".join(lines[:1]))
    assert page.tags == ["details", "summary"]
    assert "".join(page.parts) == cleaned(summary)
    assert {"h1", "table", "details"} <= set(_Page(RENDERER.render("\n".join(lines))).tags)


def test_nothing_is_folded_where_there_is_nothing() -> None:
    assert markdown.details("A", "", []) == ""
