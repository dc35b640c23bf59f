"""The pictures of docs/img/, made from the demonstration in a real Chromium: .venv/bin/python bench/screenshots.py [FOLDER]

Run it in the environment of the tests (`python3 manage.py test --version` makes it). Standard output says what was made.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.walls import FILL, filled

PASSWORD = "demonstration-2022"
KEY = "a key for pictures only: " + "x" * 50
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
WALLS = {"wall": (1920, 1080), "wall-4k": (3840, 2160), "wall-portrait": (1080, 1920)}


@contextlib.contextmanager
def demonstration(*, empty: bool = False) -> Iterator[tuple[str, int, dict[str, str]]]:
    """The demonstration on a free port, with a database of its own: its address, its process, its environment.

    `empty`: an installation that nobody has begun; its key is known, so that its first code is.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        settings = {"DATA_DIR": data, "DEMO_PASSWORD": PASSWORD}
        settings |= {"SECRET_KEY": KEY} if empty else {}
        command = [sys.executable, "manage.py", "up", *([] if empty else ["--demo"]), "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://localhost:{port}")
            yield f"http://localhost:{port}", server.pid, os.environ | settings | ({} if empty else {"VIGIE_DEMO": "1"})
        finally:
            server.terminate()
            server.wait(15)


def wait_for(url: str) -> None:
    """Until the server answers."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/healthz", timeout=1)
            return
        time.sleep(0.1)
    sys.exit("The demonstration did not start.")


def sign_in(page: Page, url: str, name: str) -> None:
    """As a person does."""
    page.goto(f"{url}/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("[data-sign-in] button")
    page.wait_for_selector("#matrix")


def main(folder: Path) -> None:
    """Every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with demonstration() as (url, pid, environment), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        for scheme in ("light", "dark"):
            context = browser.new_context(locale="fr-BE", color_scheme=scheme, viewport=DESK)
            page = context.new_page()
            page.on("console", lambda message: print("console:", message.type, message.text))
            page.goto(f"{url}/sign-in/")
            shot(page, folder, f"sign-in-{scheme}")
            sign_in(page, url, "secretary")
            page.wait_for_selector("#live[data-state=live]")
            shot(page, folder, "board" if scheme == "light" else "board-dark")
            if scheme == "light":
                more(page, url, folder)
            context.close()
        context = browser.new_context(locale="fr-BE", viewport=PHONE, device_scale_factor=2)
        page = context.new_page()
        page.goto(f"{url}/sign-in/")
        shot(page, folder, "sign-in-phone")
        sign_in(page, url, "secretary")
        page.wait_for_selector("#live[data-state=live]")
        shot(page, folder, "board-phone")
        context.close()
        meetings(browser, url, folder)
        communiques(browser, url, folder)
        papers(folder, environment)
        accounts_and_paper(browser, url, folder)
        walls(browser, url, folder, pid, environment)
        browser.close()
    with demonstration(empty=True) as (url, _pid, environment), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        first_pages(browser, url, folder, code_of(environment))
        browser.close()


PAGES = """
import sys, typst
from pathlib import Path
from crisis import papers
from crisis.communiques.reads import publications
from crisis.communiques.voices import press_pdf
from crisis.models import Crisis
from crisis.meetings.models import Meeting
from crisis.meetings.output import minutes_pdf
from django.utils import translation
from services.paper.output import paper
from services.paper.sheets import situation_of
real = papers.typst.compile
def pages(*layout, **options):
    options |= {"format": "png", "ppi": 110, "pdf_standards": None}
    made = real(*layout, **options)
    made = made if isinstance(made, list) else [made]
    for number, page in enumerate(made[:1] if NAME.startswith("paper") else made, 1):
        Path(FOLDER, f"{NAME}-page-{number}.png").write_bytes(page)
    return b""
papers.typst.compile = pages
NAME = "minutes"
from django.utils import timezone
from crisis.models import Organisation
with timezone.override(Organisation.objects.get().zone):
    minutes_pdf(Meeting.objects.order_by("number").filter(seal__isnull=False).last())
    NAME = "communique"
    newest = publications(Crisis.objects.get())[0]
    press_pdf(newest.communique.crisis, newest.edition, newest.words("fr"), newest.at, True)
    with translation.override("fr"):
        of = situation_of(Crisis.objects.get())
        for name in ("sites", "board", "contacts", "empty"):
            NAME = f"paper-{name}"
            paper(name, of)
"""


