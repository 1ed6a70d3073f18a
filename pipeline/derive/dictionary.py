"""The data dictionary: every feed, problem and trade, in French and English, as one Markdown page."""

from collections.abc import Iterable, Sequence

from pipeline.contract import Column, Feed, Label
from pipeline.contract.problems import messages
from pipeline.contract.trades import all_families, all_trades
from pipeline.derive.words import accepted_values, constraint_words, key_headers, rule_words, type_words
from pipeline.feeds import all_feeds

COMMAND = "chalandise dictionary --write"
INTRODUCTION = f"""# Dictionnaire des données · Data dictionary

Written by `{COMMAND}` from the declarations in `pipeline/feeds/` and `pipeline/contract/`; do not edit by hand.

Une case vide veut dire « inconnu » ou « non compté », jamais zéro. Les noms internes servent aussi d'en-têtes.

An empty cell means “unknown” or “not counted”, never zero. The internal names are accepted as headers too.
"""


def dictionary() -> str:
    """The whole page as Markdown. It depends on the declarations alone, so that a stale copy can be told."""
    feeds = all_feeds()
    parts = [INTRODUCTION, _overview(feeds.values())]
    parts += [_feed(feed) for feed in feeds.values()]
    parts += [_problems(), _trades()]
    return "\n".join(parts)


def _overview(feeds: Iterable[Feed]) -> str:
    rows = [
        (f"[{feed.name}](#{feed.name})", _both(feed.title), _both(feed.owner), _both(feed.cadence), _keys(feed))
        for feed in feeds
    ]
    return "## Jeux de données · Feeds\n\n" + _table(
        ("feed", "titre · title", "qui · owner", "rythme · rhythm", "clé · key"), rows
    )


def _feed(feed: Feed) -> str:
    lines = [
        f"## {feed.name}",
        "",
        f"**{feed.title.fr}** · {feed.title.en}",
        "",
        feed.description.fr,
        "",
        feed.description.en,
        "",
    ]
    facts = [
        ("Qui · Owner", _both(feed.owner)),
        ("Rythme · Rhythm", _both(feed.cadence)),
        ("Clé · Key", _keys(feed)),
        ("Nature · Kind", "référence, historisée · reference, history kept" if feed.is_reference else "faits · facts"),
        ("Seuil de rejet · Rejection ceiling", f"{feed.max_rejected_share:.0%}"),
        ("Version", f"{feed.version} ({feed.last_modified.isoformat()})"),
        *(("Suit · Follows", f"[{title}]({address})") for title, address in feed.sources),
        *(("Règle · Rule", _both(words)) for words in rule_words(feed)),
    ]
    lines += [f"- {name} : {value}" for name, value in facts]
    titles = (
        "colonne · column",
        "interne · internal",
        "libellé · label",
        "type",
        "unité · unit",
        "contraintes · constraints",
    )
    rows = [_column(column) for column in feed.columns]
    return "\n".join(lines) + "\n\n" + _table((*titles, "précision · detail", "exemple · example"), rows)


def _column(column: Column) -> tuple[str, ...]:
    return (
        f"`{column.header}`",
        f"`{column.name}`",
        _both(column.label),
        _both(type_words(column)),
        column.unit.symbol if column.unit else "",
        _each(constraint_words(column)),
        _detail(column),
        f"`{column.example}`" if column.example else "",
    )


def _detail(column: Column) -> str:
    """The description, then the closed list where there is one (trades have their own chapter), then other headers."""
    details = [_both(column.description)] if column.description.fr else []
    values = accepted_values(column)
    if values and len(values) < len(all_trades()):
        details.append(_each(values))
    if column.aliases:
        details.append("aussi · also: " + ", ".join(f"`{alias}`" for alias in column.aliases))
    return "<br>".join(details)


def _problems() -> str:
    rows = [(f"`{key.split('.')[0]}`", f"`{key}`", label.fr, label.en) for key, label in messages().items()]
    return "## Problèmes · Problems\n\n" + _table(("code", "clé · key", "français", "English"), rows)


def _trades() -> str:
    families = all_families()
    rows = [
        (
            f"`{trade.code}`",
            _both(trade.label),
            _both(families[trade.family]),
            " ".join(trade.naf_rev2),
            " ".join(trade.naf_2025),
            "oui · yes" if trade.is_walk_in else "non · no",
            ", ".join(trade.synonyms),
        )
        for trade in all_trades().values()
    ]
    titles = (
        "code",
        "libellé · label",
        "famille · family",
        "NAF rév. 2",
        "NAF 2025",
        "clientèle de passage · walk-in",
        "aussi · also",
    )
    return "## Activités · Trades\n\n" + _table(titles, rows)


def _keys(feed: Feed) -> str:
    key = " + ".join(f"`{header}`" for header in key_headers(feed, feed.key))
    fallback = " + ".join(f"`{header}`" for header in key_headers(feed, feed.alternative_key))
    return f"{key} (sinon · else {fallback})" if fallback else key


def _both(label: Label) -> str:
    return label.fr if label.fr == label.en else f"{label.fr} · {label.en}"


def _each(labels: Sequence[Label]) -> str:
    """French phrases, then the English ones."""
    return _both(Label(" ; ".join(label.fr for label in labels), "; ".join(label.en for label in labels)))


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
