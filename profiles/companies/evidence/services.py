"""Adding and removing evidence, proving a domain, what curators decide, and what has expired."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from profiles.choices import EvidenceClaim, EvidenceKind, EvidenceState
from profiles.companies.evidence import kinds
from profiles.companies.evidence.selectors import DOCUMENTS, MAILBOXES, Company, domain_of, expired
from profiles.companies.steps.hosts import host_of
from profiles.guards import ReasonMissingError, require_curator
from profiles.integrations.domain_records import text_records
from profiles.integrations.file_checking import SentFile
from profiles.models import CheckedFile, Endorsement, Evidence, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.files import services as files
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.refusals import RefusedError

MOST = 50  # pieces of evidence of one company
BATCH = 100  # that one task asks about
DOMAIN_LASTS = timedelta(days=365)
LINK_LASTS = timedelta(days=7)
SALT = "profiles.companies.evidence.domain"
RECORD = "_corridor"  # in front of the domain: where its owner writes the token


class NotProvedError(RefusedError):
    message = _(
        "We did not find the DNS record. A new record can take up to an hour to appear. Check it, and try "
        "again later."
    )


def add(
    company: Company,
    *,
    claim: EvidenceClaim,
    title: str,
    issued_on: date | None = None,
    expires_on: date | None = None,
    url: str = "",
    file: SentFile | None = None,
    by: User,
    at: datetime,
) -> Evidence:
    """Add a document, or an entry in a public registry; a curator looks at it once its file is checked.

    Raises:
        LimitReachedError: if the person or the company adds too often.
        RefusedError: nothing was written.
    """
    with files.stored(file) as name, transaction.atomic():
        limits.take_token(kinds.EVIDENCE_LIMIT, account=by, company=company, at=at)
        lock_profiles(company)
        if company.evidences.count() >= MOST:
            raise RefusedError(_("You have 50 pieces of evidence. Remove one first."))
        made: Evidence = company.evidences.create(
            claim=claim,
            kind=EvidenceKind.FILE if file else EvidenceKind.LINK,
            title=title,
            issued_on=issued_on,
            expires_on=expires_on,
            url=url,
            file=files.receive(company, file, name=name, by=by, at=at) if file else None,
            by=by,
            at=at,
        )
        _record(made, "added", by=by, at=at)
    return made


@transaction.atomic
def remove(evidence: Evidence, *, by: User, at: datetime) -> None:
    limits.take_token(kinds.EVIDENCE_LIMIT, account=by, company=evidence.company, at=at)
    lock_profiles(evidence.company)
    if evidence.file_id:
        files.forget(CheckedFile.objects.filter(pk=evidence.file_id))
    Evidence.objects.filter(pk=evidence.pk).delete()
    _record(evidence, "removed", by=by, at=at)


def file_was_checked(*, file: CheckedFile, at: datetime, **_kwargs: Any) -> None:
    evidence = Evidence.objects.filter(file=file).select_related("startup", "investor").first()
    if evidence and file.fault:
        _notify(kinds.EVIDENCE_REFUSED, evidence, at=at)


@transaction.atomic
def mark_seen(evidence: Evidence, *, by: User, at: datetime) -> None:
    """Say that a curator has seen it, and about which words of the profile.

    Raises:
        NotACuratorError: for anyone but a curator.
        RefusedError: if it is decided, removed, or its file is not ready.
    """
    require_curator(by)
    lock_profiles(evidence.company)
    evidence.company.refresh_from_db()
    rows = Evidence.objects.to_see().filter(pk=evidence.pk)
    _decide(rows.values("pk"), EvidenceState.SEEN, by=by, at=at, about=evidence.stated, asked_at=None)
    _record(evidence, "seen", by=by, at=at)
    _notify(kinds.EVIDENCE_SEEN, evidence, at=at)


@transaction.atomic
def decline(evidence: Evidence, *, reason: str, by: User, at: datetime) -> None:
    """Say why it is not accepted, also of what a curator has marked as seen before.

    Raises:
        NotACuratorError: for anyone but a curator.
        ReasonMissingError: without a reason.
        RefusedError: if it is declined or removed already.
    """
    require_curator(by)
    if not reason:
        raise ReasonMissingError
    lock_profiles(evidence.company)
    open_states = (EvidenceState.WAITING, EvidenceState.SEEN)
    rows = Evidence.objects.filter(pk=evidence.pk, state__in=open_states, kind__in=DOCUMENTS)
    _decide(rows.values("pk"), EvidenceState.DECLINED, by=by, at=at, reason=reason)
    _record(evidence, "declined", by=by, at=at)
    _notify(kinds.EVIDENCE_DECLINED, evidence, at=at)


def _decide(keys: Any, state: EvidenceState, *, by: User | None, at: datetime, **changes: Any) -> None:
    rows = Evidence.objects.filter(pk__in=keys)
    if not rows.update(state=state, decided_by=by, decided_at=at, **changes):
        raise RefusedError(_("Someone has already decided about this, or the company has removed it."))


@transaction.atomic
def open_file(evidence: Evidence, *, by: User, at: datetime) -> None:
    _record(evidence, "saved", by=by, at=at)


# --- The domain ---------------------------------------------------------------------------------------------


@transaction.atomic
def begin_domain(company: Company, *, by: User, at: datetime) -> Evidence:
    """Return the row of the company's present domain; make one that is not proved where there is none.

    Raises:
        RefusedError: if the company has no domain of its own.
    """
    lock_profiles(company)
    company.refresh_from_db()
    host = host_of(company)
    if not host:
        raise RefusedError(
            _(
                "Your profile has no website of your own: there is none, or its address is shared by "
                "many people (such as a free web host)."
            )
        )
    company.evidences.filter(state=EvidenceState.OPEN).exclude(host=host).delete()  # of earlier domains
    values = {"claim": EvidenceClaim.WEBSITE, "state": EvidenceState.OPEN, "by": by, "at": at}
    row: Evidence = company.evidences.get_or_create(kind=EvidenceKind.DOMAIN, host=host, defaults=values)[0]
    return row


@transaction.atomic
def mail_domain(company: Company, *, mailbox: str, by: User, at: datetime) -> None:
    """Send the link that proves the domain to a mailbox that only its owner has.

    Raises:
        LimitReachedError: after too many mails.
        RefusedError: if the company has no domain of its own.
    """
    proof = begin_domain(company, by=by, at=at)
    to = f"{MAILBOXES[MAILBOXES.index(mailbox)]}@{proof.host}"
    limits.take_token(kinds.DOMAIN_MAIL_LIMIT, account=by, company=company, address=to, at=at)
    message = notifications.Message(
        kind=kinds.DOMAIN_MAIL,
        path=reverse("evidence_domain_link", args=[link_of(proof)]),
        event=f"{proof.pk}:{at.timestamp()}",
        at=at,
        context={"host": proof.host},
    )
    notifications.enqueue(message, to=to, language=by.language)
    _record(proof, "mailed", by=by, at=at)


def prove_by_records(company: Company, *, by: User, at: datetime) -> None:
    """Look for the token in the records of the domain.

    Raises:
        LimitReachedError: after looking too often.
        RefusedError, NotProvedError: nothing is changed.
    """
    limits.take_token(kinds.DOMAIN_LIMIT, account=by, company=company, at=at)
    proof = begin_domain(company, by=by, at=at)
    if proof.token not in text_records(f"{RECORD}.{proof.host}"):  # asked while nothing is locked
        raise NotProvedError
    _prove(company, proof, by=by, at=at)


def link_of(proof: Evidence) -> str:
    return signing.dumps([proof.pk, proof.host], salt=SALT)


def mailed_proof(company: Company, link: str) -> Evidence | None:
    try:
        signed = signing.loads(link, salt=SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    proof = domain_of(company)
    return proof if proof and signed == [proof.pk, proof.host] else None


def prove_by_mail(company: Company, *, link: str, by: User, at: datetime) -> None:
    """Record that a person of the company has read mail to its domain.

    Raises:
        NotProvedError: if the link is not of its present domain, or too old.
    """
    proof = mailed_proof(company, link)
    if proof is None:
        raise NotProvedError
    _prove(company, proof, by=by, at=at)


@transaction.atomic
def _prove(company: Company, proof: Evidence, *, by: User, at: datetime) -> None:
    lock_profiles(company)
    company.refresh_from_db()
    if proof.host != host_of(company):
        raise NotProvedError
    changes = {"about": company.website, "expires_on": (at + DOMAIN_LASTS).date(), "asked_at": None}
    rows = Evidence.objects.filter(pk=proof.pk).values("pk")
    _decide(rows, EvidenceState.SEEN, by=None, at=at, **changes)
    _record(proof, "proved", by=by, at=at)


# --- What has expired, and what others say ------------------------------------------------------------------


def ask_expired(*, at: datetime) -> None:
    """Ask the owners of what has expired, once; it counts no more since its last day."""
    for evidence in list(expired(on=at.date())[:BATCH]):
        with transaction.atomic():
            if Evidence.objects.filter(pk=evidence.pk, asked_at=None).update(asked_at=at):
                _record(evidence, "expired", by=None, at=at)
                _notify(kinds.EVIDENCE_EXPIRED, evidence, at=at)


@transaction.atomic
def withdraw_endorsement(endorsement: Endorsement, *, by: User, at: datetime) -> None:
    lock_profiles(endorsement.startup, endorsement.investor)
    gone, _by_model = Endorsement.objects.filter(pk=endorsement.pk).delete()
    if gone:
        subject = audit.pair_subject(endorsement.startup, endorsement.investor)
        details = {"done": "withdrawn", "claim": str(endorsement.claim), "side": str(endorsement.side)}
        audit.record(kinds.EVIDENCE, subject=subject, by=by, at=at, details=details)
        event = f"endorsement:{endorsement.pk}"
        notify_owner(kinds.ENDORSEMENT_WITHDRAWN, endorsement.endorsed, event=event, at=at)


def notify_owner(kind: str, company: Company, *, event: str, at: datetime) -> None:
    message = notifications.Message(kind=kind, path=reverse("evidence"), event=event, at=at)
    notify_team(company, message)


def _notify(kind: str, evidence: Evidence, *, at: datetime) -> None:
    notify_owner(kind, evidence.company, event=f"{evidence.pk}:{at.timestamp()}", at=at)


def _record(evidence: Evidence, done: str, *, by: User | None, at: datetime) -> None:
    details = {
        "done": done,
        "claim": str(evidence.claim),
        "kind": str(evidence.kind),
        "evidence": evidence.pk,
    }
    audit.record(kinds.EVIDENCE, subject=audit.subject_of(evidence.company), by=by, at=at, details=details)


def erase_company(company: Company, _at: datetime) -> None:
    Evidence.objects.filter(**{company.side.value: company}).delete()
