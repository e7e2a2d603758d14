"""Hostile texts in every text field, read in three languages in a browser that would run them."""

from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from matchmaker.choices import PassReason, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.models.pair_action import Interest, Pass
from profiles.catalogue.consents.services import TEXT_VERSION
from profiles.models import Consent, Need, NeedType, Offer, Review, Thesis, User
from tests.attack.scripts import PAYLOADS
from tests.factories import MOMENT, make_founder
from tests.matchmaker import ranked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.attack]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Of a page: what a text would leave behind that became more than text.
TRACES = """() => document.querySelectorAll('main :is(iframe, object, embed, script, marquee, animate, video,'
    + 'audio, [onerror], [onload], [onfocus], [ontoggle], [href^="javascript:" i], [src="x"])').length"""
FREE = ("CharField", "TextField", "URLField", "EmailField")


@pytest.fixture
def unguarded(browser, live_server):
    """A browser that follows no content policy."""
    context = browser.new_context(base_url=live_server.url, bypass_csp=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def fill(record, text):
    """Write hostile texts into every free text of a record, past all forms; return into how many."""
    filled = 0
    for field in record._meta.concrete_fields:
        is_free = field.get_internal_type() in FREE and field.editable and not (field.choices or field.unique)
        if is_free and field.name != "ask_currency":
            setattr(record, field.name, text()[: field.max_length])
            filled += 1
    record.save()
    return filled


class Texts:
    """Hostile texts one after the other, again from the beginning when they are used up."""

    def __init__(self):
        self.used = 0

    def __call__(self):
        self.used += 1
        return PAYLOADS[self.used % len(PAYLOADS)]


def spoil(startups, texts):
    """Fill all that people may write about themselves and each other with hostile texts."""
    for startup in startups:
        Need.objects.create(startup=startup, type=NeedType.objects.all()[0])
        startup.traction.create(label="x", value=1, as_of_on="2026-01-01")
        startup.partners.create(name="x", share_pct=5)
        startup.visibility = dict.fromkeys(("contact", "ask", "partners", "cap_table", "founders"), "matched")
        for record in (startup, *startup.needs.all(), *startup.traction.all(), *startup.partners.all()):
            fill(record, texts)


def stage(partner, founder, curator, startups, texts):
    """Let the two sides know each other, so that notes, contacts and decisions are shown too."""
    investor = partner.membership.investor
    offer = Offer.objects.create(investor=investor, type=NeedType.objects.all()[0])
    for record in (offer, investor, *Thesis.objects.filter(investor=investor)):
        fill(record, texts)
    for user in (partner, founder, curator):
        User.objects.filter(pk=user.pk).update(full_name=texts()[:120])
    for startup in startups:
        acted = {"by": partner, "side": Side.INVESTOR, "at": MOMENT}
        shortlists.shortlist(startup, investor, **acted)
        shortlists.shortlist(startup, investor, note=texts(), **acted)
    given = {"purpose": "cross_border", "text_version": TEXT_VERSION, "given_by": partner}
    Consent.objects.create(startup=startups[0], **given)
    Consent.objects.create(investor=investor, **given)
    for side, by in ((Side.INVESTOR, partner), (Side.STARTUP, founder)):
        decisions.express_interest(startups[0], investor, side=side, by=by, at=MOMENT)
    decisions.pass_on(
        startups[1], investor, side=Side.INVESTOR, reason=PassReason.TEAM, by=partner, at=MOMENT
    )
    told = {"outcome": "rejected", "decided_by": curator, "message": texts()}
    review = Review.objects.create(startup=startups[0], **told)
    review.given.create(field="needs", row={"en": texts(), "ur": texts(), "zh": texts()}, text=texts())
    startups[0].curatornotes.create(text=texts(), by=curator)
    assert Interest.objects.count() == 2
    assert Pass.objects.count() == 1


def sign_in(page, user, language, base):
    """Take the session of someone, in a language."""
    client = Client()
    client.force_login(user)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: language,
    }
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])


def test_no_text_runs(unguarded, live_server, li_wei, sana, tally, depth):
    """Each text stands in some field of some record; every page on which it is shown is opened."""
    ran = []

    def alerted(dialog):
        ran.append(unguarded.url)
        dialog.dismiss()

    unguarded.on("dialog", alerted)
    texts = Texts()
    startups = [ranked.make_startup(number) for number in range(depth(2, deep=24))]
    founder = make_founder("founder@example.com", startups[0])
    ranked.rank_whole()
    spoil(startups, texts)
    stage(li_wei, founder, sana, startups, texts)
    assert texts.used >= depth(40, deep=len(PAYLOADS))
    investor = li_wei.membership.investor
    mine = [f"/startup/edit/{step}/" for step in ("basics", "product", "needs", "round", "consent")]
    pages = {
        li_wei: ["/home/", "/matches/", "/directory/", "/deals/", "/passed/", "/team/",
                 "/settings/",
                 "/investor/edit/", "/investor/preview/", "/investor/offers/", "/investor/theses/",
                 *(f"/matches/{startup.public_id}/" for startup in startups)],
        founder: ["/home/", "/matches/", "/startup/preview/", "/startup/status/", "/team/", *mine,
                  f"/matches/{investor.public_id}/"],
        sana: ["/desk/", "/desk/reviews/", "/desk/pairings/", "/desk/audit/", "/desk/attention/",
               *(f"/desk/reviews/startup/{startup.public_id}/" for startup in startups),
               f"/desk/pairings/{startups[0].public_id}/{investor.public_id}/"],
    }  # fmt: skip
    queries = PAYLOADS[:: depth(90, deep=3)]
    for language in depth(LANGUAGES[1:2], deep=LANGUAGES):
        for user, paths in pages.items():
            sign_in(unguarded, user, language, live_server.url)
            asked = [f"/matches/?sector={quote(text)}&sort={quote(text)}" for text in queries]
            for path in [*paths, *(asked if user == li_wei else [])]:
                look(unguarded, path, ran, tally)
    tally.measure(f"{len(PAYLOADS)} texts, {len(ran)} run")
    tally.settle()


def look(page, path, ran, tally):
    """Open a page, and move over it as a reader would."""
    answer = page.goto(path, wait_until="load")
    assert answer
    assert answer.status < 400 or answer.status == 404, f"{path}: {answer.status}"
    page.mouse.move(300, 300)
    tally.check(not ran and page.evaluate(TRACES) == 0, f"{path}: {ran or 'left a trace'}")


def test_the_browser_would_run_them(unguarded):
    """The same browser runs such a text where it is not escaped, and the trace is seen."""
    ran = []
    unguarded.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    unguarded.goto("/")
    with unguarded.expect_event("dialog"):
        unguarded.evaluate("document.querySelector('main').innerHTML = '<img src=x onerror=alert(1)>'")
    assert ran == ["1"]
    assert unguarded.evaluate(TRACES) == 1
