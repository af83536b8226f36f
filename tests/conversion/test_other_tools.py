"""Data models of other tools: what a contract can say survives, the rest is named, and what is missing is said by its path."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import generate, new_contract
from scripts.contract.problem_collector import ProblemCollector
from scripts.contract.read import check_text_of
from scripts.conversion.draft import NotConvertible
from scripts.conversion.mcp_model import mcp_contract
from scripts.conversion.workbench_model import workbench_contract
from scripts.files import json_text
from scripts.model import ContractTable, Index, Keys
from scripts.problems import ProblemsError
from tests import strategies

MCP: dict[str, Any] = {
    "tables": [
        {
            "TableName": "Orders",
            "AttributeDefinitions": [
                {"AttributeName": "customer", "AttributeType": "S"},
                {"AttributeName": "placed", "AttributeType": "N"},
                {"AttributeName": "region", "AttributeType": "S"},
            ],
            "KeySchema": [
                {"AttributeName": "customer", "KeyType": "HASH"},
                {"AttributeName": "placed", "KeyType": "RANGE"},
            ],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "ByRegion",
                    "KeySchema": [
                        {"AttributeName": "region", "KeyType": "HASH"},
                        {"AttributeName": "customer", "KeyType": "HASH"},
                        {"AttributeName": "placed", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]},
                }
            ],
            "BillingMode": "PROVISIONED",
        }
    ],
    "items": {
        "Orders": [
            {
                "PutRequest": {
                    "Item": {
                        "customer": {"S": "c"},
                        "placed": {"N": "1"},
                        "total": {"N": "2"},
                        "odd": {"S": "x"},
                        "note": {"NULL": True},
                    }
                }
            },
            {"PutRequest": {"Item": {"customer": {"S": "d"}, "placed": {"N": "1"}, "odd": {"N": "1"}}}},
        ]
    },
    "access_patterns": [
        {
            "pattern": "1",
            "description": "Orders of a region",
            "table": "Orders",
            "index": "ByRegion",
            "dynamodb_operation": "Query",
            "implementation": "aws dynamodb query ...",
        },
        {"pattern": "2", "description": "Full text search", "reason": "OpenSearch serves it"},
    ],
}
WORKBENCH: dict[str, Any] = {
    "ModelName": "Shop",
    "ModelMetadata": {"Author": "", "AWSService": "Amazon DynamoDB", "Version": "3.0"},
    "DataModel": [
        {
            "TableName": "Orders",
            "KeyAttributes": {
                "PartitionKey": {"AttributeName": "PK", "AttributeType": "S"},
                "SortKey": {"AttributeName": "SK", "AttributeType": "S"},
            },
            "NonKeyAttributes": [
                {"AttributeName": "total", "AttributeType": "N"},
                {"AttributeName": "paid", "AttributeType": "BOOL"},
            ],
            "TableFacets": [{"FacetName": "Order", "KeyAttributeAlias": {"PartitionKeyAlias": "PK"}}],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "ByTotal",
                    "KeyAttributes": {"PartitionKey": {"AttributeName": "total", "AttributeType": "N"}},
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            "DataAccess": {"MySql": {}},
            "BillingMode": "PROVISIONED",
            "ProvisionedCapacitySettings": {"ProvisionedThroughput": {"ReadCapacityUnits": 5}},
        }
    ],
}


def run(capsys: pytest.CaptureFixture[str], folder: Path, model: Any, *more: str) -> tuple[int, str, str]:
    source = folder / "model.json"
    source.write_text(model if isinstance(model, str) else json.dumps(model))
    capsys.readouterr()
    code = new_contract.main(["--from", str(source), "--service", "shop", *more])
    return code, *capsys.readouterr()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contracts").mkdir()
    return tmp_path


def test_a_model_of_the_mcp_server(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, folder, MCP, "--environment", "dev-us-east-1")
    assert code == 0, err
    value = json.loads(Path("contracts/shop/migrationContract.json").read_text())
    (table,) = value["tables"]
    assert table["gsis"] == [
        {
            "index_name": "ByRegion",
            "pk": ["region", "customer"],
            "sk": "placed",
            "projection": "INCLUDE",
            "projected_attributes": ["total"],
        }
    ]
    assert {each["name"]: each["type"] for each in table["attributes"]} == {
        "customer": "S",
        "placed": "N",
        "region": "S",
        "total": "N",
        "note": "NULL",
    }
    assert value["access_patterns"] == [
        {
            "id": "1",
            "description": "Orders of a region",
            "operation": "Query",
            "table": "Orders",
            "index": "ByRegion",
        }
    ]
    assert out.splitlines() == [
        "Written: contracts/shop/migrationContract.json and contracts/shop/deployment.yaml.",
        "",
        "What was assumed, and what is left out:",
        '- Orders: "odd" has types N and S in the sample items: it is left out.',
        "- Orders: Attributes and their types are those of the sample items: others may be missing.",
        "- Orders: BillingMode is not converted: set it in deployment.yaml.",
        '- Access pattern "2" is left out: OpenSearch serves it.',
        "- How often an access pattern happens is not in the file: add requests_per_second.",
        "- The commands of access patterns (implementation) are not converted.",
        "- Which kinds of items share a table is not in the file: each table is described as single-entity.",
        "- Where the values come from (source_table, source_column) is not in the file.",
        "",
        "Next: make generate SERVICE=shop.",
    ]
    assert generate.main([]) == 0


def test_a_model_of_nosql_workbench(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, folder, WORKBENCH)
    assert code == 0, err
    assert [path.name for path in Path("contracts/shop").iterdir()] == ["migrationContract.json"]
    (table,) = json.loads(Path("contracts/shop/migrationContract.json").read_text())["tables"]
    assert (table["pk"], table["sk"], table["gsis"][0]["pk"]) == ("PK", "SK", "total")
    assert out.splitlines()[3:6] == [
        "- Orders: TableFacets is not converted: a facet is a view; where it stands for a kind of item, write it as one of entities.",
        "- Orders: BillingMode is not converted: set it in deployment.yaml.",
        "- Orders: ProvisionedCapacitySettings is not converted: set it in deployment.yaml.",
    ]
    assert "Without a deployment.yaml there is one environment, default." in out


def _changed(model: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(model)
    *parents, last = path.split("/")
    place: Any = changed
    for part in parents:
        place = place[int(part) if isinstance(place, list) else part]
    place[int(last) if isinstance(place, list) else last] = value
    return changed


REFUSED: dict[str, tuple[Any, str]] = {
    "a table without a name": (
        _changed(MCP, "tables/0/TableName", None),
        "model.json: tables[0].TableName: a text is needed here.",
    ),
    "a key without a type": (
        _changed(MCP, "tables/0/AttributeDefinitions/0", {"AttributeName": "other", "AttributeType": "S"}),
        'model.json: tables[0].KeySchema[0]: the type of key "customer" is not stated. Write S, N or B.',
    ),
    "no partition key": (
        _changed(MCP, "tables/0/KeySchema", []),
        "model.json: tables[0].KeySchema: there is no partition key. Add an entry with KeyType HASH.",
    ),
    "an operation that is none": (
        _changed(MCP, "access_patterns/0/dynamodb_operation", "Join"),
        'model.json: access_patterns[0].dynamodb_operation: "Join" is none.',
    ),
    "a projection that is none": (
        _changed(WORKBENCH, "DataModel/0/GlobalSecondaryIndexes/0/Projection/ProjectionType", "SOME"),
        'Projection.ProjectionType: "SOME" is no projection. Write ALL, KEYS_ONLY, INCLUDE.',
    ),
    "one key with two types": (
        _changed(
            WORKBENCH,
            "DataModel/0/GlobalSecondaryIndexes/0/KeyAttributes/PartitionKey",
            {"AttributeName": "PK", "AttributeType": "N"},
        ),
        'model.json: DataModel[0]: key "PK" is S in one place and N in another.',
    ),
    "another database": (
        _changed(WORKBENCH, "ModelMetadata/AWSService", "Amazon Keyspaces"),
        "model.json: ModelMetadata.AWSService: the model is of Amazon Keyspaces.",
    ),
    "what the reader of contracts refuses": (_changed(MCP, "tables/0/TableName", "a"), "C301  tables[0].table"),
    "a template": ({"Resources": {}}, "model.json is a CloudFormation template. What can be converted: the dynamodb_d"),
    "a contract": ({"tables": [{"table": "T", "pk": "id"}]}, "copy it to contracts/shop/migrationContract.json"),
    "no JSON": ("{", "model.json"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_missing_is_said_and_nothing_is_written(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, message = REFUSED[name]
    code, _, err = run(capsys, folder, model)
    assert (code, message in err) == (1, True), err
    assert "Nothing was written." in err
    assert list(Path("contracts").iterdir()) == []


def _key_schema(keys: Keys) -> list[dict[str, str]]:
    return [
        {"AttributeName": key.name, "KeyType": kind}
        for kind, part in (("HASH", keys.partition), ("RANGE", keys.sort))
        for key in part
    ]


def _projection(index: Index) -> dict[str, Any]:
    included = {"NonKeyAttributes": list(index.included)} if index.included else {}
    return {"ProjectionType": index.projection, **included}


def _key_attributes(keys: Keys) -> dict[str, Any]:
    parts = zip(("PartitionKey", "SortKey"), keys.attributes, strict=False)
    return {part: {"AttributeName": key.name, "AttributeType": key.type} for part, key in parts}


def _mcp(table: ContractTable) -> dict[str, Any]:
    every = (table.keys, *(index.keys for index in (*table.indexes, *table.local_indexes)))
    return {
        "TableName": table.name,
        "KeySchema": _key_schema(table.keys),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": type}
            for name, type in {key.name: key.type for keys in every for key in keys.attributes}.items()
        ],
        **{
            field: [
                {"IndexName": index.name, "KeySchema": _key_schema(index.keys), "Projection": _projection(index)}
                for index in indexes
            ]
            for field, indexes in (
                ("GlobalSecondaryIndexes", table.indexes),
                ("LocalSecondaryIndexes", table.local_indexes),
            )
        },
    }


def _workbench(table: ContractTable) -> dict[str, Any]:
    return {
        "TableName": table.name,
        "KeyAttributes": _key_attributes(table.keys),
        **{
            field: [
                {
                    "IndexName": index.name,
                    "KeyAttributes": _key_attributes(index.keys),
                    "Projection": _projection(index),
                }
                for index in indexes
            ]
            for field, indexes in (
                ("GlobalSecondaryIndexes", [each for each in table.indexes if _single(each)]),
                ("LocalSecondaryIndexes", table.local_indexes),
            )
        },
    }


def _single(index: Index) -> bool:
    """Whether NoSQL Workbench can say it: one attribute for each part of the key."""
    return len(index.keys.partition) == 1 and len(index.keys.sort) <= 1


def _shapes(tables: tuple[ContractTable, ...], of: Any = lambda _: True) -> list[Any]:
    return [(t.name, t.keys, tuple(filter(of, t.indexes)), t.local_indexes) for t in tables]


@given(value=strategies.valid_contracts())
def test_keys_and_indexes_survive(value: dict[str, Any]) -> None:
    contract, _ = check_text_of(json_text(value), ProblemCollector("x"))
    assert contract is not None
    after, _ = mcp_contract({"tables": list(map(_mcp, contract.tables))}).read()
    assert _shapes(after.tables) == _shapes(contract.tables)
    after, _ = workbench_contract({"DataModel": list(map(_workbench, contract.tables))}).read()
    assert _shapes(after.tables) == _shapes(contract.tables, _single)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in below:
        yield from _places(each, (*path, key))


@given(data=st.data())
@pytest.mark.parametrize(("model", "convert"), [(MCP, mcp_contract), (WORKBENCH, workbench_contract)])
def test_whatever_stands_in_a_file_it_is_converted_or_refused(model: Any, convert: Any, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([each for each in _places(model) if each]))
    changed = _changed(model, "/".join(map(str, place)), data.draw(strategies.json_values))
    try:
        convert(changed).read()
    except (NotConvertible, ProblemsError) as refusal:
        assert str(refusal)
