"""Publications: whole files, one pointer, a way back."""

from datetime import date, timedelta

import pytest

from pipeline.warehouse import (
    UnknownBuildError,
    WarehouseError,
    build,
    current,
    publications,
    publish,
    query,
    rollback,
)

AS_OF = date(2026, 11, 23)


@pytest.fixture
def built(town, home, models):
    """built(days): the id of the build as of that many days after AS_OF."""

    def built(days: int = 0) -> str:
        return build(town, home, AS_OF + timedelta(days=days), sql_folder=models, analytic_models=()).build_id

    return built


def test_nothing_is_published_at_first(home) -> None:
    assert current(home) is None
    assert publications(home) == []


def test_what_is_published_is_what_readers_get(home, built) -> None:
    publication = publish(home, built())
    assert current(home) == publication.path == home.marts / f"{publication.build_id}.duckdb"
    assert publication.is_current
    assert query(publication.path, "SELECT as_of FROM raw.town").item() == AS_OF


def test_a_build_that_is_not_published_changes_nothing(home, built) -> None:
    publication = publish(home, built())
    built(1)
    assert current(home) == publication.path


def test_the_last_publication_is_listed_first(home, built) -> None:
    ids = [publish(home, built(days)).build_id for days in range(3)]
    kept = publications(home)
    assert [publication.build_id for publication in kept] == ids[::-1]
    assert [publication.is_current for publication in kept] == [True, False, False]


def test_only_the_last_ones_are_kept(home, built) -> None:
    ids = [publish(home, built(days), keep=2).build_id for days in range(4)]
    assert [publication.build_id for publication in publications(home)] == [ids[3], ids[2]]
    assert sorted(path.name for path in home.marts.iterdir()) == sorted(
        ["current", *(f"{name}.{end}" for name in ids[2:] for end in ("duckdb", "json"))]
    )


def test_rolling_back_points_at_the_earlier_file_and_loses_nothing(home, built) -> None:
    first, second = (publish(home, built(days)).build_id for days in range(2))
    assert rollback(home, first).build_id == first
    assert current(home) == home.marts / f"{first}.duckdb"
    assert {publication.build_id for publication in publications(home)} == {first, second}
    assert publish(home, second).is_current


def test_the_current_publication_is_kept_however_old(home, built) -> None:
    ids = [publish(home, built(days)).build_id for days in range(3)]
    rollback(home, ids[0])
    publish(home, ids[0], keep=1)
    assert {publication.build_id for publication in publications(home)} == {ids[2], ids[0]}


def test_an_unknown_build_is_refused_with_the_list_of_those_that_exist(home, built) -> None:
    first = publish(home, built()).build_id
    second = built(1)
    with pytest.raises(UnknownBuildError) as caught:
        publish(home, "2026-01-01-000000000000")
    assert first in str(caught.value)
    assert second in str(caught.value)
    with pytest.raises(
        UnknownBuildError, match=f"{second} was never published or is no longer kept; kept are: {first}"
    ):
        rollback(home, second)
    assert current(home) == home.marts / f"{first}.duckdb"


def test_a_published_file_that_has_gone_is_said_not_hidden(home, built) -> None:
    first, second = (publish(home, built(days)).build_id for days in range(2))
    (home.marts / f"{second}.duckdb").unlink()
    with pytest.raises(WarehouseError, match=f"has gone; roll back to one of: {first}"):
        current(home)


def test_a_reader_keeps_its_file_while_another_is_published(home, built) -> None:
    path = publish(home, built()).path
    publish(home, built(1))
    assert query(path, "SELECT as_of FROM raw.town").item() == AS_OF


def test_a_half_copied_file_is_replaced_and_never_pointed_at(home, built) -> None:
    build_id = built()
    home.marts.mkdir()
    (home.marts / f".partial-{build_id}").write_bytes(b"half")
    (home.marts / f"{build_id}.duckdb").write_bytes(b"a file without its manifest does not count")
    assert publications(home) == []
    assert query(publish(home, build_id).path, "SELECT as_of FROM raw.town").item() == AS_OF
    assert not list(home.marts.glob(".partial-*"))


def test_a_file_system_without_hard_links_gets_a_copy(home, built, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr("os.link", refuse)
    publication = publish(home, built())
    assert query(publication.path, "SELECT as_of FROM raw.town").item() == AS_OF
    assert publication.path.stat().st_mode & 0o222 == 0
