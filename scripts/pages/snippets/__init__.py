"""Programs that read one table: an item by its key, and a query, in the languages of the AWS SDKs."""

from scripts.pages.snippets.programs import LANGUAGES, Language, SnippetTarget, target

__all__ = ["LANGUAGES", "Language", "SnippetTarget", "target"]
