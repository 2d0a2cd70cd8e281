"""The project's style: font, sizes, labels, and files that are the same byte for byte."""

import io
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib import metadata, resources
from os.path import commonprefix
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.font_manager
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from textkit.errors import InputError

FORMATS = ("png", "svg", "pdf")
"""Formats that `save` writes."""

_DPI = 300
_LEVEL = 3  # of compression: 6 takes nearly twice as long for a twentieth less
_HALF = 2  # a figure within a page has half the dots per inch
INK = "#222222"
"""Colour of text and axes."""

WIDTH = 6.7
"""Inches of a page's column: every figure of the job is that wide, and no letter in it smaller than 6.5 points."""


@cache
def texts() -> dict[str, dict]:
    """What figures say: ``figures`` (titles, notes, tables), ``words``, ``choices``; from ``data/figures.toml``.

    >>> texts()["figures"]["keyness"]["tables"]
    ['keyness']
    """
    return tomllib.loads((resources.files("textkit") / "data" / "figures.toml").read_text("utf-8"))


def word(name: str, language: str = "zh", **values: Any) -> str:
    """A word of an axis, legend or caption; a name that is not in the list stands for itself.

    >>> word("causes"), word("topic", "en", topic=2), word("群众")
    ('原因分析', 'Topic 2', '群众')
    """
    known = texts()["words"].get(name)
    return known[language].format(**values) if known else name


def short(names: Sequence[str], width: int = 18) -> list[str]:
    """Names cut in the middle to so many columns (a hanzi takes two), different ones kept different.

    Where begin and end are the same, what follows the letters that all share is shown instead of the end.

    >>> short(["street_team", "某某街道领导班子对照检查材料2022", "某某街道领导班子剖析检查材料2022"])
    ['street_team', '某某街道…对照检查', '某某街道…剖析检查']
    """
    every, half, cut = list(dict.fromkeys(map(str, names))), width // 2 - 1, dict[str, str]()
    ends = {name: f"{_head(name, half)}…{_head(name[::-1], half)[::-1]}" for name in every if _columns(name) > width}
    for name in every:
        same = [other for other in ends if ends[other] == ends.get(name)]
        rest = name[len(commonprefix(same).rstrip("0123456789")) :]  # noqa: RUF071 (letters are meant)
        label = f"{_head(name, half)}…{_head(rest, half)}" if len(same) > 1 else ends.get(name, name)
        taken = sum(other == label or other.startswith(f"{label} (") for other in cut.values())
        cut[name] = f"{label} ({taken + 1})" if taken else label
    return [cut[str(name)] for name in names]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _head(text: str, width: int) -> str:
    """The longest beginning that takes at most so many columns."""
    return max((text[:n] for n in range(min(len(text), width) + 1) if _columns(text[:n]) <= width), key=len)


def fit(text: str, width: int) -> str:
    """The text, its end cut off where it takes more than so many columns.

    >>> fit("为人民服务", 10), fit("为人民服务", 9)
    ('为人民服务', '为人民服…')
    """
    return text if _columns(text) <= width else _head(text, width - 1) + "…"


@lru_cache(maxsize=1)
def font() -> Path:
    """The font of all figures: Noto Sans SC, as carried by the package zhplot.

    It is located, not imported, since importing zhplot changes global settings.

    >>> font().name
    'NotoSansSC-Regular.ttf'
    """
    for file in metadata.files("zhplot") or ():
        if file.name == "NotoSansSC-Regular.ttf":
            return Path(str(file.locate()))
    raise InputError("the Chinese font is not installed; reinstall textkit with the package zhplot")


def _register(file: Path) -> None:
    """Add the font unless it is known: each time the list of fonts grows, what was found in it is forgotten."""
    manager = matplotlib.font_manager.fontManager
    if str(file) not in {known.fname for known in manager.ttflist}:
        manager.addfont(file)


def style() -> dict:
    """Settings (rcParams) of the project's figures; `canvas` applies them.

    >>> style()["font.family"][0]
    'Noto Sans SC'
    """
    _register(font())
    return {
        "font.family": ["Noto Sans SC", "DejaVu Sans"],
        "font.size": 9,
        "axes.unicode_minus": False,
        "axes.edgecolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10,
        "axes.titlelocation": "left",
        "axes.axisbelow": True,
        "grid.color": "#EEEEEE",
        "ytick.left": False,
        "text.hinting": "none",  # hinted, a line is up to 7 % longer at one resolution than at another, and is cut
        "text.parse_math": False,  # a $ in somebody's file name is a $
        "legend.frameon": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "textkit",
        "pdf.fonttype": 42,
    }


