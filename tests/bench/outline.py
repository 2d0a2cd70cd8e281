"""Outline: speed over documents and over one long text, beside one compiled-regex pass; is the cost linear?

    .venv/bin/python tests/bench/outline.py

Prints CPU seconds, characters per second and the ratio to the regex pass, for texts of growing length.
"""

import re
import time
from pathlib import Path

from textkit import outline

ROOT = Path(__file__).parents[2]
NUMBER = "[一二三四五六七八九十]+"
LIMIT = re.compile(
    rf"^[ \u3000]*(?:第{NUMBER}[章节条，、]|{NUMBER}、|[（(]{NUMBER}[）)]|\d+[.．、]|[（(]\d+[）)]|[①-⑳])"
    rf"|(?<=[。；：，])(?:{NUMBER}[是要]|第{NUMBER}[，、]|(?:首先|其次|再次|最后)，)",
    re.MULTILINE,
)


def seconds(function, *arguments):
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


def row(what, chars, took, limit):
    print(
        f"{what:>20}  {chars:12,} characters  {took:6.2f} s  {chars / took / 1e6:5.2f} M/s  {took / limit:4.1f} × regex"
    )


def main():
    samples = [path.read_text("utf-8") for path in sorted((ROOT / "data" / "reports").glob("*.txt"))]
    many = samples * 400
    took = seconds(lambda: [outline.tree(one) for one in many])
    row(f"{len(many):,} reports", sum(map(len, many)), took, seconds(lambda: [LIMIT.findall(one) for one in many]))
    for times in (4, 16, 64, 256, 1600):
        whole = "\n".join(samples * times)
        took, limit = seconds(outline.tree, whole), seconds(LIMIT.findall, whole)
        row(f"one text {len(whole.encode()) / 1e6:.1f} MB", len(whole), took, limit)


if __name__ == "__main__":
    main()
