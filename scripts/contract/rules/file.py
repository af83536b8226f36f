"""C1xx: The file. What stops it from being read; all of them are errors."""

from scripts.problems import Rule
from scripts.text.merge_rule import MergeRule

RFC = "RFC 8259 (JSON)"

UNREADABLE = Rule(
    "C101",
    "The file can be read",
    "Cannot read the file: {reason}.",
    "Check the path: {path_hint}.",
    "Nothing can be said about a file that cannot be opened.",
    "python -m scripts.check_contract contracts/shop/migrationcontract.json",
    "python -m scripts.check_contract contracts/shop/migrationContract.json",
)

NOT_REGULAR = Rule(
    "C102",
    "The file is a regular file",
    "This is {kind}, not a regular file.",
    "Put the contract itself here, as a file of the repository.",
    "A link can lead out of the repository, to something that no reviewer sees.",
    "migrationContract.json -> ../../elsewhere.json",
    "migrationContract.json",
)

TOO_LARGE = Rule(
    "C103",
    "The file is at most 20 MB",
    "The file has {size} bytes; {limit} are the limit.",
    "Split it: one folder under contracts/ for each service, each with its own contract.",
    "A contract describes tables. A file of this size holds something else, such as data.",
    "a 300 MB export",
    "the contract alone",
)

NOT_UTF8 = Rule(
    "C104",
    "The file is UTF-8",
    "The file is not UTF-8{guess}.",
    "Save it as UTF-8, without a byte order mark.",
    "JSON that systems exchange is UTF-8. Guessing another encoding could change a name.",
    '{"table": "Caf\\xe9"} in Latin-1 or UTF-16',
    '{"table": "Cafe"} in UTF-8',
    source=RFC + ", section 8.1",
)

EMPTY_FILE = Rule(
    "C105",
    "The file is not empty",
    "The file is empty.",
    'Write the contract into it: {{"tables": [...]}}.',
    "An empty file has no tables; deploying it would be a mistake.",
    "(nothing)",
    '{"tables": [...]}',
)

BYTE_ORDER_MARK = Rule(
    "C106",
    "No byte order mark",
    "The file begins with a byte order mark, which many JSON parsers refuse.",
    'Save it as "UTF-8", not as "UTF-8 with BOM".',
    "The other tools that read the same contract fail on it.",
    "EF BB BF { ...",
    "{ ...",
    source=RFC + ", section 8.1",
)

COMMENT = Rule(
    "C107",
    "No comments",
    "JSON has no comments.",
    "Remove the comment {found}; put remarks into a field of their own.",
    "Templates of contracts come with // comments, and a parser that skips them hides what was meant to be deleted.",
    '"pk": "PK", // the user',
    '"pk": "PK",',
    source=RFC,
)

TRAILING_COMMA = Rule(
    "C108",
    "No trailing commas",
    "There is a comma after the last {what}.",
    "Remove the comma.",
    "It is often the trace of an entry that was cut off.",
    '["AP1", "AP2",]',
    '["AP1", "AP2"]',
    source=RFC,
)

NOT_QUOTED = Rule(
    "C109",
    "Names and strings stand in double quotes",
    "{found} is not in double quotes.",
    "Write {right}.",
    "JSON knows no other quotes.",
    "{'table': Users}",
    '{"table": "Users"}',
    source=RFC,
)

NO_JSON_VALUE = Rule(
    "C110",
    "Values are JSON values",
    "{found} is not a JSON value.",
    "Write {right}.",
    "Words of other languages (True, None, NaN, undefined) mean nothing in JSON.",
    '"sk": None',
    '"sk": null',
    source=RFC + ", section 3",
)

REPEATED_FIELD = Rule(
    "C111",
    "No field twice in one object",
    "{found} is given twice; the first is in line {first}, and JSON parsers keep only one of them.",
    "Keep one of the two and remove the other.",
    "One of the two values would be lost silently, a whole list of indexes for example.",
    '{"gsis": [...], "gsis": []}',
    '{"gsis": [...]}',
    source=RFC + ", section 4",
)

