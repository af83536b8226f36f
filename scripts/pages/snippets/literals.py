"""Values as literals of programming languages. Names of attributes may be nearly any text."""

import functools
import json
import re

from scripts.model import KeyAttribute

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ESCAPE = re.compile(r"\\(?:u00([0-9a-f]{2})|.)")
# JSON leaves them as they are, and so do these languages, but nobody would see them in a program.
_HIDDEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@functools.lru_cache(maxsize=10_000)
def common(value: str) -> str:
    """A text in double quotes, as Python, JavaScript and Go alike read it."""
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def java_text(value: str) -> str:
    """A text in double quotes for Java, which replaces `\\u000a` by a line break before it looks for strings.

    Control characters are written as octal escapes (Java Language Specification, 3.3 and 3.10.7).
    """
    return _ESCAPE.sub(lambda match: f"\\{int(match[1], 16):03o}" if match[1] else match[0], common(value))


def property_name(name: str) -> str:
    """The name of a property of a JavaScript object, quoted only where it has to be."""
    return name if _IDENTIFIER.fullmatch(name) and name != "__proto__" else f"[{common(name)}]"


def python(key: KeyAttribute, value: str) -> str:
    """The value of a key attribute for the high-level client of boto3."""
    return {"N": value, "B": f"{common(value)}.encode()"}.get(key.type, common(value))


def javascript(key: KeyAttribute, value: str) -> str:
    """The value of a key attribute for the document client of the AWS SDK v3."""
    return {"N": value, "B": f"new TextEncoder().encode({common(value)})"}.get(key.type, common(value))


def java(key: KeyAttribute, value: str) -> str:
    """The value of a key attribute for the AWS SDK for Java v2."""
    inner = f"SdkBytes.fromUtf8String({java_text(value)})" if key.type == "B" else java_text(value)
    return f"AttributeValue.from{key.type}({inner})"


def go(key: KeyAttribute, value: str) -> str:
    """The value of a key attribute for the AWS SDK for Go v2."""
    inner = f"[]byte({common(value)})" if key.type == "B" else common(value)
    return f"&types.AttributeValueMember{key.type}{{Value: {inner}}}"
