import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textkit import frames, reuse, tokens
from textkit.errors import InputError


def frame(**texts):
    """One point per report."""
    return pd.DataFrame({"report": list(texts), "point": 1, "text": list(texts.values()), "start": 0})


def edited(text, rate, draw):
    """The text with that share of its words swapped, dropped, or followed by a stray one."""
    vocabulary = ["推进", "机制", "城市", "水平", "明显", "产业", "统筹", "重大", "开放", "创新", "保障", "优化"]
    words = []
    for word in tokens.cut(text):
        if not word.isalnum() or draw.random() >= rate:
            words.append(word)
            continue
        change = draw.choice(["swap", "drop", "add"])
        words += {"swap": [draw.choice(vocabulary)], "drop": [], "add": [word, draw.choice(vocabulary)]}[change]
    return "".join(words)


@pytest.fixture(scope="module")
def prose(samples):
    """Running text of three reports, and of another to plant it in, without line ends."""
    own = samples.set_index("report")["text"].str.replace(r"\s", "", regex=True)
    return own["city_leader"] + own["street_secretary"] + own["office_deputy"], own["street_team"]


@pytest.mark.parametrize(("rate", "least"), [(0.0, 0.97), (0.1, 0.95), (0.2, 0.93), (0.3, 0.85)])
def test_planted_copies_are_found(rate, least, prose):
    """Plagdet's idea (Potthast et al. 2010) on copies of 20 to 400 characters, each in another context.

    Context and source share the genre's wording, so that a few true parallels count as errors here.
    """
    draw = random.Random(11)  # noqa: S311
    source, context = prose
    rows, truth = [], []
    for n in range(30):
        size = draw.randint(20, 400)
        start = n * (len(source) - 400) // 30
        copy = edited(source[start : start + size], rate, draw)
        at = n * (len(context) - 200) // 30
        rows += [
            ("source", n, source[start : start + size]),
            ("copy", n, context[at : at + 80] + copy + context[at + 80 : at + 160]),
        ]
        truth.append((80, 80 + len(copy)))
    # Each copy is compared with its own source, so that overlapping sources do not blur the truth.
    recall, precision = [], []
    for n, (start, end) in enumerate(truth):
        pair = pd.DataFrame(rows[2 * n : 2 * n + 2], columns=["report", "point", "text"]).assign(start=0)
        found = np.zeros(len(rows[2 * n + 1][2]), dtype=bool)
        for row in reuse.find(pair).query("report == 'copy'").itertuples():
            found[row.start : row.end] = True
        recall.append(found[start:end].mean())
        precision.append(found[start:end].sum() / max(found.sum(), 1))
    r, p = np.mean(recall), np.mean(precision)
    assert 2 * p * r / (p + r) >= least


def test_a_short_copy_with_two_swapped_words_is_found():
    one = "缺乏全面系统的学习领会，结合个人思想实际、结合全市工作学习不够，存在学用脱节的现象，转化不到位"
    other = "缺乏全面深入的学习领会，结合个人思想实际、结合单位工作学习不够，存在学用脱节的现象，转化不到位"
    found = reuse.find(frame(a="前面是别的话题。" + one + "。", b="开头说的是另一件事情。" + other + "。后面还有。"))
    assert found["group"].tolist() == [1, 1]
    assert [row.end - row.start for row in found.itertuples()] == [len(one), len(other)]
    assert found["similarity"].between(0.85, 0.99).all()


def test_reordered_points_are_found_each_by_itself():
    first, second = "没有真正站在群众角度考虑和分析问题", "对党员干部教育监督疏于管理失之于宽"
    found = reuse.find(
        frame(a=f"{first}，以及其他。{second}。", b=f"{second}。中间隔着很长很长的一些别的话，{first}。")
    )
    assert found["group"].value_counts().to_dict() == {1: 2, 2: 2}


def test_one_passage_in_three_reports_is_one_group():
    shared = "落实中央八项规定精神不够严格执行打了折扣"
    found = reuse.find(frame(a=f"甲{shared}子", b=f"乙“{shared}”丑", c=f"丙{shared[:9]}，{shared[9:]}寅"))
    assert found["group"].tolist() == [1, 1, 1]
    assert found["report"].tolist() == ["a", "b", "c"]
    assert (found["similarity"] == 1).all()
    assert found[["start", "end"]].to_numpy().tolist() == [[1, 21], [2, 22], [1, 22]]


def test_reports_are_not_compared_with_themselves():
    shared = "落实中央八项规定精神不够严格执行打了折扣"
    points = pd.DataFrame({"report": "a", "point": [1, 2], "text": shared, "start": [0, 30]})
    assert len(reuse.find(points)) == 0


def test_unrelated_text_shares_nothing():
    found = reuse.find(frame(a="今天天气很好，适合去公园散步和读书。", b="该算法的时间复杂度与输入规模成正比关系。"))
    assert found.columns.tolist() == frames.columns("passages")
    assert len(found) == 0


def test_samples_keep_their_evidence(points, texts):
    found = reuse.find(points)
    assert found["group"].is_monotonic_increasing
    assert found.groupby("group")["report"].nunique().ge(2).all()
    whole = points.set_index(["report", "point"])
    for row in found.itertuples():
        point = whole.loc[(row.report, row.point)]
        assert point["start"] <= row.start < row.end <= point["end"]
        edges = texts[row.report][row.start] + texts[row.report][row.end - 1]
        assert edges.isalnum()
    assert found["similarity"].between(0.5, 1).all()


def test_order_of_points_does_not_matter(points):
    shuffled = points.sample(frac=1, random_state=3)
    spans = [
        {tuple(row) for row in table[["report", "point", "start", "end"]].to_numpy()}
        for table in (reuse.find(points), reuse.find(shuffled))
    ]
    # Chains of equal score may be cut differently by a letter; what is covered is the same.
    assert len(spans[0] & spans[1]) >= 0.8 * len(spans[0])


@given(st.lists(st.text(alphabet="学习群众，“”\n ab", max_size=30), max_size=4))
def test_any_text_passes(texts):
    points = pd.DataFrame({"report": [str(i) for i in range(len(texts))], "point": 1, "text": texts, "start": 0})
    found = reuse.find(points.astype({"text": "str", "report": "str"}), min_chars=4)
    for row in found.itertuples():
        assert 0 <= row.start < row.end <= len(texts[int(row.report)])


@pytest.mark.parametrize("unit", ["a", "学习", "一是不深二是不新"])
def test_repetition_without_end_is_no_trap(unit):
    text = unit * (20_000 // len(unit))
    reuse.find(frame(a=text, b=text))


@pytest.mark.parametrize("wrong", [{"min_chars": 3}, {"min_similarity": 0}, {"min_similarity": 1.5}])
def test_thresholds_are_checked(wrong):
    with pytest.raises(InputError, match="min_chars starts at 4"):
        reuse.find(frame(a="学习"), **wrong)