def papers(folder: Path, environment: dict[str, str]) -> None:
    """The pages of the sealed minutes and of a communiqué, as the printer gets them."""
    code = f"FOLDER = {str(folder)!r}\n{PAGES}"
    subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", code], cwd=ROOT, env=environment, check=True)
    print(folder / "minutes-page-1.png")


def meetings(browser: Browser, url: str, folder: Path) -> None:
    """A meeting that is held: attendance, services, measures, an action; adjourned, reread, sealed."""
    desk = browser.new_context(locale="fr-BE", viewport=DESK).new_page()
    desk.on("console", lambda message: print("console:", message.type, message.text))
    sign_in(desk, url, "director")
    desk.goto(f"{url}/crises/1/exceptions/")
    desk.fill("[name=reference]", "BLOC-0147")
    desk.fill("form[action$='/ask/'] [name=why]", "Réunion oncologique de lundi")
    desk.click("form[action$='/ask/'] button")
    shot(desk, folder, "exceptions")
    desk.goto(f"{url}/crises/1/meetings/")
    held(desk, "o", "Présences")
    shot(desk, folder, "meeting-attendance")
    held(desk, "p", "Présences")
    to_point(desk, "Informatique et reprise")
    desk.fill("#body", "Serveurs : **42** sur 200 sont de retour.\n\n- annuaire restauré\n- réseau de Marche : demain")
    desk.wait_for_selector(".state[data-state=saved]")
    desk.click("#here")
    desk.keyboard.press("n")
    desk.keyboard.type("!Commander des jetons pour @Laboratoire (Arlon)")
    desk.select_option("#id_owner", label="Informatique")
    desk.click("[data-capture] button")
    desk.wait_for_selector(".note")
    to_point(desk, "État des services")
    held(desk, "x", "État des services")
    desk.wait_for_selector("main > .message")
    desk.evaluate("scrollTo(0, 0)")
    shot(desk, folder, "meeting-services")
    to_point(desk, "Mesures en vigueur")
    desk.click("article.measure >> nth=1 >> text=Reconduire")
    desk.wait_for_selector(".review[data-act=renewed]")
    shot(desk, folder, "meeting")
    held(desk, "r", "Mesures en vigueur")
    phone = browser.new_context(locale="fr-BE", viewport=PHONE, device_scale_factor=2).new_page()
    sign_in(phone, url, "secretary")
    phone.goto(desk.url)
    shot(phone, folder, "meeting-phone")
    held(desk, "l", "Prochaine réunion")
    desk.fill("[name=duty_contact]", "Garde, 0470 00 00 01")
    desk.click("form[action$='/adjourn/'] button")
    desk.wait_for_selector("main > .message")
    desk.goto(f"{url}/crises/1/meetings/17/minutes/")
    desk.click("form[action$='/seal/'] button")
    desk.wait_for_selector("main > .message")
    shot(desk, folder, "minutes")
    for name in ("measures", "actions", "meetings"):
        desk.goto(f"{url}/crises/1/{name}/")
        shot(desk, folder, name)


