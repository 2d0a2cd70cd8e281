"""Marks in reading order → their depths, as this document uses its styles.

A mark whose level is open continues that list. A new level opens a list inside the unit before it,
or beside it where by custom its style is the larger one (一、 after （一）); but where the list before
it goes on after it, this document has the new list inside: （一） 一、二、三、 （二）.
"""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from operator import attrgetter

from textkit.outline.markers import HEADS, LISTS, Mark


class Levels:
    r"""The units open at this place of a document; `enter` gives each next unit its depth.

    >>> from textkit.outline.markers import find
    >>> marks = find("（一）甲\n一、子\n二、丑\n（二）乙\n一、子")
    >>> list(map(Levels(marks).enter, marks))
    [1, 2, 2, 1, 2]
    """

    def __init__(self, marks: list[Mark]) -> None:
        self._open: list[Mark] = []  # the largest unit first
        self._at = 0  # where the latest one began
        self._new_paragraph = False
        self._inside: set[tuple[str, str]] = set()  # (outer, inner) level where this document defies custom
        self._after = {mark.start: after for mark, after in pairwise(marks)}
        self._next: dict[int, Mark] = {}  # start of a mark → the next one of its level
        latest: dict[str, Mark] = {}
        for mark in filter(attrgetter("style"), reversed(marks)):
            if mark.level in latest:
                self._next[mark.start] = latest[mark.level]
            latest[mark.level] = mark
        parts = [mark for mark in marks if not (mark.style or mark.hashes)]
        self._lone = parts if len(parts) == 1 else []  # a line that names a part, the only one
        first = Counter(mark.level for mark in marks if mark.number == 1)
        self._once = {level for level, times in first.items() if times == 1}

    @property
    def depth(self) -> int:
        """Depth of what stands directly in the innermost open unit."""
        return len(self._open) + 1

    def enter(self, mark: Mark) -> int:
        """Close what the mark ends, open it, and return its depth."""
        self._at = mark.start
        if not mark.style:
            self._close_before_heading(mark)
        else:
            if self._new_paragraph and mark.style in LISTS and mark.number == 1:
                self._leave(lambda top: top.style in LISTS)  # it is not inside a list before this paragraph
            self._close_before_mark(mark)
        self._new_paragraph = False
        self._open.append(mark)
        return len(self._open)

    def keep_largest(self) -> None:
        """Close all but the largest unit."""
        del self._open[1:]

    def end_list(self) -> None:
        """A paragraph that looks back on a whole list ends it, unless it goes on."""
        if len(self._open) > 1 and not self._goes_on(1):
            self.keep_largest()

    def leave_lines(self) -> None:
        """A new paragraph ends the lists inside the one before, unless they go on in it."""
        self._new_paragraph = True
        self._leave(lambda top: top.inline)

    def _leave(self, leaves: Callable[[Mark], bool]) -> None:
        """Close the innermost units of a kind, up to one that goes on."""
        while self._open and leaves(self._open[-1]) and not self._goes_on(-1):
            self._open.pop()

    def _close_before_mark(self, mark: Mark) -> None:
        if (place := self._place_of_list(mark)) is not None:
            del self._open[place:]
            return
        if self._open[-1:] == self._lone and mark.style in HEADS and mark.level in self._once:
            del self._open[-1:]  # 上年度整改情况 stands before 一、 of the same depth
        while self._open:
            top = self._open[-1]
            if top.rank < mark.rank or top.level == mark.level:
                return
            if (top.level, mark.level) in self._inside or (mark.number == 1 and self._goes_on(-1)):
                self._inside.add((top.level, mark.level))
                return
            self._open.pop()

    def _place_of_list(self, mark: Mark) -> int | None:
        """Place among the open units of the list the mark continues; 1) after 1. begins a list of its own."""
        same = [place for place, elder in enumerate(self._open) if elder.level == mark.level]
        alike = [place for place in same if self._open[place].variant == mark.variant]
        continued = alike if alike or mark.number == 1 else same
        return continued[-1] if continued else None

    def _goes_on(self, place: int) -> bool:
        """Whether the list of an open unit goes on after here, before any unit around it does."""
        unit, around = self._open[place], self._open[:place]
        after = self._next.get(unit.start)
        if after is None or after.start < self._at or unit.number + 1 != after.number:
            return False
        others = (self._next.get(outer.start) for outer in around)
        return all(other is None or other.start > after.start for other in others)

    def _close_before_heading(self, heading: Mark) -> None:
        """Close units that are not larger: by markdown's own depth, else by the list that follows."""
        if heading.hashes:
            larger = (unit for unit in self._open if unit.hashes < heading.hashes)
            self._open = [unit for unit in larger if unit.hashes or not unit.style]
            return
        alike = [place for place, unit in enumerate(self._open) if not (unit.style or unit.hashes)]
        if alike:
            del self._open[alike[-1] :]
            return
        following = self._after.get(heading.start, heading)
        while self._open:
            top = self._open[-1]
            if (top.hashes and not top.style) or (top.rank < following.rank and top.level not in LISTS):
                return
            self._open.pop()


def oddity(number: int, elder: int | None, before: int | None) -> str:
    """What is odd about a number after its elder in the list and the last one of its level anywhere.

    >>> oddity(2, 1, None), oddity(3, 1, None), oddity(2, 2, None), oddity(1, 3, None), oddity(4, None, 3)
    ('', 'skipped', 'repeated', 'restarted', '')
    """
    if elder is None:
        return "" if number == 1 or number == (before or 0) + 1 else "skipped"
    if number == elder + 1:
        return ""
    return "repeated" if number == elder else "restarted" if number < elder else "skipped"
