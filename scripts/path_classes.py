"""Which files are the contract's, which a team's own, which the engine's, and which only its development needs: `path_classes.toml` says it."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

CONTRACT, OWN, ENGINE, PACKED, DEVELOPMENT = "contract", "own", "engine", "packed", "development"
CLASSES = Path(__file__).with_suffix(".toml")


@cache
def patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    """The patterns of each class, in their order, each with what it matches: whole paths from the root."""
    classes = tomllib.loads(CLASSES.read_text(encoding="utf-8"))
    return {name: {path: _compiled(path) for path in values["paths"]} for name, values in classes.items()}


def class_of(path: str) -> str | None:
    """The class of a path: that of the longest pattern which matches it; None for a path that is not classified."""
    found = [
        (len(text), name) for name, of in patterns().items() for text, pattern in of.items() if pattern.fullmatch(path)
    ]
    return max(found)[1] if found else None


def beyond_contracts(paths: Iterable[str]) -> list[str]:
    """Those of the paths that are not the contract's alone: with them the engine may have changed."""
    return [path for path in paths if class_of(path) != CONTRACT]


def in_copy(path: str) -> bool:
    """Whether a repository that was made from this one has the file, or keeps it: also one that nothing here knows."""
    return class_of(path) not in (PACKED, DEVELOPMENT)


def _compiled(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\*", "[^/]*") + (".*" if path.endswith("/") else ""), re.DOTALL)
