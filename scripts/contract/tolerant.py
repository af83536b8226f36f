"""A JSON parser that knows where everything is, and that reads on after the usual mistakes.

It is used only for files in which something was found: valid files without problems are read by the json module
alone. For valid JSON it gives the same value as the json module; for the mistakes that people and generators make
(comments, trailing commas, single quotes, ...) it reports each and goes on, so that one run shows everything.
"""

import re
from collections.abc import Callable
from typing import Any

from scripts.contract.input_limits import MAX_DEPTH, MAX_DIGITS
from scripts.contract.problem_collector import Path, shown
from scripts.contract.rules.file import (
    BROKEN_ESCAPE,
    BROKEN_STRING,
    COMMENT,
    CUT_OFF,
    MORE_AFTER_THE_END,
    NO_JSON,
    NO_JSON_NUMBER,
    NO_JSON_VALUE,
    NOT_QUOTED,
    REPEATED_FIELD,
    TOO_DEEP,
    TRAILING_COMMA,
)
from scripts.text.line_index import Lines

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_SHORT_HEX = re.compile(r"\\x([0-9a-fA-F]{2})")
_ELLIPSIS = re.compile(r"\.\.\.+|\u2026")
_HEX = re.compile(r"\\u([0-9a-fA-F]{4})")
_WORD = re.compile(r"[^\s,:\[\]{}\"'/]+")
_PLAIN = {'"': re.compile(r'[^"\\\x00-\x1f]+'), "'": re.compile(r"[^'\\\x00-\x1f]+")}
_VALUES = {"true": True, "false": False, "null": None}
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_FOREIGN_WORDS = {
    "True": ("true", True),
    "False": ("false", False),
    "TRUE": ("true", True),
    "FALSE": ("false", False),
    "None": ("null", None),
    "NULL": ("null", None),
    "Null": ("null", None),
    "nil": ("null", None),
    "undefined": ("null, or leave the field out", None),
    "NaN": ("a number, or null", None),
    "nan": ("a number, or null", None),
    "Infinity": ("a number, or null", None),
    "-Infinity": ("a number, or null", None),
}

# rule, offset in the text, path, facts of the message
Report = Callable[..., None]


class Stop(Exception):
    """Reading on makes no sense; the reason is reported."""


