"""What holds for the library as a whole: its names, its documentation, its size."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pandas as pd
import pytest

import textkit

PACKAGE = Path(textkit.__file__).parent
MODULES = sorted(module.name for module in pkgutil.iter_modules([str(PACKAGE)]) if module.name != "__main__")


def public(module):
    """Functions and classes a module defines and does not mark as its own."""
    for name, thing in vars(importlib.import_module(f"textkit.{module}")).items():
        home = str(getattr(thing, "__module__", None))
        defined_here = home == f"textkit.{module}" or home.startswith(f"textkit.{module}.")
        if defined_here and not name.startswith("_") and (inspect.isfunction(thing) or inspect.isclass(thing)):
            yield name, thing


def test_all_is_sorted_and_complete():
    assert textkit.__all__ == sorted(textkit.__all__)
    assert set(textkit.__all__) - {"explore"} == set(MODULES) - {"association", "cli", "gallery", "lines", "wording"}
    assert textkit.explore is textkit.explorer.explore
    for name in set(textkit.__all__) - {"explore"}:
        assert getattr(textkit, name).__name__ == f"textkit.{name}"
    with pytest.raises(AttributeError, match="it has codes, "):
        _ = textkit.nonsense


def test_every_room_takes_points_made_by_hand():
    """Names of points are the caller's, so is the index, and rows may come in any order."""
    texts = ["理论学习不够，存在学用脱节的现象，很不应该。", "学习不深，存在学用脱节的现象，很不应该有。"]
    points = pd.DataFrame(
        {
            "report": ["乙", "甲"],
            "point": ["p-2", "p-1"],
            "role": "problems",
            "dimension": "",
            "number": 1,
            "headline": "",
        }
        | {"text": texts, "start": [0, 50], "end": [len(texts[0]), 50 + len(texts[1])], "mine": 1},
        index=[7, 3],
    )
    words = textkit.tokens.words(points)
    coded = textkit.codes.apply(points, textkit.codes.read_codebook("problems"))
    mined = textkit.phrases.mine(points)
    places = textkit.phrases.locate(mined, points)
    passages = textkit.reuse.find(points, min_chars=8)
    for table in (words, coded, places, passages):
        assert set(table["point"]) == {"p-1", "p-2"}
        assert set(zip(table["report"], table["point"], strict=True)) == {("乙", "p-2"), ("甲", "p-1")}
    texts_of = dict(zip(points["report"], points["text"], strict=True))
    starts = dict(zip(points["report"], points["start"], strict=True))
    for table, column in ((words, "term"), (coded, "evidence"), (places, "phrase")):
        for row in table.itertuples():
            start = starts[row.report]
            assert texts_of[row.report][row.start - start : row.end - start] == getattr(row, column)


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_documented_with_an_example(module):
    assert importlib.import_module(f"textkit.{module}").__doc__
    undocumented = [name for name, thing in public(module) if ">>> " not in (thing.__doc__ or "")]
    assert undocumented == []


def test_the_house_stays_small():
    lines = {
        str(path.relative_to(PACKAGE)): len(path.read_text("utf-8").splitlines()) for path in PACKAGE.rglob("*.py")
    }
    assert len(MODULES) <= 28
    assert sum(lines.values()) <= 16_490
    assert {name: count for name, count in lines.items() if count > 320} == {}


def test_functions_stay_short():
    long = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                docstring = ast.get_docstring(node, clean=False) or ""
                body = node.end_lineno - node.lineno + 1 - docstring.count("\n")
                if body > 45:
                    long[f"{path.name}:{node.name}"] = body
    assert long == {}
