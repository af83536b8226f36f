"""The drawings in docs/diagrams/ are those of the diagrams as they are now; Mermaid's own program made them."""

import json
import os
from pathlib import Path

import pytest

from scripts import diagrams


def test_every_diagram_has_been_drawn_since_it_changed() -> None:
    """No Node.js is needed to know it. Fails with what to do: a diagram that nobody has drawn may not be one."""
    found = diagrams.diagrams(diagrams.ROOT)
    assert any(diagram.page == "docs/how-it-works.md" for diagram in found)
    stale = [diagram.page for diagram in diagrams.undrawn(diagrams.ROOT, found)]
    assert not stale, f"Run `make diagrams` and commit docs/diagrams/: {', '.join(stale)} changed"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two diagrams, and a program that draws by writing the diagram into a picture."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(
        "# A\n\n```mermaid\nflowchart LR\n  a\n```\n\n```mermaid\nflowchart LR\n  b\n```\n"
    )
    program = tmp_path / "bin" / "mmdc"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n[ -z \"$REFUSE\" ] || { echo 'Parse error on line 2' >&2; exit 1; }\n"
        "for n in 1 2; do grep -q mermaid in.md && echo '<svg d=\"1.23456789\"/>' > out-$n.svg; done\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv(diagrams.BROWSER, raising=False)
    monkeypatch.setattr(diagrams, "ROOT", tmp_path)
    return tmp_path


def test_what_changed_is_drawn_and_what_is_gone_is_removed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diagrams.main(["--check"]) == 1
    assert diagrams.main([]) == 0
    assert (root / diagrams.FOLDER / "docs-a-2.svg").read_text() == '<svg d="1.23"/>\n'
    assert sorted(json.loads((root / diagrams.DRAWN).read_text())) == ["docs-a-1", "docs-a-2"]
    assert diagrams.main(["--check"]) == 0
    page = root / "docs" / "a.md"
    page.write_text(page.read_text().replace("  b\n", "  c\n"))
    capsys.readouterr()
    assert diagrams.main(["--check"]) == 1
    assert "docs-a-2 is out of date" in capsys.readouterr().err
    page.write_text("no diagram any more\n")
    assert diagrams.main([]) == 0
    assert list((root / diagrams.FOLDER).glob("*.svg")) == []


def test_a_diagram_that_mermaid_refuses_is_an_error(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REFUSE", "1")
    assert diagrams.main([]) == 1
    assert "Parse error on line 2" in capsys.readouterr().err
    assert not (root / diagrams.DRAWN).exists()
    monkeypatch.setenv("PATH", "/nowhere")
    assert diagrams.main([]) == 1
    assert "Install Node.js" in capsys.readouterr().err
