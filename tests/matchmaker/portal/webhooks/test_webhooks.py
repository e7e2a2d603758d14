"""A program is told what happens: signed, proved, retried, and never a word that someone wrote."""

import json
import re
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.deals.conversations import services as conversations
from matchmaker.integrations import dispatch
from matchmaker.models.webhook import Event, Webhook, WebhookDelivery
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.webhooks import selectors, services
from profiles.choices import Status
from profiles.models import AuditRecord, Investor, Membership, Notice, Startup
from profiles.notice_kinds import KINDS
from profiles.platform.notifications import services as notifications
from tests.house.tree import ROOT
from tests.mails import delivered
from tests.matchmaker import ranked
from tests.matchmaker.events.pilots.piloted import make_pilot
from tests.matchmaker.introduced import make_introduction, make_message

pytestmark = pytest.mark.django_db


def documented():
    """Return the verification that docs/api.md gives to receivers."""
    spec = spec_from_file_location("api_verify", ROOT / "docs" / "api_verify.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.is_genuine


def test_an_owner_names_an_address_that_proves_itself_and_is_told(
    startup, investor, ayesha, li_wei, partner, receiver
):
    form = {"url": receiver.url, "events": [Event.REQUESTED, Event.MESSAGE]}
    assert partner.post(reverse("webhook_add"), form).status_code == 302
    assert "Waiting until its address answers" in partner.get(reverse("webhooks")).content.decode()
    tell(li_wei)  # before it has proved itself nothing is written for it
    services.send_due(at=timezone.now())
    hook = Webhook.objects.get()
    assert hook.proved_at
    assert [json.loads(body)["type"] for _headers, body, _path in receiver.got] == ["ping"]
    tell(li_wei, "2")
    services.send_due(at=timezone.now())
    headers, body, path = receiver.got[-1]
    said = json.loads(body)
    assert (said["type"], path) == ("introduction.requested", "/hook?from=corridor")
    assert said["data"]["id"] == startup.public_id
    assert said["data"]["api"].endswith(f"/api/v1/introductions/{startup.public_id}")
    assert "Indus" not in body.decode()
    signed, is_genuine = {name.lower(): value for name, value in headers.items()}, documented()
    assert is_genuine(signed, body, hook.secret)
    assert not is_genuine(signed, body + b" ", hook.secret)
    shown = partner.get(reverse("webhooks")).content.decode()
    assert len(re.findall(r"delivered\s*</span>", shown)) == 2
    (record,) = AuditRecord.objects.filter(action="webhook")
    assert record.details == {"act": "add", "host": "localhost"}
    assert "localhost" in delivered()[0].body


def tell(user, event="1", kind="request_received", path=None):
    """Tell a person something, as a capability does."""
    path = path or f"/introductions/{Startup.objects.first().public_id}/"
    context = {"company": "Pearl River Capital"}
    message = notifications.Message(kind=kind, path=path, event=event, at=timezone.now(), context=context)
    notifications.notify(user, message)


def test_messages_are_told_as_a_number_and_pilots_by_id(startup, investor, ayesha, li_wei, hook, receiver):
    talk = make_introduction(startup, investor, by=ayesha, state="mutual")
    message = make_message(talk, "startup", by=ayesha, text="Our secret price")
    pilot = make_pilot(investor, by=li_wei)
    conversations.notify_of_message(message, at=timezone.now())
    tell(li_wei, kind="pilot_applied", path=reverse("pilot", args=[pilot.public_id]))
    services.send_due(at=timezone.now())
    message, applied = (json.loads(body) for _headers, body, _path in receiver.got)
    assert (message["type"], message["data"]["unread"]) == ("conversation.message", 1)
    assert "secret price" not in str(receiver.got)
    assert (applied["type"], applied["data"]["id"]) == ("pilot.changed", pilot.public_id)


def test_kinds_of_notices_that_programs_are_told_exist():
    assert selectors.REQUESTED | selectors.CHANGED | {"message"} <= KINDS.keys()
    assert {kind for kind in KINDS if selectors.event_of(kind) == Event.PILOT} >= {"pilot_applied"}
    of_programmes = {kind for kind in KINDS if selectors.event_of(kind) == Event.PROGRAMME}
    assert of_programmes >= {"programme_accepted", "mission_published", "mission_changed"}


def test_a_changed_list_is_told_once(li_wei, hook, receiver):
    at = timezone.now() + services.LIST_READ_EVERY
    for number in range(2):
        ranked.make_startup(number)
    ranked.rank_whole()
    assert services.watch_lists(at=at) == 0  # the first look
    Startup.objects.filter(pk=Startup.objects.first().pk).update(matching_consent=False)
    assert services.watch_lists(at=at) == 0  # too soon
    assert services.watch_lists(at=at + services.LIST_READ_EVERY) == 1
    assert services.watch_lists(at=at + 2 * services.LIST_READ_EVERY) == 0
    services.send_due(at=at + services.LIST_READ_EVERY)
    (told,) = (json.loads(body) for _headers, body, _path in receiver.got)
    assert (told["type"], set(told["data"])) == ("matches.changed", {"url", "api"})


def test_what_is_not_taken_is_sent_again_with_the_same_id_and_later_each_time(li_wei, hook, receiver):
    tell(li_wei)
    at, waits, statuses = timezone.now(), [], []
    receiver.plan = [500, "hang", "drip", 302]
    for _attempt in range(5):
        services.send_due(at=at)
        delivery = WebhookDelivery.objects.get(event=Event.REQUESTED)
        statuses.append(delivery.answered)
        waits.append(round((delivery.due_at - at).total_seconds() / 30))
        services.send_due(at=at + timedelta(seconds=25))  # not yet
        at = delivery.due_at
    assert statuses[0] == "Answered 500"
    assert all(status.startswith("No answer") for status in statuses[1:3])
    assert statuses[3:] == ["Answered 302", "200"]  # a redirect is not followed
    assert waits[:4] == [1, 4, 16, 64]
    assert len(receiver.got) == 5
    assert len({headers["webhook-id"] for headers, _body, _path in receiver.got}) == 1
    assert len({headers["webhook-timestamp"] for headers, _body, _path in receiver.got}) > 1


def proved(membership, url):
    return Webhook.objects.create(
        membership=membership, url=url, events=list(Event), proved_at=timezone.now()
    )


def test_an_event_is_sent_at_once(
    startup, investor, li_wei, receiver, monkeypatch, django_capture_on_commit_callbacks
):
    proved(li_wei.membership, receiver.url)
    sent = []
    monkeypatch.setattr(dispatch, "enqueue", lambda task: sent.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        tell(li_wei)
    assert sent.count(services.SEND_WEBHOOKS) == 1
    assert services.send_due(at=timezone.now()) == 1
    sent.clear()
    services.resume(at=timezone.now())  # nothing is due
    assert sent == []
    tell(li_wei, "2")  # its message is lost
    services.resume(at=timezone.now())
    assert sent == [services.SEND_WEBHOOKS]


def test_receivers_that_hang_keep_no_other_waiting(li_wei, hook, receiver, receive, monkeypatch):
    hung = receive()
    hung.plan = ["hang"] * 9
    for number in range(6):
        proved(hook.membership, f"{hung.url}&{number}")
    monkeypatch.setattr(services, "MOST_SECONDS", 0.1)
    tell(li_wei)
    tell(li_wei, "2")
    assert services.send_due(at=timezone.now()) == 1  # of each address one at a time
    assert (len(hung.got), len(receiver.got)) == (6, 1)
    assert services.send_due(at=timezone.now()) == 1  # those that hang rest
    assert (len(hung.got), len(receiver.got)) == (6, 2)


def test_an_address_that_is_away_for_hours_is_switched_off_and_tested_again(li_wei, hook, receiver, as_user):
    tell(li_wei)
    tell(li_wei, "2")
    at = timezone.now()
    receiver.plan = [503] * 100
    for _attempt in range(40):
        services.send_due(at=at)
        at += timedelta(hours=1)
    hook.refresh_from_db()
    assert hook.stopped_at
    assert Notice.objects.filter(user=li_wei, kind="webhook_stopped").count() == 1
    sent = len(receiver.got)
    tell(li_wei, "3")
    services.send_due(at=at)
    assert len(receiver.got) == sent
    receiver.plan = []
    page = as_user(li_wei)
    assert "Switched off" in page.get(reverse("webhooks")).content.decode()
    page.post(reverse("webhook_resume"), {"pk": hook.pk})
    failed = WebhookDelivery.objects.get(failed_at__isnull=False)
    page.post(reverse("webhook_again"), {"pk": failed.pk})
    services.send_due(at=at)
    told = [json.loads(body)["type"] for _headers, body, _path in receiver.got[sent:]]
    assert sorted(told) == ["introduction.requested", "introduction.requested", "ping"]
    hook.refresh_from_db()
    assert (hook.proved_at is None, hook.stopped_at) == (False, None)


def test_a_server_that_only_says_yes_proves_nothing(li_wei, receiver):
    receiver.proves = False
    now = timezone.now()
    services.add_webhook(li_wei, url=receiver.url, events=list(Event), at=now)
    services.send_due(at=now)
    assert Webhook.objects.get().proved_at is None
    assert WebhookDelivery.objects.get().answered == "The test was not answered"


def test_a_worker_that_is_killed_loses_nothing(li_wei, hook, receiver, monkeypatch):
    tell(li_wei)
    at = timezone.now()
    with monkeypatch.context() as patch:  # the process ends in the middle of an exchange
        patch.setattr("socket.create_connection", lambda *_where, **_how: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            services.send_due(at=at)
    assert services.send_due(at=at) == 0  # another worker leaves it alone while it is leased
    assert services.send_due(at=at + services.LEASE + timedelta(seconds=1)) == 1
    assert len(receiver.got) == 1


@pytest.mark.parametrize("change", ["off", "suspended", "no owner", "left"])
def test_nothing_is_sent_once_it_may_not_be(change, li_wei, hook, receiver, settings):
    tell(li_wei)
    if change == "off":
        settings.WEBHOOKS = "off"
    elif change == "suspended":
        Investor.objects.update(status=Status.SUSPENDED)
    elif change == "no owner":
        Membership.objects.update(is_owner=False)
    else:
        Membership.objects.all().delete()
    tell(li_wei, "2")
    assert services.send_due(at=timezone.now()) == 0
    assert receiver.got == []


def test_what_the_page_refuses(partner, ayesha, as_user, hook, receiver, settings):
    form = {"url": receiver.url, "events": [Event.PILOT]}
    assert "has a webhook to this address" in partner.post(reverse("webhook_add"), form).content.decode()
    for number in range(2):
        partner.post(reverse("webhook_add"), form | {"url": f"https://hooks{number}.example.com/"})
    more = partner.post(reverse("webhook_add"), form | {"url": "https://hooks9.example.com/"})
    assert (more.status_code, Webhook.objects.count()) == (422, 3)
    other = as_user(ayesha)
    delivery = WebhookDelivery.objects.first()
    wrong = {"webhook_remove": hook.pk, "webhook_resume": hook.pk, "webhook_again": delivery.pk}
    for name, pk in wrong.items():
        assert other.post(reverse(name), {"pk": pk}).status_code == 404
    Membership.objects.update(is_owner=False)
    assert hook.secret not in partner.get(reverse("webhooks")).content.decode()
    partner.post(reverse("webhook_remove"), {"pk": hook.pk})
    assert Webhook.objects.filter(pk=hook.pk).exists()
    Membership.objects.update(is_owner=True)
    partner.post(reverse("webhook_remove"), {"pk": hook.pk})
    assert not Webhook.objects.filter(pk=hook.pk).exists()
    settings.WEBHOOKS = "off"
    assert "sends no events" in partner.get(reverse("webhooks")).content.decode()


def test_the_page_takes_as_many_queries_whatever_it_shows(partner, hook, same_queries):
    partner.get(reverse("webhooks"))
    for number in (2, 3):
        with same_queries():
            partner.get(reverse("webhooks"))
        for event in range(3):
            WebhookDelivery.objects.create(webhook=hook, key=f"{number}{event}", event=Event.PILOT, body="{}")


def test_a_copy_of_ones_data_has_webhooks_without_their_secrets(li_wei, hook):
    found = copy_for(li_wei)
    assert found["matchmaker.Webhook"][0]["url"] == hook.url
    assert found["matchmaker.WebhookDelivery"][0]["event"] == "ping"
    assert hook.secret not in str(found)


def test_what_was_sent_is_forgotten_after_a_month(hook):
    assert services.forget_old(at=timezone.now() + timedelta(days=29)) == 0
    assert services.forget_old(at=timezone.now() + timedelta(days=31)) == 1


@pytest.mark.django_db
def test_the_settings_lead_to_webhooks_only_where_they_are_sent(as_user, ayesha, settings):
    link = f'href="{reverse("webhooks")}"'
    for mode in ("off", "on"):
        settings.WEBHOOKS = mode
        assert (link in as_user(ayesha).get("/settings/").content.decode()) == (mode != "off")