@contextmanager
def styled() -> Iterator[None]:
    """Context in which figures are drawn and saved in the project's style, whatever the settings around it.

    >>> with styled():
    ...     figure, ax = canvas(4, 3)
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(style())
        yield


def use_style() -> None:
    """Set the project's style for the rest of a notebook.

    >>> with mpl.rc_context():
    ...     use_style()
    """
    mpl.rcParams.update(style())


def canvas(width: float, height: float, rows: int = 1, columns: int = 1, **grid: Any) -> tuple[Figure, Any]:
    """A figure of that size in inches, and its axis (or array of axes); ``grid`` goes to matplotlib's ``subplots``.

    >>> figure, axes = canvas(6, 2, columns=3)
    >>> axes.shape
    (3,)
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, **grid)


def rows(ax: Axes, labels: Sequence[str], *, at: float = 0, **look: Any) -> None:
    """Label rows from above, the first at this height.

    >>> figure, ax = canvas(4, 3)
    >>> rows(ax, ["学习", "服务"])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['学习', '服务']
    """
    ax.set_yticks(np.arange(len(labels)) + at, labels, **look)
    ax.set_ylim(len(labels) - 0.5 + at, -0.5 + at)


def slanted(crowded: bool = False) -> dict[str, Any]:
    """How names below an axis are turned so that they lie apart.

    >>> slanted()["rotation"]
    30
    """
    return {"rotation": 50 if crowded else 30, "ha": "right", "rotation_mode": "anchor"}


def heading(ax: Axes, text: str, **look: Any) -> None:
    """The title of a panel without ticks above; whether one must give way to them takes matplotlib long to find out.

    >>> figure, ax = canvas(4, 3)
    >>> heading(ax, "存在的问题", fontsize=9)
    """
    ax.set_title(text, y=1, **look)


def label(figure: Figure, title: str, caption: str) -> None:
    """A title above the figure and a caption below it: how to read it, what n is, where the numbers come from.

    >>> figure, ax = canvas(4, 3)
    >>> label(figure, "各报告的篇幅", "n = 5 份报告")
    """
    figure.suptitle(title, fontsize=10, color=INK, x=0.01, ha="left")
    figure.supxlabel(caption, fontsize=7.5, color="#444444", x=0.01, ha="left")


def settle(figure: Figure, *, for_good: bool = True) -> None:
    """Lay the figure out now: what is drawn later, and every format, finds its axes where they are.

    Not ``for_good``, titles and labels that come later may still move them.

    >>> figure, ax = canvas(4, 3)
    >>> settle(figure)
    >>> figure.get_layout_engine().execute(figure)
    """
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    if for_good:
        figure.set_layout_engine("none")


def save(
    figure: Figure, stem: str | Path, formats: Iterable[str] = ("png",), image: Image.Image | None = None
) -> list[Path]:
    """Write a figure as ``stem.png``, ``.svg`` or ``.pdf``; the same figure gives the same bytes.

    ``image`` is what `draw` made of it, if it did. An `InputError` for an unknown format.

    >>> import tempfile
    >>> with styled():
    ...     figure, ax = canvas(2, 1)
    ...     paths = save(figure, tempfile.mkdtemp() + "/empty")
    >>> [path.name for path in paths]
    ['empty.png']
    """
    settle(figure)
    clockless = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
    paths = []
    for name in dict.fromkeys(formats):
        if name not in FORMATS:
            raise InputError(f"unknown figure format {name!r}; choose from {', '.join(FORMATS)}")
        path = Path(f"{stem}.{name}")
        if name == "png":
            (image or draw(figure)).save(path, dpi=(_DPI, _DPI), compress_level=_LEVEL)
        else:
            figure.savefig(path, dpi=_DPI, metadata=clockless[name])
        paths.append(path)
    return paths


def draw(figure: Figure, dpi: int = _DPI) -> Image.Image:
    """A figure, laid out for good, as an image without transparency; ``savefig`` would draw it twice.

    >>> with styled():
    ...     draw(canvas(2, 1)[0]).size
    (600, 300)
    """
    settle(figure)
    before, shown_on = figure.dpi, figure.canvas
    figure.set_dpi(dpi)
    drawn = FigureCanvasAgg(figure)
    drawn.draw()
    figure.set_dpi(before)
    figure.set_canvas(shown_on)
    return Image.fromarray(np.asarray(drawn.buffer_rgba())).convert("RGB")


def webp(image: Image.Image) -> bytes:
    """What `draw` made as the bytes of a lossless WebP file, half as wide, small enough to stand within a page.

    >>> with styled():
    ...     webp(draw(canvas(2, 1)[0]))[8:12]
    b'WEBP'
    """
    buffer = io.BytesIO()
    image.reduce(_HALF).save(buffer, "webp", lossless=True, method=1, quality=30)
    return buffer.getvalue()
