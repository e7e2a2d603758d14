"""What operations add to the dashboard, and what becomes of their tables."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from matchmaker import registry
from matchmaker.operations import services
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

registry.register_queue(
    51,
    _("Failed emails"),
    "runs",
    lambda: registry.waiting_in(parked_mails(), "parked_at"),
    target=timedelta(days=1),
)

erasure.register(
    {
        "matchmaker.Heartbeat": ABOUT_NOBODY,
        "profiles.FileStore": ABOUT_NOBODY,
        "matchmaker.Worker": ABOUT_NOBODY,
    }
)

registry.register_task(
    services.WORK_ON_SELECTIONS, selections.work_due, queue=settings.SLOW_QUEUE, **registry.LONG_TASK
)

# Of the rankings, and of profiles, which do not know the worker.
registry.register_periodic_task("tell_decisions", curation.notify_due, registry.SOON)
registry.register_periodic_task("send_mails", notifications.send_due, registry.SOON)
registry.register_periodic_task("seal_audit_records", lambda at: audit.seal_new_records(), registry.SOON)
registry.register_periodic_task("request_ranking", services.request_ranking, registry.SOON)
registry.register_periodic_task("resume_ranking", services.resume_ranking, registry.SOON)
registry.register_periodic_task("resume_checks", services.resume_checks, registry.SOON)
registry.register_periodic_task("resume_imports", services.resume_imports, registry.SOON)
registry.register_periodic_task("resume_selections", services.resume_selections, registry.SOON)
registry.register_periodic_task("ask_for_freshness", freshness.ask_and_unlist, registry.MINUTE)
registry.register_periodic_task("remind_of_claims", claims.remind_due, registry.HOUR)
registry.register_periodic_task("ask_for_new_evidence", evidence.ask_expired, registry.HOUR)
registry.register_periodic_task("delete_full_limits", limits.forget_full, registry.HOUR)
registry.register_periodic_task("delete_ended_invitations", teams.forget_ended, registry.HOUR)
registry.register_periodic_task("delete_old_drafts", drafts.forget_old, registry.HOUR)
registry.register_periodic_task("delete_mail_recipients", notifications.forget_readers, registry.DAY)
registry.register_periodic_task("delete_old_imports", imports.forget_old, registry.HOUR)
registry.register_periodic_task("delete_orphan_files", files.remove_orphans, registry.HOUR)
registry.register_periodic_task("delete_ended_sessions", accounts.forget_ended_sessions, registry.DAY)
registry.register_periodic_task("delete_receipts", receipts.forget_receipts, registry.DAY)
registry.register_periodic_task("count_rows", lambda at: planner.count_rows(), registry.DAY)
