"""What a page makes a browser fetch: the fonts of its own language, and no more than a slow line carries.

Run with -s to read what each page weighs.
"""

import gzip

import pytest
from django.conf import settings

from profiles.models import User
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db(transaction=True)
FONTS = {
    "en": {"public-sans"},
    "ur": {"noto-nastaliq-urdu"},
    "zh-hans": {"public-sans", "noto-sans-sc"},  # the latter where the machine has no Chinese font of its own
}
BLOCKING_BYTES = (
    126_000  # of style sheets, before they are compressed to a fifth; Chinese has its slices beside it
)
PAGE_BYTES = 180 * 1024  # of all that an Urdu page fetches, as our servers send it
FONT_BYTES = {"en": 16_000, "ur": 86_000}  # of what a page with letters of its own language alone fetches


def opened(page, address):
    """Open a page; return the list of what it fetches, which may still grow."""
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # Playwright takes no builtin
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => null)")
    return answers


def bytes_of_sheets(answers):
    """Return the bytes of the style sheets without those of a font."""
    sheets = [
        answer for answer in answers if answer.url.endswith(".css") and "noto-sans-sc" not in answer.url
    ]
    return sum(len(sheet.body()) for sheet in sheets)


def bytes_sent(answer):
    """Return the bytes of an answer as our servers send it: only texts get smaller by compressing them."""
    body = answer.body() if answer.ok else b""
    return len(body) if answer.request.resource_type in ("font", "image") else len(gzip.compress(body))


@pytest.mark.parametrize("language", ["ur", "zh-hans", "en"])
def test_a_page_loads_the_fonts_of_its_language_and_little_that_blocks(
    browser, live_server, li_wei, startup, as_user, language
):
    ranked.rank_whole()
    User.objects.filter(pk=li_wei.pk).update(language=language)
    session = as_user(li_wei).cookies[settings.SESSION_COOKIE_NAME].value
    for signed_in, addresses in (
        ("", ("/", "/accounts/login/")),
        (session, ("/home/", "/matches/", f"/matches/{startup.public_id}/")),
    ):
        context = browser.new_context(base_url=live_server.url)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language, settings.SESSION_COOKIE_NAME: signed_in}
        context.add_cookies(
            [{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items() if v]
        )
        pages = [context.new_page() for _address in addresses]  # one each: they come to rest together
        fetched = {address: opened(page, address) for page, address in zip(pages, addresses, strict=True)}
        for page in pages:
            page.wait_for_load_state("networkidle")
        for address, answers in fetched.items():
            urls = [answer.url for answer in answers]
            fonts = {url.split("/fonts/")[1].split("/")[0] for url in urls if url.endswith(".woff2")}
            assert fonts <= FONTS[language], address
            assert not [url for url in urls if "urdu-arabic" in url], "the letters of Urdu are enough"
            assert 0 < bytes_of_sheets(answers) < BLOCKING_BYTES, address
            letters = sum(len(answer.body()) for answer in answers if answer.url.endswith(".woff2"))
            assert letters < FONT_BYTES.get(language, letters + 1), address
            whole = sum(bytes_sent(answer) for answer in answers)
            print(f"{language} {address}: {whole / 1024:.1f} KiB")
            assert language != "ur" or whole < PAGE_BYTES, address
        context.close()
