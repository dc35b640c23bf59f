"""A spreadsheet of people: its columns guessed in four languages, its rows as accounts, or the rows that are wrong."""

import pytest

from crisis.member_writes import AT_ONCE, Newcomer
from crisis.people import COLUMNS, Known, guessed, has_head, head_means, role_of, taken
from crisis.user_names import is_user_name, letters, parted, user_name_of

HEADS = ["Name", "Function", "Site", "Phone", "Role", "User name"]
KINDS = ["name", "function", "site", "phone", "role", "username"]
NOBODY = Known(set(), {})


def numbered(rows: list[list[str]]) -> dict[int, list[str]]:
    return dict(enumerate(rows, 1))


def took(*rows: list[str], kinds: list[str] | None = None, role: str = "", known: Known = NOBODY):
    """What rows under the six heads come to."""
    table = numbered([HEADS[: len(rows[0])] if rows else HEADS, *rows])
    return taken(table, kinds or KINDS[: len(table[1])], True, role, known)


# --- columns


@pytest.mark.parametrize(
    ("heads", "kinds"),
    [
        (["Nom", "Prénom", "Fonction", "Site", "Téléphone"], ["name", "first", "function", "site", "phone"]),
        (["Nom et prénom", "Titre", "Hôpital", "N° GSM"], ["name", "function", "site", "phone"]),
        (["Naam", "Voornaam", "Functie", "Ziekenhuis", "Mobiel"], ["name", "first", "function", "site", "phone"]),
        (["Achternaam", "Rol", "Gebruikersnaam"], ["name", "role", "username"]),
        (["Nachname", "Vorname", "Funktion", "Standort", "Handy"], ["name", "first", "function", "site", "phone"]),
        (["Name", "Beruf", "Benutzername", "Rolle"], ["name", "function", "username", "role"]),
        (["Last name", "First name", "Job title", "Campus", "Phone"], ["name", "first", "function", "site", "phone"]),
        (["Nom d’utilisateur", "Nom", "E-mail"], ["username", "name", ""]),
        (["User name", "Given name", "Family name"], ["username", "first", "name"]),
    ],
)
def test_columns_are_guessed_by_their_heads_in_four_languages(heads, kinds):
    assert guessed(numbered([heads, ["x"] * len(heads)])) == kinds
    assert has_head(numbered([heads]))


def test_columns_without_heads_are_name_function_and_site_and_what_looks_like_a_phone_or_a_role():
    rows = numbered([["061 00 00 00", "Head Nurse", "surgery", "observateur"], ["", "Night Nurse", "surgery", ""]])

    assert not has_head(rows)
    assert guessed(rows) == ["phone", "name", "function", "role"]


def test_of_two_columns_with_one_meaning_the_first_has_it_and_where_none_is_the_name_one_is_made_it():
    rows = numbered([["Function", "Phone", "GSM", "Who"], ["surgery", "1", "2", "Head Nurse"]])

    assert guessed(rows) == ["function", "phone", "", "name"]
    assert head_means("Who") == ""


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("observer", "observer"),
        ("Observateur", "observer"),
        ("waarnemer", "observer"),
        ("SECRÉTAIRE", "secretary"),
        ("secretary of the cell", "secretary"),
        ("Kommunikation", "communications"),
        ("medische directie", "medical"),
        ("Directeur", "director"),
        ("ward manager", "ward"),
        ("gardener", None),
        ("", None),
    ],
)
def test_a_role_is_known_by_its_key_and_by_its_name_in_each_language(said, role):
    assert role_of(said) == role


# --- rows


def test_a_row_is_somebody_with_a_user_name_made_of_the_name():
    assert took(["Head Nurse", "surgery", "Libramont", "061 00 00 00", "observer", ""]).people == [
        Newcomer("hnurse", "Head Nurse", "surgery", "Libramont", "061 00 00 00", "observer")
    ]


def test_first_and_last_name_are_two_columns_or_one():
    rows = [["Infirmière-chef", "Très Bonne"]]

    assert took(*rows, kinds=["name", "first"]).people == [Newcomer("tinfirmierechef", "Très Bonne Infirmière-chef")]
    assert took(["Night Nurse"]).people == [Newcomer("nnurse", "Night Nurse")]


def test_a_user_name_of_its_own_is_kept_and_the_made_ones_go_round_it():
    found = took(
        ["Head Nurse", "", "", "", "", ""],
        ["Night Nurse", "", "", "", "", "HNurse"],
        ["Help Nurse", "", "", "", "", ""],
    )

    assert [person.username for person in found.people] == ["hnurse2", "hnurse", "hnurse3"]


def test_a_user_name_that_an_account_has_is_not_made_again_even_when_it_is_closed():
    assert took(["Head Nurse"], known=Known({"hnurse"}, {})).people[0].username == "hnurse2"


