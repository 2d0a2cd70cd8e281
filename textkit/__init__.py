r"""textkit turns a folder of Chinese self-examination reports into tables one can check.

The grammar: the module is the noun made, the function is the verb, and every verb takes and returns
plain values (strings, DataFrames with declared columns, one document–term matrix). Rows keep
``report, start, end``, so that ``text[start:end]`` is always the evidence. A pipeline is written by
composing verbs:

>>> import pandas as pd, textkit as tk
>>> text = "一、存在的问题\n（一）理论学习不够。学用脱节。\n（二）走访群众少。\n二、原因分析\n（一）宗旨意识淡化。"
>>> reports = pd.DataFrame({"report": ["a"], "text": [text]})
>>> points = tk.outline.points(tk.outline.parse(reports), reports)
>>> points[["role", "number", "headline"]].values.tolist()
[['problems', 1, '理论学习不够'], ['problems', 2, '走访群众少'], ['causes', 1, '宗旨意识淡化']]
>>> codes = tk.codes.apply(points, tk.codes.read_codebook("problems"))
>>> codes[["point", "code", "evidence"]].values.tolist()
[[1, 'theory', '理论学习不够'], [2, 'fieldwork', '走访群众少']]
>>> words = tk.terms.content(tk.tokens.words(points))
>>> tk.terms.count(words, by=["point"]).shape
(3, 8)

Modules are loaded when first used, so that importing textkit costs next to nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textkit import (
        codes,
        draft,
        errors,
        explorer,
        frames,
        hanzi,
        links,
        masks,
        matrix,
        outline,
        phrases,
        plots,
        project,
        reader,
        reports,
        reuse,
        sensitivity,
        tables,
        terms,
        tokens,
        topics,
    )
    from textkit.explorer import explore

__all__ = [
    "codes",
    "draft",
    "errors",
    "explore",
    "explorer",
    "frames",
    "hanzi",
    "links",
    "masks",
    "matrix",
    "outline",
    "phrases",
    "plots",
    "project",
    "reader",
    "reports",
    "reuse",
    "sensitivity",
    "tables",
    "terms",
    "tokens",
    "topics",
]


def __getattr__(name: str) -> Any:
    if name == "explore":  # the one verb that is asked for by name: a panel for notebooks
        return importlib.import_module("textkit.explorer").explore
    if name in __all__:
        return importlib.import_module(f"textkit.{name}")
    raise AttributeError(f"module 'textkit' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
