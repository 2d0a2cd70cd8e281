"""How long a user waits: start-up, help, and the whole job on the five sample reports.

    python tests/bench/commands.py

Each command runs in a process of its own, best of three; a bare Python start is the yardstick.
Limits are those of the project, checked here and not in the suite, since machines differ.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "data" / "reports"


def seconds(*arguments: str) -> float:
    """Best of three runs of Python with these arguments."""
    runs = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        runs.append(time.perf_counter() - began)
    return min(runs)


def main() -> int:
    """Print the table; the exit code tells whether all limits hold."""
    with tempfile.TemporaryDirectory() as folder:
        job = ["-m", "textkit", "run", str(CORPUS), "--out", folder, "--quiet"]
        work = [
            ("python", ["-c", ""], None),
            ("import textkit", ["-c", "import textkit"], 0.5),
            ("textkit --help", ["-m", "textkit", "--help"], 0.3),
            ("textkit run, five reports", job, 20),
        ]
        yardstick, kept = 0.0, True
        print("| command | seconds | times a bare start | limit |\n|---|---|---|---|")
        for name, arguments, limit in work:
            took = seconds(*arguments)
            yardstick = yardstick or took
            kept = kept and (limit is None or took <= limit)
            print(f"| {name} | {took:.2f} | {took / yardstick:.0f} | {limit or ''} |")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
