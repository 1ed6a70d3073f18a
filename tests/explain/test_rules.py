"""The rules as they are kept: each can be said, claims no more than its figures, and types no figure of its own."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.explain import load_rules
from pipeline.explain.records import MOVES, NAMED_PARTS, SOURCES
from pipeline.explain.rules import FOLDER, LANGUAGES, Rule, RuleError
from pipeline.settings import SQL
from pipeline.warehouse import check_models

RULES = load_rules().rules
# Beside _low and _high: what a figure is never quoted without.
TOGETHER = {
    "observed_expected_ratio": {"ratio_low", "ratio_high"},
    "attractiveness_index_change": {"p_change_positive"},
    "attractiveness_index_change_comparable": {"p_change_positive"},
    "wow_share": {"n_counters_wow"},
}
# The numbers that are no figures: scores of 100, intervals at 95 %, an interval that holds 0, weeks and 1 January.
TYPED = {
    "sur 100",
    "of 100",
    "pour 100",
    "to 100",
    "= 100",
    "95 %",
    "95%",
    "contient 0",
    "holds 0",
    "de 0",
    "of 0",
    "from 0",
}
TYPED |= {"au-dessus de 0", "above 0"}
TYPED |= {"semaine 53", "week 53", "semaines 52 et 1", "weeks 52 and 1", "1er janvier", "1 January"}
OF_CAUSE = r"apporté|grâce à|à cause|en raison|fait (monter|baisser)|brought|because|thanks to|due to|caused"


@pytest.fixture(scope="module")
def columns() -> dict[str, set[str]]:
    """The columns of each mart, by its header."""
    return {model.name: {column.name for column in model.columns} for model in check_models(SQL)}


def words(rule: Rule, language: str) -> str:
    return "".join(part for part in rule.parts[language] if isinstance(part, str)).replace("\u202f", " ")


def quoted(rule: Rule) -> set[str]:
    """The columns of its own source that a rule quotes."""
    return {part.place.column for part in rule.placeholders() if not part.place.source}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_looks_at_columns_that_the_marts_have(rule: Rule, columns: dict[str, set[str]]) -> None:
    derived = {f"{part}_{what}" for part in NAMED_PARTS for what in ("indicator", "points")} | {"rest_points"}
    for source, column in rule.places:
        assert column in columns[SOURCES[source].mart] | (derived if source == MOVES else set())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_figure_with_an_interval_is_never_quoted_without_it(rule: Rule, columns: dict[str, set[str]]) -> None:
    known = columns[SOURCES[rule.source].mart]
    for column in quoted(rule) & known:
        with_interval = {f"{column}_low", f"{column}_high"} & known
        assert with_interval | TOGETHER.get(column, set()) <= quoted(rule), column


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_only_a_proven_verdict_speaks_of_cause(rule: Rule) -> None:
    is_proven = any(c.place.column == "verdict" and c.operand == ["proven"] for c in rule.when)
    for language in LANGUAGES:
        assert is_proven or not re.search(OF_CAUSE, words(rule, language))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_sentence_types_a_figure_of_its_own(rule: Rule) -> None:
    for language in LANGUAGES:
        text = words(rule, language)
        for known in sorted(TYPED, key=len, reverse=True):
            text = text.replace(known, "")
        assert not re.search(r"\d", text), text


def test_every_caveat_that_the_header_of_the_mart_names_is_looked_for_and_no_other() -> None:
    (town_week,) = (model for model in check_models(SQL) if model.name == "marts.mart_town_week")
    named = {column.name: set(re.findall(r"[a-z]+_[a-z_0-9]+", column.label.en)) for column in town_week.columns}
    looked_for: dict[str, set[str]] = {"yoy_note": set(), "index_note": set()}
    for condition in (condition for rule in RULES for condition in rule.when if condition.operator == "has"):
        looked_for[condition.place.column].add(condition.operand)
    assert looked_for["yoy_note"] == named["yoy_note"]
    # What is held is told by the rows of the receipt.
    told_otherwise = {"events_held", "attractiveness_index_change_comparable"}
    assert looked_for["index_note"] == named["index_note"] - told_otherwise


def test_no_sentence_calls_passages_visitors() -> None:
    said = " ".join(words(rule, language) for rule in RULES for language in LANGUAGES)
    assert not re.search("visit|client|customer", said)


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str], Path]:
    """broken(old, new): the rules with a word of watch.toml changed."""

    def changed(old: str, new: str) -> Path:
        folder = tmp_path / "rules"
        shutil.copytree(FOLDER, folder)
        text = (folder / "watch.toml").read_text("utf-8")
        assert old in text
        (folder / "watch.toml").write_text(text.replace(old, new), "utf-8")
        return folder

    return changed


ALIVE = "{rows:count:compteur comptait|compteurs comptaient} encore dimanche."
ALIVE_EN = "{rows:count:counter was|counters were} still counting on Sunday."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (ALIVE, "Tout comptait encore.", "do not tell the same"),
        (f'fr = "{ALIVE}"\nen = "{ALIVE_EN}"', 'fr = "Tout va bien."\nen = "All is well."', "no figure"),
        ("{week_level_ratio:number}", "{week_level_ratio:volume}", "unknown kind 'volume'"),
        ("{week_level_ratio:number}", "{week_level_ratio}", "brace that is no placeholder"),
        ('["needs_review", "is", true]', '["needs_review", "equals", true]', "the second part is one of"),
        ('["needs_review", "is", true]', '["needs_review", "is"]', "too many or too few parts"),
        ('["needs_review", "is", true]', '["next.needs_review", "is", true]', "unknown source next"),
        ('source = "feeds"', 'source = "files"', "unknown source 'files'"),
        ('source = "counters"', 'source = "centre_counters"', "no place says which were counted"),
        ("priority = 4", "urgency = 4", "unknown key urgency"),
        ("priority = 4\n", "", "priority is missing"),
        ("[premises_warned]", "[index_up]", "two rules index_up"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(
    old: str, new: str, message: str, broken: Callable[[str, str], Path]
) -> None:
    with pytest.raises(RuleError, match=message) as refused:
        load_rules(broken(old, new))
    assert "watch.toml" in str(refused.value)
