"""What is wrong with a table and what to do about it, for a terminal and as Markdown."""

from collections.abc import Iterator

from scripts.problems import printable
from scripts.text import markdown
from scripts.validation.fix import lines
from scripts.validation.report import Block


def text_lines(table: str, block: Block) -> Iterator[str]:
    """The lines of a block; the first ones say what is wrong, the others are indented."""
    sentences = [f"{printable(problem.sentence)}." for problem in block.problems]
    if len(sentences) == 1:
        yield f"{printable(table)}: {sentences[0]}"
    else:
        yield f"{printable(table)}: {_several(block)}"
        yield from (f"  - {sentence}" for sentence in sentences)
    if block.cause:
        yield f"  {block.cause}"
    commands = lines(block.commands)
    said = " ".join(block.texts)
    if len(commands) == 1:
        yield " ".join(filter(None, ["  Fix:", printable(said), commands[0]]))
    else:
        yield " ".join(filter(None, ["  Fix:", printable(said)]))
        yield from (f"  {command}" for command in commands)


def markdown_block(table: str, block: Block) -> str:
    """The same as Markdown: each problem on a line that is bold, commands as code that can be copied."""
    named = [f"**{markdown.code(table)}: {markdown.text(problem.sentence)}.**" for problem in block.problems]
    commands = lines(block.commands)
    said = filter(None, [block.cause, "Fix:", *map(markdown.text, block.texts)])
    advice = " ".join([*said, *([markdown.code(commands[0])] if len(commands) == 1 else [])])
    code = markdown.fence("sh", "\n".join(commands)) if len(commands) > 1 else []
    if len(named) == 1:
        return markdown.page(f"{named[0]} {advice}", code).rstrip("\n")
    return markdown.page([f"- {line}" for line in named], advice, code).rstrip("\n")


def _several(block: Block) -> str:
    return f"{len(block.problems)} checks {'differ' if block.known else 'could not be judged'}."
