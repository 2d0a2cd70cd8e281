"""Figures → their files, the index of these, and pictures for the page."""

from collections.abc import Container, Sequence
from pathlib import Path
from typing import NamedTuple

from textkit import codes, plots, reader
from textkit.gallery.figures import draw, names
from textkit.gallery.page import Page, Tables

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

    @property
    def files(self) -> list[Path]:
        """What there will be, if all of them have something to show."""
        return [self.folder / f"{name}.{form}" for name in names(self.books) for form in self.formats]


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


def index(codebooks: Sequence[codes.Codebook], files: Sequence[str]) -> str:
    """The index of a folder of figures as Markdown: what each shows, from which tables, by which command.

    >>> print(index([], ["keyness.png"]).splitlines()[-1][:38])
    | [keyness](keyness.png) | 各部分与其余部分相比的
    """
    page, rows = Page({}, codebooks, [], "en"), []
    known = {file.rsplit(".", 1)[0]: file for file in reversed(files)}
    for name, (kind, book) in names(codebooks).items():
        if name in known:
            said = plots.texts()["figures"][kind]
            title = said["zh"].format(book=book.title.get("zh", book.name) if book else "")
            shows = said["shows"].format(book=book.title.get("en", book.name).lower() if book else "")
            tables = ", ".join(f"`{table}`" for table in page.sources(kind, book))
            rows.append(f"| [{name}]({known[name]}) | {title} | {shows} | {tables} |")
    return "\n".join([_INDEX, *rows, ""])


_INDEX = """\
# Figures

Drawn and listed by `textkit run CORPUS` from the tables it writes (in the repository: `textkit run data/reports`, and
`data/tables/`). English labels: `--lang en`; other formats: `--figure-formats png,svg,pdf`. Each is as wide as the
text of a page (17 cm); its caption says how to read it, what n is, and which table it is drawn from.

`textkit sensitivity CORPUS` takes longer and draws `sensitivity.png` from the table `sensitivity`: how much of the main
findings survives another segmenter, stop list, threshold, seed, or the loss of a report.

| Figure | Title | Shows | Tables |
|---|---|---|---|"""
