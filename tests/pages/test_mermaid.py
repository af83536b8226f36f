"""Whatever a contract says, a diagram has the nodes and arrows that it was made with, and shows the text as it is."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from scripts.model import Contract, ContractTable, Entity, Index
from scripts.pages import mermaid
from scripts.pages.diagram import SERVICE_NODES, TABLE_SIDE, service_diagram, table_diagram
from scripts.pages.mermaid import ENTITY, INDEX, LABEL_MAX, TABLE, Flowchart
from scripts.text.markdown import one_line
from tests.for_each import for_each
from tests.samples import keys

# What means something to Mermaid, to the Markdown and the HTML of its labels, or to its icons. All of these were drawn
# by Mermaid's own program.
HOSTILE = [
    *('"', '""', 'x"]; A-->B', "end", "END", "subgraph", "graph", "default", "linkStyle", "style a fill:#f00;"),
    *("classDef x fill:#fff;", 'click n1 "http://x"', "%% comment", "%%{init: {}}%%", "---", "==>", "o--o", "x--x"),
    *("1. one", "- x", "# h", "`md`", '"`md`"', "**b**", "_x_", "__x__", "$$x^2$$", "fa:fa-car", "a<br>b", "&lt;"),
    *("<img src=x onerror=alert(1)>", "#35;", "#quot;", "{{{", "}}}", "[[(", "\\n", "\\", "|", "@{ shape: x }"),
    *("direction TB", "Direction  LR", "the direction RL now", "xdirection BT", "www.example.com", "a\nb", "\x00"),
    *("größe 名前 😀", "right\u202eto left", " ", "", "x" * 255),
]
# A line of a label: quotes, then nothing but letters, digits, single underscores, the harmless three, and entity codes.
SAFE = re.compile(r"(?:[^\W_]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])|[ ,=]|#\d+;)*")
hostile = st.text(st.sampled_from('ab1 "#;&<>[](){}|\\`*_~$%@:-=.,/\n\tdirection TB'), max_size=20) | st.text(
    max_size=20
)


def shown(label: str) -> list[str]:
    """The lines that a browser shows of a label: Mermaid makes `&#35;` of `#35;`."""
    assert label[0] == label[-1] == '"'
    return [html.unescape(re.sub(r"#(\d+);", r"&#\1;", line)) for line in label[1:-1].split("<br>")]


def check(value: str) -> None:
    label = mermaid.label(value, "second")
    first, *rest = label[1:-1].split("<br>")
    assert SAFE.fullmatch(first), first
    assert not re.search(r"direction\s", first, re.IGNORECASE)
    wanted = mermaid.shortened(one_line(value).strip())
    assert shown(label) == ([wanted, "second"] if wanted else ["second"])
    assert rest == (["second"] if wanted else [])


@for_each("value", HOSTILE)
def test_a_label_is_shown_as_it_is(value: str) -> None:
    check(value)


@given(value=hostile)
def test_any_label_is_shown_as_it_is(value: str) -> None:
    check(value)


def test_a_label_is_never_empty_and_never_long() -> None:
    assert shown(mermaid.label("", " ")) == ["-"]
    assert mermaid.shortened("x" * LABEL_MAX) == "x" * LABEL_MAX
    long = mermaid.shortened("a" * 100 + "b" * 100)
    assert len(long) == LABEL_MAX and long[0] == "a" and long[-1] == "b"


@given(names=st.lists(hostile, min_size=3, max_size=3))
def test_a_flowchart_has_one_line_for_each_node_and_arrow(names: list[str]) -> None:
    chart = Flowchart()
    nodes = [chart.node(shape, "Orders", name) for shape, name in zip((ENTITY, TABLE, INDEX), names, strict=True)]
    chart.edges(nodes[:1], nodes[1:])
    block = chart.block()
    assert block[:2] == ["```mermaid", "flowchart LR"] and block[-1] == "```"
    assert len(block) == 8 and all(len(line.splitlines()) == 1 for line in block)
    assert block[5:7] == [f"  {nodes[0]} --> {nodes[1]}", f"  {nodes[0]} --> {nodes[2]}"]
    assert len(set(nodes)) == 3


def table(name: str = "Orders", entities: int = 2, indexes: int = 1) -> ContractTable:
    return ContractTable(
        name,
        keys("PK", "SK"),
        tuple(Index(f"I{n}", keys("status", "placed_at:N"), "KEYS_ONLY") for n in range(indexes)),
        entities=tuple(Entity(f"E{n}", "orders", f"E{n}#{{id}}", "#META") for n in range(entities)),
    )


def nodes(block: list[str]) -> list[list[str]]:
    """The lines of text of each node."""
    return [shown(match[0]) for line in block if (match := re.search(r'"[^"]*"', line))]


def test_the_diagram_of_a_table_has_its_keys_entities_and_indexes() -> None:
    block = table_diagram(table())
    assert nodes(block) == [
        ["E0", "PK = E0#{id}", "SK = #META"],
        ["E1", "PK = E1#{id}", "SK = #META"],
        ["Orders", "PK, SK"],
        ["I0", "status, placed_at", "KEYS_ONLY"],
    ]
    ids = [line.split("(")[0].split("[")[0].strip() for line in block[2:-1] if "-->" not in line]
    assert len(set(ids)) == 4
    arrows = [line.split() for line in block if "-->" in line]
    assert arrows == [[ids[0], "-->", ids[2]], [ids[1], "-->", ids[2]], [ids[2], "-->", ids[3]]]
    more = table_diagram(table(entities=3))
    assert set(block) < set(more), "what is there already stays as it is"


def test_what_is_too_much_to_see_is_said_in_words() -> None:
    shown_ = nodes(table_diagram(table(entities=TABLE_SIDE + 5, indexes=TABLE_SIDE)))
    assert ["and 5 more entities"] in shown_
    assert len(shown_) == 2 * TABLE_SIDE + 2


def test_the_diagram_of_a_service_has_all_its_tables_until_they_are_too_many() -> None:
    few = service_diagram(Contract((table("A"), table("B"))))
    assert [lines for lines in nodes(few) if lines[0] in ("A", "B")] == [["A", "PK, SK"], ["B", "PK, SK"]]
    assert ["E0", "from orders"] in nodes(few)
    assert service_diagram(Contract(tuple(table(f"T{n}") for n in range(SERVICE_NODES // 4 + 1)))) == []
