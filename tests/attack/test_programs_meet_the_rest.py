"""Tokens and webhooks meet the demonstration's accounts and the copies of people's data."""

import pytest
from django.utils import timezone

from matchmaker.models.webhook import Event, Webhook
from matchmaker.portal.api.services import make_token
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.webhooks.selectors import live_webhooks
from profiles.choices import Role
from profiles.models import AuditRecord, Membership
from tests import factories
from tests.matchmaker.portal.api.conftest import make_program

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


def test_a_webhooks_address_is_in_the_copy_of_its_maker_alone(ayesha):
    url = "https://hooks.example.org/only-owners-see-this"
    Webhook.objects.create(membership=ayesha.membership, url=url, events=list(Event))
    colleague = factories.make_user("colleague@example.com", Role.STARTUP)
    Membership.objects.create(user=colleague, startup=ayesha.membership.startup)
    assert url in str(copy_for(ayesha))
    assert url not in str(copy_for(colleague))


def test_nobody_reads_the_directory_past_its_beginning(startup, sana):
    factories.make_startup("Chenab Sketch")
    curator = make_program(sana)
    assert curator.ask("directory/startup?cursor=000000000000").status_code == 422
    assert not AuditRecord.objects.filter(action="directory_read").exists()
    page = curator.read("directory/startup?limit=1")
    assert len(curator.read(f"directory/startup?cursor={page['next']}")["items"]) == 1
    other = make_program(sana, name="Another")
    assert other.ask(f"directory/startup?cursor={page['next']}").status_code == 409
    assert curator.ask(f"directory/investor?cursor={page['next']}").status_code == 409
    curator.read("directory/startup?limit=1")
    assert AuditRecord.objects.filter(action="directory_read").count() == 2
