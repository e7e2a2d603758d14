"""The periodic tasks: each finds what is due, whether or not a message came through.

One message runs all quick tasks that are due; a slow one has a message of its own (matchmaker/tasks.py). A
failure of one stops no other. Several workers share one schedule: a task starts only where its last start, a
row of Heartbeat, is long enough ago.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from matchmaker.deals.digests import services as digests
from matchmaker.deals.fair_dealing import services as fair_dealing
from matchmaker.deals.introductions.services import deadlines
from matchmaker.deals.machine_translation import services as machine_translation
from matchmaker.deals.meetings import services as meetings
from matchmaker.deals.stages import services as stages
from matchmaker.desk.duplicates.services import candidates, merge
from matchmaker.desk.reports import services as reports
from matchmaker.desk.today import services as overrides
from matchmaker.desk.what_if import services as what_if
from matchmaker.events.missions.services import clock, plans
from matchmaker.events.programmes.services import outcomes, programmes, telling
from matchmaker.integrations import dispatch
from matchmaker.matching.pairs import services as pairs
from matchmaker.matching.ranking.market import term_index
from matchmaker.matching.ranking.services import market_state, rank_market, runs
from matchmaker.models.ranking import Heartbeat, RankingRun, Worker
from matchmaker.portal.api import services as api
from matchmaker.portal.own_data import services as own_data
from matchmaker.portal.saved_searches import services as saved_searches
from matchmaker.portal.search import services as search
from matchmaker.portal.webhooks import services as webhooks
from profiles.companies.claims import services as claims
from profiles.companies.evidence import services as evidence
from profiles.companies.receipts import services as receipts
from profiles.curation.freshness import services as freshness
from profiles.curation.imports import services as imports
from profiles.curation.reviews import services as curation
from profiles.integrations import planner
from profiles.people.accounts.services import accounts, teams
from profiles.platform.audit import services as audit
from profiles.platform.drafts import services as drafts
from profiles.platform.files import services as files
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications

logger = logging.getLogger(__name__)

SOON, MINUTE = timedelta(seconds=settings.PERIODIC_SECONDS), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONGEST_START = 2.0  # seconds after which one message starts no more tasks
LONG = 1.0  # seconds from which on a task is worth a line
NEVER = datetime.min.replace(tzinfo=UTC)
EARLY = 0.8  # of its interval after which a task may start again: messages come a little early or late


@dataclass(frozen=True)
class PeriodicTask:
    """A function that is called with the time `at`, every so often. Safe in any number of workers at once."""

    name: str
    run: Callable[..., object]
    every: timedelta

    @property
    def is_slow(self) -> bool:
        """Whether it takes minutes, and has a message and a queue of its own."""
        return f"periodic.{self.name}" in settings.SLOW_TASKS


def request_ranking(*, at: datetime) -> RankingRun | None:
    """Request a whole re-ranking when there was none, it is a day old, or the engine is another."""
    if RankingRun.objects.open().exists() or not runs.may_request(at=at):
        return None
    reason = term_index.why_again(
        at=at, age=term_index.CALIBRATION_AGE, engine_version=market_state.ENGINE_VERSION
    )
    return runs.request(by=None, at=at, reason=reason) if reason else None


def resume_ranking(*, at: datetime) -> None:
    """Have a run taken up that no worker holds: its message was lost, or its worker killed."""
    if runs.oldest().free(at=at).exists():
        dispatch.enqueue(dispatch.RANK_MARKET)


def resume_imports(*, at: datetime) -> None:
    """Have an import taken up that no worker holds: its message was lost, or its worker killed."""
    if imports.due(at).exists():
        dispatch.enqueue(dispatch.WORK_IMPORTS)


def resume_checks(*, at: datetime) -> None:
    """Have a file checked whose message was lost, or whose worker was killed."""
    if files.due(at).exists():
        dispatch.enqueue(dispatch.CHECK_FILES)


PERIODIC_TASKS = (
    PeriodicTask("advance_introductions", deadlines.advance, SOON),
    PeriodicTask("advance_meetings", meetings.advance, SOON),
    PeriodicTask("advance_stages", stages.advance, SOON),
    PeriodicTask("close_programmes", programmes.close_due, MINUTE),
    PeriodicTask("ask_for_outcomes", outcomes.ask_due, HOUR),
    PeriodicTask("tell_programmes", telling.tell_waiting, SOON),
    PeriodicTask("advance_missions", clock.advance, MINUTE),
    PeriodicTask("resume_plans", plans.resume, SOON),
    PeriodicTask("tell_decisions", curation.tell_due, SOON),
    PeriodicTask("send_mails", notifications.send_due, SOON),
    PeriodicTask("send_webhooks", webhooks.resume, SOON),
    PeriodicTask("watch_lists", webhooks.watch_lists, MINUTE),
    PeriodicTask("seal_audit_records", lambda at: audit.seal_new_records(), SOON),
    PeriodicTask("request_ranking", request_ranking, SOON),
    PeriodicTask("resume_ranking", resume_ranking, SOON),
    PeriodicTask("resume_checks", resume_checks, SOON),
    PeriodicTask("resume_previews", what_if.resume, SOON),
    PeriodicTask("resume_imports", resume_imports, SOON),
    PeriodicTask("rank_edits", rank_market.rank_due, SOON),
    PeriodicTask("answer_advice", pairs.answer_due, SOON),
    PeriodicTask("refresh_advice", pairs.refresh_advice, MINUTE),
    PeriodicTask("expire_pins", overrides.expire, MINUTE),
    PeriodicTask("compute_reports", reports.compute_due, MINUTE),
    PeriodicTask("ask_for_freshness", freshness.ask_and_unlist, MINUTE),
    PeriodicTask("tell_curators", overrides.tell_curators, MINUTE),
    PeriodicTask("remind_of_claims", claims.remind_due, HOUR),
    PeriodicTask("ask_for_new_evidence", evidence.ask_expired, HOUR),
    PeriodicTask("index_missing", search.index_missing, MINUTE),
    PeriodicTask("count_search_words", search.count_words, DAY),
    PeriodicTask("check_saved_searches", saved_searches.check_due, MINUTE),
    PeriodicTask("send_digests", digests.send_due_digests, MINUTE),
    PeriodicTask("delete_full_limits", limits.forget_full, HOUR),
    PeriodicTask("delete_expired_tokens", api.forget_expired, DAY),
    PeriodicTask("delete_webhook_deliveries", webhooks.forget_old, DAY),
    PeriodicTask("delete_ended_invitations", teams.forget_ended, HOUR),
    PeriodicTask("delete_old_translations", machine_translation.forget_old, DAY),
    PeriodicTask("delete_old_drafts", drafts.forget_old, HOUR),
    PeriodicTask("compare_companies", candidates.refresh_due, MINUTE),
    PeriodicTask("forget_merges", merge.forget_records, HOUR),
    PeriodicTask("delete_screening_candidates", fair_dealing.forget_candidates, HOUR),
    PeriodicTask("delete_mail_recipients", notifications.forget_readers, DAY),
    PeriodicTask("delete_old_imports", imports.forget_old, HOUR),
    PeriodicTask("delete_orphan_files", files.remove_orphans, HOUR),
    PeriodicTask("delete_ended_sessions", accounts.forget_ended_sessions, DAY),
    PeriodicTask("delete_previews", what_if.forget_old, DAY),
    PeriodicTask("delete_receipts", receipts.forget_receipts, DAY),
    PeriodicTask("delete_companies", own_data.erase_due, MINUTE),
    PeriodicTask("count_rows", lambda at: planner.count_rows(), DAY),
)
SLOW_TASKS = [task for task in PERIODIC_TASKS if task.is_slow]
QUICK_TASKS = [task for task in PERIODIC_TASKS if not task.is_slow]


def run_due(tasks: Sequence[PeriodicTask] = QUICK_TASKS, *, at: datetime) -> bool:
    """Run what is due, what has waited longest first. Return whether another message has to run the rest."""
    begun, starts = time.monotonic(), dict(Heartbeat.objects.values_list("name", "at"))
    due = [task for task in tasks if starts.get(task.name, NEVER) <= at - task.every * EARLY]
    due.sort(key=lambda task: starts.get(task.name, NEVER))
    for number, task in enumerate(due, 1):
        run_periodic(task, at=at)
        if time.monotonic() - begun > LONGEST_START:
            return number < len(due)
    return False


def run_periodic(task: PeriodicTask, *, at: datetime) -> bool:
    """Run a task if it is due, and return whether it was. An error is logged and kept until it succeeds."""
    if not _start(task, at=at):
        return False
    error, begun = "", time.monotonic()
    try:
        task.run(at=at)
    except Exception as failure:
        logger.exception("The periodic task %s failed", task.name)
        error = f"{type(failure).__name__}: {failure}"[:2000]
    if (seconds := time.monotonic() - begun) >= LONG:
        logger.info("The periodic task %s took %.1f s", task.name, seconds)
    Heartbeat.objects.filter(name=task.name).exclude(error=error).update(error=error)
    return True


def _start(task: PeriodicTask, *, at: datetime) -> bool:
    """Note that a task starts; False if it has started too lately."""
    if Heartbeat.objects.filter(name=task.name, at__lte=at - task.every * EARLY).update(at=at):
        return True
    _row, is_first = Heartbeat.objects.get_or_create(name=task.name, defaults={"at": at})
    return is_first


def show_life(name: str, *, queues: str, at: datetime) -> None:
    """Note that a worker lives, and forget those that have not been seen for a day."""
    Worker.objects.update_or_create(name=name, defaults={"queues": queues, "seen_at": at})
    Worker.objects.filter(seen_at__lt=at - DAY).delete()
