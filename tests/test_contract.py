"""What holds for the library as a whole: its names, its documentation, its size."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import textkit

PACKAGE = Path(textkit.__file__).parent
MODULES = sorted(module.name for module in pkgutil.iter_modules([str(PACKAGE)]) if module.name != "__main__")


def public(module):
    """Functions and classes a module defines and does not mark as its own."""
    for name, thing in vars(importlib.import_module(f"textkit.{module}")).items():
        defined_here = getattr(thing, "__module__", None) == f"textkit.{module}"
        if defined_here and not name.startswith("_") and (inspect.isfunction(thing) or inspect.isclass(thing)):
            yield name, thing


def test_all_is_sorted_and_complete():
    assert textkit.__all__ == sorted(textkit.__all__)
    assert set(textkit.__all__) == set(MODULES) - {"cli", "gallery", "lines"}
    for name in textkit.__all__:
        assert getattr(textkit, name).__name__ == f"textkit.{name}"
    with pytest.raises(AttributeError, match="it has codes, "):
        _ = textkit.nonsense


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_documented_with_an_example(module):
    assert importlib.import_module(f"textkit.{module}").__doc__
    undocumented = [name for name, thing in public(module) if ">>> " not in (thing.__doc__ or "")]
    assert undocumented == []


def test_the_house_stays_small():
    lines = {path.name: len(path.read_text("utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert len(lines) <= 21
    assert sum(lines.values()) <= 4_500
    assert {name: count for name, count in lines.items() if count > 450} == {}


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
