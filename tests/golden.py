"""Golden texts: what people read, kept as whole files, so that a change of one word is seen.

After a deliberate change of the words: `.venv/bin/python -m pytest -n 0 --update-golden TEST`, then read what has changed.
"""

from pathlib import Path


class Golden:
    """Compares texts with those that are kept in one folder, or keeps them."""

    def __init__(self, folder: Path, update: bool) -> None:
        self.folder, self.update = folder, update

    def check(self, name: str, text: str) -> None:
        """Fails when the text is another than the one in the file of this name."""
        path = self.folder / name
        if self.update:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        kept = path.read_text() if path.is_file() else ""
        assert text == kept, f"{path} is another text. If that is what you want: pytest --update-golden"
