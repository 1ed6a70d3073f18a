"""Sèvres as its folder declares it, against the public sources of its facts."""

import csv
import itertools
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.contract.town import Indicator, Town, load_town

Point = tuple[float, float]  # x = longitude, y = latitude
Ring = list[Point]

INDICATORS = {
    "frequentation": ["footfall_index_seasonal", "weekend_share"],
    "offer": ["vacancy_rate", "trade_diversity", "net_openings_52w", "cold_front_share"],
    "animation": ["event_days_4w", "neighbourhoods_with_event_12w_share"],
    "links": ["access_score", "gateway_per_1000_index", "link_evenness"],
}


@pytest.fixture(scope="module")
def sevres(project: Path) -> Town:
    return load_town(project / "towns", "sevres")


@pytest.fixture(scope="module")
def neighbourhoods(sevres: Town) -> list[dict[str, str]]:
    with (sevres.folder / "reference" / "neighbourhoods.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def iris(shared: Path) -> dict[str, Any]:
    told = json.loads((shared / "data/geo/iris_sevres.geojson").read_text(encoding="utf-8"))
    return {feature["properties"]["code_iris"]: feature for feature in told["features"]}


def test_it_is_a_demonstration_whose_clock_stands_behind_104_complete_weeks(sevres: Town) -> None:
    assert sevres.is_demo
    assert sevres.frozen_on == date(2026, 11, 23)
    assert sevres.frozen_on.isoweekday() == 1
    assert (sevres.frozen_on - date(2024, 11, 25)).days == 104 * 7
    assert (sevres.insee_code, sevres.timezone, sevres.school_zone) == ("92072", "Europe/Paris", "C")


def test_the_eleven_indicators_have_a_pillar_two_goalposts_and_a_weight(sevres: Town) -> None:
    found: dict[str, list[str]] = {}
    for indicator in sevres.indicators:
        found.setdefault(indicator.pillar, []).append(indicator.name)
        assert indicator.low is not None
        assert indicator.high is not None
        assert indicator.low != indicator.high
        assert indicator.weight > 0
    assert found == INDICATORS
    assert sum(sevres.pillar_weights.values()) == pytest.approx(1)


def test_less_is_better_for_vacancy_and_cold_fronts_only(sevres: Town) -> None:
    assert {i.name for i in sevres.indicators if (i.low or 0) > (i.high or 0)} == {"vacancy_rate", "cold_front_share"}


def test_every_goalpost_says_where_it_comes_from(sevres: Town) -> None:
    lines = (sevres.folder / "town.toml").read_text(encoding="utf-8").splitlines()
    sections = [i for i, line in enumerate(lines) if line.startswith("[index.indicators.")]
    assert len(sections) == 11
    assert all(lines[i - 1].startswith("# ") for i in sections)


def test_the_ten_neighbourhoods_hold_all_inhabitants(sevres: Town, neighbourhoods: list[dict[str, str]]) -> None:
    # Insee RP2016: 23,675 inhabitants in ten IRIS, 920720101 to 920720110.
    assert [row["quartier"] for row in neighbourhoods] == [f"9207201{n:02d}" for n in range(1, 11)]
    assert sum(float(row["population"]) for row in neighbourhoods) == pytest.approx(23_675, abs=1e-3)
    assert sevres.population == 23_675


@pytest.mark.shared
def test_populations_are_the_sums_of_insees_age_groups(shared: Path, neighbourhoods: list[dict[str, str]]) -> None:
    with (shared / "data/geo/insee_rp2016_population_iris_sevres.csv").open(encoding="utf-8", newline="") as file:
        insee = {
            row["IRIS"]: sum(float(value) for name, value in row.items() if name.startswith("P16_POP"))
            for row in csv.DictReader(file)
        }
    assert len(insee) == 10
    for row in neighbourhoods:
        assert float(row["population"]) == pytest.approx(insee[row["quartier"]], abs=5e-7)


@pytest.mark.shared
def test_names_and_centroids_are_those_of_the_iris(iris: dict[str, Any], neighbourhoods: list[dict[str, str]]) -> None:
    assert len(iris) == 10
    for row in neighbourhoods:
        feature = iris[row["codes_iris"]]
        assert row["nom"] == feature["properties"]["nom_iris"]
        x, y = _centroid(_rings(feature))
        assert float(row["lat"]) == pytest.approx(y, abs=6e-6)
        assert float(row["lon"]) == pytest.approx(x, abs=6e-6)


@pytest.mark.shared
def test_the_perimeter_lies_in_the_town_and_holds_the_common_border_of_its_two_central_iris(
    sevres: Town, iris: dict[str, Any]
) -> None:
    rings = [ring for feature in iris.values() for ring in _rings(feature)]
    assert all(any(_inside((lon, lat), ring) for ring in rings) for lat, lon in sevres.centre_perimeter)
    perimeter = [(lon, lat) for lat, lon in sevres.centre_perimeter]
    europe, danton = ({p for r in _rings(iris[f"9207201{n}"]) for p in r} for n in ("06", "07"))
    border = europe & danton
    assert len(border) == 8
    assert all(_inside(point, perimeter) for point in border)
    assert _inside((sevres.centre_lon or 0, sevres.centre_lat or 0), perimeter)


def test_the_attractiveness_of_the_centres_is_a_sourced_proxy_that_is_named_so(sevres: Town) -> None:
    # Insee, population municipale 2022: Sèvres 22,782; its six neighbours.
    assert sevres.attractiveness_measure == "Population municipale 2022 (Insee), à défaut de surface de vente"
    assert sevres.centre_attractiveness == 22_782
    assert {peer.name: peer.attractiveness for peer in sevres.competing_centres} == {
        "Boulogne-Billancourt": 120_205,
        "Chaville": 20_198,
        "Meudon": 46_722,
        "Saint-Cloud": 29_859,
        "Ville-d'Avray": 10_871,
        "Issy-les-Moulineaux": 67_895,
    }


@pytest.mark.shared
def test_peers_are_neighbouring_communes_at_the_centroid_of_their_outline(sevres: Town, shared: Path) -> None:
    told = json.loads((shared / "data/geo/communes_around_sevres.geojson").read_text(encoding="utf-8"))
    communes = {feature["properties"]["code"]: feature for feature in told["features"]}
    assert len(sevres.peers) == 6
    for peer in sevres.peers:
        assert peer.name == communes[peer.insee_code]["properties"]["nom"]
        x, y = _centroid(_rings(communes[peer.insee_code]))
        assert (peer.lat, peer.lon) == (pytest.approx(y, abs=6e-5), pytest.approx(x, abs=6e-5))


def _rings(feature: Any) -> list[Ring]:
    """The outlines of a feature (no IRIS and no commune here has a hole)."""
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    assert all(len(polygon) == 1 for polygon in polygons)
    return [[(round(x, 6), round(y, 6)) for x, y in polygon[0]] for polygon in polygons]


def _centroid(rings: list[Ring]) -> Point:
    """Centroid of polygons by cutting each into triangles from the first corner, weighted by area."""
    area = x = y = 0.0
    for ring in rings:
        (x0, y0), *rest = ring
        signed = [
            ((ax - x0) * (by - y0) - (bx - x0) * (ay - y0), (x0 + ax + bx) / 3, (y0 + ay + by) / 3)
            for (ax, ay), (bx, by) in itertools.pairwise(rest)
        ]
        turn = math.copysign(1, sum(a for a, _, _ in signed))
        area += turn * sum(a for a, _, _ in signed)
        x += turn * sum(a * cx for a, cx, _ in signed)
        y += turn * sum(a * cy for a, _, cy in signed)
    return x / area, y / area


def _inside(point: Point, ring: Ring) -> bool:
    """Whether a ray to the east crosses the outline an odd number of times."""
    x, y = point
    crossings = 0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            crossings += 1
    return crossings % 2 == 1


def test_one_event_day_moves_the_index_as_the_officer_s_page_says(sevres: Town, project: Path) -> None:
    days, quartiers = (next(i for i in sevres.indicators if i.name == name) for name in INDICATORS["animation"])
    weights = days.weight + quartiers.weight

    def factor(indicator: Indicator, before: float, after: float) -> float:
        assert indicator.low is not None
        assert indicator.high is not None
        low, width = indicator.low, indicator.high - indicator.low
        scores = [1 + 99 * (value - low) / width for value in (before, after)]
        return (scores[1] / scores[0]) ** (sevres.pillar_weights["animation"] * indicator.weight / weights)

    found = [factor(days, n, n + 1) for n in range(3)] + [factor(quartiers, 0, 0.1)]
    told = ("par 1,48", "par 1,10", "par 1,06", "par 1,27")
    assert [f"par {value:.2f}".replace(".", ",") for value in found] == list(told)
    page = (project / "docs" / "manager.md").read_text(encoding="utf-8")
    assert all(word in page for word in told)
