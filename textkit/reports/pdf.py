"""PDF files → running text: wrapped lines joined, page furniture dropped where it surely is such.

A line goes on in the next one when what follows would not have fitted into it, and the next one
starts at the left margin in the usual distance. Numbers at the edge of pages are dropped when they
count with the pages or are dressed as such (— 1 —, 第 1 页), other words there when they stand on
most pages or are what a browser prints around a page. Everything else stays.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from textkit.errors import InputError, MissingExtraError

# Browsers print radicals for the characters they look like. Kangxi radicals say in Unicode what they
# stand for; the younger radicals that look like a whole character are listed here.
_LOOKALIKES = str.maketrans(
    "⺟⺠⺫⺼⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻯⻰⻳",
    "母民目肉虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿竜龙龟",
) | {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_ENDED = re.compile("[。！？：；!?…][”’」』）)]?$")
_MARKER = re.compile(
    r"[（(]?(?:[一二三四五六七八九十百]{1,4}|\d{1,2})[）)、.．](?!\d)|第[一二三四五六七八九十百\d]{1,4}[章节条部，、]|[一二三四五六七八九十]是"
)
_ITEM = re.compile(r"(?:\d{1,2}|[a-zA-Z])[.)]\s|[•·●■◆]")
_UNBREAKABLE = re.compile("[（《“‘「『【〔]*(?:[!-~]+|.)[，。、；：？！）》”’」』】〕％…—]*")
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"^[\s#\-—–－·|/第页共]+$|#\s?/\s?#$")
_DRESSED = re.compile(r"[—–―\-－─]{1,2}\s?#\s?[—–―\-－─]{1,2}|第\s?#\s?页(?:\s?[，,/]?\s?共\s?#\s?页)?")
_ABOVE = re.compile(r"#(?:[/.-]#[/.-]#|年#月#日)[,，]?\s(?:[上下]午)?\s?#:#.*")  # by a browser: when, and the title
_BELOW = re.compile(r"(?:file|https?|about|data):\S*\s#/#")  # where, and the page
_HANZI = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_BESIDE = re.compile("[\u3400-\u9fff][a-zA-Z0-9%]|[a-zA-Z0-9%][\u3400-\u9fff]")
_UNREAD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd-\uffff]")
_UNREAD_SHARE = 0.05
_GAP = 0.35  # of the height of a line; wider ones set a number off, or a column


class Line(NamedTuple):
    """A line as printed; places in points, from the lower left corner."""

    text: str
    page: int
    left: float
    right: float
    top: float
    size: float  # of one hanzi
    width: float  # of the page


def extract(data: bytes) -> str:
    """Running text of a PDF file; refused is also one with type that does not say which characters it shows."""
    try:
        import pypdfium2
    except ImportError:
        raise MissingExtraError("PDF files need 'pypdfium2': pip install 'textkit[formats]'") from None
    try:
        with pypdfium2.PdfDocument(data) as document:
            found = [line for number in range(len(document)) for line in _lines(document, number)]
    except pypdfium2.PdfiumError as error:
        raise InputError(f"cannot be opened as PDF ({error}); is it damaged or locked by a password?") from None
    if not found:
        raise InputError("the PDF holds no text, only pictures; recognise the characters first (OCR)")
    text = "".join(line.text for line in found)
    if not _HANZI.search(text) or len(_UNREAD.findall(text)) > _UNREAD_SHARE * len(text):
        raise InputError("the Chinese in the PDF does not come out as text; save the report as .docx, or use OCR")
    return "\n".join(_paragraphs(_without_furniture(found)))


def _lines(document: Any, number: int) -> Iterator[Line]:
    from pypdfium2 import raw

    page = document[number]
    try:
        content = page.get_textpage()
        start, codes = 0, [raw.FPDFText_GetUnicode(content, i) for i in range(content.count_chars())]
        for end in [*(i for i, code in enumerate(codes) if code in (10, 13)), len(codes)]:
            inked = [i for i in range(start, end) if not chr(codes[i]).isspace()]
            if inked:
                boxes = {i: content.get_charbox(i, loose=True) for i in range(inked[0], inked[-1] + 1)}
                put = [i for i in boxes if raw.FPDFText_IsGenerated(content, i) and _is_spacing(i, boxes, codes)]
                boxes = {i: box for i, box in boxes.items() if i not in put}
                units = b"".join(codes[i].to_bytes(2, "little") for i in _along(boxes, inked))
                text = units.decode("utf-16-le", "replace").translate(_LOOKALIKES)
                left, right = min(boxes[i][0] for i in inked), max(boxes[i][2] for i in inked)
                size, top = (right - left) / _ems(text), boxes[inked[0]][3]
                yield Line(text, number, left, right, top, size, page.get_width())
            start = end + 1
    finally:
        page.close()


def _is_spacing(i: int, boxes: dict[int, tuple[float, ...]], codes: list[int]) -> bool:
    """Whether a gap is what programs put between hanzi and letters or digits, a quarter of a hanzi, and no space."""
    before, after = boxes[i - 1], boxes[i + 1]
    narrow = after[0] - before[2] < _GAP * (before[3] - before[1])
    return narrow and bool(_BESIDE.match(f"{chr(codes[i - 1])}{chr(codes[i + 1])}"))


def _along(boxes: dict[int, tuple[float, ...]], inked: list[int]) -> list[int]:
    """Characters of a line from left to right; some programs write a line font by font, its quotes after its hanzi."""
    level = max(boxes[i][1] for i in inked) < min(boxes[i][3] for i in inked)
    if not level or all(boxes[one][0] <= boxes[two][0] for one, two in pairwise(inked)):
        return list(boxes)
    drawn = [i for i in boxes if boxes[i][0] < boxes[i][2]]  # without spaces that stand for a jump
    return sorted(drawn, key=lambda i: boxes[i][0])


def _ems(text: str) -> float:
    """Width of a text in hanzi, of which two letters take the place of one."""
    return sum(0.5 if char < "\x7f" else 1 for char in text) or 1


def _without_furniture(found: list[Line]) -> list[Line]:
    """Without what stands at the edge of pages and surely is a page number or a running header."""
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in found:
        by_page[line.page].append(line)
    alike: dict[tuple[str, int], list[Line]] = defaultdict(list)
    dropped: set[Line] = set()
    for lines in by_page.values():
        down = sorted(lines, key=lambda line: -line.top)
        for line in dict.fromkeys(down[:2] + down[-2:]):
            pattern = _NUMBER.sub("#", line.text)
            alike[pattern, round(line.top)].append(line)
            if _DRESSED.fullmatch(pattern):
                dropped.add(line)
        above, below = (_NUMBER.sub("#", line.text) for line in (down[0], down[-1]))
        if _ABOVE.fullmatch(above) and _BELOW.fullmatch(below):
            dropped.update((down[0], down[-1]))
    for (pattern, _), lines in alike.items():
        columns = zip(*(_NUMBER.findall(line.text) for line in lines), strict=True)
        if not all(_steady([line.page for line in lines], list(map(int, column))) for column in columns):
            continue
        counting = len({line.text for line in lines}) > 1 and _PAGE_NUMBER.search(pattern)
        if counting or (len(lines) > 2 and len(lines) > len(by_page) / 2):
            dropped.update(lines)
    return [line for line in found if line not in dropped]


def _steady(pages: list[int], numbers: list[int]) -> bool:
    """Whether numbers are all the same, or count with the pages."""
    return len(set(numbers)) == 1 or len({number - page for number, page in zip(numbers, pages, strict=True)}) == 1


def _paragraphs(lines: list[Line]) -> Iterator[str]:
    if not lines:
        return
    edge = len(lines) // 20  # a few lines may stick out
    left, right = sorted(line.left for line in lines)[edge], sorted(line.right for line in lines)[-1 - edge]
    right = max(right, median(line.width for line in lines) - 1.6 * left)  # where all lines are short, none is full
    steps = [one.top - two.top for one, two in pairwise(lines) if one.page == two.page and one.top > two.top]
    size = median(line.size for line in lines)
    usual = median(steps) / size if steps else 0.0  # distance of lines, for each point of type
    first, text = lines[0], lines[0].text
    for line, following in pairwise(lines):
        far = line.page == following.page and not 0 < line.top - following.top < 1.4 * usual * max(line.size, size)
        if not far and _full(line, following, right) and _goes_on(first, line, following, left, size):
            text += _glue(text, following.text) + following.text
        else:
            yield text
            first, text = following, following.text
    yield text


def _full(line: Line, following: Line, right: float) -> bool:
    """Whether the beginning of the next line would not have fitted into this one."""
    needed = _UNBREAKABLE.match(following.text)
    return line.right + (_ems(needed[0] if needed else "") + 0.4) * line.size > right


def _goes_on(first: Line, line: Line, following: Line, left: float, size: float) -> bool:
    """Whether a full line and the next one are of one paragraph, which began with ``first``."""
    ended, marker = _ENDED.search(line.text), _MARKER.match(following.text)
    if line.size > 1.1 * size and abs(line.size - following.size) < 0.1 * size:
        return not marker  # a title in two centred lines
    if following.left > left + 0.6 * line.size:  # only items of a list hang
        return bool(not ended and not marker and first.left < following.left and _ITEM.match(first.text))
    if first.left > left + 0.6 * line.size:  # this paragraph is indented, so the next would be
        return not (ended and marker)
    return not ended or (not marker and line.page == following.page)


def _glue(before: str, after: str) -> str:
    """A space between words of an alphabet, nothing between hanzi."""
    return " " if before[-1] < "\x7f" and after[0] < "\x7f" and before[-1] not in "-/" else ""
