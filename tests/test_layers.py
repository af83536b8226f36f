"""The layers of scripts/: each imports only from itself and from those before it in one list, and no name stands for two things."""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from tests.working_copy import ROOT

# From the ground up. A name is a module or a package directly below scripts/; those on one line do not import each other.
LAYERS = (
    ("engine_archive", "lineage", "input_file", "entry", "edit"),
    ("make_words", "model", "names", "operations", "files", "folders", "parts", "limits", "path_classes"),
    ("problems", "patterns_of", "kept_parts"),
    ("show_problems",),
    ("command",),
    ("locking",),
    ("text",),
    ("contract",),
    ("settings",),
    ("properties",),
    ("capacity",),
    ("monitoring", "access"),
    ("project",),
    ("templates",),
    ("pages",),
    ("rendering",),
    ("checks",),
    ("observe",),
    ("comparison",),
    ("planning",),
    ("conversion",),
    ("rule_families",),
    ("recording",),
    ("deployment",),
    ("validation",),
    ("github", "demo", "own_repository", "drills"),
    ("acceptance",),
    ("sandbox",),
)
# Every other module directly below scripts/, and every __main__, is a command: it may import any layer. `local_aws` stands apart.
APART = "local_aws"
USE_LOCAL_AWS = ("scripts.demo", "scripts.acceptance", "scripts.sandbox")

SCRIPTS = ROOT / "scripts"
FILES = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sorted(SCRIPTS.rglob("*.py"))}
# Whatever runs with `python -m`. Other tests ask for it as they are collected, so that nothing is parsed for it.
COMMANDS = {module for module, path in FILES.items() if '\nif __name__ == "__main__":\n' in path.read_text()}
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


@cache
def statements(module: str) -> tuple[ast.stmt, ...]:
    """Every statement of a module, in functions and classes too. Expressions, which are most of a tree, hold none."""
    found: list[ast.stmt] = []
    waiting: list[Any] = [ast.parse(FILES[module].read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            found.append(node)
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(node, part, ()) if not isinstance(node, ast.expr) else ()
    return tuple(found)


def test_every_layer_is_there() -> None:
    assert [name for name in RANK if f"scripts.{name}" not in FILES and f"scripts.{name}.__init__" not in FILES] == []
    assert {path.parent.name for path in SCRIPTS.glob("*/__init__.py")} <= {*RANK, APART}


def test_every_import_goes_down() -> None:
    wrong = {
        f"{module} imports {imported}"
        for module in FILES
        for imported in _imports(module)
        if not _may_import(module, imported)
    }
    assert not wrong, "\n".join(sorted(wrong))


def test_no_command_is_imported() -> None:
    assert len(COMMANDS) > 20
    assert COMMANDS & {found for module in FILES for found in _imports(module)} == set()


def test_imports_have_no_circles() -> None:
    graph = {module: set(_imports(module)) - {module} for module in FILES}
    assert sum(map(len, graph.values())) > len(FILES)
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the modules


def test_what_runs_before_there_is_an_environment_needs_no_package() -> None:
    workflows = [path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml")]
    needed = {_module(name) for text in workflows for name in re.findall(r"\bpython3 -m (scripts[\w.]*)", text)}
    assert len(needed) > 10
    needed |= {name for name in FILES if name in ("scripts.__init__", "scripts.github.__init__")}
    waiting = set(needed)
    while waiting:
        waiting = {imported for module in waiting for imported in _imports(module)} - needed
        needed |= waiting
    wrong = {f"{module} imports {name}" for module in needed for name in _packages(module)}
    assert not wrong, "\n".join(sorted(wrong))


def test_no_name_stands_for_two_things() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for module in FILES:
        name = module.rpartition(".")[2]
        owners[name if not name.startswith("__") else module.split(".")[-2]].add(module)
        for node in statements(module):
            if isinstance(node, ast.ClassDef):
                owners[node.name].add(f"{module}.{node.name}")
    for package in {module.rpartition(".")[0] for module in FILES}:
        owners[package.rpartition(".")[2]] |= {package} - {"scripts"}
    twice = {
        name: sorted(found)
        for name, found in owners.items()
        if len({each.removesuffix(".__init__").removesuffix(".__main__") for each in found}) > 1
    }
    assert not twice


def _imports(module: str) -> Iterator[str]:
    """The modules of scripts/ that a module imports anywhere, also inside of functions and for types only."""
    for node in statements(module):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "scripts":
            for name in node.names:
                found = _module(f"{node.module}.{name.name}")
                yield found if found in FILES else _module(node.module)
        elif isinstance(node, ast.Import):
            yield from (_module(name.name) for name in node.names if name.name.partition(".")[0] == "scripts")
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{module} imports by a relative name"


def _packages(module: str) -> Iterator[str]:
    """What a module imports anywhere that is neither ours nor Python's own."""
    for node in statements(module):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        yield from (name for name in names if name.partition(".")[0] not in {"scripts", *sys.stdlib_module_names})


def _module(name: str) -> str:
    return f"{name}.__init__" if f"{name}.__init__" in FILES else name


def _may_import(module: str, imported: str) -> bool:
    above, below = module.split(".")[1], imported.split(".")[1]
    if below == "entry":
        return True  # what every command begins with, and the package itself
    if APART in (above, below):
        return above == below or (below == APART and module.startswith(USE_LOCAL_AWS))
    if above not in RANK or module.endswith(".__main__"):
        return below in RANK  # a command
    return below == above or (below in RANK and RANK[below] < RANK[above])
