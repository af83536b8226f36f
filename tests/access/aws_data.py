"""The reference data of AWS that cfn-lint carries: of each service the lower-case names of actions, and their resources."""

import json
from importlib.util import find_spec
from pathlib import Path

_SPEC = find_spec("cfnlint")  # found without importing cfn-lint, which takes a second
assert _SPEC
assert _SPEC.origin
POLICIES = json.loads((Path(_SPEC.origin).parent / "data/AdditionalSpecs/Policies.json").read_text(encoding="utf-8"))
