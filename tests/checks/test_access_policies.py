import json

import pytest

from scripts.checks.access_policies import main
from tests.access.samples import made


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "generated" / "shop" / "prod" / "access"
    path.mkdir(parents=True)
    return path


def write(folder, name, document):
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_nothing_to_check_is_said(folder, capsys):
    assert main([]) == 0
    assert "There are no policies: nothing matches generated/*/*/access/*.json" in capsys.readouterr().out


def test_all_generated_policies_are_found_and_pass(folder, capsys):
    for name, document in made().items():
        write(folder, name, document)
    for name, document in made(account=None).items():
        write(folder, name, document)
    assert main([]) == 0
    assert capsys.readouterr().out == "8 policies, of which 4 templates to fill in: 0 problems\n"


def test_a_problem_names_file_statement_what_and_fix(folder, capsys):
    document = made()["read-only.json"]
    document["Statement"][1]["Action"].append("dynamodb:DeleteTable")
    path = write(folder, "read-only.json", json.dumps(document, indent=2))
    assert main([]) == 1
    out = capsys.readouterr().out
    line = 1 + path.read_text()[: path.read_text().index(document["Statement"][1]["Sid"])].count("\n") - 1
    assert out.startswith(
        "generated/shop/prod/access/read-only.json\n"
        f"  {line}:5      error    I203  Statement[1]\n"
        '            Action "dynamodb:DeleteTable" changes or exposes whole tables, which only a deployment may.\n'
        "            Remove it.\n"
    )
    assert out.endswith("1 problem\n")


@pytest.mark.parametrize(
    ("name", "document", "expected"),
    [
        (
            "a.json",
            made(account=None)["read-only.template.json"],
            "still holds ${ACCOUNT_ID}, so it gives nothing.",
        ),
        (
            "a.template.json",
            made()["read-only.json"],
            "holds no placeholder any more, so it is no template.",
        ),
    ],
)
def test_a_template_and_its_name_belong_together(folder, capsys, name, document, expected):
    assert main([str(write(folder, name, document))]) == 1
    assert expected in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "it is not JSON"),
        ("", "it is not JSON"),
        ('{"Version": "2012-10-17", "Version": "x"}', 'it is not JSON: "Version" stands twice in one object'),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_never_passed_over(folder, capsys, content, expected):
    path = write(folder, "a.json", content)
    good = write(folder, "b.json", made()["read-only.json"])
    assert main([str(path), str(good)]) == 2
    captured = capsys.readouterr()
    assert f"{path}: " in captured.err
    assert expected in captured.err
    assert "Traceback" not in captured.err
    assert "1 not readable" in captured.out


def test_a_missing_file_is_an_answer_not_a_traceback(folder, capsys):
    assert main(["nowhere.json"]) == 2
    assert capsys.readouterr().err == "nowhere.json: No such file or directory. Name a file that can be read.\n"


def test_bytes_that_are_no_text(folder, capsys):
    path = folder / "a.json"
    path.write_bytes(b"\xff\xfe\x00")
    assert main([str(path)]) == 2
    assert "it is not JSON" in capsys.readouterr().err
