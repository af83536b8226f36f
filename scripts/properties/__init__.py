"""The properties of a table, one value each: what can be set is thereby deployed, compared and reported.

Every `Property` of every module of this package is one of them. Their order, which is that of the template and of the reports,
is the order of the fields of `DesiredTable`.
"""

import importlib
import pkgutil
from dataclasses import fields
from typing import Any

from scripts.model import DesiredTable, LiveTable
from scripts.properties.base import DesiredSetting, Property, Reading


def _all_properties() -> tuple[Property[Any], ...]:
    """The properties of all modules. Raises TypeError for one without its fields, and says where they belong."""
    found: dict[str, Property[Any]] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Property):
                found[value.field] = value
                for state in (DesiredTable, LiveTable):
                    if value.field not in {field.name for field in fields(state)}:
                        raise TypeError(
                            f"{module.name} has the property {value.field}, and {state.__name__} no field for it: "
                            f"add `{value.field}` to {state.__name__} in scripts/model.py."
                        )
    return tuple(found[field.name] for field in fields(DesiredTable) if field.name in found)


PROPERTIES = _all_properties()
BY_NAME = {property.name: property for property in PROPERTIES}
__all__ = ["BY_NAME", "PROPERTIES", "DesiredSetting", "Property", "Reading"]
