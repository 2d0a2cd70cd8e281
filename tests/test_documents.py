"""README and friends say what is true of the repository."""

import re
import tomllib

import pytest

import textkit
from textkit import cli

from .conftest import ROOT
from .test_contract import MODULES

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), ROOT / "tests" / "golden" / "README.md"])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    targets = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert [target for target in targets if "://" not in target and not (path.parent / target).exists()] == []


def test_readme_commands_are_those_of_make_and_ci():
    readme = (ROOT / "README.md").read_text("utf-8")
    first, second = re.findall(r"```sh\n(.*?)\n```", readme, re.S)[:2]
    assert (first, second) == ("python3 make.py run", "python3 make.py check")
    assert second in (ROOT / ".ci" / "run").read_text("utf-8")


def test_readme_shows_options_that_exist(capsys):
    for command in ("run", "check", "sensitivity"):
        with pytest.raises(SystemExit):
            cli.main([command, "--help"])
    known = capsys.readouterr().out
    shown = set(re.findall(r"--[a-z][a-z-]*", (ROOT / "README.md").read_text("utf-8")))
    assert {option for option in shown if option not in known} == set()


def test_readme_agreement_is_the_measured_one(points):
    import pandas as pd

    from textkit import codes

    gold = pd.read_csv(ROOT / "tests" / "golden" / "codes.csv")
    coded = pd.concat([codes.apply(points, codes.read_codebook(name)) for name in codes.BUILTIN])
    both = coded[coded["primary"]].merge(gold, on=["report", "point", "role"], suffixes=("_coded", ""))
    agreed = (both["code"] == both["primary"]).groupby(both["role"]).agg(["sum", "count"]).astype(int)
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    (problems, causes, measures) = (tuple(agreed.loc[role]) for role in ("problems", "causes", "measures"))
    assert f"{problems[0]} of {problems[1]} problems, {causes[0]} of {causes[1]} causes" in readme
    assert f"causes and {measures[0]} of {measures[1]} measures" in readme


def test_contributing_lists_every_module_and_dependency():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert [name for name in MODULES if f"| `{name}` |" not in text] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    assert [one for one in named if re.split(r"[<>=]", one)[0] not in text] == []


def test_data_card_knows_every_report(samples):
    card = (ROOT / "data" / "README.md").read_text("utf-8")
    for row in samples.itertuples():
        assert re.search(rf"`{row.source}` \| `\d{{3}}_\w+\.txt` \|.*\| {row.chars:,} \|", card)


def test_locks_hold_every_dependency_and_no_address():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for name, extras in (
        ("run.txt", []),
        ("dev.txt", [one for extra in project["optional-dependencies"].values() for one in extra]),
    ):
        lock = (ROOT / "locks" / name).read_text("utf-8")
        pinned = set(re.findall(r"^([\w.-]+)==", lock, re.M))
        wanted = {re.split(r"[<>=]", one)[0].lower() for one in project["dependencies"] + extras}
        assert wanted <= pinned
        assert "://" not in lock
        assert lock.count("--hash=sha256:") > len(pinned)


def test_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"version: {project['version']}" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert textkit.__doc__


def test_codes_of_points_that_no_list_was_fitted_to():
    """110 points of eight made reports, coded by reading; never to be learnt from, or the figure says nothing."""
    import pandas as pd

    from textkit import codes

    gold = pd.read_csv(ROOT / "tests" / "golden" / "unseen.csv", keep_default_na=False)
    points = gold.assign(dimension="", number=1, start=0, end=gold["text"].str.len())
    right, shared, given, meant = {}, 0, 0, 0
    for name in codes.BUILTIN:
        own = points[points["role"] == name]
        coded = codes.apply(own, codes.read_codebook(name))
        first = own[["report", "point"]].merge(coded[coded["primary"]], how="left")["code"]
        right[name] = (first.to_numpy() == own["primary"].to_numpy()).sum(), len(own)
        said = {(row.report, row.point, row.code) for row in coded.itertuples()}
        wanted = {
            (row.report, row.point, code)
            for row in own.itertuples()
            for code in [row.primary, *filter(None, row.secondary.split("、"))]
        }
        shared, given, meant = shared + len(said & wanted), given + len(said), meant + len(wanted)
    score = 2 * shared / (given + meant)
    assert right["problems"][0] >= 0.85 * right["problems"][1]
    assert right["causes"][0] >= 0.9 * right["causes"][1]
    assert score >= 0.75
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    (problems, all_problems), (causes, all_causes) = right["problems"], right["causes"]
    assert (
        f"{problems} of {all_problems} problems and {causes} of {all_causes} causes (F1 {score:.2f} over all" in readme
    )
