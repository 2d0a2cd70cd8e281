"""Outlines of documents of other kinds against outlines written by reading, before the parser saw them."""

import csv
from dataclasses import dataclass

import pytest

from textkit import outline, reports

from .conftest import GOLDEN, official_corpus

EDGES = {"title", "toc", "salutation", "preamble", "closing", "signature", "date", "chrome"}
MADE = sorted((GOLDEN / "made").glob("*.tsv"))
OFFICIAL = sorted((GOLDEN / "official").glob("*.tsv"))


@dataclass
class Comparison:
    """Golden and found nodes of one document by the place of their first word."""

    golden: dict[int, dict]
    found: dict[int, outline.Node]
    text: str

    def numbered(self, nodes):
        return {place: node for place, node in nodes.items() if _get(node, "marker")}

    @property
    def both(self):
        return sorted(self.numbered(self.golden).keys() & self.numbered(self.found).keys())


def _get(node, name):
    return node[name] if isinstance(node, dict) else getattr(node, name)


def rows_of(tsv):
    lines = tsv.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def compare(text, tsv):
    golden, place = {}, 0
    for row in rows_of(tsv):
        place = text.index(row["opening"], place)
        if row["kind"] in EDGES | {"section"}:
            golden[place] = row
        place += row["kind"] == "section"
    found = {}
    for node in outline.tree(text):
        if node.kind in EDGES | {"section"}:
            words = text[node.start : node.end].lstrip(" \n\r\t\u3000#*>-\u200b\u00a0")
            found[node.end - len(words) if node.marker_start is None else node.marker_start] = node
    return Comparison(golden, found, text)


@pytest.fixture(scope="module")
def made():
    files = {tsv.stem: next(p for p in (tsv.with_suffix(".txt"), tsv.with_suffix(".md")) if p.exists()) for tsv in MADE}
    return {tsv.stem: compare(reports.decode(files[tsv.stem].read_bytes())[0], tsv) for tsv in MADE}


@pytest.fixture(scope="module")
def official():
    files = {path.stem.partition("_")[0]: path for path in official_corpus()}
    if not files:
        pytest.skip("the official corpus is not beside the project")
    return {tsv.stem: compare(reports.decode(files[tsv.stem].read_bytes())[0], tsv) for tsv in OFFICIAL}


def check(compared):
    """Marker F1, depth, attributes; what is wrong is shown with its place."""
    golden = sum(len(c.numbered(c.golden)) for c in compared.values())
    found = sum(len(c.numbered(c.found)) for c in compared.values())
    wrong = [
        (name, c.text[place : place + 16])
        for name, c in compared.items()
        for place in c.numbered(c.golden).keys() ^ c.numbered(c.found).keys()
    ]
    both = [(name, c.golden[place], c.found[place]) for name, c in compared.items() for place in c.both]
    assert 2 * len(both) / (golden + found) >= 0.99, wrong
    depth = [(name, gold["opening"]) for name, gold, node in both if int(gold["depth"]) != node.depth]
    assert len(depth) <= 0.02 * len(both), depth
    for name, gold, node in both:
        assert (name, gold["style"], gold["marker"], gold["number"]) == (
            name,
            node.style,
            node.marker,
            str(node.number),
        )
    return both


def test_made_documents(made):
    both = check(made)
    assert [(name, gold["opening"]) for name, gold, node in both if gold["numbering"] != node.numbering] == []
    edges = {
        (name, c.text[place : place + 12])
        for name, c in made.items()
        for place in c.golden.keys() | c.found.keys()
        if (c.golden[place]["kind"] if place in c.golden else None)
        != (c.found[place].kind if place in c.found else None)
    }
    assert len(edges) <= 0.02 * sum(len(c.golden) for c in made.values()), edges


def test_official_documents(official):
    check(official)


def test_parts_of_reports_in_other_words(made):
    """Roles where a document is a report of faults; in laws and plans 'measures' is a matter of taste."""
    both = [
        (gold["role"], node.role)
        for c in made.values()
        if any(gold["role"] in ("problems", "causes") for gold in c.golden.values())
        for gold, node in ((c.golden[place], c.found[place]) for place in c.both)
    ]
    assert sum(gold == found for gold, found in both) >= 0.9 * len(both)


@pytest.mark.parametrize("tsv", [*MADE, *OFFICIAL], ids=lambda path: path.stem)
def test_golden_files_are_whole(tsv):
    rows = rows_of(tsv)
    assert len(rows) > 5
    assert all(row["opening"] and int(row["depth"]) >= 1 and None not in row.values() for row in rows)