def communiques(browser: Browser, url: str, folder: Path) -> None:
    """A communiqué with a fact, contradicted, replaced, reviewed and published; what the public reads of it."""
    desk = browser.new_context(locale="fr-BE", viewport=DESK).new_page()
    chief = browser.new_context(locale="fr-BE", viewport=DESK).new_page()
    for page, name in ((desk, "communications"), (chief, "medical")):
        page.on("console", lambda message: print("console:", message.type, message.text))
        sign_in(page, url, name)
    desk.goto(f"{url}/crises/1/communiques/")
    with desk.expect_navigation():
        desk.keyboard.press("n")
    desk.locator(".pad").click(position={"x": 20, "y": 20})
    desk.keyboard.press("Control+End")
    desk.keyboard.type(
        "\n\nLes laboratoires travaillent à 50 % de leur capacité. Les blocs d’Arlon et de Marche fonctionnent à nouveau."
    )
    desk.wait_for_selector(".coherence .warn")
    shot(desk, folder, "communique")
    desk.click(".coherence button[data-token]")
    desk.wait_for_selector(".coherence .warn", state="detached")
    desk.wait_for_selector(".state[data-state=saved]")
    with desk.expect_navigation():
        desk.click("[data-key=s]")
    chief.goto(desk.url)
    shot(chief, folder, "communique-review")
    for key in ("a", "p"):
        chief.wait_for_selector("#live[data-state=live]")
        with chief.expect_navigation():
            chief.keyboard.press(key)
    chief.check("#main-act [name=late_too]")  # what is missing in other languages is asked
    with chief.expect_navigation():
        chief.click("#main-act button[data-kind=main]")
    desk.goto(f"{url}/crises/1/communiques/")
    shot(desk, folder, "communiques")
    chief.goto(f"{url}/crises/1/public/")
    chief.wait_for_selector("#live[data-state=live]")
    shot(chief, folder, "public-release")
    with chief.expect_navigation():
        chief.keyboard.press("r")
    for name, viewport in (("public", {"width": 1000, "height": 1000}), ("public-phone", PHONE)):
        reader = browser.new_context(locale="fr-BE", viewport=viewport, java_script_enabled=False).new_page()
        reader.goto(f"{url}/public/fr/?site=libramont&kind=radiologie")
        shot(reader, folder, name)


def accounts_and_paper(browser: Browser, url: str, folder: Path) -> None:
    """Sign-in cards, sessions; what is printed and typed back; how old the backup is."""
    desk = browser.new_context(locale="fr-BE", viewport=DESK).new_page()
    desk.on("console", lambda message: print("console:", message.type, message.text))
    sign_in(desk, url, "director")
    desk.goto(f"{url}/crises/1/members/")
    desk.fill("main [name=username]", "nuit")
    desk.fill("main [name=name]", "Garde de nuit")
    desk.select_option("main [name=role]", "secretary")
    desk.click("main form.panel button[data-kind=main]")
    desk.wait_for_selector(".door-cards li")
    shot(desk, folder, "cards")
    desk.goto(f"{url}/sessions/")
    shot(desk, folder, "sessions")
    desk.goto(f"{url}/crises/1/paper/")
    shot(desk, folder, "paper")
    desk.click("main a[data-key=r]")
    shot(desk, folder, "back-entry")
    phone = browser.new_context(locale="fr-BE", viewport=PHONE, device_scale_factor=2).new_page()
    sign_in(phone, url, "secretary")
    phone.goto(desk.url)
    shot(phone, folder, "back-entry-phone")
    desk.goto(f"{url}/backup/")
    shot(desk, folder, "backup")


