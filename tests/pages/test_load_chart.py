"""The picture of costs over the load: Mermaid's lines, with the load of today marked; a page without figures has none."""

from decimal import Decimal
from pathlib import Path

from scripts.capacity.load_curve import LoadPoint
from scripts.capacity.money import Span
from scripts.pages.load_chart import load_chart
from tests.pages.test_cost_section import pages

POINTS = [
    LoadPoint(Decimal(factor), Decimal(factor) * 10, Span(Decimal(factor) * 4, Decimal(16)))
    for factor in ("0.50", "1", "2.0")
]


def test_each_plot_has_a_figure_for_each_load() -> None:
    block, legend = load_chart(POINTS, "prod")
    assert block[1:] == [
        '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#b0b0b0, #d62728, #1f77b4, #7fb8e6"}}}}%%',
        "xychart-beta",
        '  title "Requests in prod, dollars a month"',
        '  x-axis "average load, the peak as it is" ["x 0.5", "today", "x 2"]',
        "  y-axis 0 --> 20.00",
        "  bar [0.00, 10.00, 0.00]",
        "  line [5.00, 10.00, 20.00]",
        "  line [16.00, 16.00, 16.00]",
        "  line [2.00, 4.00, 8.00]",
        "```",
    ]
    assert "Red: on demand" in legend


def test_one_load_is_no_picture() -> None:
    assert load_chart(POINTS[:1], "prod") == load_chart([], "prod") == []


def test_a_page_has_the_picture_of_the_environment_whose_figures_are_known(tmp_path: Path) -> None:
    files = pages(tmp_path)
    assert 'title "Requests in prod, dollars a month"' in files["shop/tables/Orders.md"]
    assert "xychart" not in files["shop/tables/Prices.md"]
    assert "Standard &#36;443.88, Standard-IA &#36;551.97: 24 % more." in files["shop/tables/Orders.md"]
