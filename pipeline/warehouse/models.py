"""SQL models: one SELECT a file, whose header is its contract (docs/architecture.md). The only door to sqlglot."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from pipeline.contract import Label
from pipeline.warehouse.errors import ModelError
from pipeline.warehouse.tables import RANKS, SQL_SCHEMAS, DocumentedColumn

HEADER_LINE = re.compile(r"^--\s*(?P<word>[a-z_]+):\s*(?P<text>.*?)\s*$")
HEADER_WORDS = ("model", "title", "kept", "grain", "column", "check")
# How a model is kept when nothing is said: as a table. A view repeats rows that stand in the database already.
VIEW = "view"
TABLE_FUNCTIONS = (exp.GenerateSeries, exp.Unnest)
# What would make the same inputs give another result: `as_of` in raw.town is the day of a build.
IMPURE = (exp.CurrentDate, exp.CurrentDatetime, exp.CurrentTime, exp.CurrentTimestamp, exp.Rand, exp.Uuid)
IMPURE_NAMES = frozenset({"now", "today", "get_current_timestamp", "transaction_timestamp", "setseed", "nextval"})


@dataclass(frozen=True, slots=True)
class SqlModel:
    """A SQL file. name: `schema.table`; reads: qualified tables, sorted; checks: must not be false for any row.

    is_view: it is kept as a question and not as an answer: each row of the table that it reads, under other names.
    """

    name: str
    title: Label
    grain: tuple[str, ...]
    columns: tuple[DocumentedColumn, ...]
    checks: tuple[str, ...]
    reads: tuple[str, ...]
    sql: str
    path: Path
    is_view: bool = False

    @property
    def source(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def load_models(sql_folder: Path) -> list[SqlModel]:
    """Every model below `sql_folder`/{reference,staging,intermediate,marts}, by name.

    Raises ModelError, with one line for each file that is wrong.
    """
    models, problems = [], []
    for path in (path for schema in SQL_SCHEMAS for path in sorted((sql_folder / schema).glob("*.sql"))):
        try:
            models.append(parse_model(path))
        except ModelError as error:
            problems.append(str(error))
    if problems:
        raise ModelError("\n".join(problems))
    return models


def parse_model(path: Path) -> SqlModel:
    """Read one file `<schema>/<name>.sql`. Raises ModelError naming file and line of the first thing wrong."""
    text = path.read_text(encoding="utf-8")
    header = _Header.read(path, text)
    query = _single_select(path, text)
    _refuse_impure(path, query)
    model = SqlModel(
        name=header.model(),
        title=header.title(),
        grain=header.grain(),
        columns=header.columns(),
        checks=tuple(text for _, text in header.all("check")),
        reads=_reads(path, query),
        sql=text,
        path=path,
        is_view=header.is_view(),
    )
    _compare_columns(header, query)
    _check_order_of_schemas(model)
    return model


@dataclass(frozen=True, slots=True)
class _Header:
    """The `-- word: text` lines above the SELECT, each with its line number."""

    path: Path
    lines: tuple[tuple[int, str, str], ...]

    @classmethod
    def read(cls, path: Path, text: str) -> "_Header":
        lines = []
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip() and not line.startswith("--"):
                break
            if found := HEADER_LINE.match(line):
                if found["word"] not in HEADER_WORDS:
                    known = ", ".join(HEADER_WORDS)
                    raise _error(path, number, f"unknown header word {found['word']!r}; the words are: {known}")
                lines.append((number, found["word"], found["text"]))
        return cls(path, tuple(lines))

    def all(self, word: str) -> Iterator[tuple[int, str]]:
        return ((number, text) for number, said, text in self.lines if said == word)

    def one(self, word: str) -> tuple[int, str]:
        found = list(self.all(word))
        if len(found) != 1:
            line = found[1][0] if found else 1
            raise _error(self.path, line, f"the header needs exactly one line `-- {word}: …`, found {len(found)}")
        return found[0]

    def model(self) -> str:
        number, name = self.one("model")
        expected = f"{self.path.parent.name}.{self.path.stem}"
        if name != expected:
            raise _error(self.path, number, f"the model is called {name!r}; by its folder and file it is {expected!r}")
        return name

    def title(self) -> Label:
        number, text = self.one("title")
        words = [part.strip() for part in text.split("|")]
        if len(words) != 2 or not all(words):
            raise _error(self.path, number, "both languages are needed; write `-- title: French | English`")
        return Label(words[0], words[1])

    def grain(self) -> tuple[str, ...]:
        number, text = self.one("grain")
        grain = tuple(part.strip() for part in text.split(","))
        documented = {column.name for column in self.columns()}
        if missing := [name for name in grain if name not in documented]:
            raise _error(self.path, number, f"the grain names {', '.join(missing)}, which is no column of the model")
        return grain

    def is_view(self) -> bool:
        told = list(self.all("kept"))
        if wrong := [(number, text) for number, text in told if text != VIEW]:
            raise _error(self.path, wrong[0][0], f"a model is kept as a table, or says `-- kept: {VIEW}`")
        return bool(told)

    def columns(self) -> tuple[DocumentedColumn, ...]:
        columns: dict[str, DocumentedColumn] = {}
        for number, text in self.all("column"):
            try:
                column = DocumentedColumn.parse(text)
            except ValueError as error:
                raise _error(self.path, number, str(error)) from error
            if column.name in columns:
                raise _error(self.path, number, f"column {column.name!r} is documented twice")
            columns[column.name] = column
        return tuple(columns.values())


def _single_select(path: Path, text: str) -> exp.Query:
    try:
        statements = [statement for statement in sqlglot.parse(text, dialect="duckdb") if statement is not None]
    except ParseError as error:
        first = error.errors[0]
        raise _error(path, first["line"] or 1, f"this SQL cannot be read: {first['description']}") from error
    except SqlglotError as error:
        raise _error(path, 1, f"this SQL cannot be read: {error}") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise _error(path, 1, f"a model is exactly one SELECT; found {len(statements)} statement(s)")
    return statements[0]


def _refuse_impure(path: Path, query: exp.Query) -> None:
    for function in query.find_all(exp.Func):
        name = function.name.lower() if isinstance(function, exp.Anonymous) else ""
        if isinstance(function, IMPURE) or name in IMPURE_NAMES:
            shown = name or function.sql(dialect="duckdb")
            raise _error(path, _line(function), f"{shown} gives another result each time; take as_of from raw.town")


def _reads(path: Path, query: exp.Query) -> tuple[str, ...]:
    named_here = {cte.alias_or_name for cte in query.find_all(exp.CTE)}
    reads = set()
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            if not isinstance(table.this, TABLE_FUNCTIONS):
                shown = table.this.sql(dialect="duckdb")
                raise _error(path, _line(table), f"{shown}: a model reads tables only, never files or functions")
        elif table.db:
            if table.db not in RANKS:
                raise _error(path, _line(table), f"unknown schema {table.db!r}; they are: {', '.join(RANKS)}")
            reads.add(f"{table.db}.{table.name}")
        elif table.name not in named_here:
            raise _error(path, _line(table), f"table {table.name!r} is neither a CTE nor written with its schema")
    return tuple(sorted(reads))


def _compare_columns(header: _Header, query: exp.Query) -> None:
    selected = query.named_selects
    documented = [column.name for column in header.columns()]
    if "*" in selected:
        raise _error(header.path, _line(query), "the last SELECT writes out its columns; `*` hides them")
    if selected == documented:
        return
    if undocumented := [name or "(unnamed)" for name in selected if name not in documented]:
        what = f"selected but not documented: {', '.join(undocumented)}"
    elif unselected := [name for name in documented if name not in selected]:
        what = f"documented but not selected: {', '.join(unselected)}"
    else:
        place = next(i for i, (a, b) in enumerate(zip(selected, documented, strict=False)) if a != b)
        what = f"column {place + 1} is {selected[place]!r} in the SELECT and {documented[place]!r} in the header"
    raise _error(header.path, header.one("model")[0], what)


def _check_order_of_schemas(model: SqlModel) -> None:
    own = RANKS[model.path.parent.name]
    for table in model.reads:
        if RANKS[table.split(".")[0]] > own:
            raise _error(model.path, 1, f"{model.name} reads {table}, which is built after it; data goes one way")


def _line(node: exp.Expr) -> int:
    """Line of the first token below `node` that carries one; sqlglot notes it on identifiers and functions."""
    for part in node.walk():
        if line := part.meta.get("line"):
            return int(line)
    return 1


def _error(path: Path, line: int, what: str) -> ModelError:
    return ModelError(f"sql/{path.parent.name}/{path.name}, line {line}: {what}")