def code_of(environment: dict[str, str]) -> str:
    """The first code of an empty installation, as its terminal shows it."""
    code = "from services.opening.code import first_code; print(first_code())"
    asked = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    return subprocess.run(asked, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def first_pages(browser: Browser, url: str, folder: Path, code: str) -> None:
    """An empty installation: the first page, what is done where, a spreadsheet, on desk and phone."""
    desk = browser.new_context(locale="fr-BE", viewport=DESK).new_page()
    desk.on("console", lambda message: print("console:", message.type, message.text))
    desk.goto(f"{url}/start/#{code}")
    desk.click("main form button[data-kind=main]")
    shot(desk, folder, "start")
    desk.click("button[name=mode][value=prepare]")
    desk.fill("[name=name]", "Vivalia")
    desk.fill("[name=cell_phone]", "0470 00 00 00")
    desk.click("main form button[data-kind=main]")
    desk.fill("[name=sites]", "Arlon\nBastogne")
    desk.click("main form button[data-kind=main]")
    shot(desk, folder, "start-services")
    phone = browser.new_context(locale="fr-BE", viewport=PHONE, device_scale_factor=2).new_page()
    phone.goto(f"{url}/start/#{code}")
    phone.click("main form button[data-kind=main]")
    shot(phone, folder, "start-phone")
    desk.click("main details summary")
    table = "Service;Site;Vital\r\nUrgences;Arlon;oui\r\nLabo;Arlon, Bastogne;oui\r\nMusée;Bastogne;non\r\n"
    desk.set_input_files("[name=table]", {"name": "services.csv", "mimeType": "text/csv", "buffer": table.encode()})
    desk.click("main details button")
    desk.wait_for_selector("table.columns")
    shot(desk, folder, "start-table")


def to_point(page: Page, point: str) -> None:
    """Go to a point of the agenda."""
    with page.expect_navigation():
        page.click(f".agenda >> text={point}")
    page.wait_for_selector("#live[data-state=live]")


def held(page: Page, key: str, point: str) -> None:
    """Press a key, and wait for the point of the agenda that follows."""
    with page.expect_navigation():
        page.keyboard.press(key)
    page.locator("#here", has_text=point).wait_for()


def walls(browser: Browser, url: str, folder: Path, pid: int, environment: dict[str, str]) -> None:
    """A screen that waits, is paired, on three sizes, stale, and with forty sites and sixty services."""
    wall = browser.new_context(locale="fr-BE", viewport={"width": 1920, "height": 1080}).new_page()
    wall.goto(f"{url}/wall/")
    shot(wall, folder, "wall-code")
    desk = browser.new_context(locale="fr-BE", viewport=DESK).new_page()
    desk.goto(f"{url}/sign-in/")
    sign_in(desk, url, "secretary")
    desk.click("nav >> text=Écrans")
    desk.fill("[name=code]", wall.locator(".pair-code").inner_text())
    desk.fill("main [name=name]", "Salle de crise")
    desk.click("main button[data-kind=main]")
    wall.wait_for_selector("#live[data-state=live]")
    for name, (width, height) in WALLS.items():
        wall.set_viewport_size({"width": width, "height": height})
        wall.wait_for_timeout(500)
        shot(wall, folder, name)
    wall.set_viewport_size({"width": 1920, "height": 1080})
    desk.wait_for_selector("tr[data-connected=yes]")
    shot(desk, folder, "screens")
    os.kill(pid, signal.SIGSTOP)
    wall.wait_for_selector("#stale:visible", timeout=60_000)
    wall.wait_for_timeout(1_000)
    shot(wall, folder, "wall-stale")
    os.kill(pid, signal.SIGCONT)
    code = filled(FILL, sites=40, activities=60)
    subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", code], cwd=ROOT, env=environment, check=True)
    wall.locator(".wall-page", has_text=re.compile(r"\d\d$")).wait_for(timeout=60_000)
    wall.wait_for_selector("#live[data-state=live]")
    shot(wall, folder, "wall-40x60")


def more(page: Page, url: str, folder: Path) -> None:
    """The pages behind the board."""
    board = page.url
    page.click("a.cell[aria-label*='Laboratoire (Libramont)']")
    page.wait_for_selector("#report-form")
    shot(page, folder, "change")
    page.goto(board + "?at=2022-05-25T12:00")
    shot(page, folder, "board-past")
    page.click("a.cell[aria-label*='Laboratoire (Libramont)']")
    page.wait_for_selector(".plot")
    shot(page, folder, "service")
    page.goto(f"{board}journal/")
    page.wait_for_selector("#live[data-state=live]")
    shot(page, folder, "journal")
    page.goto(f"{board}members/")
    shot(page, folder, "members")


def shot(page: Page, folder: Path, name: str) -> None:
    """One picture."""
    page.screenshot(path=str(folder / f"{name}.png"))
    print(folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "img")
