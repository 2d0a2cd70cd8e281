from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from textkit import frames, masks

from . import strategies


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("XX街道党工委", ["XX"]),
        ("“XXXX”项目", ["XXXX"]),
        ("x年x月x日", ["x", "x", "x"]),
        ("在**镇和**村调研", ["**", "**"]),
        ("国发〔*〕5号", ["*"]),
        ("国办发〔20XX〕X号", ["XX", "X"]),
        ("张×同志、某县", ["×", "某"]),
        ("张某某和X X县、XX 镇", ["某某", "X X", "XX"]),
        ("□□镇____年", ["□□", "____"]),
        ("**一、存在的问题**", []),
        ("**一是**学习不深", []),
        ("Excel表格、5x8米、某些同志、Linux", []),
        ("Dangshi学习", ["Dangshi"]),
        ("dangshixuexi", []),
    ],
)
def test_masks(text, found):
    assert [mask.mask for mask in masks.find(text)] == found


@given(strategies.anything)
def test_masks_are_evidence_and_do_not_overlap(text):
    found = masks.find(text)
    assert all(text[mask.start : mask.end] == mask.mask for mask in found)
    assert all(elder.end <= mask.start for elder, mask in pairwise(found))


@given(strategies.reports)
def test_what_is_read_leads_back(text):
    view = masks.read(text + "按mzshh要求")
    assert view.text.endswith("按民主生活会要求")
    at = len(view.text) - len("民主生活会要求")
    start, end = view.span(at, at + 5)
    assert (text + "按mzshh要求")[start:end] == "mzshh"
    assert len(view.text) == len(view.offsets) == len(view.ends)
    assert (np.diff(view.offsets) > 0).all(), "no two characters have the same place"


def test_table_lists_every_report(samples):
    table = masks.table(samples)
    assert table.columns.tolist() == frames.columns("masks")
    assert (table["mask"] == "dangshi").sum() == 6
    assert table.groupby("report").size().to_dict() == {"office_deputy": 8, "street_director": 4, "street_team": 21}
    assert len(masks.table(pd.DataFrame({"report": [], "text": []}))) == 0
