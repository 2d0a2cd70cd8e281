"""Heading or content → the part of a report: problems, causes, measures, work, other."""

import re
from functools import lru_cache

from textkit import hanzi

_ROLES = {  # tried in this order at each place: 整改情况 looks back, 整改 ahead
    "work": (
        "工作(?:回顾|总结|情况|开展|成绩|成效|进展)|主要(?:工作|做法|成绩)|(?:取得|做)的(?:成绩|工作)|成效|成绩"
        "|做法|履[职责]|履行[^，。]{0,6}职责|(?:整改|落实|完成|进展)情况|回顾"
    ),
    "problems": "问题|差距|不足|短板|弱项|薄弱环节|查摆|困难[和与]挑战|检视|对照检查|党性分析",
    "causes": "原因|根源|成因|症结|(?<=问题)剖析",
    "measures": (
        "整改|措施|努力(?:的)?方向|下一步|下步|下一阶段|今后|展望|(?:工作|意见)建议|打算|改进|对策|举措|工作(?:安排|计划|思路|目标"
        "|任务|打算|重点)|重点(?:工作|任务)"
    ),
}
_ROLE = re.compile("|".join(f"(?P<{role}>{words})" for role, words in _ROLES.items()))
_SOLVED = re.compile("(?:解决|化解|处理)[^，、]{0,40}问题|^关于.{0,20}问题$")  # plans and topics, no faults
_JOINED = re.compile("[及和与、]|以及")
_CUES = {
    "problems": (
        "不够|不足|不强|不深|不高|不实|不严|不力|不到位|不及时|不扎实|不多|不愿|不敢|不想|欠缺|缺乏|差距|薄弱"
        "|滞后|淡化|弱化|松懈|问题|有时|往往|满足于|有的"
    ),
    "causes": (
        "原因|根源|究其|由于|导致|根本在于|放松|忽视|淡薄|源于|归根|思想上|认为|觉得|总以为|总开关|观念|心态|作怪"
    ),
    "measures": (
        "下一步|今后|展望|(?:工作|意见)建议|进一步|切实|务必|必须|确保|力争|健全|完善|每[周月年季]|逐[一项个]|将(?!军|来|领)"
        "|要(?![求素点闻么])"
    ),
    "work": (
        r"完成|实现|取得|增长|开展了|组织|落实了|推进了|获得|达到|同比|全年|先后|累计|被评|\d[\d.,]*(?:次|场|个"
        r"|人|项|件|起|份|万|亿|%|％|户|家|名|条)"
    ),
}
_CUE = re.compile("|".join(f"(?P<{role}>{words})" for role, words in _CUES.items()))
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
    counts = dict.fromkeys(_CUES, 0)
    for match in _CUE.finditer(hanzi.simple(text[:_CUE_CHARS])):
        counts[match.lastgroup or ""] += 1
    counts["causes"] = round(counts["causes"] * 2.5)  # causes are told in the words of problems
    (role, most), (_, second) = sorted(counts.items(), key=lambda item: -item[1])[:2]
    return role if most >= _CUES_NEEDED and most >= 1.5 * second else "other"
