"""The line-honest reader: bytes of any file that people send to rows of text, each with its physical line.

What is not ambiguous is repaired and said; what is ambiguous is refused and said; nothing is lost in silence.
"""

from pipeline.deposit.reader.chunks import read_chunks
from pipeline.deposit.reader.headers import fold, unique_names
from pipeline.deposit.reader.peek import HeadRow, Peek, View
from pipeline.deposit.reader.table import peek, read_table

__all__ = ["HeadRow", "Peek", "View", "fold", "peek", "read_chunks", "read_table", "unique_names"]
