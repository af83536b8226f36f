"""Read a generated page the way a person does: headings, cells, links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@dataclass
class Page:
    """What a rendered page shows. `tables`: for each table its rows of cells, the head first."""

    headings: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.page = Page()
        self._into: list[str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        page = self.page
        page.tags.add(tag)
        if tag == "table":
            page.tables.append([])
        elif tag == "tr":
            page.tables[-1].append([])
        elif tag in ("td", "th"):
            self._begin(page.tables[-1][-1])
        elif tag == "li":
            self._begin(page.items)
        elif tag in ("h1", "h2", "h3"):
            self._begin(page.headings)
        elif tag == "a":
            page.links.append(dict(attrs)["href"] or "")

    def _begin(self, into: list[str]) -> None:
        self._into = into
        into.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "li", "h1", "h2", "h3"):
            self._into = None

    def handle_data(self, data: str) -> None:
        self.page.text += data
        if self._into is not None:
            self._into[-1] += data


def read(markdown: str) -> Page:
    """The page that a renderer makes of Markdown."""
    return _Reader(RENDERER.render(markdown)).page
