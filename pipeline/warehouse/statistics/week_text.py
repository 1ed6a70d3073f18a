"""Analytic model on words: the text of each week, made of the other marts by the rules of pipeline/explain."""

import json
from functools import partial

import polars as pl

from pipeline.analytics.recall import Recall, afresh, told
from pipeline.contract.town import Town
from pipeline.explain import load_rules, weeks_of
from pipeline.explain import week_text as sentences_of
from pipeline.explain.records import WeekRecords
from pipeline.explain.rules import Rules

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


def week_text(frames: Frames, town: Town, recall: Recall = afresh) -> pl.DataFrame:
    """One row a sentence of each published week, in the order of the text."""
    rules = load_rules()
    rows: list[tuple[object, ...]] = []
    for week in weeks_of(frames, rules.columns()):
        sentences = json.loads(recall([told(week)], partial(_sentences, week, rules)))
        rows += [
            (town.id, week.iso_week, position, week.week_start, week.is_demo, *sentence)
            for position, sentence in enumerate(sentences, start=1)
        ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _sentences(week: WeekRecords, rules: Rules) -> bytes:
    """The sentences of a week as JSON, each from `topic` on."""
    sentences = [
        (
            sentence.topic,
            sentence.rule,
            sentence.text["fr"],
            sentence.text["en"],
            len(sentence.figures),
            json.dumps([figure.as_json() for figure in sentence.figures], ensure_ascii=False, default=str),
        )
        for sentence in sentences_of(week, rules)
    ]
    return json.dumps(sentences, ensure_ascii=False).encode()
