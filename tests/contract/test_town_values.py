"""town.toml: what is wrong in it is said with its file, and never taken for something else."""

from pathlib import Path

import pytest

from pipeline.contract.town import Town, load_town

RIGHT = {"name": '"Essai"', "insee_code": '"92072"', "country": '"FR"', "timezone": '"Europe/Paris"'}


def town_with(towns: Path, **told: str) -> Town:
    folder = towns / "essai"
    folder.mkdir()
    lines = [f"{name} = {value}" for name, value in (RIGHT | told).items()]
    (folder / "town.toml").write_text("\n".join(lines), encoding="utf-8")
    return load_town(towns, "essai")


def test_a_town_says_what_it_decides(tmp_path: Path) -> None:
    town = town_with(tmp_path, population="23675", opening_hours="[9, 20]", beta_per_min="1", is_demo="false")
    assert (town.population, town.opening_hours, town.beta_per_min, town.is_demo) == (23675, (9, 20), 1, False)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("is_demo", '"no"', "is_demo = 'no'; expected is bool"),
        ("baseline_year", '"2025"', "expected is int"),
        ("frozen_on", '"2026-01-01"', "expected is date"),
        ("insee_code", "92072", "insee_code = 92072; expected is str"),
        ("population", "-5", "leave it out"),
        ("opening_hours", "[19, 10]", "the second must be greater"),
        ("opening_hours", "[10, 25]", "a day has 24 hours"),
        ("opening_hours", "[10]", "expected 2"),
        ("level_bounds", "[2.5, 0.4]", "the second must be greater"),
        ("timezone", '"Mars/Base"', "No time zone found"),
        ("colour", "1", "colour"),
        ("name", "", "at line 1"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, name: str, value: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"essai/town\.toml: ") as error:
        town_with(tmp_path, **{name: value})
    assert said in str(error.value)
