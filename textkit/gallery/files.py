"""Figures → their files, and pictures for the page."""

from collections.abc import Container, Sequence
from pathlib import Path
from typing import NamedTuple

from textkit import codes, plots, reader
from textkit.gallery.figures import draw
from textkit.gallery.page import Tables

Saved = tuple[list[Path], reader.Picture | None]
"""Files of a figure, and its picture, if one is wanted."""


class Wanted(NamedTuple):
    """What is asked for: figures of these codebooks, in this folder, in such formats and such a language.

    ``paged`` is whether pictures for the page, too.

    >>> Wanted([], Path("figures")).formats
    ('png',)
    """

    books: Sequence[codes.Codebook]
    folder: Path
    formats: Sequence[str] = ("png",)
    language: str = "zh"
    paged: bool = False


def save(tables: Tables, wanted: Wanted, only: Container[str] | None = None) -> list[Saved]:
    """Draw figures, each once for its files and the page: all, or of ``only`` some.

    >>> from textkit import frames
    >>> save({name: frames.make(name) for name in ("reports", "overview", "points")}, Wanted([], Path()))
    []
    """
    saved: list[Saved] = []
    with plots.styled():
        for name, figure in draw(tables, wanted.books, language=wanted.language, only=only):
            image = plots.draw(figure) if wanted.paged or "png" in wanted.formats else None
            files = plots.save(figure, wanted.folder / name, wanted.formats, image)
            width, height = (round(100 * inches) for inches in figure.get_size_inches())  # at 100 pixels an inch
            said = figure.get_suptitle(), figure.get_supxlabel()
            picture = reader.Picture(name, *said, width, height, plots.webp(image)) if wanted.paged and image else None
            saved.append((files, picture))
    return saved
