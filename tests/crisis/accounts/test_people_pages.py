"""Accounts from a spreadsheet on the pages: a file, its columns, everybody, their cards; one wrong row, and nothing is made."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from crisis.accounts.models import SignInCard, User
from crisis.errors import RuleBroken
from crisis.member_writes import AT_ONCE, Newcomer, add_people
from crisis.models import Book, JournalEntry, Member
from tests.cast import chain_holds, person, written
from tests.sheets import packed, xlsx

NEW = "three words nobody connects"
PAGE = "/house/members/table/"
TABLE = [
    ["Nom", "Fonction", "Site", "GSM", "Rôle"],
    ["Head Nurse", "surgery", "Libramont", "061 00 00 00", "observateur"],
    ["Night Nurse", "", "Arlon", "", ""],
]


@pytest.fixture
def boss(organisation) -> User:
    return person("boss", "director", None)


def state() -> tuple:
    return written(), User.objects.count(), Member.objects.count(), SignInCard.objects.count()


def csv(rows: list[list[str]]) -> bytes:
    return "\r\n".join(";".join(row) for row in rows).encode()


def brought(client: Client, content: bytes, page: str = PAGE):
    return client.post(page, {"table": SimpleUploadedFile("people", content)})


def sent_of(answer) -> dict[str, str]:
    """What the page of the columns, or of everybody, sends back as it stands."""
    table = answer.context["table"]
    sent = {f"column{n}": kind for n, kind in enumerate(table.roles)} | {"rows": table.sent(), "role": ""}
    return sent | ({"head": "on"} if table.head else {})


def made(client: Client, content: bytes, page: str = PAGE, **changed: str):
    """All three steps, as somebody takes them who corrects nothing."""
    sent = sent_of(brought(client, content, page)) | changed
    everybody = client.post(page, sent)
    return client.post(page, sent | {"make": everybody.context["names"]})


@pytest.mark.parametrize("content", [csv(TABLE), xlsx(TABLE)], ids=["csv", "xlsx"])
def test_a_file_its_columns_everybody_and_nothing_is_made_before_the_last_press(content, boss, browser_of):
    client, before = browser_of(boss), state()

    columns = brought(client, content)
    everybody = client.post(PAGE, sent_of(columns))

    assert columns.context["table"].roles == ["name", "function", "site", "phone", "role"]
    assert "Night Nurse" in columns.text
    for said in ("hnurse", "nnurse", "Head Nurse", "surgery", "061 00 00 00", "observer", "2 accounts would be made"):
        assert said in everybody.text
    assert state() == before


def test_everybody_gets_an_account_a_card_and_their_role_each_with_its_entries(boss, browser_of):
    answer = made(browser_of(boss), csv(TABLE))

    assert "2 accounts are made, each with its card." in answer.text
    assert "1 has no role yet" in answer.text
    assert [(card["user"].username, str(card["user"])) for card in answer.context["cards"]] == [
        ("hnurse", "Head Nurse"),
        ("nnurse", "Night Nurse"),
    ]
    nurse = User.objects.get(username="hnurse")
    assert (nurse.function, nurse.site, nurse.phone) == ("surgery", "Libramont", "061 00 00 00")
    assert list(Member.objects.exclude(user=boss).values_list("user", "role", "crisis")) == [
        (nurse.pk, "observer", None)
    ]
    entries = JournalEntry.objects.order_by("seq")
    assert [e.verb for e in entries] == ["account.made", "card.made", "member.granted", "account.made", "card.made"]
    assert {e.actor for e in entries} == {boss}
    assert chain_holds(Book.objects.get(crisis=None))


def test_a_card_from_a_table_lets_its_person_in_and_nothing_else_does(boss, browser_of):
    code = made(browser_of(boss), csv([["Nom"], ["Night Nurse"]])).context["cards"][0]["code"]
    phone = Client()

    assert not User.objects.get(username="nnurse").has_usable_password()
    assert "do not match" in phone.post("/sign-in/", {"username": "nnurse", "password": "!"}).text
    assert phone.post("/card/", {"code": code, "new": NEW, "again": NEW}).status_code == 302
    assert phone.get("/").context["user"].username == "nnurse"


def test_in_a_crisis_the_role_is_of_that_crisis_and_its_book_says_so(crisis, secretary, browser_of):
    page = reverse("members_table", args=[crisis.pk])

    made(browser_of(secretary), csv([["Name"], ["Night Nurse"]]), page, role="observer")

    assert Member.objects.get(user__username="nnurse").crisis == crisis
    assert JournalEntry.objects.get(verb="member.granted", book__crisis=crisis).data["name"] == "Night Nurse"


def test_the_paper_has_all_cards_eight_on_a_sheet_those_without_a_role_too(boss, browser_of):
    client = browser_of(boss)
    answer = made(client, csv([["Name"], *[[f"Nurse Number{n:02}"] for n in range(20)]]))
    codes = [card["code"] for card in answer.context["cards"]]

    paper = PdfReader(BytesIO(client.post(reverse("cards_paper"), {"code": codes}).content))

    words = [page.extract_text() for page in paper.pages]
    assert [sum(code in page for code in codes) for page in words] == [8, 8, 4]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["", "surgery"]], "Row 3: no name is given."),
        ([["Head Nurse", "x" * 121]], "Row 3: “xxx"),
        ([["Night Nurse", ""]], "Row 3: Night Nurse stands in row 2 already"),
        ([["Boss", ""]], "Row 3: Boss has an account already, boss."),
        ([["=HYPERLINK(1)", ""]], "is a formula"),
        ([["Head Nurse", "y" * 201]], "is too long"),
    ],
)
def test_one_wrong_row_is_named_nothing_is_made_and_what_was_chosen_stays(rows, sentence, boss, browser_of):
    client = browser_of(boss)
    columns = brought(client, csv([["Nom", "Poste"], ["Night Nurse", "surgery"], *rows]))
    before, sent = state(), sent_of(columns) | {"role": "observer"}

    for press in ({}, {"make": "nnurse hnurse"}):
        refused = client.post(PAGE, sent | press)
        assert refused.status_code == 422
        assert sentence in refused.text
        assert "No account was made." in refused.text
        assert refused.context["table"].roles == ["name", "function"]
        assert '<option value="observer" selected>' in refused.text
    assert state() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "nothing in this file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither CSV nor XLSX"),
        (b"Night Nurse\r\n" * 100_000, "At most"),
        (packed({"xl/worksheets/sheet1.xml": "x" * 50_000_001}), "too large"),
        (b"\r\n".join([b"Name", *[b"Nurse %d" % n for n in range(AT_ONCE + 1)]]), f"At most {AT_ONCE} people at once"),
    ],
    ids=["empty", "picture", "long", "bomb", "crowd"],
)
def test_a_file_that_is_no_list_of_people_is_refused_where_it_was_chosen(content, sentence, boss, browser_of, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000  # the door refuses what is larger before it is read
    client, before = browser_of(boss), state()

    refused = brought(client, content)

    assert refused.status_code == 422
    assert sentence in refused.text
    assert 'type="file"' in refused.text
    assert state() == before


@pytest.mark.parametrize(
    "sent", [{}, {"rows": "1\ta\n2"}, {"rows": "one\ta"}, {"rows": "1\tName", "column0": "odd", "make": ""}]
)
def test_what_was_tampered_with_is_a_sentence(sent, boss, browser_of):
    client, before = browser_of(boss), state()

    assert client.post(PAGE, sent).status_code == 422
    assert state() == before


@pytest.mark.parametrize("role", ["director", "site", "ward", "king"])
def test_the_role_for_everybody_is_one_that_a_table_can_give(role, boss, browser_of):
    made(browser_of(boss), csv([["Name"], ["Night Nurse"]]), role=role)

    assert not Member.objects.exclude(user=boss).exists()


def test_the_columns_are_corrected_after_everybody_was_seen(boss, browser_of):
    client = browser_of(boss)
    sent = sent_of(brought(client, csv(TABLE)))

    again = client.post(PAGE, sent | {"column1": "", "correct": "yes"})

    assert again.status_code == 200
    assert again.context["table"].roles == ["name", "", "site", "phone", "role"]


def test_user_names_that_are_not_those_that_were_seen_are_shown_again_first(boss, browser_of):
    client = browser_of(boss)
    sent = sent_of(brought(client, csv([["Name"], ["Night Nurse"]])))
    names = client.post(PAGE, sent).context["names"]
    User.objects.create_user("nnurse")
    before = state()

    refused = client.post(PAGE, sent | {"make": names})

    assert refused.status_code == 422
    assert "these user names are not those that you saw" in refused.text
    assert refused.context["names"] == "nnurse2"
    assert state() == before


def test_the_same_table_twice_makes_nobody_twice(boss, browser_of):
    client = browser_of(boss)
    made(client, csv(TABLE))
    before = state()

    refused = client.post(PAGE, sent_of(brought(client, csv(TABLE))))

    assert refused.status_code == 422
    assert "Row 2: Head Nurse has an account already, hnurse." in refused.text
    assert state() == before


def test_words_of_a_table_are_words_on_the_pages(boss, browser_of):
    client = browser_of(boss)
    shown = brought(client, b"Name\r\n<script>alert(1)</script>\r\n</textarea>")

    for page in (shown, client.post(PAGE, sent_of(shown))):
        assert "<script>alert" not in page.text
        assert page.text.count("</textarea>") == 1


# --- the write


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ([Newcomer("first", "First"), Newcomer("boss", "Second")], "was taken meanwhile"),
        ([Newcomer("first", "First"), Newcomer("second", "Second", role="ward")], "Choose the sites or services"),
        ([Newcomer("first", "First"), Newcomer("second", "Second", role="king")], "Choose a role"),
        ([Newcomer(f"n{n}", "Nurse") for n in range(AT_ONCE + 1)], "At most"),
    ],
    ids=["taken", "scope", "role", "many"],
)
def test_all_of_them_or_none(people, sentence, boss):
    before = state()

    with pytest.raises(RuleBroken, match=sentence):
        add_people(None, people, by=boss)

    assert state() == before


def test_who_does_not_manage_members_adds_nobody(boss, crisis, observer):
    before = state()

    with pytest.raises(RuleBroken, match="does not manage members"):
        add_people(crisis, [Newcomer("first", "First")], by=observer)

    assert state() == before


# --- how many cards


def crowd(crisis, many: int) -> list[int]:
    """Members by the hundred."""
    start = User.objects.latest("pk").pk + 1
    users = User.objects.bulk_create(User(pk=start + n, username=f"n{n}") for n in range(many))
    Member.objects.bulk_create(
        Member(user=user, crisis=crisis, role="observer", since=crisis.started_at) for user in users
    )
    return [user.pk for user in users]


def test_more_cards_than_one_paper_has_are_refused_before_they_are_made(crisis, secretary, browser_of):
    pks = crowd(crisis, AT_ONCE + 1)
    client, before = browser_of(secretary), state()

    refused = client.post(reverse("give_cards", args=[crisis.pk]), {"user": pks})

    assert refused.status_code == 422
    assert f"At most {AT_ONCE} people at once" in refused.text
    assert state() == before


def test_as_many_cards_as_are_made_at_once_are_all_on_the_paper(crisis, secretary, browser_of):
    pks, client = crowd(crisis, AT_ONCE), browser_of(secretary)
    cards = client.post(reverse("give_cards", args=[crisis.pk]), {"user": pks}).context["cards"]
    url, codes = reverse("cards_paper", args=[crisis.pk]), [card["code"] for card in cards]

    paper = PdfReader(BytesIO(client.post(url, {"code": codes}).content))
    more = client.post(url, {"code": [*codes, "ABCD-EFGH-JKLM"]})

    assert len(cards) == AT_ONCE
    assert len(paper.pages) == AT_ONCE / 8
    assert more.status_code == 422
    assert f"At most {AT_ONCE} people at once" in more.text
