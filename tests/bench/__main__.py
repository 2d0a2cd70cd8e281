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
    head = f"{name} {' '.join(WORK[name])}".strip()
    took = f"Took {time.perf_counter() - began:.0f} s."
    return f"\n## {head}\n\n{done.stdout.strip()}{error}\n\n{took}", not done.returncode


def main(names: list[str]) -> int:
    """Run the named benches, or all; the number of those that failed."""
    unknown = [name for name in names if name not in WORK]
    if unknown:
        sys.exit(f"no bench {unknown[0]!r}; choose from {', '.join(WORK)}")
    said, failed = [f"# What `python3 make.py bench` printed\n\n{machine()}"], 0
    print(said[0], flush=True)
    for name in names or WORK:
        text, well = run(name)
        print(text, flush=True)
        said.append(text)
        failed += not well
    if not names:
        (FOLDER / "measured.md").write_text("\n".join(said) + "\n", "utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
