"""Figures of the corpus: lengths, codes, phrases, terms."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import matplotlib.ticker
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from textkit.plots.style import INK, font, short

PARTS = ("problems", "causes", "measures", "work", "other")
"""Parts of a report, in the order in which they are drawn."""

_COLOURS = dict(zip(PARTS, ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#BBBBBB"), strict=True))
_HATCHES = dict(zip(PARTS, ("", "///", "...", "xxx", ""), strict=True))
_WORDS = {
    "zh": {
        "problems": "存在的问题",
        "causes": "原因分析",
        "measures": "整改措施",
        "work": "工作情况",
        "other": "标题、引言、结语等",
        "chars": "字数",
        "share": "占该报告该部分条目的比例",
        "weight": "TF-IDF 权重",
    },
    "en": {
        "problems": "Problems",
        "causes": "Causes",
        "measures": "Measures",
        "work": "Work done",
        "other": "Title, opening, closing …",
        "chars": "Characters",
        "share": "Share of the report's points in this part",
        "weight": "TF-IDF weight",
    },
}


def part(role: str, language: str = "zh") -> str:
    """Label of a part of the report.

    >>> part("causes")
    '原因分析'
    """
    return _WORDS[language][role]


def outline_map(overview: pd.DataFrame, ax: Axes, *, language: str = "zh") -> Axes:
    """What each report spends its characters on: one bar per report, one segment per part.

    Parameters
    ----------
    overview
        The *overview* table: ``report, role, chars, points``.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> rows = [("a", "problems", 60, 3), ("a", "causes", 40, 2)]
    >>> overview = pd.DataFrame(rows, columns=["report", "role", "chars", "points"])
    >>> [int(bar.get_width()) for bar in outline_map(overview, plots.canvas(4, 2)[1]).patches]
    [60, 40]
    """
    words = _WORDS[language]
    chars = overview.pivot(index="report", columns="role", values="chars").fillna(0)
    points = overview.pivot(index="report", columns="role", values="points").fillna(0)
    left = np.zeros(len(chars))
    names = short(chars.index)
    for role in [role for role in PARTS if role in chars]:
        width = chars[role].to_numpy()
        bars = ax.barh(
            names,
            width,
            left=left,
            color=_COLOURS[role],
            hatch=_HATCHES[role],
            edgecolor="white",
            label=words[role],
        )
        inside = [
            f"{n:.0f}" if n and w > 0.06 * chars.sum(axis=1).max() else ""
            for n, w in zip(points[role], width, strict=True)
        ]
        for label in ax.bar_label(bars, inside, label_type="center", fontsize=8, color=INK):
            label.set_bbox(
                {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85 if label.get_text() else 0}
            )
        left += width
    ax.invert_yaxis()
    ax.set_xlabel(words["chars"])
    ax.legend(loc="lower center", bbox_to_anchor=(0.45, 1), ncols=5, handlelength=1.4, columnspacing=1)
    return ax


def heatmap(table: pd.DataFrame, ax: Axes, *, labels: Mapping[str, str] | None = None, decimals: int = 0) -> Axes:
    """Numbers of a wide table (rows × reports) as shaded cells, each with its number.

    Parameters
    ----------
    table
        Index and columns name the cells.
    labels
        Row name → label.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> ax = heatmap(pd.DataFrame({"a": [2, 0]}, index=["theory", "service"]), plots.canvas(3, 2)[1])
    >>> [text.get_text() for text in ax.texts]
    ['2', '']
    """
    values = table.to_numpy(dtype=float)
    top = max(np.nanmax(values, initial=0), 10.0**-decimals * 3)  # a cell of 1 point is not dark for being the most
    ax.pcolormesh(values, cmap="Blues", vmin=0, vmax=top * 1.15, edgecolors="white", linewidth=1)
    for (row, column), value in np.ndenumerate(values):
        text = "" if np.isnan(value) or round(value, decimals) == 0 else f"{value:.{decimals}f}"
        ax.text(column + 0.5, row + 0.5, text, ha="center", va="center", color="white" if value > 0.6 * top else INK)
    ax.set_xticks(
        np.arange(values.shape[1]) + 0.5, short(table.columns), rotation=30, ha="right", rotation_mode="anchor"
    )
    ax.set_yticks(np.arange(values.shape[0]) + 0.5, [(labels or {}).get(name, str(name)) for name in table.index])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.invert_yaxis()
    return ax


def spread(cross: pd.DataFrame, ax: Axes, *, labels: Mapping[str, str] | None = None, language: str = "zh") -> Axes:
    """Share of each code, every report a dot, the mean a bar; reports told apart by marker.

    Parameters
    ----------
    cross
        The *cross* table: ``report, code, share``.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> cross = pd.DataFrame({"report": ["a", "b"], "code": ["study"] * 2, "share": [0.2, 0.4]})
    >>> len(spread(cross, plots.canvas(4, 2)[1]).collections)
    3
    """
    codes = list(dict.fromkeys(cross["code"]))
    reports = sorted(cross["report"].unique())
    names = short(reports)
    means = cross.groupby("code")["share"].mean()[codes]
    ax.vlines(means, np.arange(len(codes)) - 0.42, np.arange(len(codes)) + 0.42, color="#999999", linewidth=2, zorder=1)
    offsets = np.linspace(-0.34, 0.34, len(reports)) if len(reports) > 1 else [0.0]
    colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
    for i, (report, offset) in enumerate(zip(reports, offsets, strict=True)):
        own = cross[cross["report"] == report].set_index("code")["share"].reindex(codes)
        place = np.arange(len(codes)) + offset
        ax.scatter(
            own, place, marker="osD^vPX"[i % 7], color=colours[i % 7], s=22, label=names[i], zorder=2, linewidth=0
        )
    ax.set_yticks(np.arange(len(codes)), [(labels or {}).get(code, code) for code in codes])
    ax.set_ylim(len(codes) - 0.5, -0.5)
    ax.set_xlim(left=-0.015)
    ax.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    ax.grid(axis="x", color="#EEEEEE")
    for line in range(1, len(codes)):
        ax.axhline(line - 0.5, color="#EEEEEE", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(_WORDS[language]["share"])
    if len(reports) <= 7:
        ax.legend(loc="lower center", bbox_to_anchor=(0.4, 1), ncols=3, handletextpad=0.2, columnspacing=1)
    return ax


def phrase_dots(occurrences: pd.DataFrame, ax: Axes, *, reports: Sequence[str]) -> Axes:
    """Phrase × report: a dot where the phrase occurs, larger and numbered where it does more often.

    Parameters
    ----------
    occurrences
        The *occurrences* table: ``phrase, report``; phrases are drawn in order of appearance.
    reports
        The columns, in order; reports without any phrase keep theirs.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> found = pd.DataFrame({"phrase": ["有所淡化"] * 3, "report": ["a", "a", "b"]})
    >>> [text.get_text() for text in phrase_dots(found, plots.canvas(3, 2)[1], reports=["a", "b", "c"]).texts]
    ['2', '1']
    """
    phrases = list(dict.fromkeys(occurrences["phrase"]))
    counts = occurrences.groupby(["phrase", "report"], sort=False).size().reset_index(name="count")
    x = counts["report"].map({report: i for i, report in enumerate(reports)})
    y = counts["phrase"].map({phrase: i for i, phrase in enumerate(phrases)})
    ax.scatter(x, y, s=90 + 26 * counts["count"].clip(upper=10), color="#0072B2", linewidth=0)
    for place, height, count in zip(x, y, counts["count"], strict=True):
        ax.text(place, height, str(count), ha="center", va="center_baseline", color="white", fontsize=7.5)
    ax.set_xticks(range(len(reports)), short(reports), rotation=30, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(phrases)), phrases)
    ax.set_xlim(-0.6, len(reports) - 0.4)
    ax.set_ylim(len(phrases) - 0.4, -0.6)
    ax.grid(color="#EEEEEE")
    ax.set_axisbelow(True)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def bars(top: pd.DataFrame, ax: Axes, *, value: str = "weight", title: str = "", language: str = "zh") -> Axes:
    """Terms and their weights, heaviest on top; the plain count stands at the end of each bar.

    Parameters
    ----------
    top
        Rows with ``term``, the column ``value`` and, to be shown, ``count``.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> ax = bars(pd.DataFrame({"term": ["街道"], "weight": [0.4], "count": [9]}), plots.canvas(3, 2)[1])
    >>> ax.texts[0].get_text()
    '9'
    """
    drawn = ax.barh(top["term"], top[value], color="#56B4E9", height=0.72)
    if "count" in top:
        ax.bar_label(drawn, top["count"].astype(str), padding=2, fontsize=7.5, color=INK)
    ax.invert_yaxis()
    ax.margins(x=0.16)
    ax.set_title(short([title], 24)[0])
    ax.set_xlabel(_WORDS[language].get(value, value))
    ax.tick_params(axis="y", length=0)
    return ax


def word_cloud(counts: pd.DataFrame, ax: Axes, *, total: int, title: str = "", seed: int = 0) -> Axes:
    """Terms sized by count, darker the more reports use them; a glance, never the evidence.

    Parameters
    ----------
    counts
        Rows with ``term, count, reports``.
    total
        Number of reports, for the scale of the colours.

    >>> import pandas as pd
    >>> from textkit import plots
    >>> counts = pd.DataFrame({"term": ["群众", "学习"], "count": [9, 5], "reports": [5, 3]})
    >>> len(word_cloud(counts, plots.canvas(3, 2)[1], total=5).images)
    1
    """
    from wordcloud import WordCloud

    spread = dict(zip(counts["term"], counts["reports"] / total, strict=True))
    shade = mpl.colormaps["cividis_r"]
    cloud = WordCloud(
        font_path=str(font()), width=1200, height=800, background_color="white", prefer_horizontal=1.0,
        random_state=seed, max_words=60, relative_scaling=0.5,
        color_func=lambda word, **_: mpl.colors.to_hex(shade(0.25 + 0.75 * spread[word])),
    )  # fmt: skip
    cloud.generate_from_frequencies(dict(zip(counts["term"], counts["count"], strict=True)))
    ax.imshow(cloud.to_array(), interpolation="bilinear")
    ax.set_axis_off()
    ax.set_title(title)
    return ax
