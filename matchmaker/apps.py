"""The app's configuration, and the admin site with a second factor."""

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from profiles.choices import Side

# Each has a module `registry`, which registers what it adds to others. It may have `urls`, and modules of its
# name in `portal/api` and `lab/demo`. A line less, and all of it is gone.
CAPABILITIES = (
    "matching.ranking",
    "desk.what_if",
    "matching.lists",
    "matching.pairs",
    "deals.outcomes",
    "deals.stages",
    "deals.pipeline",
    "deals.introductions",
    "deals.digests",
    "deals.fair_dealing",
    "deals.evidence",
    "deals.decks",
    "deals.prefill",
    "deals.conversations",
    "deals.replies",
    "deals.machine_translation",
    "deals.hours",
    "deals.meetings",
    "portal.pictures",
    "events.pilots",
    "events.missions",  # before programmes: who leaves the site leaves its meetings first
    "events.programmes",
    "portal.search",
    "portal.saved_searches",
    "portal.exports",
    "portal.api",
    "portal.webhooks",
    "portal.home",
    "desk.today",
    "desk.duplicates",
    "desk.reports",
    "portal.directory",
    "portal.own_data",
    "operations",
)


def modules_of_capabilities(pattern: str) -> list[str]:
    """Return the modules that exist of a pattern with the {path} of each capability or with its {name}."""
    names = (pattern.format(path=path, name=path.split(".")[-1]) for path in CAPABILITIES)
    return [name for name in names if find_spec(name)]


class MatchmakerConfig(AppConfig):
    name = "matchmaker"
    verbose_name = _("Matching")
    default = True
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for capability in CAPABILITIES:
            import_module(f"matchmaker.{capability}.registry")
        # Not before the apps are loaded: all of these bring models.
        from matchmaker.operations import checks  # noqa: F401  registers itself
        from profiles.signals import (
            file_received,
            import_waits,
            mail_enqueued,
            profile_changed,
            profiles_changed,
            taxonomy_changed,
        )

        profile_changed.connect(rank_again, dispatch_uid="rank_again")
        profile_changed.connect(index_again, dispatch_uid="index_again")
        profiles_changed.connect(rank_many_again, dispatch_uid="rank_many_again")
        taxonomy_changed.connect(rank_all_profiles, dispatch_uid="rank_everybody")
        import_waits.connect(import_soon, dispatch_uid="import_soon")
        mail_enqueued.connect(send_soon, dispatch_uid="send_soon")
        file_received.connect(check_soon, dispatch_uid="check_soon")


def rank_again(*, side: Side, pk: int, at: datetime | None = None, **_kwargs: Any) -> None:
    """Ask for the changed profile's ranking, in the transaction of its change."""
    # Not before the apps are loaded: the service brings models.
    from matchmaker.matching.ranking.services import jobs

    jobs.request(side, pk, at=at or timezone.now())


def index_again(*, side: Side, pk: int, at: datetime | None = None, **_kwargs: Any) -> None:
    """Write the changed profile's part of the search index, in the transaction of its change."""
    # Not before the apps are loaded: the service brings models.
    from matchmaker.portal.search import services as search

    search.index_profile(side=side, pk=pk, at=at or timezone.now())


def rank_all_profiles(*, by: Any, at: datetime, **_kwargs: Any) -> None:
    """Ask for a whole re-ranking, in the transaction that changed the tree of sectors."""
    # Not before the apps are loaded: the service brings models.
    from matchmaker.matching.ranking.services import runs

    runs.request(by=by, at=at, reason=gettext_noop("The sectors have changed"))


def rank_many_again(*, side: Side, pks: list[int], at: datetime, **_kwargs: Any) -> None:
    """Ask for the ranking of many profiles that changed together, in the transaction of their change."""
    # Not before the apps are loaded: the service brings models.
    from matchmaker.matching.ranking.services import runs

    runs.request_for(side, pks, at=at)


def import_soon(**_kwargs: Any) -> None:
    """Have an import worked on when the transaction commits that asks for it."""
    # Not before the apps are loaded: Celery's application reads the settings.
    from matchmaker.integrations import dispatch

    dispatch.enqueue_on_commit(dispatch.WORK_IMPORTS)


def send_soon(**_kwargs: Any) -> None:
    """Have the mails sent when the transaction commits that has written them."""
    # Not before the apps are loaded: Celery's application reads the settings.
    from matchmaker.integrations import dispatch

    dispatch.enqueue_on_commit(dispatch.SEND_MAILS)


def check_soon(**_kwargs: Any) -> None:
    """Have a file checked when the transaction commits that has written its row."""
    # Not before the apps are loaded: Celery's application reads the settings.
    from matchmaker.integrations import dispatch

    dispatch.enqueue_on_commit(dispatch.CHECK_FILES)


class CorridorAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "matchmaker.operations.admin_site.CorridorAdminSite"
