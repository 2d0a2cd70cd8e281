"""What tests share: the five sample reports and their tables, made once."""

import importlib.util
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from textkit import codes, outline, project, reports

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"


# Machines differ and engines warm up: time is measured in tests/bench, not by single examples.
settings.register_profile("textkit", deadline=None, print_blob=True)
settings.load_profile("textkit")


@pytest.fixture(scope="session")
def samples():
    return reports.read(ROOT / "data" / "reports")


@pytest.fixture(scope="session")
def nodes(samples):
    return outline.parse(samples)


@pytest.fixture(scope="session")
def points(nodes, samples):
    return outline.points(nodes, samples)


@pytest.fixture(scope="session")
def texts(samples):
    return dict(zip(samples["report"], samples["text"], strict=True))


@pytest.fixture(scope="session")
def analysis():
    """What the whole job finds in the samples, and the codebooks it used."""
    books = [codes.read_codebook(name) for name in codes.BUILTIN]
    return project.analyse(ROOT / "data" / "reports", books), books


def official_corpus() -> list[Path]:
    """Public official documents, where this machine has them beside the project."""
    return sorted((ROOT.parent / "shared" / "corpora" / "official").rglob("*.txt"))


def official_text(path: Path) -> str:
    """A document of that corpus without the notices of the library that published it."""
    return make_official().FOOTER.split(path.read_text("utf-8"))[0]


@cache
def make_official():
    """The script that derives the official reference list, as a module."""
    spec = importlib.util.spec_from_file_location("make_official", ROOT / "data" / "official" / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    return make
