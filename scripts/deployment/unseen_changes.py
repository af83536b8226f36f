"""Changes of a template that CloudFormation does not see: deletion policies and outputs, carried by metadata.

A template that differs only in these is no update ("No updates are to be performed"); AWS's way is to change the metadata
of a resource together with them (CloudFormation user guide, troubleshooting, "No updates to perform").
"""

import copy
import hashlib
import json
from collections.abc import Mapping
from typing import Any

KEY = "CarriesChange"


def carrying(before: Mapping[str, Any], template: str) -> str:
    """The template (JSON) with metadata that make it an update of a stack with the template `before`.

    Empty where nothing is left to carry, or where the other template cannot be compared. No resource is touched by
    it; the template without the metadata is an update again, and leaves no trace.
    """
    wanted = json.loads(template)
    if not before or before == wanted:
        return ""
    old, new = before.get("Resources", {}), wanted["Resources"]
    name = next((each for each in new if new[each] != old.get(each)), next(iter(new)))
    carrier = copy.deepcopy(wanted)
    digest = hashlib.sha256(template.encode()).hexdigest()
    resource = carrier["Resources"][name]
    resource["Metadata"] = {**resource.get("Metadata", {}), KEY: digest}
    return json.dumps(carrier, separators=(",", ":"))
