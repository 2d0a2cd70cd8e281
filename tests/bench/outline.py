"""Outline: speed over documents and over one long text, beside one compiled-regex pass; is the cost linear?

Two limits: one pass of the outline's own pattern of markers, which no parse that uses it can beat, and one of a
plain pattern that knows only the commonest markers and none of their variants.

    .venv/bin/python tests/bench/outline.py

Prints CPU seconds, characters per second and the ratios to the passes, for texts of growing length.
"""

import re
import time
from pathlib import Path

from textkit import outline
from textkit.outline.markers import PATTERN

ROOT = Path(__file__).parents[2]
NUMBER = "[一二三四五六七八九十]+"
PLAIN = re.compile(
    rf"^[ \u3000]*(?:第{NUMBER}[章节条，、]|{NUMBER}、|[（(]{NUMBER}[）)]|\d+[.．、]|[（(]\d+[）)]|[①-⑳])"
    rf"|(?<=[。；：，])(?:{NUMBER}[是要]|第{NUMBER}[，、]|(?:首先|其次|再次|最后)，)",
    re.MULTILINE,
)


def seconds(function, *arguments):
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


def row(what, texts):
    chars = sum(map(len, texts))
    took = seconds(lambda: sum(len(outline.tree(text)) for text in texts))
    own, plain = (seconds(lambda p=p: [sum(1 for _ in p.finditer(text)) for text in texts]) for p in (PATTERN, PLAIN))
    print(
        f"{what:>20}  {chars:12,} characters  {took:6.2f} s  {chars / took / 1e6:5.2f} M/s"
        f"  {took / own:4.1f} × its pattern  {took / plain:4.1f} × a plain one"
    )


def main():
    samples = [path.read_text("utf-8") for path in sorted((ROOT / "data" / "reports").glob("*.txt"))]
    row(f"{len(samples) * 400:,} reports", samples * 400)
    for times in (4, 16, 64, 256, 1600):
        whole = "\n".join(samples * times)
        row(f"one text {len(whole.encode()) / 1e6:.1f} MB", [whole])


if __name__ == "__main__":
    main()
