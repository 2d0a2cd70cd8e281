"""Everything that textkit raises on purpose.

    TextkitError              what is wrong, where, and what to do, in one sentence
    ├── InputError            a file, folder, table or option that cannot be used as given
    │   └── FrameError        a table that lacks declared columns, or holds rows it cannot take
    ├── CodebookError         a codebook that breaks its own format
    ├── TooFewError           a method refused because the units do not suffice
    └── MissingExtraError     an optional package that is not installed

    InputWarning              a UserWarning: something was left out or does not fit; the work went on

The commands turn each of these into one line on standard error and exit code 2.
"""

from math import inf
from numbers import Integral, Real
from typing import Any

SEED = 2**32 - 1
"""The highest start of random numbers that numpy and scikit-learn take."""


class TextkitError(Exception):
    """Base of all errors raised on purpose.

    >>> issubclass(InputError, TextkitError)
    True
    """


class InputError(TextkitError):
    """A file, folder or option cannot be used as given.

    >>> raise InputError("data/: no reports found; give a folder with .txt or .md files")
    Traceback (most recent call last):
    textkit.errors.InputError: data/: no reports found; give a folder with .txt or .md files
    """


class FrameError(InputError):
    """A table lacks columns that the step needs, or holds rows it cannot take.

    >>> raise FrameError("points: missing column 'text'")
    Traceback (most recent call last):
    textkit.errors.FrameError: points: missing column 'text'
    """


class CodebookError(TextkitError):
    """A codebook breaks its format; the message names file and key.

    >>> raise CodebookError("my.toml: code 2 ('study'): unknown key 'indicator'")
    Traceback (most recent call last):
    textkit.errors.CodebookError: my.toml: code 2 ('study'): unknown key 'indicator'
    """


class TooFewError(TextkitError):
    """The units are too few for the method to mean anything.

    >>> raise TooFewError("topics: 3 units cannot carry 5 topics")
    Traceback (most recent call last):
    textkit.errors.TooFewError: topics: 3 units cannot carry 5 topics
    """


class MissingExtraError(TextkitError):
    """An optional package is needed; the message says how to install it.

    >>> raise MissingExtraError("xlsx needs 'xlsxwriter': pip install xlsxwriter")
    Traceback (most recent call last):
    textkit.errors.MissingExtraError: xlsx needs 'xlsxwriter': pip install xlsxwriter
    """


class InputWarning(UserWarning):
    """Input was left out or does not fit together, and the work went on.

    >>> issubclass(InputWarning, UserWarning)
    True
    """


def number(what: str, value: Any, low: float, high: float = inf, *, whole: bool = True) -> Any:
    """The value, if it is a number within these bounds; the check of every option that is one.

    >>> number("topics: k", 2.5, 2)
    Traceback (most recent call last):
    textkit.errors.InputError: topics: k = 2.5; give a whole number, 2 or more
    """
    kind: Any = Integral if whole else Real
    if isinstance(value, kind) and not isinstance(value, bool) and low <= value <= high:
        return value
    bounds = f"{low:g} or more" if high == inf else f"from {low:g} to {high:.10g}"
    raise InputError(f"{what} = {value!r}; give a {'whole ' * whole}number, {bounds}")


def numbers(where: str, **values: Any) -> None:
    """Options by name: each a whole number of 1 or more; a seed from 0.

    >>> numbers("topics.names", top=-1)
    Traceback (most recent call last):
    textkit.errors.InputError: topics.names: top = -1; give a whole number, 1 or more
    """
    for name, value in values.items():
        number(f"{where}: {name}", value, *((0, SEED) if name == "seed" else (1,)))
