"""Fields that would be lost: other names of the fields that are read, misspellings, and settings of other files."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from scripts.contract.lost_shapes import check_shape
from scripts.contract.problem_collector import Path, ProblemCollector
from scripts.contract.renaming import Renaming, renaming
from scripts.contract.rules.doubts import GLOBAL_TABLE, SETTING
from scripts.contract.rules.form import LOST_FIELD, LOST_SHAPE, MISSPELT_FIELD
from scripts.contract.shapes import KEY_FACTS
from scripts.problems import did_you_mean, squash


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COMMON_TABLE = {
    **dict.fromkeys(
        _words(
            "gsi GSI GSIs GSIS gsi_list global_secondary_indexes globalSecondaryIndexes GlobalSecondaryIndexes "
            "secondary_indexes global_indexes indexes indices"
        ),
        "gsis",
    ),
    **dict.fromkeys(
        _words(
            "lsi LSI LSIs LSIS lsi_list local_secondary_indexes localSecondaryIndexes LocalSecondaryIndexes "
            "local_indexes localIndexes LocalIndexes"
        ),
        "lsis",
    ),
    "attribute_definitions": "attributes",
    "attrs": "attributes",
    "entity_types": "entities",
    "item_types": "entities",
}
_COMMON_INDEX = {
    "projection_type": "projection",
    "ProjectionType": "projection",
    "projected": "projected_attributes",
    "include": "projected_attributes",
    "includes": "projected_attributes",
    "NonKeyAttributes": "projected_attributes",
}
_SHORT_KEYS = {
    "partition_key": "pk",
    "partitionKey": "pk",
    "hash_key": "pk",
    "primary_key": "pk",
    "sort_key": "sk",
    "sortKey": "sk",
    "range_key": "sk",
}
_LONG_KEYS = {
    "pk": "partition_key",
    "hash_key": "partition_key",
    "sk": "sort_key",
    "range_key": "sort_key",
}

# Scope and whether keys are written the long way (dialect D): name that is not read -> the field that is meant.
LOST: dict[tuple[str, bool], dict[str, str]] = {
    ("table", False): {**_COMMON_TABLE, **_SHORT_KEYS, "table_name": "table", "tableName": "table"},
    ("table", True): {**_COMMON_TABLE, **_LONG_KEYS, "table": "table_name"},
    ("index", False): {**_COMMON_INDEX, **_SHORT_KEYS},
    ("index", True): {**_COMMON_INDEX, **_LONG_KEYS},
    ("local index", False): {**_COMMON_INDEX, **_SHORT_KEYS},
    ("local index", True): {**_COMMON_INDEX, **_LONG_KEYS},
    ("attribute", False): {"attribute_name": "name", "attribute_type": "type", "data_type": "type"},
    ("entity", False): {"entity_name": "entity_type", "attrs": "attributes"},
}
# Fields whose misspelling would lose something. Others are free: contracts carry many fields of their own.
_READ: dict[tuple[str, bool], tuple[str, ...]] = {
    ("root", False): ("tables", "access_patterns"),
    ("root", True): ("table_definitions", "access_patterns"),
    ("table", False): ("table", "type", "pk", "sk", "gsis", "lsis", "attributes", "entities", "satisfies"),
    ("table", True): ("table_name", "partition_key", "sort_key", "gsis", "lsis", "attributes", "entities"),
    ("index", False): ("index_name", "pk", "sk", "projection", "projected_attributes"),
    ("index", True): ("gsi_name", "partition_key", "sort_key", "projection", "projected_attributes"),
    ("local index", False): ("index_name", "pk", "sk", "projection", "projected_attributes"),
    ("local index", True): ("index_name", "partition_key", "sort_key", "projection", "projected_attributes"),
    ("attribute", False): ("name", "type"),
    ("entity", False): ("entity_type", "pk_template", "sk_template", "attributes"),
}
# Everything that has a meaning in a scope, or that upstream writes there: never taken for a misspelling.
_KNOWN = {
    "root": _words(
        "tables access_patterns table_definitions contract_version job_id source_database target_engine "
        "unsupported_patterns migration_notes hot_partition_analysis trade_offs validation_passed "
        "validation_failures $schema $id description title version metadata"
    ),
    "table": _words(
        "table type source_table source_tables pk sk gsis lsis entities attributes satisfies estimated_item_size_bytes "
        "table_name aggregate_pattern partition_key sort_key item_count item_size_bytes description notes $schema "
        "pk_template sk_template access_patterns"
    ),
    "index": _words(
        "index_name name gsi_name pk sk partition_key sort_key projection projected_attributes non_key_attributes "
        "projection_attributes included_attributes item_count item_size_bytes sparse_attribute description satisfies "
        "pk_template sk_template notes"
    ),
    "local index": _words(
        "index_name name lsi_name pk sk partition_key sort_key projection projected_attributes non_key_attributes "
        "projection_attributes included_attributes item_count item_size_bytes description satisfies pk_template "
        "sk_template notes"
    ),
    "attribute": _words(
        "name type source_table source_column join calculation transformation denormalized justification description"
    ),
    "entity": _words("entity_type source_table pk_template sk_template attributes description satisfies"),
}
# Fields that the readers read to the end. In all others something may stand that would be lost.
_READ_WHOLE = {
    "root": _words("tables table_definitions access_patterns"),
    "table": _words(
        "table type table_name pk sk partition_key sort_key gsis lsis entities attributes satisfies source_tables"
    ),
    "index": _words(
        "index_name name gsi_name pk sk partition_key sort_key projected_attributes non_key_attributes "
        "projection_attributes included_attributes"
    ),
    "local index": _words(
        "index_name name lsi_name pk sk partition_key sort_key projected_attributes non_key_attributes "
        "projection_attributes included_attributes"
    ),
    "attribute": _words("name type source_table source_column denormalized justification"),
    "entity": _words("entity_type source_table attributes pk_template sk_template"),
}
_LINEAGE = _words("join calculation transformation")
_SETTINGS = _words(
    "billing billingmode capacitymode readcapacity writecapacity readcapacityunits writecapacityunits "
    "provisionedthroughput ondemandthroughput warmthroughput autoscaling ttl ttlattribute timetolive stream streams "
    "streamspecification streamenabled encryption sse ssespecification kmskey pitr pointintimerecovery backup backups "
    "deletionprotection tableclass tags alarms region environment environments capacity streamsenabled"
)
# What can be no remark about an entity or an attribute either; tags, for example, can.
_SETTINGS_OF_ITEMS = _words("ttl ttlattribute timetolive")
_REPLICAS = _words("replicas replicaregions globaltable globaltables")
_OF_TABLES = ("root", "table", "index", "local index")


def check_fields(
    raw: Mapping[str, Any], path: Path, scope: str, problems: ProblemCollector, *, long: bool = False
) -> set[str]:
    """Report the fields of `raw` that would be lost; give the right names of those, so that nobody misses them twice.

    `scope` is root, table, index, local index, attribute or entity; `long` says that keys are written partition_key, sort_key.
    """
    other_keys = LOST.get((scope, long), {}).keys() & raw.keys()
    unread = raw.keys() - _READ_WHOLE[scope]
    corrected: set[str] = set()
    if not unread and not other_keys:
        return corrected
    for name in [name for name in raw if name in unread or name in other_keys]:
        kind, right = _judge(name, scope, long)
        here = (*path, name)
        if kind == "lost" or kind == "misspelt":
            how = renaming(raw, path, name, right)
            if right in corrected:
                how = Renaming(hint=f'Keep one of those that mean "{right}".')
            corrected.add(right)
            if kind == "lost":
                problems.add(
                    LOST_FIELD, here, at_key=True, lost=_lost(raw[name], right), edits=how.edits, otherwise=how.hint
                )
            else:
                problems.add(
                    MISSPELT_FIELD, here, at_key=True, found=name[:60], right=right, edits=how.edits, otherwise=how.hint
                )
        elif scope == "table" and name == "access_patterns":
            _check_patterns(raw[name], here, problems)
        else:
            before = len(problems)
            inside = "lineage" if name in _LINEAGE and scope == "attribute" else scope
            corrected |= check_shape(name, raw[name], raw, path, inside, problems, long)
            if kind in ("setting", "replicas") and len(problems) == before:
                problems.add(SETTING if kind == "setting" else GLOBAL_TABLE, here, at_key=True)
    return corrected


def _check_patterns(value: Any, here: Path, problems: ProblemCollector) -> None:
    """Report access patterns inside a table; names of them, in the form of `satisfies`, lose nothing."""
    count = sum(isinstance(one, dict) for one in value) if isinstance(value, list) else 0
    if count:
        lost = f"{count} access pattern{'' if count == 1 else 's'}"
        hint = 'Move each into "access_patterns" at the top of the file, with the table in its "table_name".'
        problems.add(LOST_SHAPE, here, at_key=True, found=here[-1], lost=lost, otherwise=hint)


@lru_cache(maxsize=4096)
def _judge(name: str, scope: str, long: bool) -> tuple[str, str]:
    """What a field with this name is (lost, misspelt, setting, replicas or free), and the field that is meant."""
    lost = LOST.get((scope, long), {})
    if name in lost:
        return "lost", lost[name]
    read = _READ.get((scope, long)) or _READ[scope, False]
    if name in _KNOWN[scope]:
        return "free", ""
    squashed = squash(name)
    for right in read:
        if squash(right) == squashed:
            return "misspelt", right
    for other, right in lost.items():
        if squash(other) == squashed:
            return "lost", right
    if squashed in (_SETTINGS if scope in _OF_TABLES else _SETTINGS_OF_ITEMS):
        return "setting", ""
    if scope in ("root", "table") and squashed in _REPLICAS:
        return "replicas", ""
    if scope == "entity" and squashed.startswith(("gsi", "lsi")):  # `gsi1pk_template` is no misspelt `pk_template`
        return "free", ""
    if squashed in KEY_FACTS:  # `pk_type` is no misspelt `type`
        return "free", ""
    near = did_you_mean(name, [field for field in read if len(field) > 3], cutoff=0.8) if 2 < len(name) < 40 else None
    return ("misspelt", near) if near else ("free", "")


def _lost(value: Any, right: str) -> str:
    if right in ("gsis", "lsis") and isinstance(value, (list, dict)):
        return f"its {len(value)} index{'' if len(value) == 1 else 'es'}"
    return "what it says"
