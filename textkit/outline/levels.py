"""Marks in reading order → their depths, as this document uses its styles.

A mark whose level is open continues that list. A new level opens a list inside the unit before it,
or beside it where by custom its style is the larger one (一、 after （一）); but where the list before
it goes on after it, this document has the new list inside: （一） 一、二、三、 （二）.
"""

from collections import Counter
from collections.abc import Callable

from textkit.outline.markers import HEADS, LISTS, Mark


class Levels:
    r"""The units open at this place of a document; `enter` gives each next unit its depth.

    >>> from textkit.outline.markers import find
    >>> marks = find("（一）甲\n一、子\n二、丑\n（二）乙\n一、子")
    >>> levels = Levels(marks)
    >>> [levels.enter(mark, i) for i, mark in enumerate(marks)]
    [1, 2, 2, 1, 2]
    """

    def __init__(self, marks: list[Mark]) -> None:
        self._marks = marks
        self._next = _next_of_level(marks)
        self._open: list[int] = []  # indexes of the open marks, the largest unit first
        self._inside: set[tuple[str, str]] = set()  # (outer, inner) level where this document defies custom
        self._new_paragraph = False
        plain = [i for i, mark in enumerate(marks) if not (mark.style or mark.hashes)]
        self._lone = plain[0] if len(plain) == 1 else -1  # a line that names a part, the only one
        first = Counter(mark.level for mark in marks if mark.number == 1)
        self._once = {level for level, times in first.items() if times == 1}

    @property
    def depth(self) -> int:
        """Depth of what stands directly in the innermost open unit."""
        return len(self._open) + 1

    def keep_largest(self) -> None:
        """Close all but the largest unit."""
        del self._open[1:]

    def end_list(self, i: int) -> None:
        """A paragraph after mark i that looks back on a whole list ends it, unless it goes on."""
        if len(self._open) > 1 and not self._goes_on(self._open[1], i):
            self.keep_largest()

    def leave_lines(self, i: int) -> None:
        """A new paragraph after mark i ends the lists inside the one before, unless they go on in it."""
        self._new_paragraph = True
        self._leave(i, lambda top: top.inline)

    def _leave(self, i: int, leaves: Callable[[Mark], bool]) -> None:
        """Close the innermost units of a kind, up to one that goes on after mark i."""
        while self._open and leaves(self._marks[self._open[-1]]) and not self._goes_on(self._open[-1], i):
            self._open.pop()

    def enter(self, mark: Mark, i: int) -> int:
        """Close what the mark ends, open it, and return its depth."""
        if not mark.style:
            self._close_before_heading(mark, i)
        else:
            if self._new_paragraph and mark.style in LISTS and mark.number == 1:
                self._leave(i, lambda top: top.style in LISTS)  # it is not inside a list before this paragraph
            self._close_before_mark(mark, i)
        self._new_paragraph = False
        self._open.append(i)
        return len(self._open)

    def _close_before_mark(self, mark: Mark, i: int) -> None:
        if (place := self._place_of_list(mark)) is not None:
            del self._open[place:]
            return
        if self._open[-1:] == [self._lone] and mark.style in HEADS and mark.level in self._once:
            self._open.pop()  # 上年度整改情况 stands before 一、 of the same depth
        while self._open:
            top = self._marks[self._open[-1]]
            if top.rank < mark.rank or top.level == mark.level:
                return
            if (top.level, mark.level) in self._inside or (mark.number == 1 and self._goes_on(self._open[-1], i)):
                self._inside.add((top.level, mark.level))
                return
            self._open.pop()

    def _place_of_list(self, mark: Mark) -> int | None:
        """Place among the open units of the list the mark continues; 1) after 1. begins a list of its own."""
        opened = list(map(self._marks.__getitem__, self._open))
        same = [place for place, elder in enumerate(opened) if elder.level == mark.level]
        alike = [place for place in same if opened[place].variant == mark.variant]
        continued = alike if alike or mark.number == 1 else same
        return continued[-1] if continued else None

    def _goes_on(self, outer: int, i: int) -> bool:
        """Whether the list of an open mark goes on after mark i, before any unit around it does."""
        after = self._next[outer]
        if after is None or after < i:
            return False
        if self._marks[outer].number + 1 != self._marks[after].number:
            return False
        around = (self._next[above] for above in self._open[: self._open.index(outer)])
        return all(place is None or place > after for place in around)

    def _close_before_heading(self, heading: Mark, i: int) -> None:
        """Close units that are not larger: by markdown's own depth, else by the list that follows."""
        if heading.hashes:
            self._open = [j for j in self._open if not (m := self._marks[j]).style and m.hashes < heading.hashes]
            return
        opened = list(map(self._marks.__getitem__, self._open))
        alike = [place for place, mark in enumerate(opened) if not (mark.style or mark.hashes)]
        if alike:
            del self._open[alike[-1] :]
            return
        following = self._marks[i + 1] if i + 1 < len(self._marks) else heading
        while self._open:
            top = self._marks[self._open[-1]]
            if top.hashes or (top.rank < following.rank and top.level not in LISTS):
                return
            self._open.pop()


def _next_of_level(marks: list[Mark]) -> list[int | None]:
    following: list[int | None] = [None] * len(marks)
    latest: dict[str, int] = {}
    for i in reversed(range(len(marks))):
        if level := marks[i].level:
            following[i] = latest.get(level)
            latest[level] = i
    return following


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
