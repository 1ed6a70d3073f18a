"""Quotes that can be read in one way only, found in all lines at once: those around whole cells of a line."""

import numpy as np

from pipeline.deposit.reader.layout import Layout
from pipeline.deposit.reader.lines import Lines

Buffer = memoryview | np.ndarray
_LF, _CR = 10, 13
_NO_QUOTE = ord("_")


def with_regular_quotes(text: Lines, layout: Layout) -> tuple[Buffer, np.ndarray, bool]:
    """The text with a letter in the place of each quote of an irregular line, the irregular lines in order, and whether
    any other line has quotes; where none has, the text stays as it is, for quotes are letters then.

    A line is regular when its quotes stand in pairs around cells: the first of each pair begins the line or comes
    behind a separator, the second ends the line or comes before a separator. What such a line means does not depend on
    any other line, but for a quote that another one above leaves open.
    """
    quote, separator = (sign.encode() for sign in (layout.quote, layout.separator))
    places = text.places(quote) if quote in text.data else np.array([], np.int64)
    if not len(places):
        return text.body, places, False
    letters = np.frombuffer(text.data, np.uint8)
    lines, first, of, count = np.unique(text.at(places), return_index=True, return_inverse=True, return_counts=True)
    opens = (np.arange(len(places)) - first[of]) % 2 == 0
    before = np.where(places > 0, letters[places - 1], _LF)
    after = np.where(places + 1 < len(letters), letters[np.minimum(places + 1, len(letters) - 1)], _LF)
    fits = np.where(opens, np.isin(before, [ord(separator), _LF]), np.isin(after, [ord(separator), _LF, _CR]))
    is_irregular = count % 2 == 1
    is_irregular[of[~fits]] = True
    if is_irregular.all():
        return text.body, lines, False
    if not is_irregular.any():
        return text.body, lines[:0], True
    changed = letters[text.begin :].copy()
    changed[places[is_irregular[of]] - text.begin] = _NO_QUOTE
    return changed, lines[is_irregular], True
