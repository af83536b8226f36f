"""Limits and closed lists that contracts are checked against. Sizes in bytes."""

import re

MAX_FILE_SIZE = 20_000_000
MAX_DEPTH = 64
MAX_DIGITS = 300

# Amazon DynamoDB Developer Guide, Constraints and Service quotas; API Reference, AttributeDefinition and Projection.
NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
MAX_KEY_NAME = 255
MAX_INDEX_KEYS = 4
MAX_INCLUDED = 20
MAX_INCLUDED_PER_TABLE = 100
INDEX_QUOTA = 20
MAX_LOCAL_INDEXES = 5
MAX_ITEM = 400 * 1024
KEY_TYPES = ("S", "N", "B")
ATTRIBUTE_TYPES = ("S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL")

# Kinds of data movement that the generators of contracts describe.
JOINS = (
    "foreign-key",
    "self-join",
    "multi-column",
    "conditional",
    "chain",
    "lookup-table",
    "json-construction",
    "exists-check",
    "aggregated-list",
    "polymorphic-lookup",
)
CALCULATIONS = ("aggregate", "case")
TRANSFORMATIONS = ("string-format", "date-format", "number-format", "json-parse")
