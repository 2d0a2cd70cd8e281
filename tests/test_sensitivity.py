import numpy as np
import pandas as pd
import pytest

from textkit import codes, frames, phrases, project, sensitivity
from textkit.errors import InputError
from textkit.sensitivity import Choices

from .conftest import ROOT


@pytest.fixture(scope="module")
def table(points):
    return sensitivity.rerun(points, [codes.read_codebook("problems")])


def test_one_choice_is_changed_at_a_time():
    base = vars(Choices())
    for choices in sensitivity.OTHER.values():
        assert sum(value != base[name] for name, value in vars(choices).items()) == 1
    touched = {name for choices in sensitivity._TOUCHED.values() for name in choices}
    assert touched == set(base)


def test_every_finding_meets_every_choice_that_can_touch_it(table):
    assert table["finding"].unique().tolist() != []
    choices = table.groupby("finding")["choice"].agg(set)
    assert set(choices.index) == {"codes", "key terms", "likeness", "stock phrases", "topics"}
    assert "jieba" in choices["key terms"]
    assert "jieba" not in choices["codes"]
    assert "phrases of 3 reports" not in choices["topics"]
    for finding in ("codes", "key terms", "stock phrases", "topics"):
        assert sum(choice.startswith("without ") for choice in choices[finding]) == 5
    assert not table.duplicated(["finding", "item", "choice"]).any()


def test_the_same_again_survives_and_the_same_segmenter_too(points, table):
    same = sensitivity.rerun(points, other={"again": Choices()})
    assert "again" not in set(same["choice"])
    assert table.loc[table["choice"] == "jieba", "survives"].all()


def test_what_hangs_on_one_report_does_not_survive_its_loss():
    rows = []
    for report in "abcde":
        for i in range(20):
            rows.append((report, i, "causes", "宗旨意识淡化"))
            rows.append((report, 20 + i, "problems", "学习抓得不够" + ("辖区居民" if report != "b" else "")))
    points = pd.DataFrame(rows, columns=["report", "point", "role", "text"]).assign(start=0, dimension="")
    table = sensitivity.rerun(points, other={"prior 50": Choices(prior=50)})
    key = table[table["finding"] == "key terms"].set_index(["item", "choice"])["survives"]
    assert key["causes 宗旨意识"].all()
    assert key["problems 辖区"].to_dict() == {
        "prior 50": True, "without a": False, "without b": True, "without c": False, "without d": False,
        "without e": False,
    }  # fmt: skip


def test_each_choice_is_heard(points):
    """What each run would do is asked of the rooms, not of the table: a choice without effect is no choice."""
    few = points[points["report"].isin(["city_leader", "street_team"])]
    base = sensitivity._Run(few, Choices(), ())
    for name in ("HMM", "no lexicon", "no stop list", "single characters", "word pairs"):
        assert not sensitivity._Run(few, sensitivity.OTHER[name], ()).words.equals(base.words), name
    assert sensitivity._Run(few, sensitivity.OTHER["jieba"], ()).words.equals(base.words)
    mined = {
        name: sensitivity._stock_phrases(sensitivity._Run(points, choices, ()))
        for name, choices in ({"base": Choices()} | sensitivity.OTHER).items()
        if "phrase" in name or name == "base"
    }
    assert len(mined["phrases of 3 reports"]) < len(mined["base"]) < len(mined["phrase variety 2"])
    assert set(mined["phrases across marks"]) != set(mined["base"])
    first, *others = [
        pd.concat([item.shares for item in sensitivity._topics(sensitivity._Run(points, Choices(**changed), ()))])
        for changed in ({}, {"seed": 1}, {"topics": 5}, {"method": "lda"}, {"min_documents": 3})
    ]
    assert not any(found.equals(first) for found in others)
    likeness = {
        sensitivity._similarity(sensitivity._Run(points, choices, ()))["similarity"].max()
        for choices in (Choices(), Choices(weights=False), Choices(measure="jensen_shannon"))
    }
    assert len(likeness) == 3


def test_an_item_is_found_again_in_its_place():
    item = sensitivity._Item("causes", ("甲", "乙"))
    assert item.survives([sensitivity._Item("work", ("丙",)), sensitivity._Item("causes", ("甲", "乙"))])
    assert not item.survives([sensitivity._Item("problems", ("甲", "乙"))])
    assert not item.survives([sensitivity._Item("causes", ("甲",))])


