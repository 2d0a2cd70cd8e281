"""The commands. Errors that a user can mend become one sentence and exit code 2."""

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from textkit.errors import InputWarning, TextkitError

_CORPUS = "reports (.txt, .md, .docx, .doc, .wps, .pdf, .html), folders of them, or tables with a text column"


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
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return 0
    except OSError as error:
        print(f"textkit: {error.filename or ''}: {error.strerror}; check the path and its permissions", file=sys.stderr)
        return 2


def _note(message: Warning | str, category: type[Warning], *_: object) -> None:
    """A warning as one line, without the place in our code."""
    print(f"textkit: {message}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="textkit",
        description="Compare Chinese self-examination reports: structure, problem categories, root causes, "
        "stock phrases, topics.",
        epilog="Example: textkit run data/reports --out results",
    )
    parser.add_argument("--version", action="version", version=f"textkit {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_run(commands)
    _add_outline(commands)
    _add_sensitivity(commands)
    _add_check(commands)
    return parser


def _add_reading(command: argparse.ArgumentParser) -> None:
    """What is read, and how."""
    command.add_argument("corpus", nargs="+", metavar="CORPUS", help=_CORPUS)
    command.add_argument(
        "--errors",
        choices=["raise", "skip"],
        default="raise",
        help="stop at a file that cannot be read, or leave it out",
    )
    command.add_argument(
        "--encoding", metavar="NAME", default=argparse.SUPPRESS, help="of plain text, where it is in doubt"
    )
    command.add_argument(
        "--split", action="store_true", default=argparse.SUPPRESS, help="divide files with several reports"
    )


def _read(given: argparse.Namespace) -> Any:
    from textkit import outline, reports

    texts = reports.read(given.corpus, errors=given.errors, encoding=getattr(given, "encoding", None))
    return reports.describe(outline.split(texts)) if "split" in given else texts


def _add_run(commands: argparse._SubParsersAction) -> None:
    run = commands.add_parser(
        "run",
        help="do the whole job: all figures and all summary tables",
        description="Read reports, analyse them, and write all figures and all summary tables.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    _add_reading(run)
    run.add_argument("--out", metavar="DIR", default=argparse.SUPPRESS, help="write to DIR/figures and DIR/tables")
    run.add_argument("--figures", metavar="DIR", default="figures", help="folder for the figures")
    run.add_argument("--tables", metavar="DIR", default="data/tables", help="folder for the tables")
    run.add_argument(
        "--codebook",
        action="append",
        metavar="NAME|FILE",
        default=argparse.SUPPRESS,
        help="a coding scheme: problems, causes, or a .toml file of your own; may be repeated "
        "(default: problems and causes)",
    )
    run.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of the labels in figures")
    run.add_argument("--topics", type=int, metavar="K", default=6, help="number of topics")
    run.add_argument("--seed", type=int, metavar="N", default=0, help="start of the random numbers (topics)")
    run.add_argument(
        "--table-formats", type=_names, metavar="LIST", default="csv", help="any of csv,xlsx,parquet,md,tex"
    )
    run.add_argument("--figure-formats", type=_names, metavar="LIST", default="png", help="any of png,svg,pdf")
    run.add_argument("--quiet", action="store_true", default=argparse.SUPPRESS, help="show no progress bar")
    run.set_defaults(command=_run)


def _add_outline(commands: argparse._SubParsersAction) -> None:
    show = commands.add_parser(
        "outline",
        help="print the structure of reports",
        description="Print the outline of each report as a tree; odd numbering is marked with !.",
    )
    _add_reading(show)
    show.set_defaults(command=_outline)


def _add_sensitivity(commands: argparse._SubParsersAction) -> None:
    rerun = commands.add_parser(
        "sensitivity",
        help="show which findings survive other choices",
        description="Do the main findings again under other choices (segmenter, stop list, thresholds, seed …) and "
        "without each report; write one table and one figure of what survives.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    _add_reading(rerun)
    rerun.add_argument("--out", metavar="DIR", default="sensitivity", help="folder for the table and the figure")
    rerun.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of the labels in the figure")
    rerun.set_defaults(command=_sensitivity)


def _add_check(commands: argparse._SubParsersAction) -> None:
    check = commands.add_parser(
        "check",
        help="check a draft against other reports",
        description="Print which passages of a draft stand in other reports (with what was changed), how much of it is "
        "formula, and which of its problems have no measure.",
    )
    check.add_argument("draft", metavar="DRAFT", help="the report to check")
    check.add_argument(
        "--against", nargs="+", required=True, metavar="FOLDER", help="report files or folders to compare it with"
    )
    check.set_defaults(command=_check)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _version() -> str:
    from importlib import metadata

    return metadata.version("textkit")


def _run(given: argparse.Namespace) -> int:
    from textkit import project

    folders = {"figures": given.figures, "data": given.tables}
    if "out" in given:
        folders = {"figures": f"{given.out}/figures", "data": f"{given.out}/tables"}
    options = project.Options(
        codebooks=tuple(given.codebook) if "codebook" in given else project.Options.codebooks,
        language=given.lang,
        seed=given.seed,
        topics=given.topics,
        table_formats=given.table_formats,
        figure_formats=given.figure_formats,
        errors=given.errors,
        encoding=getattr(given, "encoding", None),
        split="split" in given,
    )
    result = project.run(given.corpus, **folders, options=options, progress="quiet" not in given)
    for note in result.notes:
        print(f"textkit: left out: {note}", file=sys.stderr)
    read = f"{result.reports} report{'s' * (result.reports != 1)}, {result.points} point{'s' * (result.points != 1)}"
    written = f"{len(result.tables)} table files in {folders['data']}, {len(result.figures)} figure files in "
    print(f"{read}: {written}{folders['figures']}")
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
