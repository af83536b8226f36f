"""The dashboards beyond the first of a service: those of which no table has changed need not be made again."""

from collections.abc import Mapping, Sequence

from scripts.files import digest
from scripts.project.limit_rules import RenderedTemplate
from scripts.rendering.cache import CacheEntry
from scripts.rendering.table_files import File

FIRST = 1  # it stands in the service's template, beside more than the tables on it


def stem_of(number: int) -> str:
    """The file name of such a dashboard, without its ending."""
    return f"dashboard-{number}"


class Boards:
    """Which of the dashboards are those of the last run. `same`: their files, by path; `sizes`: of their templates, by path."""

    def __init__(self, service: str, earlier: CacheEntry | None, present: Mapping[str, str]) -> None:
        self._service, self._present = service, present
        self._known = earlier.boards if earlier else {}
        self._files = earlier.files if earlier else {}
        self.keys: dict[str, str] = {}
        self.same: dict[str, File] = {}
        self.sizes: dict[str, RenderedTemplate] = {}

    def path(self, environment: str, number: int) -> str:
        """The file of a dashboard, below `generated/`."""
        return f"{self._service}/{environment}/templates/{stem_of(number)}.yaml"

    def is_new(self, environment: str, number: int, tables: Sequence[str]) -> bool:
        """Whether a dashboard has to be made. `tables`: the keys of those on it, in its order; all that it says is in them."""
        path = self.path(environment, number)
        key = self.keys[path] = digest("\n".join(tables).encode())
        known, size, resources = self._known.get(path, ("", 0, 0))
        file = self._files.get(path)
        if known != key or not file or self._present.get(path) != file:
            return True
        self.same[path] = File(file, None)
        self.sizes[path] = RenderedTemplate(stem_of(number), size, resources)
        return False
