"""The committed notebooks are what the code gives: each is executed and its outputs compared."""

import re
import sys

import docx
import nbformat
import pytest

from .conftest import ROOT

sys.path.insert(0, str(ROOT / "notebooks"))
from execute import execute

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def outputs(notebook):
    """What a reader sees of each code cell, pictures by their presence only; what is printed as one text."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            printed = "".join(output.get("text", "") for output in cell.outputs)  # a busy machine sends it in pieces
            shown = [
                (
                    output.output_type,
                    *(
                        re.sub(r" at 0x\w+", "", output.get("data", {}).get(kind, ""))
                        for kind in ("text/plain", "text/html")
                    ),
                    "image/png" in output.get("data", {}),
                )
                for output in cell.outputs
                if output.output_type != "stream"
            ]
            yield cell.source, printed, shown


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_outputs_are_what_the_code_gives(path):
    """Regenerate with ``python make.py notebooks`` when a change is meant."""
    committed = nbformat.read(path, as_version=4)
    assert list(outputs(committed)) == list(outputs(execute(path)))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_clean_essays(path):
    notebook = nbformat.read(path, as_version=4)
    opening = notebook.cells[0].source
    assert all(word in opening for word in ("**Question.**", "**Inputs.**", "**Outputs.**"))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(len(cell.source.splitlines()) <= 12 for cell in code), "short cells"
    assert not any(re.search(r"^\s*(def|class) ", cell.source, re.M) for cell in code), "no reusable function"
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1)), "executed in order"
    assert not any(cell.metadata for cell in notebook.cells)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert not any(
        output.output_type in ("error", "stream") and output.get("name") == "stderr"
        for c in code
        for output in c.outputs
    )
    assert "cannot show" in notebook.cells[-1].source


@pytest.mark.slow
@pytest.mark.parametrize("corpus", ["one report", "no points", "word"])
def test_start_here_works_on_any_folder(corpus, tmp_path):
    """Only the path is changed; every cell runs."""
    folder = tmp_path / "我的报告"
    folder.mkdir()
    team, leader = (ROOT / "data" / "reports" / f"{name}.txt" for name in ("street_team", "city_leader"))
    if corpus == "word":
        for name, source in {"甲": team, "乙": leader}.items():
            document = docx.Document()
            for line in source.read_text("utf-8").splitlines():
                document.add_paragraph(line)
            document.save(folder / f"{name}.docx")
    else:
        text = team.read_text("utf-8") if corpus == "one report" else "今天开会，学习文件。" * 9
        (folder / "a.txt").write_text(text, "utf-8")
    notebook = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert first.source.startswith('folder = "../data/reports"\n')
    first.source = f'folder = "{folder.as_posix()}"\nresults = "{(tmp_path / "out").as_posix()}"'
    nbformat.write(notebook, tmp_path / "start.ipynb")
    execute(tmp_path / "start.ipynb")
    assert (tmp_path / "out" / "tables" / "tables.xlsx").exists()


def test_the_comparison_notices_a_changed_table():
    notebook = nbformat.read(ROOT / "notebooks" / "01_overview.ipynb", as_version=4)
    before = list(outputs(notebook))
    table = next(
        output for cell in notebook.cells for output in cell.get("outputs", []) if "text/html" in output.get("data", {})
    )
    table["data"]["text/html"] = table["data"]["text/html"].replace("5321", "5322")
    assert list(outputs(notebook)) != before