def test_a_topic_is_found_again_by_what_it_is_about(points):
    draw = np.random.default_rng(0)
    one, other, noise = (pd.Series(draw.normal(size=2000)) for _ in range(3))
    item = sensitivity._Item("", ("党性",), one)
    for weight, found in ((0.9, True), (1.1, False)):  # half of the variance at 1
        assert item.survives([sensitivity._Item("", ("群众",), one + weight * noise)]) is found
    assert not (
        item.survives(both := [sensitivity._Item("", (), one + other)]) and item._replace(shares=other).survives(both)
    )
    assert item.survives(
        [sensitivity._Item("", ("群众",), one.iloc[::-1].iloc[:900])]
    )  # points left out, another order
    assert not item.survives([sensitivity._Item("", ("群众",), one * 0)])
    found = sensitivity._topics(sensitivity._Run(points, Choices(), ()))
    for topic in found:
        dealt = [
            other._replace(shares=other.shares.sample(frac=1, random_state=i).set_axis(other.shares.index))
            for i in range(20)
            for other in found
        ]
        assert max(topic.shares.corr(other.shares) for other in dealt) < 0.45
        assert not topic.survives(dealt)


def test_the_findings_are_those_of_the_job(points, samples):
    """What is asked to survive is what `project.analyse` says, by its own tables."""
    books = [codes.read_codebook(name) for name in codes.BUILTIN]
    run = sensitivity._Run(points, Choices(), books)
    found = sensitivity._findings(run) | {"stock phrases": sensitivity._stock_phrases(run)}  # all of them
    job = project.analyse(ROOT / "data" / "reports", books).tables
    said = {finding: [(item.place, item.words) for item in items] for finding, items in found.items()}
    key = job["keyness"][job["keyness"]["sure"] & (job["keyness"]["log_odds"] > 0)]
    assert said["key terms"] == [(row.group, (row.term,)) for row in key.groupby("group").head(10).itertuples()]
    assert len(said["key terms"]) > 12
    assert said["stock phrases"] == [("", (phrase,)) for phrase in phrases.stock(job["phrases"])["phrase"]]
    assert said["topics"] == [("", tuple(name.split("、"))) for name in job["topic_names"]["name"]]
    for (_, own), item in zip(job["topic_shares"].groupby("topic"), found["topics"], strict=True):
        assert item.shares.tolist() == own.sort_values(["report", "point"])["share"].tolist()
    alike = job["similarity"].sort_values("similarity").iloc[-1]
    assert said["likeness"] == [("", (alike["report"], alike["other_report"]))]
    for book in books:
        for role, rows in job[f"{book.name}_by_report"].groupby("role"):
            number = rows.groupby("code")["points"].sum()
            common = number[number >= number.nlargest(3).min()]
            place = f"{book.name}, {role}"
            assert {code for where, (code,) in said["codes"] if where == place} == set(common[common > 0].index)


def test_the_loss_of_a_report_does_not_count_against_its_own_likeness(table):
    alike = table[table["finding"] == "likeness"]
    (pair,) = alike["item"].unique()
    assert not any(choice == f"without {report}" for choice in alike["choice"] for report in pair.split("、"))


def test_the_codes_that_stand_are_said_to(points, table):
    asked = table[(table["finding"] == "codes") & table["choice"].str.startswith("without ")]
    for choice, rows in asked.groupby("choice"):
        left = points[points["report"] != choice.removeprefix("without ")]
        coded = codes.apply(left, codes.read_codebook("problems")).query("primary")
        for item, survives in zip(rows["item"], rows["survives"], strict=True):
            _, role, code = item.split()
            numbers = coded.loc[coded["role"] == role, "code"].value_counts()
            assert survives == (numbers.get(code, 0) >= sorted(numbers)[-3])
    assert 0 < asked["survives"].mean() < 1


def test_of_many_reports_random_fifths_are_left_out():
    points = pd.DataFrame(
        [(f"r{i:02}", 1, "causes", "宗旨意识淡化，服务群众不够", 0, "") for i in range(25)],
        columns=["report", "point", "role", "text", "start", "dimension"],
    )
    table = sensitivity.rerun(points, other={})
    assert set(table["choice"]) == {f"without a fifth ({i})" for i in range(1, 21)}
    assert table.equals(sensitivity.rerun(points, other={}))


def test_nothing_to_find_is_said_and_one_report_is_taken(points):
    with pytest.raises(InputError, match="no points"):
        sensitivity.rerun(frames.make("points"))
    one = points[points["report"] == "street_team"]
    assert not sensitivity.rerun(one)["choice"].str.startswith("without").any()


def test_the_command_writes_table_and_figure(tmp_path, capsys):
    from textkit import cli

    assert cli.main(["sensitivity", str(ROOT / "data" / "reports"), "--out", str(tmp_path)]) == 0
    assert (tmp_path / "sensitivity.csv").stat().st_size > 1000
    assert (tmp_path / "sensitivity.png").stat().st_size > 10_000
    said = capsys.readouterr().out
    assert "key terms: " in said
    assert "sensitivity.csv" in said
