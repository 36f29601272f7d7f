"""Whether something in a judge's reply is a quotation of what a candidate wrote.

A verdict inside a quoted passage is the candidate's, not the judge's. Leaves out what a verdict is (`parse`).
"""

from collections.abc import Sequence

_REACH = 48
"""Characters before and after a match that are compared."""
_SHARED = 12
"""Characters beside the match itself that must be the candidate's, too, for it to be a quotation."""
_MARKS = "\"'`“”«»\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"


def quoted(text: str, start: int, end: int, material: Sequence[str]) -> bool:
    """Whether `text[start:end]` stands in a passage that also stands in a candidate's text.

    That is: as many as twelve further characters around it are the same there, or it stands in quotation
    marks and the candidate's text has it.
    """
    said = text[start:end]
    marked = text[start - 1 : start] in _MARKS and text[end : end + 1] in _MARKS and start > 0
    for source in material:
        at = source.find(said)
        while at >= 0:
            if (marked and end < len(text)) or _shared(text, start, end, source, at) >= _SHARED:
                return True
            at = source.find(said, at + 1)
    return False


def _shared(text: str, start: int, end: int, source: str, at: int) -> int:
    before = _alike(text[max(0, start - _REACH) : start][::-1], source[max(0, at - _REACH) : at][::-1])
    after = at + end - start
    return before + _alike(text[end : end + _REACH], source[after : after + _REACH])


def _alike(first: str, second: str) -> int:
    """How many characters that are no blanks both begin with."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += not one.isspace()
    return count


def copied(passage: str, material: Sequence[str]) -> bool:
    """Whether a whole passage stands in a candidate's text, blanks aside."""
    plain = "".join(passage.split())
    return any(plain in "".join(source.split()) for source in material)
