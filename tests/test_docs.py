"""The documentation says the same in both languages, links to what there is, and follows the code."""

import importlib.util
import re
from collections import Counter

import pytest

import textkit

from .conftest import ROOT

PAGES = ["README.md", "README.zh-CN.md", "docs/methods.md", "docs/api.md", "CONTRIBUTING.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")


def read(name):
    return (ROOT / name).read_text("utf-8")


def code(text):
    """What one would type: blocks of code without comments and without what is shown in either language."""
    blocks = re.findall(r"(?s)```(\w+)\n(.*?)```", text)
    return [(kind, [re.sub(r"\s*#.*", "", line).strip() for line in block.splitlines()]) for kind, block in blocks]


def without_code(text):
    return re.sub(r"(?s)```.*?```", "", text)


def test_both_readmes_hold_the_same_commands_links_pictures_and_numbers():
    english, chinese = read("README.md"), read("README.zh-CN.md")
    assert code(english) == code(chinese)
    english, chinese = without_code(english), without_code(chinese)
    assert Counter(re.findall(r"`([^`\n]+)`", english)) == Counter(re.findall(r"`([^`\n]+)`", chinese))
    assert re.findall(r"!\[.*?\]\((.*?)\)", english) == re.findall(r"!\[.*?\]\((.*?)\)", chinese)
    there, here = (Counter(LINK.findall(text)) for text in (english, chinese))
    assert there - here == Counter(["README.zh-CN.md", "#your-own-files"])
    assert here - there == Counter(["README.md", "#自己的文件"])
    numbers = [Counter(re.findall(r"(?<![\w.])\d[\d.,]*\d|(?<![\w.])\d+", text)) for text in (english, chinese)]
    assert numbers[0] == numbers[1]
    assert [len(line) for line in re.findall("(?m)^#+", english)] == [len(x) for x in re.findall("(?m)^#+", chinese)]


def anchors(page):
    """Ids that GitHub gives to the headings of a page."""
    heads = re.findall(r"(?m)^#+ (.+)$", without_code(read(page)))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    folder = (ROOT / page).parent
    for link in LINK.findall(without_code(read(page))):
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        target = (folder / path).resolve() if path else ROOT / page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target.relative_to(ROOT)), link


def test_the_api_reference_is_what_the_docstrings_say():
    """Regenerate with ``python docs/make.py``."""
    spec = importlib.util.spec_from_file_location("docs_make", ROOT / "docs" / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    assert read("docs/api.md") == make.page()
    assert " at 0x" not in read("docs/api.md")
    for name in ("reports.read(", "tables.save(", "explorer.explore(", "phrases.mine("):
        assert f"### `{name}" in read("docs/api.md")


def test_every_author_named_has_a_source():
    """Whoever is cited in the text or a table stands in the list at the end of the methods page."""
    text, sources = read("docs/methods.md").split("## Sources")
    cited = re.findall(r"([A-ZÖ][\w'’]+)(?:[\w ,&.'’ÖöéČčý-]*?)? (?:\()?((?:19|20)\d\d)", text)
    known = {(name, year) for entry in sources.split("·") for year in re.findall(r"(?:19|20)\d\d", entry)[:1]
             for name in re.findall(r"[A-ZÖ][\w'’]+", entry.split(year)[0])}  # fmt: skip
    assert len(cited) > 50
    assert sorted(set(cited) - known) == []


def test_functions_named_on_the_methods_page_exist():
    names = re.findall(r"`((?:phrases|terms|codes|topics|outline)\.\w+)`", read("docs/methods.md"))
    declared = set(textkit.frames.dictionary().agg(lambda row: f"{row['table']}.{row['column']}", axis=1))
    for name in names:
        room, _, thing = name.partition(".")
        assert name in declared or hasattr(getattr(textkit, room), thing), name
