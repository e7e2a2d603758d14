"""Tokens: who makes one, that only a hash is kept, and what ends it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.models.api import ApiToken
from matchmaker.portal.api import services
from matchmaker.portal.own_data.selectors import copy_for
from profiles.choices import Role
from profiles.curation.reviews import services as curation
from profiles.models import AuditRecord, LimitBucket, Membership, User
from profiles.people.accounts.services import teams
from tests import factories
from tests.mails import delivered

pytestmark = pytest.mark.django_db
FORM = {"name": "Our database", "scopes": ["matches", "profile"], "days": "90"}


def made(client, **changes):
    """Make a token on the page, and return its secret and what the page says."""
    text = client.post(reverse("api_token_make"), FORM | changes).content.decode()
    found = re.search(r"corridor_[\w-]{43}", text)
    return (found[0] if found else ""), text


def test_an_owner_makes_a_token_sees_it_once_and_revokes_it(founder, client):
    secret, _text = made(founder)
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/profile", headers=headers).json()["name"] == "Indus Grow"
    assert client.get("/api/v1/pilots", headers=headers).status_code == 403
    token = ApiToken.objects.get()
    assert secret not in str(token.__dict__)
    assert (token.used_at is not None, token.expires_at - token.created_at) == (True, timedelta(days=90))
    shown = founder.get(reverse("api_tokens")).content.decode()
    assert "Our database" in shown
    assert secret[-4:] in shown
    assert secret not in shown
    assert "last used on" in shown
    founder.post(reverse("api_token_revoke"), {"token": token.pk})
    answer = client.get("/api/v1/profile", headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    actions = AuditRecord.objects.filter(action__startswith="token").values_list("action", flat=True)
    assert sorted(actions) == ["token_made", "token_revoked"]
    first, second = delivered()
    assert "Matches, with scores and reasons" in first.body
    assert "revoked" in second.subject
    assert secret not in first.body


def test_what_the_page_refuses(ayesha, founder, li_wei, as_user):
    assert made(founder)[0]
    for changes in ({}, {"name": ""}, {"scopes": []}, {"scopes": ["directory"]}, {"days": "4000"}):
        secret, _text = made(founder, **{"name": "Another", **changes} if changes else changes)
        assert (changes, secret) == (changes, "")
    token = {"token": ApiToken.objects.get().pk}
    assert as_user(li_wei).post(reverse("api_token_revoke"), token).status_code == 404
    now, row = timezone.now(), {"user": ayesha, "ending": "wxyz", "sessions": 0}
    ApiToken.objects.bulk_create(
        ApiToken(name=f"{at}", hash=f"{at}", expires_at=now, **row) for at in range(9)
    )
    assert "You have 10 tokens" in made(founder, name="One more")[1]
    Membership.objects.update(is_owner=False)
    assert "Only owners" in founder.get(reverse("api_tokens")).content.decode()
    assert made(founder, name="No owner")[0] == ""


def test_a_token_asks_for_a_fresh_proof_and_curators_for_their_second_factor(sana, ayesha, as_user, settings):
    settings.DEMO = False
    assert as_user(ayesha).post(reverse("api_token_make"), FORM).url.startswith("/accounts/reauthenticate/")
    curator = as_user(sana)
    assert curator.get(reverse("api_tokens")).url == reverse("mfa_index")
    settings.DEMO = True
    secret, _text = made(curator, scopes=["directory"])
    headers = {"Authorization": f"Bearer {secret}"}
    assert curator.get("/api/v1/directory/startup", headers=headers).status_code == 200
    settings.DEMO = False
    assert curator.get("/api/v1/directory/startup", headers=headers).status_code == 401


def leave(user, startup, curator):
    colleague = factories.make_founder("colleague@example.com", startup)
    teams.make_owner(Membership.objects.get(user=colleague), by=user, at=timezone.now())
    teams.leave(Membership.objects.get(user=user), at=timezone.now())


def lose_ownership(user, startup, curator):
    Membership.objects.filter(user=user).update(is_owner=False)


def suspend(user, startup, curator):
    curation.suspend(startup, message="It is somebody else's", by=curator, at=timezone.now())


def expire(user, startup, curator):
    ApiToken.objects.update(expires_at=timezone.now())


@pytest.mark.parametrize("end", [leave, lose_ownership, suspend, expire])
def test_what_ends_a_token(end, startup, ayesha, sana, program):
    """Beside new passwords and closed accounts (webhooks/test_new_sign_in.py)."""
    ours = program(ayesha)
    assert ours.ask("profile").status_code == 200
    end(ayesha, startup, sana)
    assert ours.ask("profile").status_code == 401


def test_a_curators_token_ends_with_the_role(sana, program):
    ours = program(sana)
    User.objects.filter(pk=sana.pk).update(role=Role.OBSERVER)
    assert ours.ask("directory/startup").status_code == 401


def test_no_session_no_other_scheme_and_no_made_up_token_opens_anything(founder):
    for header in ("", "Bearer", "Bearer x", "Basic eDp5", "Bearer " + "x" * 5000, "Bearer \ud7ff"):
        headers = {"Authorization": header} if header else {}
        assert founder.get("/api/v1/profile", headers=headers).status_code == 401


def test_a_program_that_asks_too_often_waits(ayesha, program):
    ours = program(ayesha)
    assert ours.ask("pilots").status_code == 200
    used_up = timezone.now() + timedelta(hours=1)
    LimitBucket.objects.filter(key=f"api_read:account:{ayesha.pk}").update(full_at=used_up)
    answer = ours.ask("pilots")
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 60) == (429, True)


def test_a_copy_of_ones_data_names_tokens_and_holds_none(ayesha, program):
    program(ayesha)
    (row,) = copy_for(ayesha)["matchmaker.ApiToken"]
    assert row["name"] == "Our database"
    assert "hash" not in row

    services.forget_expired(at=timezone.now() + timedelta(days=59))
    assert ApiToken.objects.exists()
    services.forget_expired(at=timezone.now() + timedelta(days=61))
    assert not ApiToken.objects.exists()
