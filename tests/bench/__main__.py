"""Every bench, one after the other, each in a process of its own: `python3 make.py bench`, which installs the peers.

    python -m tests.bench [NAME ...]

What all of them print goes to `tests/bench/measured.md` as well, each under its name, after machine and versions.
"""

import os
import platform
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

FOLDER = Path(__file__).parent
WORK = {
    "commands": [],
    "segmentation": ["1000"],
    "outline": [],
    "coding": [],
    "phrases": ["10"],
    "reuse": ["3000"],
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


def main(names: list[str]) -> int:
    """Run the named benches, or all; the number of those that failed."""
    failed = 0
    with open(os.devnull if names else FOLDER / "measured.md", "w", encoding="utf-8") as file:

        def say(text: str) -> None:
            for place in (sys.stdout, file):
                print(text, file=place, flush=True)

        say(f"# What `python3 make.py bench` printed\n\n{machine()}")
        for name in names or WORK:
            load, began = os.getloadavg()[0], time.perf_counter()
            command = [sys.executable, str(FOLDER / f"{name}.py"), *WORK[name]]
            done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
            failed += done.returncode != 0
            head = f"{name} {' '.join(WORK[name])}".strip()
            say(f"\n## {head}\n\n{done.stdout.strip() or done.stderr.strip()}")
            say(f"\nTook {time.perf_counter() - began:.0f} s, begun at a load of {load:.1f}.")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
