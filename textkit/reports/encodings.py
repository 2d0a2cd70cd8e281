"""Bytes → text: exactly what was written, or refused; never a guess that may be wrong.

A byte-order mark settles the encoding. Without one, every encoding that can decode the bytes is a
reading of them, and the reading that is cheapest to say in Chinese wins: each character costs bits
by how common its kind is (the code charts of GB2312 and Big5 put common hanzi first), as a text in
the wrong encoding is a scatter of rare hanzi, kana and private characters. Two readings that cost
nearly the same are ambiguous, and refused.
"""

import re
from functools import cache

import numpy as np

from textkit.errors import InputError

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that no text holds, half surrogates too; white space (tab, form feed, U+0085 …) is none of them."""

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MULTIBYTE = {"utf-8": "utf-8", "gb18030": "gb18030", "big5": "cp950"}  # cp950: Big5 as Windows writes it
_BARE_UTF16 = 4096  # bytes; a longer text has a line end or a digit, hence a zero byte
_SAMPLE = 200_000  # characters that are weighed
_CLEAR = 9  # bits by which a reading must be the cheapest
_SURE, _SURE_TO_THE_END = 8, 2  # characters beyond ASCII that are seldom valid UTF-8 by chance
_STRANGE = 15  # bits per character beyond ASCII that no Chinese text costs

_FREQUENT = (
    "的和国业一发大民人要展中主会经进加建工在政是有产制社全力我化年作设不生实改地济义行重强了革们增新各持高为资对体农方动以理保党"
    "现能同合家面定基度成法分本提上务个平开推这出坚用部好到企长治关代步利多五等学文系结事于性决机共来十区技就完善育入教公量市自时"
    "续级领过科必导外施策三点调放管活支积规得应品取立极计内正更水创种快权造场特深下划继项构群总统题安战金任质前众二向整问所城服"
    "國業發會經進設實濟義強們增為資對體農動黨現務個開這長關決機來區時續級領過導調應極計創種權場劃繼項構總統題戰質眾習問"
)
_MARKS_OF_PROSE = "，。、；：？！（）《》“”‘’「」『』【】〔〕—…·％　"


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Decode bytes: byte-order mark, then UTF-8, GB18030/GBK, Big5 or UTF-16 by what the text looks like.

    Any ``encoding`` that Python knows settles what the bytes do not. Returns the text, unaltered, and the name of the
    encoding. An `InputError` if no encoding fits (with the offset of the first wrong byte), the text holds control
    characters, or two readings are equally likely.

    >>> decode("党性".encode("utf-16")), decode("党性".encode("gbk")), decode("黨性".encode("big5"))
    (('党性', 'utf-16'), ('党性', 'gb18030'), ('黨性', 'big5'))
    >>> decode("理论学习".encode("gbk")[:-1])
    Traceback (most recent call last):
    textkit.errors.InputError: not a text file in UTF-8, UTF-16, GB18030 or Big5: byte 6 is undecodable as gb18030;
    save it as UTF-8 text
    """
    mark = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if name := encoding or mark:
        text, wrong = _attempt(data, name)
        if wrong is not None:
            raise _not_text(name, text, wrong)
        return text, name
    broken = _broken_utf8(data)
    if broken is not None:
        what = "a NUL byte" if data[broken] == 0 else "no whole character"
        raise InputError(f"not a text file: UTF-8, broken at byte {broken} ({what}); copy the file anew or mend it")
    tried = [(name, *_attempt(data, name)) for name in _candidates(data)]
    readings = [(text, name) for name, text, wrong in tried if wrong is None]
    if not readings:
        # The encoding that got farthest is the one that was meant.
        name, text, wrong = max(tried, key=lambda one: one[2] or 0)
        raise _not_text(name, text, wrong or 0)
    return _cheapest(readings)


def _candidates(data: bytes) -> list[str]:
    orders = ["utf-16-le", "utf-16-be"]
    if b"\x00" in data:
        return orders
    short = len(data) <= _BARE_UTF16 and len(data) % 2 == 0
    return [*_MULTIBYTE, *(orders if short else ())]


