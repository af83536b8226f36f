"""From a data model of another tool to the files of a service: converted with every assumption named, or refused."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scripts.command import Refused
from scripts.contract.contract_file import read_text
from scripts.contract.dialects import MCP_MODEL, WORKBENCH, Foreign, foreign_format
from scripts.contract.document import NOTHING, Document
from scripts.contract.problem_collector import ProblemCollector
from scripts.conversion.adopting_files import Files, deployment_text, environment_value
from scripts.conversion.draft import ContractDraft, NotConvertible
from scripts.conversion.mcp_model import mcp_contract
from scripts.conversion.workbench_model import workbench_contract
from scripts.folders import CONTRACT
from scripts.problems import ProblemsError
from scripts.settings.deployment_file import Environment

CONVERTERS: dict[Foreign, Callable[[Mapping[str, Any]], ContractDraft]] = {
    MCP_MODEL: mcp_contract,
    WORKBENCH: workbench_contract,
}
KINDS = "Which kinds of items share a table is not in the file: each table is described as single-entity."
LINEAGE = "Where the values come from (source_table, source_column) is not in the file."


def convert_file(path: Path, target: Path, environment: Environment | None) -> Files:
    """The files of a service. `target`: its folder. Without an environment there is no deployment.yaml.

    Raises Refused for a file that is in no format that can be converted, NotConvertible, and ProblemsError.
    """
    if not path.exists():
        raise Refused(
            f"{path}: there is no such file. Name a data model of another tool, or live for tables of an account."
        )
    value = _value(path)
    foreign = foreign_format(value) if isinstance(value, dict) else None
    convert = CONVERTERS.get(foreign) if foreign else None
    if convert is None:
        known = " and ".join(each.name for each in CONVERTERS)
        found = f"is {foreign.name}" if foreign else "is in none of the formats of other tools that are known"
        raise Refused(
            f"{path} {found}. What can be converted: {known}. A migration contract needs no conversion: copy it to {target / CONTRACT}."
        )
    try:
        draft = convert(value)
    except NotConvertible as error:
        raise NotConvertible(f"{path}: {reason}" for reason in error.reasons) from error
    draft.read(str(target / CONTRACT))
    deployment = deployment_text(environment_value(environment)) if environment else ""
    return Files(draft.text(), deployment, (*draft.assumptions, ("", KINDS), ("", LINEAGE)))


def _value(path: Path) -> Any:
    """The value of a JSON file. Raises ProblemsError with all that is wrong with it."""
    problems = ProblemCollector(str(path))
    text = read_text(path, problems)
    document = None if text is None else Document(text, problems)
    if document is None or document.value is NOTHING or problems.has_errors():
        raise ProblemsError(problems.placed(document))
    return document.value
