"""A contract that was copied out of a chat or a document: with text around it, before each line, or with its characters."""

import json
import re
import unicodedata
from collections.abc import Iterator

from scripts.contract.problem_collector import ProblemCollector, shown
from scripts.contract.rules.file import NO_JSON, TEXT_AROUND, TYPOGRAPHIC

_FENCE = "```"
_CANDIDATES = 20  # places that are tried: text with more brackets than that is no short remark
_OPENING = re.compile(r'^[^{\["\n]*?([{\[])', re.MULTILINE)
_LIKE_JSON = re.compile(r'^[ \t]*[{}\["]', re.MULTILINE)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"?')  # also one without an end: it is not begun again at each quote in it
# Before each line: the marks of a mail, of a difference, or the numbers of the lines.
_PREFIXES = (
    re.compile(r"^> ?", re.MULTILINE),
    re.compile(r"^\+", re.MULTILINE),
    re.compile(r"^ *\d+[:|.]? ", re.MULTILINE),
)
_WORD_OF_JSON = re.compile(r"(true|false|null|none|nan|nil|undefined|infinity)\b", re.IGNORECASE)
_FORMATS = (
    (re.compile(r"<"), "XML or HTML"),
    (re.compile(r"(---|[\w$-]+:(\s|$))"), "YAML"),
    (re.compile(r"(CREATE|INSERT|SELECT|DROP)\s", re.IGNORECASE), "SQL"),
)
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b\u2033\uff02", '"'),
        **dict.fromkeys("\u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"),
        "\uff1a": ":", "\uff0c": ",", "\uff5b": "{", "\uff5d": "}", "\uff3b": "[", "\uff3d": "]",
    }
)  # fmt: skip


def check_wrapping(text: str, problems: ProblemCollector) -> bool:
    """Report in one error each what stands around, before the lines of, or in a contract that would be JSON without it.

    Gives whether there was such.
    """
    if text.lstrip().startswith(("/", "#")) or _is_json(text):
        return False
    for plain in dict.fromkeys(_plain_texts(text)):
        if (span := _contract_in(plain)) and not _LIKE_JSON.search(text[: span[0]]):
            around = plain[: span[0]].strip()
            if around:
                _report_around(text, *span, problems)
            if odd := [at for at in range(span[0] if around else 0, span[1]) if text[at] != plain[at]]:
                _report_characters(text, plain, odd, problems)
            return bool(around or odd)
    return _check_prefixes(text, problems) or _check_other_format(text, problems)


def _check_other_format(text: str, problems: ProblemCollector) -> bool:
    """Report in one error a text that does not begin as JSON begins."""
    begin = text.lstrip()
    if not begin or (not begin.startswith("---") and begin[0] in "{}[]\"'`+-.0123456789") or _WORD_OF_JSON.match(begin):
        return False
    kind = next((f": this looks like {name}" for pattern, name in _FORMATS if pattern.match(begin)), "")
    hint = f"Write the contract as JSON, which begins with {{{kind}."
    first = shown(begin.splitlines()[0], 24)
    line = text.count("\n", 0, len(text) - len(begin)) + 1
    problems.add(NO_JSON, line=line, expected='"{"', found=first, hint=hint)
    return True


def _plain_texts(text: str) -> Iterator[str]:
    """The text with each typographic character as the plain one, at the same place: between strings, nowhere, everywhere."""
    parts, end = [], 0
    for string in _STRING.finditer(text):
        parts += [text[end : string.start()].translate(_PLAIN), string.group()]
        end = string.end()
    yield "".join([*parts, text[end:].translate(_PLAIN)])
    yield text
    yield text.translate(_PLAIN)


def _contract_in(text: str) -> tuple[int, int] | None:
    """Where the JSON begins and ends that nothing but other text stands around."""
    decoder = json.JSONDecoder()
    first = _starts(text)
    candidates = [first] if text[first : first + 1] in ("{", "[") else [one.start(1) for one in _OPENING.finditer(text)]
    for start in candidates[:_CANDIDATES]:
        try:
            _, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if not _LIKE_JSON.search(text[end:].partition("\n")[2]):
            return start, end
    return None


def _starts(text: str) -> int:
    return len(text) - len(text.lstrip())


def _report_around(text: str, start: int, end: int, problems: ProblemCollector) -> None:
    begin, last = text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 1
    before, after = text[:start].strip(), text[end:].strip()
    what = "A Markdown fence (```)" if _FENCE in before else shown(before.splitlines()[0], 60)
    same_line = text[text.rfind("\n", 0, start) + 1 : start].strip()
    lines = f"lines {begin} to {last}" + (f', the first from its "{text[start]}" on' if same_line else "")
    hint = f"Keep {lines}, and remove what stands before{' and after' if after else ''} them."
    problems.add(TEXT_AROUND, found=f"{what} stands before the contract", hint=hint)


def _report_characters(text: str, plain: str, odd: list[int], problems: ProblemCollector) -> None:
    pairs = list(dict.fromkeys((text[at], plain[at]) for at in odd))[:4]
    found = ", ".join(_name(character) for character, _ in pairs)
    right = ", ".join(f"{_name(character)} with {_right(character, by)}" for character, by in pairs)
    problems.add(TYPOGRAPHIC, offset=odd[0], found=found, count=len(odd), right=right)


def _right(character: str, plain: str) -> str:
    if plain != " ":
        return plain
    return "nothing" if unicodedata.category(character) == "Cf" else "a space"


def _name(character: str) -> str:
    """A character that can be seen, or what it is called: `U+00A0 (no-break space)`."""
    invisible = unicodedata.category(character) in ("Zs", "Cf")
    return f"U+{ord(character):04X} ({unicodedata.name(character, '?').lower()})" if invisible else character


def _check_prefixes(text: str, problems: ProblemCollector) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    for prefix in _PREFIXES:
        first = prefix.match(lines[0]) if lines else None
        if first and all(map(prefix.match, lines)) and _is_json(prefix.sub("", text)):
            found = f"Each line begins with something like {shown(first.group())}"
            problems.add(TEXT_AROUND, found=found, hint="Remove that from each line.")
            return True
    return False


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
