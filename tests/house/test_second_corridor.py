"""Another corridor, Kenya to India: data files, settings and a translation (docs/new-corridor.md)."""

import re
import shutil
import sys
from functools import _lru_cache_wrapper
from pathlib import Path

import pytest
from django.conf.locale import LANG_INFO
from django.core.cache import cache
from django.core.management import call_command
from django.urls import is_valid_path, resolve
from django.utils import timezone
from django.utils.html import strip_tags

from profiles import models
from profiles.choices import ReviewOutcome
from profiles.curation.reviews import services as curation
from profiles.people.accounts.time_zones import zone_of_reader
from tests import factories
from tests.attack.pages import LINK, form_of
from tests.factories import PASSWORD
from tests.mails import delivered, told
from tests.matchmaker.ranked import rank_whole

DATA = Path(__file__).parents[1] / "data" / "kenya-india"
TABLES = (
    models.SectorRelation, models.Sector, models.Stage, models.NeedType, models.PartnershipForm,
    models.Place, models.ExchangeRate, models.GovernanceCheck, models.CannedReason,
)  # fmt: skip
# What belongs to the first corridor.
FIRST_CORRIDOR = re.compile(
    r"Pakistan\w*|\bChina\b|\bPKR\b|\bCNY\b|[Yy]uan\b|Punjab\b|Sindh\b|Lahore|Karachi|Shenzhen|Multan"
    r"|\bUrdu\b|\bChinese\b|\bSECP\b|\bSAMR\b|PSQCA|\+92\b|[Kk]harif|\b[Rr]abi\b"
)
TIME_ZONE = re.compile(r"<option[^>]*>[^<]* · \w+/[^<]*</option>")  # all of the world can be chosen


@pytest.fixture
def corridor(db, settings, tmp_path):
    """An empty database, and the settings, tables and texts of the other corridor."""
    forget_tables()
    for table in TABLES:
        table._base_manager.all()._raw_delete("default")
    folder = shutil.copytree(DATA, tmp_path / "kenya-india")
    settings.CORRIDOR_DATA = str(folder)
    settings.LOCALE_PATHS = [folder / "locale", *settings.LOCALE_PATHS]
    for line in (folder / "corridor.env").read_text().splitlines():
        name, value = line.split("=")
        setattr(settings, name, value.split(","))
    settings.LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in settings.LANGUAGES]
    call_command("compilemessages", verbosity=0)
    call_command("load_tables", verbosity=0)
    call_command("import_profiles", "startups", str(folder / "startups.csv"), submit=True)
    call_command("import_profiles", "investors", str(folder / "investors.csv"), submit=True)
    yield
    forget_tables()


def forget_tables():
    """Empty what a process keeps of its corridor's tables: a server has one corridor, this test has two."""
    cache.clear()
    ours = [module for name, module in sys.modules.items() if name.startswith(("profiles.", "matchmaker."))]
    for kept in [kept for module in ours for kept in vars(module).values()]:
        if type(kept) is _lru_cache_wrapper:
            kept.cache_clear()


def fill(client, path, **values):
    """Send the form of a page with these values."""
    sent, names = form_of(client, path)
    assert values.keys() <= names
    assert client.post(path, sent | values).status_code == 302, path


def pages_of(client, *first, seen):
    """Walk the site by its links, each kind of address once; return what a person reads at each."""
    found, waiting = {}, [*first, "/home/", "/matches/"]
    while waiting:
        path = waiting.pop()
        kind = resolve(path).view_name if is_valid_path(path) else "static"
        if kind in seen | {"static", "account_logout"} and (path in found or path not in first):
            continue
        answer = client.get(path, follow=True)
        seen.add(kind)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            page = answer.content.decode()
            found[path] = strip_tags(TIME_ZONE.sub("", page))
            waiting += [link.split("?")[0] for link in LINK.findall(page)]
        assert answer.status_code < 500, path
    return found


def test_a_founder_in_nairobi_and_an_investor_in_bengaluru_find_each_other(corridor, client, as_user, sana):
    names = {"role": "startup", "full_name": "Wanjiru Kamau", "email": "wanjiru@example.com"}
    client.post("/accounts/signup/", names | {"password1": PASSWORD, "password2": PASSWORD})
    link = re.search(r"https?://[^/\s]+(/\S+)", str(delivered()[-1].body))
    assert link
    client.post(link[1])
    fill(
        client,
        "/company/start/",
        name_en="Shamba Sense",
        pitch="Sensors that halve the water a field needs",
        summary_en="Soil sensors for smallholders, paid per acre and season.",
        place="KE-NBO",
        primary_sector="AGR01",
        stage="seed",
        forms=["equity"],
        seeks_capital="on",
        ask_max="26000000",
        ask_currency="KES",
    )
    fill(client, "/startup/basics/", languages=["en", "sw"])
    fill(client, "/startup/product/", revenue="post")
    fill(client, "/company/needs/new/", type="capital", urgency="3", budget_currency="KES")
    fill(client, "/startup/round/", ask_min="13000000")
    boxes = ("matching", "showing", "cross_border", "ask-matching", "ask-showing", "ask-cross_border")
    fill(client, "/startup/consents/?groups", ask="matched", submit="1", **dict.fromkeys(boxes, "on"))
    startup = models.Startup.objects.get(name_en="Shamba Sense")
    for waiting in (*models.Startup.objects.all(), *models.Investor.objects.all()):
        curation.decide(waiting, ReviewOutcome.APPROVED, by=sana, at=timezone.now())
    investor = models.Investor.objects.get(name_en="Deccan Seed Fund")
    arjun = factories.make_partner("arjun@example.com", investor, full_name="Arjun Rao")
    rank_whole()

    partner, desk = as_user(arjun), as_user(sana)
    card = partner.get("/matches/").context["matches"].cards[0]
    assert card.name == "Shamba Sense"
    assert card.facts[0] == "Smart irrigation and water management"
    assert "Nairobi" in " ".join(map(str, card.facts))
    assert (startup.ask_min_usd, startup.ask_max_usd) == (100_000, 200_000)
    wanjiru = models.User.objects.get(email="wanjiru@example.com")
    assert [zone_of_reader(user).key for user in (wanjiru, arjun)] == ["Africa/Nairobi", "Asia/Kolkata"]

    client.cookies["django_language"] = "sw"
    calendar = client.get("/pilots/calendar/").content.decode()
    assert all(word in calendar for word in ("Nyumbani", "Masika", "Season calendar of Kenya", "Maize"))
    walks = [(client, "/startup/basics/"), (partner, f"/matches/{startup.public_id}/"), (desk, "/desk/")]
    seen = set[str]()  # pages that look alike for all are read once
    for browser, *first in walks:
        pages = pages_of(browser, *first, "/matches/?sort=name", seen=seen)
        named = {path: found for path, page in pages.items() if (found := FIRST_CORRIDOR.findall(page))}
        # The form of a rule offers the currencies that were in the settings when the process started.
        assert [path for path in named if not path.endswith("/rule/")] == []
    mails = [f"{mail.subject} {mail.body}" for mail in told()]
    assert len(mails) == 4
    assert FIRST_CORRIDOR.findall(" ".join(mails)) == []
