"""Every bench, one after the other, each in a process of its own: `python3 make.py bench`, which installs the peers.

    python -m tests.bench [NAME ...]

What each prints takes the place of what it printed before in `tests/bench/measured.md`, with machine and versions.
"""

import os
import platform
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

FOLDER = Path(__file__).parent
MEASURED = FOLDER / "measured.md"
WORK = {
    "commands": [],
    "segmentation": ["1000"],
    "outline": [],
    "coding": [],
    "phrases": ["10"],
    "reuse": ["3000"],
    "peer": [],
    "parallel": ["300"],
    "explore": [],
    "scale": ["250", "1000"],
}
PACKAGES = ("pandas", "numpy", "scipy", "scikit-learn", "jieba", "rjieba", "pydivsufsort", "qhchina", "pyahocorasick")


def machine() -> str:
    """Machine, Python and versions, in a sentence."""
    found = {name: metadata.version(name) for name in PACKAGES if any(metadata.distributions(name=name))}
    packages = ", ".join(f"{name} {version}" for name, version in found.items())
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}."


def run(name: str) -> tuple[str, bool]:
    """What a bench printed, with its error if there was one; and whether there was none."""
    began = time.perf_counter()
    command = [sys.executable, str(FOLDER / f"{name}.py"), *WORK[name]]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    error = f"\n\nFailed ({done.returncode}): {done.stderr.strip()}" if done.returncode else ""
    took = f"Took {time.perf_counter() - began:.0f} s: {machine()}"
    return f"{' '.join([name, *WORK[name]])}\n\n{done.stdout.strip()}{error}\n\n{took}\n", not done.returncode


def main(names: list[str]) -> int:
    """Run the named benches, or all; the number of those that failed."""
    unknown = [name for name in names if name not in WORK]
    if unknown:
        sys.exit(f"no bench {unknown[0]!r}; choose from {', '.join(WORK)}")
    old = MEASURED.read_text("utf-8").split("\n## ")[1:] if MEASURED.exists() else []
    said, failed = {text.split(maxsplit=1)[0]: text for text in old}, 0
    for name in names or WORK:
        said[name], well = run(name)
        print(f"\n## {said[name]}", flush=True)
        failed += not well
        head = "# What `python3 make.py bench` printed\n"
        MEASURED.write_text("\n## ".join([head, *(said[name] for name in WORK if name in said)]), "utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
