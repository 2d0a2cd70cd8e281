import pandas as pd
import pytest

from textkit import codes, frames, sensitivity, terms
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
    for report in "abc":
        for i in range(20):
            rows.append((report, i, "causes", "宗旨意识淡化"))
            rows.append((report, 20 + i, "problems", "学习抓得不够" + ("辖区居民" if report != "b" else "")))
    points = pd.DataFrame(rows, columns=["report", "point", "role", "text"]).assign(start=0, dimension="")
    table = sensitivity.rerun(points, other={"prior 50": Choices(prior=50)})
    key = table[table["finding"] == "key terms"].set_index(["item", "choice"])["survives"]
    assert key["causes 宗旨意识"].all()
    assert key["problems 辖区"].to_dict() == {
        "prior 50": True, "without a": False, "without b": True, "without c": False,
    }  # fmt: skip


def test_each_choice_is_heard(points):
    """What each run would do is asked of the rooms, not of the table: a choice without effect is no choice."""
    few = points[points["report"].isin(["city_leader", "street_team"])]
    base = sensitivity._Run(few, Choices(), ())
    for name in ("HMM", "no lexicon", "no stop list", "single characters", "word pairs"):
        assert not sensitivity._Run(few, sensitivity.OTHER[name], ()).words.equals(base.words), name
    assert sensitivity._Run(few, sensitivity.OTHER["jieba"], ()).words.equals(base.words)
    phrases = {
        name: sensitivity._stock_phrases(sensitivity._Run(points, choices, ()))
        for name, choices in ({"base": Choices()} | sensitivity.OTHER).items()
        if "phrase" in name or name == "base"
    }
    assert len(phrases["phrases of 3 reports"]) < len(phrases["base"]) < len(phrases["phrase variety 2"])
    assert set(phrases["phrases across marks"]) != set(phrases["base"])
    heads = [
        set(sensitivity._topics(sensitivity._Run(points, Choices(**changed), ())))
        for changed in ({}, {"seed": 1}, {"topics": 5}, {"method": "lda"}, {"min_documents": 3})
    ]
    assert all(found != heads[0] for found in heads[1:])


def test_an_item_is_found_again_in_its_place_by_half_its_words():
    item = sensitivity._Item("causes", frozenset("甲乙丙"))
    assert item.survives([sensitivity._Item("causes", frozenset("甲乙"))])
    assert not item.survives([sensitivity._Item("problems", frozenset("甲乙丙"))])
    assert not item.survives([sensitivity._Item("causes", frozenset("甲丁戊"))])


def test_key_terms_are_surely_more_frequent_and_in_two_reports(points):
    run = sensitivity._Run(points, Choices(), ())
    found = {(item.place, *item.words) for item in sensitivity._key_terms(run)}
    expected = set()
    for role in run.words["role"].unique():
        own = run.words["role"] == role
        y, z = (run.words[rows]["term"].value_counts() for rows in (own, ~own))
        y, z = y.align(z, fill_value=0)
        delta, error = terms.log_odds(*(x.to_numpy() for x in (y, z, 500 * (y + z) / (y + z).sum())))
        reports = run.words[own].groupby("term")["report"].nunique().reindex(y.index, fill_value=0)
        sure = (delta > 1.96 * error) & (reports > 1) & (y + z > 2)
        expected |= {(role, term) for term in y.index[sure]}
    assert found == expected
    assert len(found) > 20


def test_the_loss_of_a_report_does_not_count_against_its_own_likeness(table):
    alike = table[table["finding"] == "likeness"]
    (pair,) = alike["item"].unique()
    assert not any(choice == f"without {report}" for choice in alike["choice"] for report in pair.split("、"))


def test_the_codes_that_stand_are_said_to(table):
    survives = table[table["finding"] == "codes"].groupby("item")["survives"].mean()
    assert survives["problems, measures theory"] == 1
    assert survives["problems, problems theory"] < 1


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
