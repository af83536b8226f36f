"""Which files are the contract's, which the engine's, and which only its development needs: `path_classes.toml` says it."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

CONTRACT = "contract"
CLASSES = Path(__file__).with_suffix(".toml")


@cache
def patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    """The patterns of each class, in their order, each with what it matches: whole paths from the root."""
    classes = tomllib.loads(CLASSES.read_text(encoding="utf-8"))
    return {name: {path: _compiled(path) for path in values["paths"]} for name, values in classes.items()}


def classes_of(path: str) -> list[str]:
    """The classes whose patterns match a path: exactly one for a file that is classified, none for one that is not."""
    return [name for name, of in patterns().items() if any(pattern.fullmatch(path) for pattern in of.values())]


def beyond_contracts(paths: Iterable[str]) -> list[str]:
    """Those of the paths that are not the contract's alone: with them the engine may have changed."""
    return [path for path in paths if classes_of(path) != [CONTRACT]]


def _compiled(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\*", "[^/]*") + (".*" if path.endswith("/") else ""), re.DOTALL)
