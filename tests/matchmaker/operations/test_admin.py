"""The operators' admin: every record can be read, no secret shows, and nothing is changed unrecorded."""

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin import site
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, PassReason, RunState
from matchmaker.models.pair_action import Advice, CuratorOverride, Interest, Pass, ShortlistEntry
from matchmaker.models.ranking import Heartbeat, Ranking, RankingJob, RankingRun, TextVector, Worker
from profiles import models
from profiles.choices import Purpose, ReviewOutcome, Role, Side
from profiles.platform.audit import services as audit
from tests import factories
from tests.house.market import Market

OWN = [model for app in ("profiles", "matchmaker") for model in apps.get_app_config(app).get_models()]
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
KEPT_BACK = {"contact_email": "canary-contact@example.com", "cap_table": "canary cap table"}


@pytest.fixture
def operator(db):
    """An operator, beside a record of nearly every kind."""
    market = Market()
    now = timezone.now()
    startup, investor, user = market.startup, market.investor, market.people["founder"]
    type(startup).objects.filter(pk=startup.pk).update(**KEPT_BACK)
    assert user is not None
    pair = {"startup": startup, "investor": investor, "by": user, "at": now}
    for model in (Interest, ShortlistEntry):
        model.objects.create(side=Side.STARTUP, **pair)
    Pass.objects.create(side=Side.INVESTOR, reason=PassReason.values[0], note="canary note", **pair)
    CuratorOverride.objects.create(kind=OverrideKind.values[0], note="because", **pair)
    decided = {"outcome": ReviewOutcome.APPROVED, "decided_by": user, "decided_at": now}
    models.Review.objects.create(startup=startup, message="canary told", **decided)
    given = {"given_by": user, "given_at": now}
    models.Consent.objects.get_or_create(startup=startup, purpose=Purpose.MATCHING, defaults=given)
    models.Need.objects.get_or_create(startup=startup, type=models.NeedType.objects.all()[0])
    models.TractionFigure.objects.create(startup=startup, label="Orders", value=4711471, as_of_on=now.date())
    models.ExistingPartner.objects.create(startup=startup, name="Pump works", provides="Pumps", share_pct=10)
    Advice.objects.create(startup=startup)
    Heartbeat.objects.get_or_create(name="rank_edits", defaults={"at": now})
    Worker.objects.get_or_create(name="celery@one", defaults={"queues": "celery", "seen_at": now})
    own = {"side": Side.STARTUP, "profile_id": startup.pk}
    versions = {"weights_version": 1, "market_version": 1, "engine_version": "1"}
    Ranking.objects.create(**own, **versions, computed_at=now)
    RankingJob.objects.get_or_create(**own)
    RankingRun.objects.create(state=RunState.values[0], reason="asked")
    TextVector.objects.create(**own, text_hash="0", model_version="1", vector=b"canary")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": SEED})
    audit.record("edited", subject="startup:1", by=user, at=now)
    client = market.client("operator")
    client.raise_request_exception = True
    return client


def secrets():
    """Return what no page of the admin may hold."""
    people = models.User.objects.values_list("password", flat=True)
    invitations = models.Invitation.objects.values_list("token", flat=True)
    return [*people, *invitations, SEED, "canary", "4711471", "4,711,471"]


def shown(client, path):
    """Return the page at `path`, which must be there."""
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_every_record_is_there():
    assert {model for model in OWN if model not in site._registry} == set()


def test_only_our_own_admins_are_let_in():
    assert {type(one).__module__.split(".")[0] for one in site._registry.values()} == {"profiles"}


def pages(model):
    """Return the addresses of a record's admin: those for reading and those for changing."""
    info = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    record = model._default_manager.order_by("pk").first()
    read, changing = [reverse(f"{info}_changelist")], [reverse(f"{info}_add")]
    read.append(f"{read[0]}?q=a")
    if record:
        read += [reverse(f"{info}_{act}", args=[record.pk]) for act in ("change", "history")]
        changing += [reverse(f"{info}_{act}", args=[record.pk]) for act in ("change", "delete")]
    return read, changing


def test_every_page_opens_and_shows_no_secret(operator):
    kept = secrets()
    for path in (path for model in site._registry for path in pages(model)[0]):
        page = shown(operator, path)
        assert [secret for secret in kept if secret in page] == [], path
    assert [model for model, one in site._registry.items() if not one.search_fields] == []


