#!/usr/bin/env python3
"""What one does with this repository, on a machine that has only Python >= 3.11 and pip.

    python3 make.py run          read data/reports; write figures/ and data/tables/
    python3 make.py check        everything CI checks: lint, types, floor plan, tests, notebooks
    python3 make.py results      regenerate all that is committed: figures, tables, notebooks, docs/api.md
    python3 make.py notebooks    regenerate the executed notebooks only
    python3 make.py lab          open the notebooks in JupyterLab
    python3 make.py bench        every benchmark and its peers; an hour on a machine that does nothing else
    python3 make.py lock         renew the locks after a change of dependencies

Each command first sets up .venv from the locks (exact versions, checked by hash). Only the standard
library is used here. What follows the command is passed on: python3 make.py run my/reports --out out
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENV = ROOT / ".venv"
BIN = ENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PEERS = "qhchina==0.2.7", "pyahocorasick==2.3.1"


def call(*command: str | Path, place: Path = ROOT) -> None:
    """Run a command, in the repository if not told otherwise; stop with its exit code if it fails."""
    code = subprocess.run(list(map(str, command)), cwd=place, check=False).returncode
    if code:
        sys.exit(code)


def setup(lock: str) -> None:
    """Make .venv hold what the lock names, unless it does already."""
    source = ROOT / "locks" / lock
    wanted = hashlib.sha256(source.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = ENV / f"{lock}.installed"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        venv.create(ENV, with_pip=False)  # pip installs into it from outside; ensurepip may be missing
    print(f"setting up {ENV.name} from locks/{lock} …", flush=True)
    install("--require-hashes", "--requirement", source)
    install("--no-deps", "--editable", ".")
    stamp.write_text(wanted)


def install(*what: str | Path) -> None:
    """Pip, from outside, into .venv."""
    call(sys.executable, "-m", "pip", "--python", PYTHON, "--quiet", "--disable-pip-version-check", "install", *what)


def run(*arguments: str) -> None:
    """The main job."""
    setup("run.txt")
    if arguments:
        call(BIN / "textkit", "run", *arguments, place=Path.cwd())
    else:
        call(BIN / "textkit", "run", "data/reports")


def check(*arguments: str) -> None:
    """All checks; arguments go to pytest."""
    setup("dev.txt")
    call(BIN / "ruff", "check", ".")
    call(BIN / "ruff", "format", "--check", ".")
    call(BIN / "mypy")
    call(BIN / "lint-imports", "--no-cache")
    call(PYTHON, "-m", "pytest", "-n", "auto", "--dist", "loadfile", *arguments)


def notebooks(*arguments: str) -> None:
    """Execute the notebooks in place."""
    setup("dev.txt")
    call(PYTHON, "notebooks/execute.py", *arguments)


def results() -> None:
    """Everything generated that is committed."""
    setup("dev.txt")
    call(BIN / "textkit", "run", "data/reports")
    call(PYTHON, "docs/make.py")
    notebooks()


def lab() -> None:
    """JupyterLab on the notebooks."""
    setup("dev.txt")
    call(BIN / "jupyter", "lab", "notebooks")


def bench(*names: str) -> None:
    """All of tests/bench, or some; the peers that nothing else needs go to a folder of their own."""
    setup("dev.txt")
    peers = ENV / "peers"
    shutil.rmtree(peers, ignore_errors=True)
    install("--no-deps", "--target", peers, *PEERS)
    os.environ["PYTHONPATH"] = os.pathsep.join(map(str, (ROOT, peers)))
    call(PYTHON, "-m", "tests.bench", *names)


def lock() -> None:
    """Resolve the dependencies anew, for all systems and Pythons."""
    setup("dev.txt")
    options = (
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--no-strip-extras",
        "--upgrade",
    )
    for name, extras in (("run.txt", ("--extra", "formats")), ("dev.txt", ("--all-extras",))):
        call(
            BIN / "uv",
            "pip",
            "compile",
            "--quiet",
            *options,
            *extras,
            "pyproject.toml",
            "--output-file",
            f"locks/{name}",
        )


COMMANDS = {function.__name__: function for function in (run, check, notebooks, results, lab, bench, lock)}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    if sys.argv[2:] and sys.argv[1] not in ("run", "check", "notebooks", "bench"):
        sys.exit(f"make.py {sys.argv[1]} takes no arguments")
    COMMANDS[sys.argv[1]](*sys.argv[2:])
