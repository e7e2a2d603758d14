"""Tokens and webhooks meet the demonstration's accounts."""

import pytest
from django.utils import timezone

from matchmaker.api.services import make_token
from matchmaker.models.webhook import Event, Webhook
from matchmaker.webhooks.selectors import live_webhooks

pytestmark = pytest.mark.django_db


def test_programs_of_demonstration_accounts_read_nothing_outside_of_it(ayesha, client, settings):
    secret = make_token(ayesha, name="Ours", scopes=["profile"], days=30, at=timezone.now())
    Webhook.objects.create(membership=ayesha.membership, url="https://a.example.org/", events=list(Event))
    type(ayesha).objects.filter(pk=ayesha.pk).update(is_demo=True)
    headers = {"Authorization": f"Bearer {secret}"}
    settings.DEMO = True
    assert client.get("/api/v1/profile", headers=headers).status_code == 200
    assert live_webhooks().exists()
    settings.DEMO = False
    assert client.get("/api/v1/profile", headers=headers).status_code == 401
    assert not live_webhooks().exists()
