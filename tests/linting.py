"""cfn-lint in this process, over all templates of a test at once: reading its rules takes longer than a template."""

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def lint(templates: Iterable[Path], **options: Any) -> list[str]:
    """What cfn-lint finds in template files, one line each. `options`: those of cfn-lint, for example `regions`."""
    ManualArgs, lint_by_config = _cfn_lint()
    paths = [str(path) for path in templates]
    assert paths, "without a template it would read standard input"
    return [str(found) for found in lint_by_config(ManualArgs(templates=paths, **options))]


def found(templates: Iterable[Path]) -> list[tuple[str, str]]:
    """File and id of each finding, informational ones too."""
    ManualArgs, lint_by_config = _cfn_lint()
    arguments = ManualArgs(templates=[str(path) for path in templates], include_checks=["I"])
    return [(str(match.filename), match.rule.id) for match in lint_by_config(arguments)]


@functools.cache
def _cfn_lint() -> tuple[Any, Any]:
    """The interface of cfn-lint, which from now on runs the file of each rule, and reads its data, once and not each time that it is asked."""
    from cfnlint import ManualArgs, helpers, lint_by_config

    helpers.import_filename = functools.cache(helpers.import_filename)
    helpers.load_resource = functools.cache(helpers.load_resource)
    return ManualArgs, lint_by_config
