"""The validation report: the same content for a terminal, as Markdown for a pull request, and as JSON."""

from scripts.report.model import Report, TableReport
from scripts.report.page import to_markdown
from scripts.report.terminal import print_text
from scripts.report.values import to_json

__all__ = ["Report", "TableReport", "print_text", "to_json", "to_markdown"]
