"""A new town is a folder that loads at once and tells what to fill in."""

from pathlib import Path

import pytest

from pipeline.contract.town import load_town, town_names
from pipeline.feeds import all_feeds
from pipeline.operations.new_town import make_town


def test_the_new_folder_is_a_town_that_loads(tmp_path: Path) -> None:
    make_town(tmp_path, "ville-d-avray", "92077", "Europe/Paris", 2026)
    town = load_town(tmp_path, "ville-d-avray")
    assert (town.insee_code, town.timezone, town.country, town.is_demo) == ("92077", "Europe/Paris", "FR", False)
    assert town_names(tmp_path) == ["ville-d-avray"]


def test_it_holds_one_template_for_each_reference_feed(tmp_path: Path) -> None:
    folder = make_town(tmp_path, "meudon", "92048", "Europe/Paris", 2026)
    expected = {f"{feed.name}.csv" for feed in all_feeds().values() if feed.is_reference}
    assert {path.name for path in (folder / "reference").iterdir()} == expected
    assert len(expected) == 7


@pytest.mark.parametrize(
    ("name", "timezone", "reason"),
    [
        ("Meudon", "Europe/Paris", "not a name"),
        ("../x", "Europe/Paris", "not a name"),
        ("meudon", "Paris", "not a time zone"),
        ("meudon", "UTC", "not the time zone of a place"),
    ],
)
def test_a_wrong_name_or_time_zone_is_refused_with_the_way_out(
    tmp_path: Path, name: str, timezone: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        make_town(tmp_path, name, "92048", timezone, 2026)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_town_is_never_overwritten(tmp_path: Path) -> None:
    folder = make_town(tmp_path, "meudon", "92048", "Europe/Paris", 2026)
    (folder / "town.toml").write_text("mine", "utf-8")
    with pytest.raises(ValueError, match="already exists"):
        make_town(tmp_path, "meudon", "92048", "Europe/Paris", 2026)
    assert (folder / "town.toml").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("timezone", "country"), [("Europe/Berlin", "DE"), ("Europe/London", "GB"), ("Pacific/Auckland", "NZ")]
)
def test_its_country_whose_holidays_it_has_is_that_of_its_time_zone(
    tmp_path: Path, timezone: str, country: str
) -> None:
    make_town(tmp_path, "ailleurs", "00000", timezone, 2026)
    assert load_town(tmp_path, "ailleurs").country == country
