"""Write api.md: every public name of textkit from its docstring, and every declared table.

    python docs/make.py

A test fails when the committed file differs from what this gives.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import textkit
from textkit import frames

PAGE = Path(__file__).parent / "api.md"
INTRODUCTION = """# API reference

Made from the docstrings by `python docs/make.py`; not to be edited. The module is the noun made, the function is the
verb: `import textkit as tk`, then `tk.reports.read(...)`. What each measure means, and its limits:
[methods](methods.md).
"""


def page() -> str:
    """The whole reference."""
    names = [name for name in textkit.__all__ if inspect.ismodule(getattr(textkit, name))]
    contents = " · ".join(f"[{name}](#{name})" for name in names)
    parts = [INTRODUCTION, f"{contents} · [the tables](#the-tables)"]
    parts += ["\n\n".join(module(name, getattr(textkit, name))) for name in names]
    return "\n\n".join([*parts, "## The tables", *tables()]) + "\n"


def module(name: str, room: ModuleType) -> Iterator[str]:
    """A room: what it is, then each public name."""
    yield f"## {name}"
    yield text(inspect.getdoc(room) or "")
    for public in getattr(room, "__all__", None) or vars(room):
        thing = getattr(room, public)
        here = str(getattr(thing, "__module__", "")).startswith(room.__name__)
        if here and not public.startswith("_") and (inspect.isfunction(thing) or inspect.isclass(thing)):
            yield f"### `{name}.{public}{signature(thing)}`"
            yield text(inspect.getdoc(thing) or "")


def signature(thing: Any) -> str:
    """Names and defaults, without types."""
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return ""
    plain = [
        given.replace(annotation=inspect.Parameter.empty) for given in inspect.signature(thing).parameters.values()
    ]
    shown = str(inspect.Signature(plain))
    return re.sub(r"<function .*? at 0x\w+>", "…", shown)


def text(docstring: str) -> str:
    """A docstring as Markdown: sections in bold, parameters as a list, examples and drawings as code."""
    made = []
    for block in re.split(r"\n\s*\n", re.sub(r"(?m)^(\w+)\n-+$", r"**\1**\n", docstring)):
        if block.lstrip().startswith(">>>"):
            made.append(f"```pycon\n{inspect.cleandoc(block)}\n```")
        elif all(line.startswith("    ") for line in block.splitlines()):
            made.append(f"```text\n{block}\n```")
        elif re.search(r"(?m)^\S.*\n    ", block):
            entries = re.split(r"(?m)^(?=\S)", block)[1:]
            made.append("\n".join(entry(lines) for lines in entries))
        else:
            made.append(block)
    return "\n\n".join(made)


def entry(lines: str) -> str:
    """A parameter, result or error with its description."""
    head, _, rest = lines.strip().partition("\n")
    return f"- *{head}*: {' '.join(rest.split())}" if rest else f"- {head}"


def tables() -> Iterator[str]:
    """Every declared table with its columns."""
    for table, rows in frames.dictionary().groupby("table", sort=False):
        lines = [
            f"| {row.column} | {row.type} | {row.meaning.replace('|', chr(92) + '|')} |" for row in rows.itertuples()
        ]
        yield f"### {table}"
        yield "\n".join(["| column | type | meaning |", "|:-|:-|:-|", *lines])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8", newline="\n")
