"""A vendor's layout is data, not code: formats are loaded from TOML, matched to a file, explained, and applied."""

from pipeline.deposit.formats.apply import apply_format, explain, match_format
from pipeline.deposit.formats.load import load_format, load_formats
from pipeline.deposit.formats.model import Format, FormatError
from pipeline.deposit.formats.recognise import Explanation, Match, Verdict, match_view, match_views
from pipeline.deposit.formats.shape import Shaped, shape

__all__ = [
    "Explanation",
    "Format",
    "FormatError",
    "Match",
    "Shaped",
    "Verdict",
    "apply_format",
    "explain",
    "load_format",
    "load_formats",
    "match_format",
    "match_view",
    "match_views",
    "shape",
]
