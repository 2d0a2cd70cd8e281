"""Heading or content → the part of a report: problems, causes, measures, work, other."""

import re
from functools import lru_cache

from textkit import hanzi, lines

_ROLE, _CUE = (
    re.compile("|".join(f"(?P<{role}>{words})" for role, words in lines.forms(section).items()))
    for section in ("headings", "content")
)
_SOLVED = re.compile("(?:解决|化解|处理)[^，、]{0,40}问题|^关于.{0,20}问题$")  # plans and topics, no faults
_JOINED = re.compile("[及和与、]|以及")
_TAIL_CHARS = 4
_CUE_CHARS = 1_500
_CUES_NEEDED = 3


@lru_cache(4096)  # reports share the headings that a notice dictates
def of_heading(heading: str, *, top: bool = True) -> tuple[str, ...]:
    """Parts a heading announces, in its order; each by its last word that tells, as Chinese puts the head last.

    Below the top level only words at the end of a heading tell: 群众反映的问题没有解决好 names no part.

    >>> of_heading("存在的问题及原因分析"), of_heading("上年度整改措施落实情况"), of_heading("加强领导")
    (('problems', 'causes'), ('work',), ())
    """
    roles: list[str] = []
    for words in _JOINED.split(_SOLVED.sub("", hanzi.simple(heading))):
        limit = 0 if top else len(words) - _TAIL_CHARS
        found = [match.lastgroup or "" for match in _ROLE.finditer(words) if match.end() >= limit]
        if found and found[-1] not in roles:
            roles.append(found[-1])
    return tuple(roles)


def of_content(text: str) -> str:
    """Part that the wording of a section suggests; *other* where no part stands out.

    Counts words typical of each part; the most frequent must lead the next by half.

    >>> of_content("理论学习不够深入，宗旨意识不强，担当精神欠缺，工作落实不到位。")
    'problems'
    >>> of_content("各位领导，大家好。")
    'other'
    """
    counts = dict.fromkeys(_CUE.groupindex, 0)
    for match in _CUE.finditer(hanzi.simple(text[:_CUE_CHARS])):
        counts[match.lastgroup or ""] += 1
    counts["causes"] = round(counts["causes"] * 2.5)  # causes are told in the words of problems
    (role, most), (_, second) = sorted(counts.items(), key=lambda item: -item[1])[:2]
    return role if most >= _CUES_NEEDED and most >= 1.5 * second else "other"
