"""A receipt as people read it."""

from datetime import UTC, datetime

from pipeline.contract import Problem
from pipeline.deposit.problems import problem_frame
from pipeline.deposit.receipt import Receipt, Rows, Values, count_by_code, render_receipt, shown_problems

PROBLEMS = [
    Problem("type-error.number-repaired", "repair", 9, "passages", "1 204", "1204"),
    *(
        Problem("unknown-counter", "error", line, "compteur", "GR13", fix="Vouliez-vous dire « GR12 » ?")
        for line in range(2, 9)
    ),
    Problem("too-many-rejected", value="70 %", expected="20 %"),
]
ROWS = Rows(10, 3, 7, 0, 0, 1, 0)


def receipt(status="waiting", problems=tuple(PROBLEMS), rows=ROWS) -> Receipt:
    frame = problem_frame(list(problems))
    return Receipt(
        "20261123T090000-footfall-0123456789ab", "essai", "footfall", "template", "0" * 64, status,
        datetime(2026, 11, 23, 9, tzinfo=UTC), "Jeanne", "comptages.csv", False, rows, Values(10, 3, 7, 0),
        shown_problems(frame), count_by_code(frame),
    )  # fmt: skip


def test_what_concerns_the_whole_file_comes_first_then_errors_then_repairs() -> None:
    assert [(p["line"], p["severity"]) for p in receipt().problems] == [
        (None, "error"),
        *((line, "error") for line in range(2, 9)),
        (9, "repair"),
    ]


def test_problems_are_counted_by_code() -> None:
    assert receipt().problem_counts == {"unknown-counter": 7, "too-many-rejected": 1, "type-error": 1}


def test_the_plain_text_says_what_happened_where_and_what_to_do() -> None:
    assert render_receipt(receipt()) == (
        "comptages.csv — Comptages piétons : EN ATTENTE DE DÉCISION\n"
        "Lignes : lues 10, acceptées 3, rejetées 7, réparées 1\n"
        "Envoi : 20261123T090000-footfall-0123456789ab\n"
        "\n"
        "À corriger\n"
        "  • 70 % des lignes sont rejetées (plus de 20 %) : l'envoi attend la décision du manager de commerce et "
        "n'entre dans aucun calcul.\n"
        "  • Lignes 2, 3, 4, 5, 6 … (7), colonne « compteur » : le compteur « GR13 » n'est pas connu. "
        "Vouliez-vous dire « GR12 » ?\n"
        "\n"
        "Réparé sans perte\n"
        "  • Ligne 9, colonne « passages » : « 1 204 » a été lu comme 1204.\n"
        "\n"
        "→ Corrigez le fichier et renvoyez-le, ou demandez au manager de commerce d'accepter cet envoi tel quel.\n"
    )


def test_there_is_an_english_text_too() -> None:
    text = render_receipt(receipt(), "en")
    assert "WAITING FOR A DECISION" in text
    assert "Lines 2, 3, 4, 5, 6 … (7), column “compteur”: the counter “GR13” is not known. Did you mean “GR12”?" in text


def test_a_clean_file_asks_for_nothing() -> None:
    text = render_receipt(receipt("accepted", [], Rows(10, 10)))
    assert text.endswith("→ Rien à corriger.\n")


def test_exit_codes_tell_scripts_whether_the_file_is_in() -> None:
    codes = {status: receipt(status).exit_code for status in ("accepted", "already_received", "waiting", "refused")}
    assert codes == {"accepted": 0, "already_received": 0, "waiting": 2, "refused": 2}


def test_the_object_has_the_contract_s_fields() -> None:
    told = receipt().as_json()
    assert list(told)[:9] == [
        "upload_id", "town", "feed", "format", "sha256", "status", "rows", "values", "problems",
    ]  # fmt: skip
    contract = {"line", "column", "code", "severity", "value", "message", "fix"}
    assert set(told["problems"][1]) == contract | {"message_en", "fix_en"}
    assert set(told["rows"]) == {
        "read", "accepted", "rejected", "blank", "repeated_header", "repaired", "superseding",
    }  # fmt: skip