def test_the_role_chosen_for_everybody_is_for_those_whose_row_says_none():
    rows = [["Head Nurse", "", "", "", "it"], ["Night Nurse", "", "", "", ""]]

    assert [person.role for person in took(*rows, role="observer").people] == ["it", "observer"]
    assert [person.role for person in took(*rows).people] == ["it", ""]


def row(**cells: str) -> list[str]:
    """Somebody whose row is right but for these cells."""
    return [({"name": "Night Nurse"} | cells).get(kind, "") for kind in KINDS]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([row(name="")], "Row 2: no name is given."),
        ([row(name="—")], "Row 2: no name is given."),
        ([row(name="x" * 151)], "is too long for the name: at most 150 letters"),
        ([row(function="x" * 121)], "is too long for the function: at most 120 letters"),
        ([row(site="x" * 121)], "is too long for the site: at most 120 letters"),
        ([row(phone="1" * 41)], "is too long for the phone: at most 40 letters"),
        ([row(role="gardener")], "Row 2: “gardener” is no role. There are: medical direction, secretary"),
        ([row(role="director")], "Row 2: “director” is no role that a table can give"),
        ([row(role="Hoofdverpleegkundige")], "it needs its sites and services, or a second person"),
        ([row(role="site")], "“site” is no role that a table can give"),
        ([row(username="two words")], "Row 2: “two words” is no user name"),
        ([row(username="taken")], "Row 2: the user name “taken” is taken"),
        ([row(username="TAKEN")], "Row 2: the user name “taken” is taken"),
        (
            [row(username="same"), row(name="Head Nurse", username="Same")],
            "Row 3: the user name “same” stands in row 2 already",
        ),
        ([row(), row()], "Row 3: Night Nurse stands in row 2 already"),
        ([row(), row(name="NIGHT  nurse")], "Row 3: NIGHT  nurse stands in row 2 already"),
        ([row(name="Somebody Here")], "Row 2: Somebody Here has an account already, taken."),
    ],
)
def test_a_row_that_is_wrong_is_named_and_says_what_to_do(rows, sentence):
    found = took(*rows, known=Known({"taken"}, {"somebody here": "taken"}))

    assert any(sentence in each for each in found.wrong)


def test_two_people_of_one_name_are_told_apart_by_a_user_name_of_ones_own():
    known = Known({"nnurse"}, {"night nurse": "nnurse"})
    found = took(row(username="first"), row(username="second"), known=known)

    assert [person.username for person in found.people] == ["first", "second"]


def test_many_wrong_rows_are_counted():
    wrong = took(*[[""] for _row in range(30)]).wrong

    assert len(wrong) == 9
    assert wrong[-1] == "… and 22 more rows like these."


@pytest.mark.parametrize(
    ("rows", "kinds", "sentence"),
    [
        ([], KINDS, "There is nobody in this table."),
        ([["Night Nurse"]], [""], "Say which column is the name."),
        ([["Night Nurse", "Head"]], ["name", "name"], "Two columns are said to be the name: leave one of them out."),
        ([["Night Nurse", "a", "b"]], ["name", "odd", "odd"], "did not arrive whole"),
        ([[f"Nurse {n}"] for n in range(AT_ONCE + 1)], ["name"], f"At most {AT_ONCE} people at once"),
    ],
)
def test_what_is_wrong_with_the_whole_is_said_once(rows, kinds, sentence):
    (wrong,) = took(*rows, kinds=kinds).wrong

    assert sentence in wrong


def test_every_kind_of_column_has_a_name():
    assert COLUMNS.keys() == {*KINDS, "first", ""}


# --- user names


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("Night Nurse", "nnurse"),
        ("Infirmière en chef", "ienchef"),
        ("NURSE Night", "nnurse"),
        ("VAN DER NURSE Night", "nvandernurse"),
        ("Nurse, Night", "nnurse"),
        ("NURSE", "nurse"),
        ("Sœur Ærø", "saero"),
        ("Große Straße", "gstrasse"),
        ("24/7", "247"),
        ("Nurse —", "nurse"),
        (", Nurse", "nurse"),
        ("медсестра", "медсестра"),
        ("x " + "y" * 80, "x" + "y" * 29),
    ],
)
def test_a_user_name_is_the_first_letter_and_the_last_name_in_letters_of_every_keyboard(name, username):
    made = user_name_of(name, "", set())

    assert made == username
    assert is_user_name(made)


def test_what_is_parted_and_folded():
    assert parted("Night Nurse") == ("Night", "Nurse")
    assert letters("Noël-Œuf") == "noeloeuf"
    assert not is_user_name("x" * 151)
