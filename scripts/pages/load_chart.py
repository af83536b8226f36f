"""A picture of what a table costs over its load, in Mermaid's language: on demand against provisioned, with the load of today."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from scripts.capacity.load_curve import LoadPoint
from scripts.text.markdown import fence

# A chart of Mermaid has no legend, so that the words beside it name the colours; its own depend on the reader's theme.
# https://mermaid.js.org/syntax/xyChart.html ("Chart Theme Variables"); the order is that of the plots below.
_COLOURS = ("#b0b0b0", "#d62728", "#1f77b4", "#7fb8e6")
_LEGEND = (
    "Red: on demand. Blue: provisioned with auto scaling for the stated peak, dark at the maximum all month long, light if it"
    " followed the average exactly. Grey bar: today, the stated average."
)
_TODAY = "today"


def load_chart(points: Sequence[LoadPoint], environment: str) -> list[list[str] | str]:
    """The chart as blocks of a page, and what its colours mean; nothing without points."""
    if len(points) < 2:
        return []
    labels = [_TODAY if point.factor == 1 else f"x {point.factor.normalize():f}" for point in points]
    categories = ", ".join(f'"{label}"' for label in labels)
    plots = (
        ("bar", [point.on_demand if point.factor == 1 else Decimal(0) for point in points]),
        ("line", [point.on_demand for point in points]),
        ("line", [point.provisioned.high for point in points]),
        ("line", [point.provisioned.low for point in points]),
    )
    palette = ", ".join(_COLOURS)
    lines = [
        f'%%{{init: {{"themeVariables": {{"xyChart": {{"plotColorPalette": "{palette}"}}}}}}}}%%',
        "xychart-beta",
        f'  title "Requests in {environment}, dollars a month"',
        f'  x-axis "average load, the peak as it is" [{categories}]',
        f"  y-axis 0 --> {_dollars(max(max(figures) for _, figures in plots))}",
        *(f"  {kind} [{', '.join(map(_dollars, figures))}]" for kind, figures in plots),
    ]
    return [fence("mermaid", "\n".join(lines)), _LEGEND]


def _dollars(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
