"""A table in one test fails if one of its cases does, and names every one that does."""

from pathlib import Path

import pytest

from tests.for_each import for_each


def test_every_case_runs_and_all_that_fail_are_named() -> None:
    ran = []

    @for_each("number, even", [(1, False), (2, True), (3, True), (4, False)], ids=["one", "two", "three", "four"])
    def parity(number: int, even: bool) -> None:
        ran.append(number)
        assert (number % 2 == 0) == even

    with pytest.raises(pytest.fail.Exception) as failed:
        parity()
    assert ran == [1, 2, 3, 4]
    told = str(failed.value)
    assert told.startswith("2 of 4 cases:")
    assert "[three]" in told and "[four]" in told and "[one]" not in told
    assert "test_for_each.py" in told, "the line that failed"


@for_each("outcome", [ValueError("no"), *(way.Exception("no") for way in (pytest.fail, pytest.skip))])
def test_an_error_and_a_skip_are_failures(outcome: BaseException) -> None:
    @for_each("case", [1, 2])
    def test(case: int) -> None:
        if case == 2:
            raise outcome

    with pytest.raises(pytest.fail.Exception, match="1 of 2 cases"):
        test()


def test_cases_of_one_name_are_told_apart() -> None:
    @for_each("case", [[1], [2]])
    def test(case: list[int]) -> None:
        raise AssertionError

    with pytest.raises(pytest.fail.Exception, match=r"(?s)\[list \(0\)\].*\[list \(1\)\]"):
        test()


def test_a_table_without_a_case_is_skipped_as_pytest_does() -> None:
    @for_each("name", [])
    def test(name: str) -> None:
        raise AssertionError

    with pytest.raises(pytest.skip.Exception, match="no case of name"):
        test()


@for_each("case", [1, 2])
@for_each("name", ["A", "B"])
def test_a_case_has_its_own_folder_environment_and_output(
    case: int, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not list(tmp_path.iterdir())
    (tmp_path / "left").touch()
    assert not hasattr(pytest, "left")
    monkeypatch.setattr(pytest, "left", case, raising=False)
    print(case, name)
    assert capsys.readouterr().out == f"{case} {name}\n"
