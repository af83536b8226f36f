"""The properties of a table, one value each: what can be set is thereby deployed, compared and reported.

The order is that of the template and of the reports.
"""

from typing import Any

from scripts.properties.base import DesiredSetting, Property, Reading
from scripts.properties.basics import DELETION_PROTECTION, TABLE_CLASS, TIME_TO_LIVE
from scripts.properties.billing import BILLING, ON_DEMAND_MAXIMUM, WARM_THROUGHPUT
from scripts.properties.encryption import ENCRYPTION
from scripts.properties.recovery import RECOVERY
from scripts.properties.scaling import SCALING, THROUGHPUT
from scripts.properties.streams import CONTRIBUTOR_INSIGHTS, KINESIS_STREAM, RESOURCE_POLICY, STREAM, TAGS

PROPERTIES: tuple[Property[Any], ...] = (
    BILLING,
    THROUGHPUT,
    SCALING,
    ON_DEMAND_MAXIMUM,
    WARM_THROUGHPUT,
    TABLE_CLASS,
    DELETION_PROTECTION,
    RECOVERY,
    ENCRYPTION,
    TIME_TO_LIVE,
    STREAM,
    KINESIS_STREAM,
    CONTRIBUTOR_INSIGHTS,
    RESOURCE_POLICY,
    TAGS,
)
BY_NAME = {property.name: property for property in PROPERTIES}
__all__ = ["BY_NAME", "PROPERTIES", "DesiredSetting", "Property", "Reading"]
