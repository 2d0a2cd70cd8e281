"""What a codebook does to a corpus."""

import pandas as pd

from textkit import codes, frames, phrases

TEXT = "学习不够，学习不深。电梯坏 了！虽然走访多，但慢。群众学习少；“电梯坏了”"
BOOK = codes.Codebook(
    "x",
    "",
    ("problems",),
    {},
    pd.DataFrame({"code": ["study", "people", "other"]}),
    pd.DataFrame(
        [
            ("study", "学习", 4.0),
            ("people", "走访", 4.0),
            ("people", "群众…少", 4.0),
            ("people", "养老", 1.0),
            ("study", "习…少", 1.0),
        ],
        columns=["code", "indicator", "weight"],
    ),
)


def points(role="problems"):
    return frames.make("points", [("a", 1, role, "", 1, "", TEXT, 30, 30 + len(TEXT), 1)] * 2).assign(point=[1, 2])


def test_indicators_are_counted_where_they_count():
    found = codes.coverage(points(), BOOK).indicators
    assert found.set_index("indicator")["count"].to_dict() == {
        "学习": 6,
        "走访": 0,
        "群众…少": 2,
        "养老": 0,
        "习…少": 2,
    }
    assert found["points"].tolist() == [2, 0, 2, 0, 2]


def test_indicators_of_different_codes_in_one_stretch_collide():
    assert codes.coverage(points(), BOOK).collisions.to_numpy().tolist() == [
        ["学习", "study", "群众…少", "people", 2],
        ["群众…少", "people", "习…少", "study", 2],
    ]


def test_uncoded_sentences_are_points_with_places():
    found = codes.coverage(points(), BOOK).uncoded
    assert found.columns.tolist() == frames.columns("points")
    assert found["text"].tolist() == ["电梯坏 了！", "虽然走访多，但慢。", "“电梯坏了”"] * 2
    assert all(TEXT[row.start - 30 : row.end - 30] == row.text for row in found.itertuples())
    mined = phrases.mine(found, min_chars=4, min_reports=1)
    assert mined.set_index("phrase").loc["“电梯坏了”", "count"] == 2


def test_coded_and_uncoded_make_up_the_samples(points):
    """With no words, all is uncoded; with the codebook, most is not."""
    book = codes.read_codebook("problems")
    empty = codes.coverage(points, book._replace(indicators=book.indicators.head(0)))
    chosen = points[points["role"].isin(book.roles)]
    assert "".join("".join(empty.uncoded["text"]).split()) == "".join("".join(chosen["text"]).split())
    assert codes.coverage(points, book).uncoded["text"].str.len().sum() < 0.2 * chosen["text"].str.len().sum()


def test_other_parts_and_nothing_at_all_are_no_trouble():
    found = codes.coverage(points(role="work"), BOOK)
    assert len(found.uncoded) == 0
    assert (found.indicators["count"] == 0).all()
