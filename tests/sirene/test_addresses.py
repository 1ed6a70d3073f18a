"""Addresses as people and as the register write them."""

import pytest

from pipeline.sirene.addresses import Address, Place, Streets, Sureness, read_address, street_key


@pytest.mark.parametrize(
    ("written", "registered"),
    [
        ("12 bis, rue de l'Église", "12 B RUE DE L EGLISE"),
        ("14bis Grande Rue", "14 BIS GRANDE RUE"),
        ("14 Grande-Rue", "14 GR"),
        ("3 av. du Gal Leclerc", "3 AV DU GENERAL LECLERC"),
        ("8 rue du 8 mai 1945", "8 RUE DU 8 MAI 1945"),
        ("1 place Saint-Omer", "1 PL ST OMER"),
    ],
)
def test_one_address_written_in_two_ways_is_one(written: str, registered: str) -> None:
    assert read_address(written) == read_address(registered) is not None


@pytest.mark.parametrize(
    "written", ["12-14 Grande Rue", "12/14 Grande Rue", "12 à 14 Grande Rue", "12 et 14 Grande Rue"]
)
def test_a_range_of_numbers_is_read(written: str) -> None:
    assert read_address(written) == Address(12, 14, "", "grande rue")


@pytest.mark.parametrize("written", ["", "Grande Rue", "12", "BP 40"])
def test_without_a_number_or_a_street_there_is_no_address(written: str) -> None:
    assert read_address(written) is None


def test_a_street_and_an_avenue_of_one_name_are_two() -> None:
    assert street_key("rue de la Gare") != street_key("avenue de la Gare")


def place(code: str, written: str) -> Place:
    return Place(code, written, read_address(written))


FOCH = [place("F", "5 rue du Maréchal Foch"), place("J", "5 rue du Maréchal Joffre")]


@pytest.mark.parametrize(
    ("registered", "code", "sureness"),
    [
        ("5 RUE DU MARECHAL FOCH", "F", Sureness.HIGH),
        ("5 R MAL JOFFRE", "J", Sureness.HIGH),
        ("5 RUE DU MARECHAL JOFFRES", "J", Sureness.MEDIUM),
        ("5 B RUE DU MARECHAL FOCH", "F", Sureness.LOW),
    ],
)
def test_a_match_says_how_sure_it_is(registered: str, code: str, sureness: Sureness) -> None:
    match = Streets(FOCH).find(read_address(registered))
    assert match is not None
    assert ([p.premises_id for p in match.places], match.sureness) == ([code], sureness)


@pytest.mark.parametrize("registered", ["7 RUE DU MARECHAL FOCH", "5 RUE PASTEUR", "5 AV DU MARECHAL FOCH", "RUE FOCH"])
def test_another_number_or_street_matches_nothing(registered: str) -> None:
    assert Streets(FOCH).find(read_address(registered)) is None


def test_two_streets_that_are_equally_near_are_no_match() -> None:
    near = [place("A", "5 rue des Tilleuls A"), place("B", "5 rue des Tilleuls B")]
    assert Streets(near).find(read_address("5 RUE DES TILLEULS C")) is None


def test_the_other_side_of_the_street_is_not_in_a_range() -> None:
    streets = Streets([place("A", "5-9 rue Pasteur")])
    assert streets.find(read_address("7 RUE PASTEUR")) is not None
    assert streets.find(read_address("6 RUE PASTEUR")) is None
