import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts.access import policies, to_json
from scripts.access.documents import SIZE_LIMIT
from scripts.checks.access_files import check_document
from scripts.model import AccessPattern
from scripts.operations import OPERATIONS
from tests.contract.support import check
from tests.strategies import valid_contracts

PLACES = [("eu-west-1", "111122223333"), ("us-gov-west-1", "111122223333"), ("cn-north-1", None), (None, None)]


@given(valid_contracts(), st.data())
def test_policies_of_any_contract_pass_the_check_fit_and_never_change(value, data):
    contract, _ = check(value)
    prefix = data.draw(st.sampled_from(["", "prod-"]))
    tables = [(table, (prefix + table.name)[:255]) for table in contract.tables]
    patterns = [
        AccessPattern(
            f"AP{number}",
            operation=data.draw(st.sampled_from(["", *OPERATIONS])),
            table=table.name,
            index=data.draw(st.sampled_from(["", *(index.name for index in table.indexes)])),
        )
        for number, table in enumerate(data.draw(st.lists(st.sampled_from(contract.tables), max_size=8)))
    ]
    region, account = data.draw(st.sampled_from(PLACES))
    names = [name for _, name in tables]
    key = f"arn:aws:kms:{region or 'eu-west-1'}:111122223333:key/12"
    keyed = dict.fromkeys(sorted(data.draw(st.sets(st.sampled_from(names)))), key) if region == "eu-west-1" else {}

    def make():
        return policies("shop", "prod", region, account, tables, patterns, names[:1], keyed).documents

    documents = make()
    assert {"read-only", "read-write", "data-migration", "streams", "operator"} <= {
        name.partition(".")[0].partition("+")[0] for name in documents
    }
    for name, document in documents.items():
        text = to_json(document)
        assert json.loads(text) == document
        assert check_document(document, name) == []
        assert len("".join(text.split())) <= SIZE_LIMIT
    assert list(make().items()) == list(documents.items())


VALUES = st.recursive(
    st.text() | st.integers() | st.booleans() | st.none(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_a_document_is_written_as_the_json_module_writes_it(value: Any) -> None:
    assert to_json(value) == json.dumps(value, indent=2, ensure_ascii=False) + "\n"
