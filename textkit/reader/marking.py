"""Text and marks → HTML whose text is the text, character for character.

Marks overlap freely. The text is cut wherever one begins or ends; at each place the layers lie in
one another in a fixed order, and in each layer the first mark that is there is drawn. What a
layer has to say (the name of a code) stands in attributes that CSS shows, never between the
characters: offsets into the text stay offsets into the page.
"""

import heapq
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from textkit.errors import FrameError

LAYERS = ("item", "point", "heading", "passage", "evidence", "phrase", "extra")
"""Layers, the outermost first."""

_TAGS = {"heading": "b", "evidence": "mark", "extra": "mark"}
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Mark(NamedTuple):
    """Something to be seen at ``text[start:end]``.

    ``kind`` becomes a class, ``label`` is shown in (zh, en), ``link`` is where it leads; of marks of one layer
    at one place that of the lowest ``rank`` is drawn.

    >>> Mark(0, 2, "point").kind
    ''
    """

    start: int
    end: int
    layer: str
    kind: str = ""
    label: tuple[str, str] = ("", "")
    link: str = ""
    rank: int = 0


def safe(text: str) -> Markup:
    r"""Text as HTML. Characters that turn the direction of writing turn nothing but themselves.

    A carriage return is written so that a parser keeps it; NUL, which HTML cannot hold, becomes U+FFFD.

    >>> safe("<script>\r\n")
    Markup('&lt;script&gt;&#13;\n')
    >>> safe("a\u202eb")
    Markup('a<bdi class="odd" title="U+202E">\u202e</bdi>b')
    """
    escaped = str(escape(text)).replace("\r", "&#13;").replace("\0", "\ufffd")
    return Markup(_BIDI.sub(lambda m: f'<bdi class="odd" title="U+{ord(m[0]):04X}">{m[0]}</bdi>', escaped))


def line_starts(text: str) -> list[int]:
    r"""Offsets at which lines begin, and the end of the text.

    >>> line_starts("一\r\n二")
    [0, 3, 4]
    """
    return list(accumulate(map(len, text.splitlines(keepends=True)), initial=0))


def render(
    text: str, marks: Iterable[Mark], anchors: Mapping[int, Sequence[str]], headings: Mapping[int, int]
) -> Markup:
    r"""The text, a line a block, with its marks.

    ``anchors`` has offset → ids that one can link to, ``headings`` offset of a line that is a heading → its level, 1
    to 6. A `FrameError` if a mark does not lie in the text, or its layer is unknown.

    >>> print(render("学用脱节。", [Mark(0, 4, "extra"), Mark(2, 5, "phrase", "idiom")], {}, {}))
    <p><mark class="extra">学用</mark><span class="phrase idiom"><mark class="extra">脱节</mark>。</span></p>
    """
    starts = line_starts(text)
    edges, level = set(starts), None
    out: list[str] = []
    stack: list[Mark] = []
    for start, end, wanted in _segments(text, sorted(marks), {*starts, *anchors}):
        common = sum(1 for _ in _same(stack, wanted))
        if start in edges:
            level = headings.get(start)
            out.append(f"<h{level}>" if level else "<p>")
        out += [_close(mark) for mark in reversed(stack[common:])]
        out += [f'<span class="anchor" id="{escape(name)}"></span>' for name in anchors.get(start, ())]
        out += [_open(mark, start) for mark in wanted[common:]]
        out.append(safe(text[start:end]))
        stack = wanted
        if end in edges:
            out += [_close(mark) for mark in reversed(stack)]
            out.append(f"</h{level}>" if level else "</p>")
            stack = []
    return Markup("".join(out))


def _segments(text: str, marks: Sequence[Mark], cuts: set[int]) -> Iterator[tuple[int, int, list[Mark]]]:
    """Stretches between boundaries, each with the mark of every layer that has one there."""
    for mark in marks:
        if not 0 <= mark.start < mark.end <= len(text) or mark.layer not in LAYERS:
            raise FrameError(
                f"mark {mark.layer} {mark.start}–{mark.end}: no such place in a text of {len(text)} characters, "
                f"or no layer of {', '.join(LAYERS)}; do text and marks belong together?"
            )
    at = sorted({0, len(text), *cuts, *(m.start for m in marks), *(m.end for m in marks)})
    open_in: dict[str, list[tuple[int, int, Mark]]] = {layer: [] for layer in LAYERS}
    upcoming = 0
    for start, end in pairwise(offset for offset in at if 0 <= offset <= len(text)):
        while upcoming < len(marks) and marks[upcoming].start <= start:
            mark = marks[upcoming]
            heapq.heappush(open_in[mark.layer], (mark.rank, upcoming, mark))
            upcoming += 1
        for heap in open_in.values():
            while heap and heap[0][2].end <= start:  # what lies deeper in the heap is thrown out when it surfaces
                heapq.heappop(heap)
        yield start, end, [heap[0][2] for heap in open_in.values() if heap]


def _same(left: Sequence[Mark], right: Sequence[Mark]) -> Iterator[Mark]:
    for one, other in zip(left, right, strict=False):
        # Phrases of one origin that touch are drawn as one line.
        if one is not other and not (one.layer == other.layer == "phrase" and one.kind == other.kind):
            return
        yield one


def _tag(mark: Mark) -> str:
    return "a" if mark.link else _TAGS.get(mark.layer, "span")


def _open(mark: Mark, start: int) -> str:
    """The label stands at the beginning only, not again where a mark goes on in another line."""
    attributes = f' class="{escape(" ".join(filter(None, (mark.layer, mark.kind))))}"'
    if mark.link:
        attributes += f' href="#{escape(mark.link)}"'
    if any(mark.label) and start == mark.start:
        attributes += f' data-zh="{escape(mark.label[0])}" data-en="{escape(mark.label[1])}"'
    return f"<{_tag(mark)}{attributes}>"


def _close(mark: Mark) -> str:
    return f"</{_tag(mark)}>"
