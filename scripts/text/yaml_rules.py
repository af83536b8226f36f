"""The file. What stops it from being read."""

from scripts.problems import Rule
from scripts.text.merge_rule import MergeRule

UNREADABLE_FILE = Rule(
    "S001",
    "The file can be read",
    "{found}",
    "{hint}",
    "Nothing can be said about a file that cannot be opened, or that is no text of a usual size.",
)

NOT_YAML = Rule(
    "S002",
    "The file is one YAML document",
    "{found}",
    "{hint}",
    "What cannot be parsed must not be guessed at.",
    "environments:\\n\\tprod: {}",
    "environments:\\n  prod: {}",
    source="YAML 1.1, https://yaml.org/spec/1.1/",
)

ODD_KEY = Rule(
    "S003",
    "Keys are plain text",
    "A key must be plain text.",
    "Write a plain name; in the place of <<, write out what it stands for.",
    "Lists, groups and merges (`<<`) as keys hide what a setting is called.",
    "<<: *common",
    "defaults: {deletion_protection: true}",
)

REPEATED_KEY = Rule(
    "S004",
    "No key twice in one place",
    '"{key}" stands here twice.',
    "Keep one of the two: only one can be meant.",
    "YAML parsers keep only one of them, quietly.",
    "{ttl: expires_at, ttl: deleted_at}",
    "{ttl: expires_at}",
)

ALIAS = Rule(
    "S005",
    "No anchors and aliases",
    "The file uses YAML anchors (&) and aliases (*).",
    "Write the value out. Text that begins with * needs quotes.",
    "Aliases would let a small file stand for a huge, or an endless, value.",
    "defaults: &d {ttl: expires_at}",
    "defaults: {ttl: expires_at}",
)

UNFINISHED_MERGE = MergeRule("S006")
