"""Signs that leave the register, and those that stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sirene.signs import safe_sign


@pytest.mark.parametrize(
    "sign", ["BOULANGERIE DU PONT", "Au fil des pages", "FRANPRIX", "Café de la Gare", "Garage du Moulin", "Optic 2000"]
)
def test_a_sign_that_names_a_place_is_taken_as_it_is_written(sign: str) -> None:
    assert safe_sign(sign) == sign


@pytest.mark.parametrize(
    "sign",
    [
        "DUPLANTIER GERMAINE",
        "Chez Germaine",
        "BOULANGERIE DUPLANTIER",
        "GARAGE MOULIN",
        "Mme Petit",
        "LE GRAND",
        "DU BOIS",
        "Salon Belle",
    ],
)
def test_a_sign_that_may_name_a_person_stays_in_the_register(sign: str) -> None:
    assert safe_sign(sign) is None


@pytest.mark.parametrize("sign", [None, "", "  ", "=SALON", "@CAFE", "---"])
def test_an_empty_sign_or_a_formula_is_none(sign: str | None) -> None:
    assert safe_sign(sign) is None


@given(st.text(alphabet="BCDFGHJKLMNPQRSTVWXZ", min_size=5, max_size=12))
def test_no_word_that_nobody_listed_ever_leaves(name: str) -> None:
    for sign in (name, f"BOULANGERIE {name}", f"{name} COIFFURE", f"CAFE DE LA {name}", f"AU {name}"):
        assert safe_sign(sign) is None
