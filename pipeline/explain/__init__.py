"""Each week's text in French and in English, made from the marts by rules kept as data: no sentence without a figure.

rules/*.toml hold the sentences and when they are said; `records` finds the rows of a week; `text` chooses and writes.
"""

from pipeline.explain.records import MARTS, weeks_of
from pipeline.explain.rules import Rules, load_rules, words
from pipeline.explain.text import Figure, Sentence, week_text

__all__ = ["MARTS", "Figure", "Rules", "Sentence", "load_rules", "week_text", "weeks_of", "words"]
