"""Analytic model on words: the text of each week, made of the other marts by the rules of pipeline/explain."""

import json

import polars as pl

from pipeline.contract.town import Town
from pipeline.explain import load_rules, weeks_of
from pipeline.explain import week_text as sentences_of

Frames = dict[str, pl.DataFrame]
SCHEMA = pl.Schema(
    {
        "town": pl.String,
        "iso_week": pl.String,
        "position": pl.Int64,
        "week_start": pl.Date,
        "is_demo": pl.Boolean,
        "topic": pl.String,
        "rule": pl.String,
        "sentence_fr": pl.String,
        "sentence_en": pl.String,
        "n_figures": pl.Int64,
        "figures": pl.String,
    }
)


def week_text(frames: Frames, town: Town) -> pl.DataFrame:
    """One row a sentence of each published week, in the order of the text."""
    rules = load_rules()
    rows = [
        (
            town.id,
            week.iso_week,
            sentence.position,
            week.week_start,
            week.is_demo,
            sentence.topic,
            sentence.rule,
            sentence.text["fr"],
            sentence.text["en"],
            len(sentence.figures),
            json.dumps([figure.as_json() for figure in sentence.figures], ensure_ascii=False, default=str),
        )
        for week in weeks_of(frames, rules.columns())
        for sentence in sentences_of(week, rules)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
