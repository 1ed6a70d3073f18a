"""What the register proposes beside the town's own list."""

from datetime import date

import pytest

from pipeline.contract.town import Town
from pipeline.deposit.store import list_uploads
from pipeline.settings import TownHome
from pipeline.sirene.addresses import Sureness
from pipeline.sirene.compare import Comparison, compare
from pipeline.sirene.register import scan_register
from pipeline.sirene.town_list import places_of, shops_of

TODAY = date(2026, 11, 23)
BAKERY = {"activitePrincipale": "47.24Z", "numeroVoie": "12", "typeVoie": "GR", "libelleVoie": None}
FLORIST = {"activitePrincipale": "47.76Z", "numeroVoie": "14", "libelleVoie": "GRANDE RUE", "typeVoie": None}
FLORIST |= {"indiceRepetitionEtablissement": "B"}


@pytest.fixture
def compared(register, sevres: Town, home: TownHome):
    """Compare a register of these rows with the town."""

    def compare_with(*rows: dict[str, str | None]) -> Comparison:
        scan = scan_register(register(*rows), sevres.insee_code)
        uploads = list_uploads(home)
        found = compare(scan.establishments, places_of(uploads, TODAY), shops_of(uploads, sevres), TODAY)
        assert len(found.proposals) + sum(found.others.values()) == len(scan.establishments) == len(rows)
        return found

    return compare_with


def test_a_shop_in_empty_premises_is_an_opening(compared) -> None:
    [opening] = compared({}).proposals
    assert (opening.kind, opening.sureness, opening.why) == ("opening", Sureness.HIGH, ("même adresse",))
    assert [place.premises_id for place in opening.premises] == ["L003"]


def test_a_number_inside_the_range_of_premises_is_a_doubtful_opening(compared) -> None:
    [opening] = compared({"numeroVoie": "7", "typeVoie": "AV", "libelleVoie": "DU MARECHAL FOCH"}).proposals
    assert (opening.premises[0].premises_id, opening.sureness) == ("L004", Sureness.LOW)


def test_of_two_premises_at_one_address_none_is_chosen(compared) -> None:
    [opening] = compared({"numeroVoie": "20", "libelleVoie": "PASTEUR"}).proposals
    assert ([p.premises_id for p in opening.premises], opening.sureness) == (["L005", "L006"], Sureness.LOW)


def test_two_establishments_in_one_place_are_both_doubtful(compared) -> None:
    found = compared({}, {"siret": "55210055400021", "activitePrincipale": "47.71Z"})
    assert [(p.kind, p.sureness) for p in found.proposals] == [("opening", Sureness.LOW)] * 2
    assert all("2 établissements actifs au registre pour ce local" in p.why for p in found.proposals)


def test_a_siret_that_the_town_knows_is_not_proposed_wherever_it_is_registered(compared) -> None:
    assert compared(BAKERY | {"siret": "73282932000074", "numeroVoie": "99"}).others == {"known": 1}


def test_a_shop_without_siret_of_the_same_trade_in_the_same_place_is_known(compared) -> None:
    assert compared(FLORIST | {"dateCreation": "2019-04-01"}).others == {"known": 1}


def test_a_shop_of_the_same_trade_that_is_newer_than_the_town_s_word_is_doubtful(compared) -> None:
    """The town said on 2 March 2026 that a florist is there; this one was created in September."""
    [opening] = compared(FLORIST).proposals
    assert (opening.sureness, opening.why[1]) == (Sureness.LOW, "votre liste y a déjà : Fleurs et Jardins")


def test_another_trade_in_occupied_premises_is_doubtful(compared) -> None:
    [opening] = compared(BAKERY | {"activitePrincipale": "47.61Z"}).proposals
    assert (opening.premises[0].premises_id, opening.sureness) == ("L001", Sureness.LOW)


def test_an_address_where_the_town_follows_no_premises_is_counted_only(compared) -> None:
    assert compared({"libelleVoie": "DES BRUYERES"}).others == {"no_premises": 1}


CLOSED = {"etatAdministratif": "F", "dateCreation": "2015-01-01"}


def test_a_closed_siret_closes_its_shop_and_keeps_the_rest_of_its_row(compared) -> None:
    [closure] = compared(BAKERY | CLOSED | {"siret": "73282932000074", "dateDebut": "2026-10-31"}).proposals
    assert (closure.kind, closure.sureness) == ("closure", Sureness.HIGH)
    shop = closure.shop
    assert (shop.premises_id, shop.shop_name, shop.closed_on) == ("L001", "Au Bon Pain", date(2026, 10, 31))
    assert (shop.opened_on, shop.operator_type, shop.area_m2) == (date(2020, 2, 1), "independent", 65)


def test_a_closed_establishment_of_the_same_trade_and_address_closes_a_shop_without_siret(compared) -> None:
    [closure] = compared(FLORIST | CLOSED | {"dateDebut": "2026-06-30"}).proposals
    assert (closure.shop.shop_name, closure.sureness) == ("Fleurs et Jardins", Sureness.MEDIUM)


def test_of_two_signs_of_one_closure_the_surest_is_taken(compared) -> None:
    late = FLORIST | CLOSED | {"dateDebut": "2026-06-30"}
    early = late | {"siret": "55210055400021", "dateDebut": "2026-01-15"}
    found = compared(early, late)
    assert [p.establishment.siret for p in found.proposals] == ["55210055400013"]
    assert found.others == {"closed_unknown": 1}


@pytest.mark.parametrize(
    "row",
    [
        FLORIST | CLOSED | {"dateDebut": "2012-06-30"},  # years before the town last said that its florist is open
        FLORIST | CLOSED | {"dateDebut": None},
        FLORIST | CLOSED | {"dateDebut": "2027-01-01"},  # not yet
        BAKERY | CLOSED | {"siret": "73282932000074", "dateDebut": "2019-01-01"},  # before the shop opened
        BAKERY | CLOSED | {"dateDebut": "2026-06-30"},  # the town's bakery has another SIRET
    ],
    ids=["long ago", "no date", "in the future", "before its opening", "another SIRET"],
)
def test_a_closed_establishment_that_is_no_open_shop_of_the_town_closes_nothing(compared, row) -> None:
    assert compared(row).others == {"closed_unknown": 1}
