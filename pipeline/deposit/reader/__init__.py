"""The line-honest reader: bytes of a delimited text to rows of text, each with its physical line.

What is not ambiguous is repaired and said; what is ambiguous is refused and said; nothing is lost in silence.
"""

from pipeline.deposit.reader.chunks import read_chunks
from pipeline.deposit.reader.headers import fold, unique_names
from pipeline.deposit.reader.peek import HeadRow, Peek, View

__all__ = ["HeadRow", "Peek", "View", "fold", "read_chunks", "unique_names"]
