"""What a town.toml may leave out, and what it must not contradict."""

from pathlib import Path

import pytest

from pipeline.contract.town import Town, load_town

BASE = 'name = "V"\ninsee_code = "92072"\ncountry = "FR"\ntimezone = "Europe/Paris"\n'
PILLARS = "[index.pillar_weights]\nfrequentation = 1.0\n[index.indicators.footfall_index]\npillar = 'frequentation'\n"
PEER = '[[peers]]\ninsee_code = "92048"\nname = "Meudon"\nattractiveness = 20\nlat = 48.8\nlon = 2.2\n'


def town(tmp_path: Path, text: str) -> Town:
    (tmp_path / "v").mkdir()
    (tmp_path / "v" / "town.toml").write_text(BASE + text, encoding="utf-8")
    return load_town(tmp_path, "v")


def test_an_indicator_may_wait_for_its_goalposts(tmp_path: Path) -> None:
    indicator = town(tmp_path, PILLARS).indicators[0]
    assert not indicator.is_frozen
    assert not indicator.is_inverted


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("low = 50\n", "one goalpost"),
        ("less_is_better = true\nlow = 0.1\nhigh = 0.2\n", "less of footfall_index is better"),
    ],
)
def test_goalposts_that_contradict_are_refused(tmp_path: Path, keys: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        town(tmp_path, PILLARS + keys)


def test_less_is_better_where_it_is_said_or_where_the_goalposts_say_it(tmp_path: Path) -> None:
    assert town(tmp_path, PILLARS + "low = 2\nhigh = 1\n").indicators[0].is_inverted


def test_a_competing_centre_needs_the_measure_and_the_attractiveness_of_the_own_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"attractiveness_measure, \[centre\] lat, \[centre\] lon"):
        town(tmp_path, PEER)


def test_an_attractiveness_of_zero_is_refused(tmp_path: Path) -> None:
    centre = 'attractiveness_measure = "m2"\n[centre]\nlat = 48.82\nlon = 2.21\nattractiveness = 0\n'
    with pytest.raises(ValueError, match="above 0"):
        town(tmp_path, centre + PEER)


def test_a_peer_without_attractiveness_does_not_compete(tmp_path: Path) -> None:
    assert town(tmp_path, PEER.replace("attractiveness = 20\n", "")).competing_centres == ()
