"""Files that are no ordinary UTF-8 files."""

import os
from pathlib import Path

import pytest

from scripts.contract import check_contract, contract_file, read_contract
from scripts.problems import ProblemsError
from tests.contract.support import contract, write
from tests.for_each import for_each

GOOD = '{"tables": [{"table": "Caf", "pk": "PK", "attributes": [{"name": "PK", "type": "S"}], "x": "é"}]}'
ENCODINGS = {
    "UTF-16 with a mark": (GOOD.encode("utf-16"), "C104", "UTF-16"),
    "UTF-16 without a mark": (GOOD.encode("utf-16-le"), "C104", "UTF-16"),
    "Latin-1": (GOOD.encode("latin-1"), "C104", "Latin-1"),
    "byte order mark": (GOOD.encode("utf-8-sig"), "C106", "byte order mark"),
    "empty": (b"", "C105", "empty"),
    "blank": (b" \n\t ", "C105", "empty"),
    "binary": (bytes(range(256)), "C104", "UTF-8"),
}


@for_each("case", ENCODINGS)
def test_encoding(tmp_path: Path, case: str) -> None:
    data, rule, words = ENCODINGS[case]
    file = tmp_path / "c.json"
    file.write_bytes(data)
    result, problems = check_contract(file)
    assert result is None
    assert [problem.id for problem in problems] == [rule]
    assert words in problems[0].message


def test_line_of_the_wrong_byte(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_bytes(b'{\n"a": "\xe9"\n}')
    assert check_contract(file)[1][0].line == 2


def test_missing_file(tmp_path: Path) -> None:
    assert [problem.id for problem in check_contract(tmp_path / "no.json")[1]] == ["C101"]


def test_name_that_no_file_can_have() -> None:
    assert [problem.id for problem in check_contract(Path("a\0b"))[1]] == ["C101"]
    assert [problem.id for problem in check_contract(Path("a" * 5000))[1]] == ["C101"]


def test_directory_link_and_pipe(tmp_path: Path) -> None:
    file = write(tmp_path, contract())
    (tmp_path / "link.json").symlink_to(file)
    os.mkfifo(tmp_path / "pipe.json")
    for path, kind in [("", "a directory"), ("link.json", "a symbolic link"), ("pipe.json", "a named pipe")]:
        result, problems = check_contract(tmp_path / path)
        assert result is None
        assert [problem.id for problem in problems] == ["C102"]
        assert kind in problems[0].message


def test_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    with file.open("wb") as stream:
        stream.truncate(contract_file.MAX_FILE_SIZE + 1)
    assert [problem.id for problem in check_contract(file)[1]] == ["C103"]


def test_read_contract_raises_with_all_problems(tmp_path: Path) -> None:
    tree = contract()
    tree["tables"][0]["gsis"][0]["projection"] = "SOME"
    tree["tables"][1]["pk"] = ""
    file = write(tmp_path, tree)
    with pytest.raises(ProblemsError) as raised:
        read_contract(file)
    assert [problem.id for problem in raised.value.problems] == ["C213", "C206"]
    assert "SOME" in str(raised.value)


def test_read_contract_gives_the_contract(tmp_path: Path) -> None:
    result = read_contract(write(tmp_path, contract()))
    assert [table.name for table in result.tables] == ["Orders", "Users"]
    assert result.tables[0].satisfies == ("AP1", "AP2: orders by status")
    assert result.tables[0].item_size_bytes == 900
    entity = result.tables[1].entities[1]
    assert (entity.name, entity.source_table, entity.sort_template) == ("CART", "cart", "CART#{product_id}")
    assert entity.attributes[0].name == "PK"
