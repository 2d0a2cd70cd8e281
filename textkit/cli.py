"""The commands. Errors that a user can mend become one sentence and exit code 2."""

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import metadata
from typing import Any

from textkit.errors import InputWarning, TextkitError

_CORPUS = "reports (.txt, .md, .docx, .doc, .wps, .rtf, .pdf, .html), folders of them, or tables with a text column"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code.

    >>> main(["run", "no/such/folder"])
    2
    """
    options = _parser().parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal that cannot show Chinese is no reason to fail
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", InputWarning)
            warnings.showwarning = _note  # type: ignore[assignment]
            return options.command(options)
    except TextkitError as error:
        print(f"textkit: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        hint = "; started again, a large corpus goes on from its parts" if options.command is _run else ""
        print(f"textkit: stopped{hint}", file=sys.stderr)
        return 130  # as a shell says it of what a signal ended
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return 0
    except OSError as error:
        print(f"textkit: {error.filename or ''}: {error.strerror}; check the path and its permissions", file=sys.stderr)
        return 2


def _note(message: Warning | str, category: type[Warning], *_: object) -> None:
    """A warning as one line, without the place in our code."""
    print(f"textkit: {message}", file=sys.stderr)


class _Help(argparse.HelpFormatter):
    """Help that ends with the default, where an option takes a value and has one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        has_default = action.nargs != 0 and action.default is not None
        return f"{action.help} (default: %(default)s)" if has_default else action.help


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="textkit",
        description="Compare Chinese self-examination reports: structure, problem categories, root causes, "
        "stock phrases, topics.",
        epilog="Example: textkit run data/reports --out results",
    )
    parser.add_argument("--version", action="version", version=f"textkit {metadata.version('textkit')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, add, function, summary, description in (
        ("run", _add_run, _run, "do the whole job: all figures, all summary tables, one page that shows them",
         "Read reports, analyse them, and write all figures, all summary tables, and one HTML page in which "
         "to read the reports and to follow every number to the sentences behind it."),
        ("outline", _add_reading, _outline, "print the structure of reports",
         "Print the outline of each report as a tree; odd numbering is marked with !."),
        ("sensitivity", _add_sensitivity, _sensitivity, "show which findings survive other choices",
         "Do the main findings again under other choices (segmenter, stop list, thresholds, seed …) and "
         "without each report; write one table and one figure of what survives."),
        ("check", _add_check, _check, "check a draft against other reports",
         "Print which passages of a draft stand in other reports (with what was changed), how much of it is "
         "formula, and which of its problems have no measure."),
    ):  # fmt: skip
        command = commands.add_parser(name, help=summary, description=description, formatter_class=_Help)
        command.set_defaults(command=function)
        add(command)
    return parser


def _add_reading(command: argparse.ArgumentParser) -> None:
    """What is read, and how."""
    option = command.add_argument
    option("corpus", nargs="+", metavar="CORPUS", help=_CORPUS)
    how = "stop at a file that cannot be read, or leave it out"
    option("--errors", choices=["raise", "skip"], default="raise", help=how)
    option("--encoding", metavar="NAME", help="of plain text, where it is in doubt")
    option("--split", action="store_true", help="divide files with several reports")


