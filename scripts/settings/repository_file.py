"""The file with the settings of the whole repository, and what can stand in it."""

import json
from functools import cache
from typing import Any

from scripts.folders import ROOT
from scripts.input_file import read_text

FILE = "settings.yaml"  # in contracts/
SCHEMA = ROOT / "contracts" / "settings.schema.json"


@cache
def known_settings() -> dict[str, dict[str, Any]]:
    """Each setting of the repository, by its name: its part of the JSON Schema."""
    return json.loads(read_text(SCHEMA))["properties"]