class Parser:
    """Reads `text` once. `values` and `keys` then hold the offset of the value and of the key of each path."""

    def __init__(self, text: str, report: Report) -> None:
        self._text = text
        self._report = report
        self._lines = Lines(text)
        self._at = 0
        self.values: dict[Path, int] = {}
        self.keys: dict[Path, int] = {}

    def value(self, path: Path) -> int | None:
        """The offset of the value at a path; None when there is none."""
        return self.values.get(path)

    def key(self, path: Path) -> int | None:
        """The offset of the key of the value at a path; None when there is none."""
        return self.keys.get(path)

    def parse(self) -> Any:
        """The value of the whole text. Raises Stop when there is none; everything wrong has then been reported."""
        value = self._value((), 0)
        self._skip()
        if self._at < len(self._text):
            self._report(MORE_AFTER_THE_END, self._at, (), found=self._next_shown())
        return value

    # --- values

    def _value(self, path: Path, depth: int) -> Any:
        self._skip()
        start = self._at
        self.values[path] = start
        if start >= len(self._text):
            self._expected("a value", path)
        character = self._text[start]
        if character in "{[" and depth >= MAX_DEPTH:
            self._report(TOO_DEEP, start, path[:8], limit=MAX_DEPTH)
            raise Stop
        if character == "{":
            return self._object(path, depth)
        if character == "[":
            return self._list(path, depth)
        if character in "\"'":
            return self._string(path)
        return self._scalar(path)

    def _object(self, path: Path, depth: int) -> dict[str, Any]:
        start, result = self._at, {}
        self._at += 1
        while not self._closes("}", start, path, "the object"):
            key_at = self._at
            if self._text[key_at] in "\"'":
                key = self._string(path)
            else:
                word = self._word()
                if not word:
                    self._expected("a field name in double quotes", path)
                self._refuse_ellipsis(word, key_at, path)
                key = word.strip("`") or word
                self._report(NOT_QUOTED, key_at, path, found=shown(word), right=f'"{key}"')
            here = (*path, key)
            if here in self.keys and key in result:
                first, _ = self._lines.of_offset(self.keys[here])
                self._report(REPEATED_FIELD, key_at, here, found=shown(key), first=first)
            self.keys[here] = key_at
            self._skip()
            if self._peek() in ("=", "", ",", "}", "]"):
                self._expected('":"', here, start)
            if self._peek() != ":":
                self._report(NO_JSON, self._at, here, expected='":"', found=self._next_shown(), hint='Add the ":".')
            else:
                self._at += 1
            result[key] = self._value(here, depth + 1)
            self._separator("}", start, path, "the object")
        return result

    def _list(self, path: Path, depth: int) -> list[Any]:
        start = self._at
        result: list[Any] = []
        self._at += 1
        while not self._closes("]", start, path, "the list"):
            result.append(self._value((*path, len(result)), depth + 1))
            self._separator("]", start, path, "the list")
        return result

    def _closes(self, bracket: str, start: int, path: Path, what: str) -> bool:
        self._skip()
        character = self._peek()
        if character == "":
            self._unclosed(start, path, what, bracket)
        if character == bracket:
            self._at += 1
            return True
        if character in "]}":
            self._expected(f'"{bracket}"', path)
        return False

    def _separator(self, bracket: str, start: int, path: Path, what: str) -> None:
        """After an entry: a comma, or the closing bracket, which is left for `_closes`."""
        self._skip()
        character = self._peek()
        if character == "":
            self._unclosed(start, path, what, bracket)
        if character == ",":
            comma = self._at
            self._at += 1
            self._skip()
            if self._peek() == bracket:
                self._report(TRAILING_COMMA, comma, path, what="field" if bracket == "}" else "entry")
        elif character == "]" or character == "}":
            if character != bracket:
                self._expected(f'"," or "{bracket}"', path)
        elif character in "\"'{[" or character.isalnum() or character == "-":
            self._report(NO_JSON, self._at, path, expected='","', found=self._next_shown(), hint='Add the ",".')
        else:
            self._expected(f'"," or "{bracket}"', path)

    # --- scalars

    def _string(self, path: Path) -> str:
        start, quote = self._at, self._text[self._at]
        plain = _PLAIN[quote]
        parts: list[str] = []
        self._at += 1
        while True:
            match = plain.match(self._text, self._at)
            if match:
                parts.append(match.group())
                self._at = match.end()
            character = self._peek()
            if character == "":
                self._unclosed(start, path, "the string", quote)
            if character == quote:
                self._at += 1
                break
            if character == "\\":
                parts.append(self._escape(path))
                continue
            name = {"\n": "a line break", "\t": "a tab"}.get(character, f"the character U+{ord(character):04X}")
            escape = {"\n": "\\n", "\t": "\\t"}.get(character, f"\\u{ord(character):04x}")
            self._report(BROKEN_STRING, self._at, path, found=name, right=escape)
            if character == "\n":  # nearly always a missing quote; what follows cannot be told apart
                raise Stop
            parts.append(character)
            self._at += 1
        text = "".join(parts)
        if quote == "'":
            self._report(NOT_QUOTED, start, path, found=shown(self._text[start : self._at]), right=shown(text))
        return text

    def _escape(self, path: Path) -> str:
        at = self._at
        character = self._text[at + 1 : at + 2]
        if character in _ESCAPES and character:
            self._at += 2
            return _ESCAPES[character]
        if character == "u":
            first = self._hex(at)
            if first is not None and 0xD800 <= first < 0xDC00:
                second = self._hex(at + 6)
                if second is not None and 0xDC00 <= second < 0xE000:
                    self._at += 12
                    return chr(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            if first is not None:
                self._at += 6
                return chr(first)  # half a pair is found with the other unusable characters
        found = shown(self._text[at : at + (6 if character == "u" else 2)])
        hint = "Write \\u and four hexadecimal digits." if character == "u" else "Write \\\\ for a backslash."
        if code := _SHORT_HEX.match(self._text, at):
            found, hint = shown(code.group()), f"Write \\u00{code.group(1)}."
        elif character == "\n":
            hint = "Write the text on one line, without the backslash."
        elif character and not character.isalnum():
            hint = f"Write {character} without the backslash, or \\\\ for a backslash."
        self._report(BROKEN_ESCAPE, at, path, found=found, hint=hint)
        self._at += 2 if character else 1
        return character

    def _hex(self, at: int) -> int | None:
        match = _HEX.match(self._text, at)
        return int(match.group(1), 16) if match else None

    def _scalar(self, path: Path) -> Any:
        start = self._at
        word = self._word()
        if word in _VALUES:
            return _VALUES[word]
        if word in _FOREIGN_WORDS:
            right, value = _FOREIGN_WORDS[word]
            self._report(NO_JSON_VALUE, start, path, found=word, right=right)
            return value
        match = _NUMBER.fullmatch(word)
        if match:
            if len(word) > MAX_DIGITS:
                self._report(
                    NO_JSON_NUMBER, start, path, found=f"A number of {len(word)} digits", hint="Write a smaller one."
                )
                return 0
            return float(word) if match.group(1) or match.group(2) else int(word)
        if not word:
            self._expected("a value", path)
        if word[0].isdigit() or word[0] in "+-.":
            self._report(NO_JSON_NUMBER, start, path, found=shown(word), hint="Write digits only, such as 512 or 0.5.")
            return 0
        self._refuse_ellipsis(word, start, path)
        text = word.strip("`") or word
        self._report(NOT_QUOTED, start, path, found=shown(word), right=f'"{text[:60]}"')
        return text

    def _refuse_ellipsis(self, word: str, at: int, path: Path) -> None:
        """Stop where something was left out, which nobody but the author can write."""
        if _ELLIPSIS.fullmatch(word):
            hint = "Write what was left out here, or remove it."
            self._report(NO_JSON, at, path, expected="a field or a value", found=shown(word), hint=hint)
            raise Stop

    # --- moving on

    def _skip(self) -> None:
        """Go to the next character that means something; report comments."""
        text = self._text
        while True:
            if space := _SPACE.match(text, self._at):
                self._at = space.end()
            if not text.startswith(("//", "/*", "#"), self._at):
                return
            start = self._at
            block = text.startswith("/*", start)
            end = text.find("*/" if block else "\n", start)
            if block and end < 0:
                self._unclosed(start, (), "the comment", "*/")
            end = len(text) if end < 0 else end + (2 if block else 0)
            self._report(COMMENT, start, (), found=shown(text[start:end].strip(), 60))
            self._at = end

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _word(self) -> str:
        match = _WORD.match(self._text, self._at)
        if not match:
            return ""
        self._at = match.end()
        return match.group()

    def _next_shown(self) -> str:
        rest = self._text[self._at : self._at + 40].split("\n", 1)[0].strip()
        return shown(rest, 24) if rest else "the end of the file"

    def _expected(self, what: str, path: Path, start: int | None = None) -> None:
        if self._at >= len(self._text):
            self._unclosed(start or 0, path, "the value", what)
        self._report(
            NO_JSON, self._at, path, expected=what, found=self._next_shown(), hint=f"Write {what} here, or remove this."
        )
        raise Stop

    def _unclosed(self, start: int, path: Path, what: str, closing: str) -> None:
        first, _ = self._lines.of_offset(start)
        mark = closing if closing.startswith("a ") else f'the closing "{closing.strip(chr(34))}"'
        mark = "the closing double quote" if closing == '"' else mark
        self._report(CUT_OFF, max(len(self._text.rstrip()) - 1, 0), path, what=what, first=first, closing=mark)
        raise Stop