def test_no_list_asks_row_by_row(operator):
    """What a column names comes with the rows."""
    user = operator.session["_auth_user_id"]
    own = ('FROM "django_session"', f'"profiles_user"."id" = {user} ')
    for model in site._registry:
        path = pages(model)[0][0]
        with CaptureQueriesContext(connection) as queries:
            shown(operator, path)
        single = [query["sql"] for query in queries if "LIMIT 21" in query["sql"]]
        assert [sql for sql in single if not any(part in sql for part in own)] == [], path


def test_nothing_is_changed_here(operator, rf):
    """No model has the permission, and no form of any is taken."""
    asked = rf.get("/")
    asked.user = models.User.objects.get(is_superuser=True)
    acts = ("add", "change", "delete")
    able = {
        (model, act)
        for model, one in site._registry.items()
        for act in acts
        if getattr(one, f"has_{act}_permission")(asked)
    }
    assert able == set()

    def stored():
        return {model: list(model._default_manager.order_by("pk").values()) for model in site._registry}

    before = stored()
    for model, rows in before.items():
        read, changing = pages(model)
        assert {operator.post(path, {"post": "yes"}).status_code for path in changing} == {403}
        marked = {"action": "delete_selected", "_selected_action": rows[0]["id"] if rows else 1}
        operator.post(read[0], {**marked, "post": "yes"})
    assert stored() == before


def test_search_and_offered_filters_find_and_others_are_refused(operator):
    page = shown(operator, reverse("admin:profiles_startup_changelist") + "?q=indus")
    assert ("Indus Grow" in page, "Ravi Fields" in page) == (True, False)

    page = shown(operator, reverse("admin:profiles_investor_changelist") + "?status__exact=submitted")
    assert ("Unknown Ventures" in page, "Pearl River" in page) == (True, False)
    shown(operator, reverse("admin:profiles_claim_changelist") + "?sent_at__gte=2026-01-01+00:00%2B00:00")

    for asked in (
        "profiles_user_changelist|password__startswith=m",
        "profiles_invitation_changelist|token__startswith=a",
        "mfa_authenticator_changelist|data__contains=J",
        "profiles_startup_changelist|id__in=1" + "0" * 24,
        "profiles_startup_changelist|memberships__user__password__startswith=m",
    ):
        name, _bar, query = asked.partition("|")
        assert operator.get(f"{reverse(f'admin:{name}')}?{query}").status_code == 400

    for path in ("1" + "0" * 24, "-1", "x", "%F0%9F%98%80"):
        response = operator.get(f"/admin/profiles/startup/{path}/change/")
        assert (response.status_code, response.headers["Location"]) == (302, reverse("admin:index"))


@pytest.mark.attack
def test_an_export_is_written_down_and_runs_no_formula(operator):
    factories.make_startup("=cmd|' /C calc'!A0")
    listed = {"format": "0", "resource": "0"}
    chosen = {f"startupresource_{name}": "on" for name in ("name_en", "status")}
    response = operator.post(reverse("admin:profiles_startup_export"), {**listed, **chosen})
    lines = response.content.decode().splitlines()
    assert len(lines) == 6
    assert not any(cell.startswith("=") for line in lines for cell in line.split(","))
    record = models.AuditRecord.objects.filter(action="exported").get()
    assert (record.subject, record.details) == ("admin:startup", {"rows": 5})


def test_a_curator_is_made_and_unmade_on_the_record(db):
    user = factories.make_founder("sana.new@example.com", None)
    call_command("make_curator", "Sana.New@example.com", verbosity=0)
    user.refresh_from_db()
    assert user.role == Role.CURATOR
    call_command("make_curator", "sana.new@example.com", "--instead", "startup", verbosity=0)
    user.refresh_from_db()
    assert user.role == Role.STARTUP
    trail = models.AuditRecord.objects.filter(action="role", subject=f"user:{user.pk}").order_by("pk")
    assert [record.details for record in trail] == [
        {"before": {"role": "startup"}, "after": {"role": "curator"}, "role": "curator"},
        {"before": {"role": "curator"}, "after": {"role": "startup"}, "role": "startup"},
    ]


def test_who_belongs_to_a_company_cannot_judge_it(ayesha):
    with pytest.raises(CommandError, match="belongs to a company"):
        call_command("make_curator", ayesha.email, verbosity=0)
    with pytest.raises(CommandError, match="No active account"):
        call_command("make_curator", "nobody@example.com", verbosity=0)
    ayesha.refresh_from_db()
    assert ayesha.role == Role.STARTUP
