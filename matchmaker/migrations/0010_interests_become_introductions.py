"""What was said before introductions were kept: each interest becomes one, with the steps that led there."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

DAYS = 30  # that a request from before stays open


def begin(apps, schema_editor):
    """Make an introduction of each pair that somebody is interested in."""
    Interest = apps.get_model("matchmaker", "Interest")
    pairs = {}
    for interest in Interest.objects.order_by("at", "pk").iterator():
        pairs.setdefault((interest.startup_id, interest.investor_id), []).append(interest)
    now = timezone.now()
    for interests in pairs.values():
        keep(apps, interests, now)


def keep(apps, interests, now):
    """Keep one pair's introduction: mutual, answered with a no, or waiting."""
    Introduction = apps.get_model("matchmaker", "Introduction")
    Step = apps.get_model("matchmaker", "IntroductionStep")
    first, *second = interests
    other = "investor" if first.side == "startup" else "startup"
    no = apps.get_model("matchmaker", "Pass").objects.filter(
        startup_id=first.startup_id, investor_id=first.investor_id, side=other
    ).first()
    answer = second[0] if second else no
    fields = {
        "startup_id": first.startup_id, "investor_id": first.investor_id, "asked_by": first.side,
        "by_id": first.by_id, "asked_at": first.at, "delivered_at": first.at,
    }
    if answer is None:
        until = now + timedelta(days=DAYS)
        made = Introduction.objects.create(
            state="asked", due_at=first.at + timedelta(days=DAYS), closes_at=until, **fields
        )
        Step.objects.create(introduction=made, act="ask", target="asked", side=first.side, by_id=first.by_id, at=first.at)
        return
    state, act, ended = ("mutual", "accept", None) if second else ("declined", "decline", answer.at)
    made = Introduction.objects.create(
        state=state, due_at=first.at + timedelta(days=DAYS), answered_by_id=answer.by_id, answered_at=answer.at,
        ended_at=ended, **fields
    )
    Step.objects.create(introduction=made, act="ask", target="asked", side=first.side, by_id=first.by_id, at=first.at)
    Step.objects.create(
        introduction=made, act=act, source="asked", target=state, side=other, by_id=answer.by_id, at=answer.at
    )


class Migration(migrations.Migration):
    """Introductions of what was said before."""

    dependencies = [
        ("matchmaker", "0009_introductions"),
    ]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
