"""Execute the notebooks in place and remove what differs from run to run.

    python notebooks/execute.py [01_overview.ipynb …]

Committed notebooks hold their outputs, since people read them on the web.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
WIDGET = "application/vnd.jupyter.widget-view+json"
PANEL = "[a panel of widgets: open this notebook in JupyterLab and run all cells]"


def execute(path: Path) -> nbformat.NotebookNode:
    """The notebook with fresh outputs and without volatile metadata."""
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(HERE)}}
    NotebookClient(notebook, timeout=300, resources=where, coalesce_streams=True).execute()  # prints come in pieces
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for i, cell in enumerate(notebook.cells, 1):
        cell.id, cell.metadata = f"cell-{i:02d}", {}
        for output in cell.get("outputs", ()):
            if WIDGET in output.get("data", {}):  # it lives only as long as its kernel
                output.data = {"text/plain": PANEL}
    return notebook


def main(names: list[str]) -> None:
    """Execute those named, or all, in order."""
    for path in sorted(HERE.glob("*.ipynb")) if not names else [HERE / name for name in names]:
        print(path.name, flush=True)
        nbformat.write(execute(path), path)


if __name__ == "__main__":
    main(sys.argv[1:])