TOO_DEEP = Rule(
    "C112",
    "At most 64 levels deep",
    "The values are nested deeper than {limit} levels.",
    "Flatten them; a contract needs fewer than 10 levels.",
    "Such a file is broken or made to break its readers.",
    "[[[[[[[[...]]]]]]]]",
    '{"tables": [...]}',
)

BROKEN_STRING = Rule(
    "C113",
    "Strings stay on one line",
    "A string holds {found} as it is.",
    "Write it as an escape ({right}), or close the string with a double quote.",
    "Usually the closing quote is missing, and everything after it would be read as text.",
    '"table": "Users\n',
    '"table": "Users"',
    source=RFC + ", section 7",
)

CUT_OFF = Rule(
    "C114",
    "The file is complete",
    "The file ends before {what} that begins in line {first} is closed.",
    "Add what is missing, {closing}; if the file was cut off, get it whole.",
    "A contract that was cut off has lost tables.",
    '{"tables": [{"table": "Users"',
    '{"tables": [{"table": "Users"}]}',
    source=RFC,
)

NO_JSON = Rule(
    "C115",
    "The file is JSON",
    "Here should be {expected}; found {found}.",
    "{hint}",
    "Without JSON there is no contract.",
    '{"pk" "PK"}',
    '{"pk": "PK"}',
    source=RFC,
)

MORE_AFTER_THE_END = Rule(
    "C116",
    "One value in the file",
    "There is more after the end of the contract: {found}.",
    "Remove it, or move it inside the contract.",
    "Everything after the end would be ignored silently.",
    "{...} {...}",
    "{...}",
    source=RFC,
)

BROKEN_ESCAPE = Rule(
    "C117",
    "Escapes are complete",
    "{found} is not a complete escape.",
    "{hint}",
    "The text cannot be written as UTF-8, so no page and no template could hold it.",
    '"\\ud83d" or "\\x41"',
    '"\\ud83d\\ude00" or "\\u0041"',
    source=RFC + ", section 7",
)

NO_JSON_NUMBER = Rule(
    "C118",
    "Numbers are JSON numbers",
    "{found} is not a JSON number.",
    "{hint}",
    "JSON knows neither leading zeros nor plus signs, and no reader keeps a number of thousands of digits.",
    '"estimated_item_size_bytes": 0512',
    '"estimated_item_size_bytes": 512',
    source=RFC + ", section 6",
)

INVISIBLE_CHARACTER = Rule(
    "C119",
    "No control or invisible characters",
    "The text holds the character {found}, which nobody can see.",
    "{hint}",
    "Such characters hide what a name or text really says from the reviewer (CVE-2021-42574).",
    '"table": "Users\\u202e"',
    '"table": "Users"',
    source="CVE-2021-42574",
)

DYNAMIC_REFERENCE = Rule(
    "C120",
    "No dynamic references",
    "The text holds {found}, which CloudFormation would replace by a stored secret or parameter.",
    "Write what it stands for, or remove it; a contract never needs one.",
    "Text from a contract must never be able to pull a secret into a template.",
    '"satisfies": ["{{resolve:secretsmanager:prod}}"]',
    '"satisfies": ["AP1"]',
    source="AWS CloudFormation User Guide, dynamic references",
)

UNFINISHED_MERGE = MergeRule("C121")

TEXT_AROUND = Rule(
    "C122",
    "Nothing stands around the contract",
    "{found}.",
    "{hint}",
    "The file is JSON and nothing else; what stands around it comes from where it was copied.",
    "Here is your contract: ...",
    '{"tables": [...]}',
)

TYPOGRAPHIC = Rule(
    "C123",
    "Quotes, spaces and dashes are the plain ones",
    "The file has typographic characters in the place of plain ones: {found}; {count} in all.",
    "Replace {right}.",
    "Word processors and chats put them there, and some look the same; JSON knows only the plain ones.",
    "{\u201ctables\u201d: [...]}",
    '{"tables": [...]}',
    source=RFC + ", section 2 and 7",
)
