"""Programs that read one table: an item by its key, and a query, in the languages of the AWS SDKs."""

from scripts.pages.snippets.programs import LANGUAGES, Language, Target, target

__all__ = ["LANGUAGES", "Language", "Target", "target"]
