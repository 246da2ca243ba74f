"""The words of a page under covers that a person drew."""

from collections.abc import Iterator, Sequence

from reviewer.blinding.redaction import COVER_TEXT
from reviewer.pdf.messages import Word

Box = tuple[float, float, float, float]
LEAST_SHARE = 0.2  # of a word that a cover has to hide, so that neighbours which it only touches stay


def without_boxes(words: Sequence[Word], boxes: Sequence[Box]) -> tuple[Word, ...]:
    """Returns the words with those under a box replaced by a block as wide as the box, one a line and box."""
    return tuple(_without_boxes(words, boxes)) if boxes else tuple(words)


def _without_boxes(words: Sequence[Word], boxes: Sequence[Box]) -> Iterator[Word]:
    drawn: set[tuple[int, Box]] = set()
    for word in words:
        box = next((box for box in boxes if _is_under(word, box)), None)
        if box is None:
            yield word
        elif (word.line, box) not in drawn:
            drawn.add((word.line, box))
            yield Word(COVER_TEXT, box[0], max(box[1], word.y0), box[2], min(box[3], word.y1), word.line)


def _is_under(word: Word, box: Box) -> bool:
    x0, y0, x1, y1 = box
    wide = max(min(word.x1, x1) - max(word.x0, x0), 0.0)
    high = max(min(word.y1, y1) - max(word.y0, y0), 0.0)
    return wide * high >= LEAST_SHARE * (word.x1 - word.x0) * (word.y1 - word.y0)