def _broken_utf8(data: bytes) -> int | None:
    """Where bytes that surely began as UTF-8 are so no longer: cut within a character, or followed by NULs."""
    nul, cut = data.find(b"\x00"), False
    wrong = None if nul < 0 else nul
    try:
        text = data[:wrong].decode()
    except UnicodeDecodeError as error:
        wrong, cut = error.start, error.end == len(data)
        text = data[:wrong].decode()
    if wrong is None:
        return None
    to_the_end = cut or not data[wrong:].strip(b"\x00")
    beyond = sum(char > "\x7f" for char in text[:_SAMPLE])
    return wrong if beyond >= (_SURE_TO_THE_END if to_the_end else _SURE) else None


def _attempt(data: bytes, name: str) -> tuple[str, int | None]:
    """The text and None, or the offset of the first wrong byte and, if that is a control character, the text."""
    codec = _MULTIBYTE.get(name, name)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        return "", error.start + 3 * (codec == "utf-8-sig")  # which counts from behind the mark
    except (LookupError, ValueError):
        raise InputError(f"unknown encoding {name!r}; name one that Python knows, such as gb18030") from None
    control = CONTROL.search(text)
    return text, None if control is None else len(text[: control.start()].encode(codec))


def _not_text(name: str, text: str, offset: int) -> InputError:
    control = CONTROL.search(text)
    why = f"is the control character U+{ord(control[0]):04X}" if control else "is undecodable"
    what = f"not a text file in UTF-8, UTF-16, GB18030 or Big5: byte {offset} {why} as {name}"
    return InputError(f"{what}; save it as UTF-8 text")


def _cheapest(readings: list[tuple[str, str]]) -> tuple[str, str]:
    """The likeliest reading, if it is clearly so."""
    by_cost = sorted(((_bits(text), text, name) for text, name in readings), key=lambda one: one[0])
    bits, text, name = by_cost[0]
    rivals = [(cost, other) for cost, known, other in by_cost[1:] if known != text]
    utf8 = any(other == "utf-8" for _, other in rivals)  # is seldom valid by chance: never overruled
    if rivals and (utf8 or rivals[0][0] - bits < _CLEAR):
        other = "utf-8" if utf8 else rivals[0][1]
        raise InputError(f"may be {name} or {other}: too little text to tell; save it as UTF-8 with a byte-order mark")
    beyond = [char for char in text[:_SAMPLE] if char > "\x7f"]
    if name != "utf-8" and beyond and _bits("".join(beyond)) > _STRANGE * len(beyond):
        raise InputError(f"decodes as {name} but does not look like Chinese; save it as UTF-8 with a byte-order mark")
    return text, name


def _bits(text: str) -> float:
    """What the text costs in bits, from a sample of it."""
    sample = np.frombuffer(text[:_SAMPLE].encode("utf-32-le"), dtype="<u4")
    return float(_costs()[np.minimum(sample, 0xFFFF)].mean()) * len(text) if len(sample) else 0.0


@cache
def _costs() -> np.ndarray:
    """Bits for each character of the basic plane; the last entry serves all beyond it."""
    cost = np.full(0x10000, 22, dtype=np.float64)
    cost[0xE000:0xF900] = 30  # private use
    cost[0x4E00:0xA000] = 18
    for codec, common, rare in (("gb2312", 0xB0, 0xD8), ("cp950", 0xA4, 0xC9)):
        for first, last, bits in ((0xA1, common, 20), (rare, 0xFE, 16), (common, rare, 12)):
            chart = bytes(byte for lead in range(first, last) for trail in _TRAILS for byte in (lead, trail))
            known = [ord(char) for char in chart.decode(codec, "ignore") if char > "\x7f"]
            cost[known] = np.minimum(cost[known], bits)
    cost[[ord(char) for char in _FREQUENT]] = 8
    cost[[ord(char) for char in _MARKS_OF_PROSE]] = 7
    cost[0x20:0x7F] = 5
    cost[[ord(char) for char in " \t\r\n"]] = 5
    return cost


_TRAILS = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
