"""Records for tests, complete enough to be matched; anything can be named to be different."""

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from profiles.choices import EvidenceClaim, EvidenceState, InvestorKind, Revenue, Role, Status
from profiles.models import (
    CheckedFile,
    Evidence,
    Investor,
    Membership,
    PartnershipForm,
    Place,
    Sector,
    Stage,
    Startup,
    Thesis,
    User,
)

AsUser = Callable[[User | None], Client]  # the fixture `as_user`
MOMENT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"


@cache
def _stored(model: type[Model], code: str) -> Any:
    return model._default_manager.filter(code=code).first()


def of_table(model: type[Model], code: str) -> Any:
    """Return the row of a table of profiles/data: read once a process, as it never changes."""
    return copy(_stored(model, code))


def make_user(email: str, role: str = "", *, verified: bool = True, **fields: Any) -> User:
    """Return a new account that can sign in with PASSWORD; `verified`: its address is confirmed."""
    user = User.objects.create_user(email, PASSWORD, role=role, **fields)
    user.emailaddress_set.create(email=user.email, primary=True, verified=verified)
    return user


def any_curator() -> User:
    """Return a curator, whose edits hold at once."""
    return User.objects.filter(role=Role.CURATOR).first() or make_user("desk@example.com", Role.CURATOR)


def make_startup(name: str = "Indus Grow", **fields: Any) -> Startup:
    """Return an approved, consenting startup in smart irrigation in Punjab that raises money."""
    fields = {
        "pitch": "Sensors that halve the water a field needs",
        "summary_en": "Soil sensors and valves for cotton and wheat growers, paid per acre and season.",
        "languages": ["en", "ur"],
        "status": Status.APPROVED,
        "matching_consent": True,
        "submitted_at": MOMENT,
        "reviewed_at": MOMENT,
        "confirmed_on": MOMENT.date(),
        "place": of_table(Place, "PK-PB"),
        "primary_sector": of_table(Sector, "AGR01"),
        "stage": of_table(Stage, "seed"),
        "revenue": Revenue.POST,
        "founded": 2022,
        "team_size": 9,
        "seeks_capital": True,
        "ask_min": 200_000,
        "ask_max": 500_000,
        "ask_min_usd": 200_000,
        "ask_max_usd": 500_000,
        **fields,
    }
    fields.setdefault("approved_country", fields["place"].country_code if fields["place"] else "")
    startup = Startup.objects.create(name_en=name, name_key=name.casefold(), **fields)
    startup.forms.add(of_table(PartnershipForm, "equity"))
    return startup


def make_investor(name: str = "Pearl River Capital", **fields: Any) -> Investor:
    """Return an approved, consenting fund in Guangdong with one thesis in food and farming."""
    fields = {
        "kind": InvestorKind.VC,
        "pitch": "Seed capital for climate and food",
        "summary_en": "We back founders who make farming and food use less water and energy.",
        "languages": ["en", "zh"],
        "status": Status.APPROVED,
        "matching_consent": True,
        "submitted_at": MOMENT,
        "reviewed_at": MOMENT,
        "confirmed_on": MOMENT.date(),
        "place": of_table(Place, "CN-GD"),
        "jurisdiction": "CN",
        **fields,
    }
    fields.setdefault("approved_country", fields["jurisdiction"])
    investor = Investor.objects.create(name_en=name, name_key=name.casefold(), **fields)
    make_thesis(investor)
    return investor


def make_thesis(investor: Investor, name: str = "Seed in food and farming", **fields: Any) -> Thesis:
    """Return a thesis that make_startup's startup fits."""
    fields = {
        "ticket_min": 100_000,
        "ticket_max": 600_000,
        "ticket_min_usd": 100_000,
        "ticket_max_usd": 600_000,
        **fields,
    }
    thesis = Thesis.objects.create(investor=investor, name=name, **fields)
    thesis.sectors.add(of_table(Sector, "AGR"))
    thesis.stages.add(of_table(Stage, "seed"))
    thesis.places.add(of_table(Place, "PK"))
    thesis.forms.add(of_table(PartnershipForm, "equity"))
    return thesis


def make_founder(email: str, startup: Startup | None, **fields: Any) -> User:
    """Return a founder, the owner of the startup if one is given."""
    user = make_user(email, Role.STARTUP, **fields)
    if startup:
        Membership.objects.create(user=user, startup=startup, is_owner=True)
    return user


def make_partner(email: str, investor: Investor | None, **fields: Any) -> User:
    """Return a person of an investor, its owner if one is given."""
    user = make_user(email, Role.INVESTOR, **fields)
    if investor:
        Membership.objects.create(user=user, investor=investor, is_owner=True)
    return user


def signed_in(user: User, **options: Any) -> Client:
    """Return the browser of someone who is signed in; unlike `force_login` it notes no new sign-in."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    browser = Client(**options)
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return browser


def begin(client: Client, **typed: Any) -> Any:
    """Begin a company as its founder does, on its first page, without finishing the page."""
    needed = {"ask_currency": "USD", "kind": "vc", "capacity": "5", "ticket_currency": "USD", "later": "1"}
    return client.post(reverse("company_start"), {**needed, **typed})


def agree(client: Client, side: str, *boxes: str) -> Any:
    """Agree to exactly these boxes, group by group, with the audiences as they are."""
    page = reverse(f"{side}_consents")
    form = client.get(f"{page}?groups").context["form"]
    return client.post(page, {**form.initial, **dict.fromkeys(boxes, "on")})


def make_evidence(company: Startup | Investor, *, kind: str = "file", **fields: Any) -> Evidence:
    """Return a piece of evidence that a curator has seen, or a proved domain; with a file that is checked."""
    now, by = timezone.now(), any_curator()
    said: dict[str, Any] = {
        "claim": EvidenceClaim.WEBSITE if kind == "domain" else EvidenceClaim.REGISTRATION,
        "state": EvidenceState.SEEN,
        "title": "" if kind == "domain" else "Certificate of incorporation",
        "url": "https://registry.example/123" if kind == "link" else "",
        "host": "indus.example" if kind == "domain" else "",
        **fields,
    }
    if said["state"] == EvidenceState.SEEN:
        said = {"decided_at": now, "decided_by": by, **said}
    if kind == "file":
        file = CheckedFile(name="a.pdf", kind="pdf", size=3, state="ready", by=by, at=now, checked_at=now)
        setattr(file, str(company.side), company)
        file.content.save("", ContentFile(b"pdf"), save=True)
        said["file"] = file
    evidence: Evidence = company.evidences.create(kind=kind, by=by, at=now, **said)
    Evidence.objects.filter(pk=evidence.pk).update(about=said.get("about", evidence.stated))
    return evidence