def _add_run(command: argparse.ArgumentParser) -> None:
    _add_reading(command)
    option = command.add_argument
    option("--out", metavar="DIR", help="write to DIR/figures, DIR/tables and DIR/report.html")
    option("--figures", metavar="DIR", default="figures", help="folder for the figures")
    option("--tables", metavar="DIR", default="data/tables", help="folder for the tables")
    option("--page", metavar="FILE", default="report.html", help="the page; it needs no network")
    schemes = "a coding scheme: problems, causes, or a .toml file of your own; may be repeated"
    schemes += " (default: problems and causes)"
    option("--codebook", dest="codebooks", action="append", metavar="NAME|FILE", help=schemes)
    option("--lang", dest="language", choices=["zh", "en"], default="zh", help="language of the labels in figures")
    option("--lexicon", metavar="FILE", help="words to keep whole, one a line, beside those of the package")
    option("--stopwords", metavar="FILE", help="words to leave out, one a line, in place of those of the package")
    option("--topics", type=int, metavar="K", default=6, help="number of topics")
    option("--fits", type=int, metavar="N", default=5, help="other fits of each kind that the topics are compared with")
    learned = "reports of a larger corpus, drawn by chance, from which topics, key terms and phrase frames are learned"
    option("--learned", type=int, metavar="N", default=500, help=learned)
    option("--seed", type=int, metavar="N", default=0, help="start of the random numbers (topics)")
    option("--table-formats", type=_names, metavar="LIST", default="csv", help="any of csv,xlsx,parquet,md,tex")
    option("--figure-formats", type=_names, metavar="LIST", default="png", help="any of png,svg,pdf")
    memory = "gigabytes; a corpus that would take more than half of them is worked on in parts"
    option("--memory", type=float, metavar="GB", default=4, help=memory)
    option("--jobs", type=int, metavar="N", help="processes (default: as many as cores and memory allow)")
    option("--engine", choices=["local", "dask"], default="local", help="where processes run that work on parts")
    option("--scheduler", metavar="ADDRESS", help="of the dask cluster (default: one on this machine)")
    option("--quiet", action="store_true", help="show no progress bar")


def _add_sensitivity(command: argparse.ArgumentParser) -> None:
    _add_reading(command)
    option = command.add_argument
    option("--out", metavar="DIR", default="sensitivity", help="folder for the table and the figure")
    option("--lang", choices=["zh", "en"], default="zh", help="language of the labels in the figure")


def _add_check(command: argparse.ArgumentParser) -> None:
    option = command.add_argument
    option("draft", metavar="DRAFT", help="the report to check")
    others = "report files or folders to compare it with"
    option("--against", nargs="+", required=True, metavar="FOLDER", help=others)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _read(given: argparse.Namespace) -> Any:
    from textkit import outline, reports

    texts = reports.read(given.corpus, errors=given.errors, encoding=given.encoding)
    return reports.describe(outline.split(texts)) if given.split else texts


def _run(given: argparse.Namespace) -> int:
    from dataclasses import fields

    from textkit import project

    places = {"figures": given.figures, "data": given.tables, "page": given.page}
    if given.out:
        places = {"figures": f"{given.out}/figures", "data": f"{given.out}/tables", "page": f"{given.out}/report.html"}
    given.codebooks = tuple(given.codebooks or project.Options.codebooks)
    options = project.Options(**{field.name: getattr(given, field.name) for field in fields(project.Options)})
    result = project.run(given.corpus, **places, options=options, progress=not given.quiet)
    for note in result.notes:
        print(f"textkit: left out: {note}", file=sys.stderr)
    read = f"{result.reports} report{'s' * (result.reports != 1)}, {result.points} point{'s' * (result.points != 1)}"
    figures = {path.stem for path in result.figures}
    written = f"{len(result.tables)} table files in {places['data']}, {len(figures)} figures in "
    print(f"{read}: {written}{places['figures']}"
          + (f"; open {result.page}" if result.page else ""))  # fmt: skip
    return 0


def _outline(given: argparse.Namespace) -> int:
    from textkit import outline

    texts = _read(given)
    print(outline.show(outline.parse(texts), texts))
    return 0


def _sensitivity(given: argparse.Namespace) -> int:
    from textkit import codes, gallery, outline, plots, sensitivity, tables

    texts = _read(given)
    points = outline.points(outline.parse(texts), texts)
    table = sensitivity.rerun(points, [codes.read_codebook(name) for name in codes.BUILTIN])
    written = tables.save({"sensitivity": table}, given.out)
    with plots.styled():
        figure = gallery.sensitivity(table, reports=len(texts), points=len(points), language=given.lang)
        written += plots.save(figure, written[0].with_suffix(""))
    for finding, rows in table.groupby("finding", sort=False):
        items = rows.groupby("item")["survives"].all()
        print(f"{finding}: {items.sum()} of {len(items)} survive all {rows['choice'].nunique()} other choices")
    print(f"written: {', '.join(map(str, written))}")
    return 0


def _check(given: argparse.Namespace) -> int:
    from textkit import draft

    print(draft.show(draft.check(given.draft, given.against)))
    return 0
