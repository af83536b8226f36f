"""Names that look like, or nearly like, a declared one: by case, spaces, `_` or `-`, or by a letter of another alphabet."""

import unicodedata
from collections.abc import Iterable

from scripts.problems import printable, squash

# Letters and digits that look like a Latin one in most fonts, in lower case: the code point and the Latin letter, after the
# confusables of Unicode Technical Standard 39.
_CODES = (
    "0430a 0435e 043eo 0440p 0441c 0443y 0445x 0456i 0455s 0458j 043ak 043cm 0442t "
    "0131i 0237j 0432b 043dh 0501d 04bbh 0261g 03bfo 03b1a 03bdv 03c1p 03c4t 03c5u 03b9i 03bak 03c7x"
)
_LOOK_ALIKES = str.maketrans({chr(int(one[:-1], 16)): one[-1] for one in _CODES.split()} | {"0": "o", "1": "l"})


def near_miss(name: str, declared: Iterable[str]) -> str | None:
    """The declared name that was meant by `name`, which is not declared itself; None when none looks like it.

    A name that could not be a key, because nobody can spell it, is not meant.
    """
    wanted = _skeleton(name)
    alike = (other for other in declared if wanted and _skeleton(other) == wanted)
    return next((other for other in alike if printable(other) == other), None)


def odd_letters(name: str, meant: str) -> str:
    """The letters of `name` that are of another alphabet than those of what was meant, with their code points, or ""."""
    odd = sorted({letter for letter in name if not letter.isascii() and letter not in meant})
    told = [f'"{letter}" is U+{ord(letter):04X}' for letter in odd]
    return f": its {' and '.join(told)}" if told else ""


def _skeleton(name: str) -> str:
    visible = "".join(letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) != "Cf")
    return squash(visible).translate(_LOOK_ALIKES)
