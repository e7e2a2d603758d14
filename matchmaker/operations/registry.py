"""What operations add to the dashboard, and what becomes of their tables."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from matchmaker.operations import services
from matchmaker.registry import (
    DAY,
    HOUR,
    LONG_TASK,
    MINUTE,
    SOON,
    register_periodic_task,
    register_queue,
    register_task,
    waiting_in,
)
from profiles.companies.claims import services as claims
from profiles.companies.evidence import services as evidence
from profiles.companies.receipts import services as receipts
from profiles.curation.freshness import services as freshness
from profiles.curation.imports import services as imports
from profiles.curation.reviews import services as curation
from profiles.curation.selections import services as selections
from profiles.integrations import planner
from profiles.people.accounts.services import accounts, teams
from profiles.platform import erasure
from profiles.platform.audit import services as audit
from profiles.platform.drafts import services as drafts
from profiles.platform.erasure import ABOUT_NOBODY
from profiles.platform.files import services as files
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.selectors import parked_mails

register_queue(
    51, _("Failed emails"), "runs", lambda: waiting_in(parked_mails(), "parked_at"), target=timedelta(days=1)
)

erasure.register(
    {
        "matchmaker.Heartbeat": ABOUT_NOBODY,
        "profiles.FileStore": ABOUT_NOBODY,
        "matchmaker.Worker": ABOUT_NOBODY,
    }
)

register_task(services.WORK_ON_SELECTIONS, selections.work_due, queue=settings.SLOW_QUEUE, **LONG_TASK)

# Of the rankings, and of profiles, which do not know the worker.
register_periodic_task("tell_decisions", curation.notify_due, SOON)
register_periodic_task("send_mails", notifications.send_due, SOON)
register_periodic_task("seal_audit_records", lambda at: audit.seal_new_records(), SOON)
register_periodic_task("request_ranking", services.request_ranking, SOON)
register_periodic_task("resume_ranking", services.resume_ranking, SOON)
register_periodic_task("resume_checks", services.resume_checks, SOON)
register_periodic_task("resume_imports", services.resume_imports, SOON)
register_periodic_task("resume_selections", services.resume_selections, SOON)
register_periodic_task("ask_for_freshness", freshness.ask_and_unlist, MINUTE)
register_periodic_task("remind_of_claims", claims.remind_due, HOUR)
register_periodic_task("ask_for_new_evidence", evidence.ask_expired, HOUR)
register_periodic_task("delete_full_limits", limits.forget_full, HOUR)
register_periodic_task("delete_ended_invitations", teams.forget_ended, HOUR)
register_periodic_task("delete_old_drafts", drafts.forget_old, HOUR)
register_periodic_task("delete_mail_recipients", notifications.forget_readers, DAY)
register_periodic_task("delete_old_imports", imports.forget_old, HOUR)
register_periodic_task("delete_orphan_files", files.remove_orphans, HOUR)
register_periodic_task("delete_ended_sessions", accounts.forget_ended_sessions, DAY)
register_periodic_task("delete_receipts", receipts.forget_receipts, DAY)
register_periodic_task("count_rows", lambda at: planner.count_rows(), DAY)
