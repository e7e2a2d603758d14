"""What is written about fair dealing: answers, checks, terms, and names on screening lists."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import ScreeningDecision, Side
from matchmaker.deals.fair_dealing import kinds
from matchmaker.deals.fair_dealing.screening_lists import ListedName
from matchmaker.matching.pairs import services as pairs
from matchmaker.matching.pairs.selectors.pair import mutual_with
from matchmaker.models.fair_dealing import (
    CheckAnswer,
    DisclosureRequest,
    FairTerms,
    ScreeningCandidate,
    ScreeningName,
)
from matchmaker.models.introduction import OPEN, Introduction
from matchmaker.transitions import ChangedSinceReadError
from profiles.catalogue.taxonomy.triggers import check_trigger
from profiles.choices import Status
from profiles.curation.imports.kinds import IMPORTED
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import SIDES, CheckVersion, GovernanceCheck, Investor, Startup, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import ChangedMeanwhileError
from profiles.platform.merging import Merging
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError
from profiles.sounds import consonants
from profiles.validators import LEGAL_ENDINGS, LEGAL_WORDS


@transaction.atomic
def answer_check(
    check: GovernanceCheck,
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    values: Mapping[str, Any],
    by: User,
    at: datetime,
) -> CheckAnswer:
    """Save one side's answer. The audit log records the fact only. `values`: the fields of AnswerForm.

    Raises:
        LimitReachedError, NotOpenError: see pairs/services.py.
    """
    pairs.begin_act(kinds.FAIR_LIMIT, startup, investor, side=side, by=by, at=at)
    answer, _made = CheckAnswer.objects.update_or_create(
        check_asked=check,
        startup=startup,
        investor=investor,
        side=side,
        defaults={**values, "by": by, "at": at},
    )
    details = {"check": check.code, "state": str(values["state"])}
    pairs.record(kinds.ANSWERED, startup, investor, side=side, by=by, at=at, **details)
    return answer


@transaction.atomic
def ask_to_disclose(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Ask the other side for missing disclosures and notify it; asking again does nothing.

    Raises:
        BlockedError, PausedError: nothing new can be begun, and no introduction is open.
        LimitReachedError, NotOpenError: see pairs/services.py.
    """
    pairs.begin_act(kinds.ASK_LIMIT, startup, investor, side=side, by=by, at=at)
    is_open = Introduction.objects.filter(startup=startup, investor=investor, state__in=OPEN).exists()
    if not is_open:
        pairs.require_open(startup, investor, side=side, at=at)
    _request, made = DisclosureRequest.objects.get_or_create(
        startup=startup, investor=investor, side=side, defaults={"by": by, "at": at}
    )
    if made:
        pairs.record(kinds.DISCLOSED, startup, investor, side=side, by=by, at=at)
        _notify_other(kinds.DISCLOSURE_ASKED, "fair_dealing", startup, investor, side=side, event="", at=at)


def _notify_other(
    kind: str, page: str, startup: Startup, investor: Investor, *, side: Side, event: str, at: datetime
) -> None:
    own, other = (startup, investor) if side == Side.STARTUP else (investor, startup)
    told = f"{startup.pk}:{investor.pk}:{event}"
    notify_team(other, Message(kind=kind, path=reverse(page, args=[own.public_id]), event=told, at=at))


EDITED = (
    "title_en", "title_ur", "title_zh", "question_en", "question_ur", "question_zh", "text_en", "text_ur",
    "text_zh", "weight", "trigger", "status", "as_of", "source", "source_url", "confidence", "checked_on",
    "review_by", "is_active",
)  # fmt: skip


@transaction.atomic
def revise_check(
    check: GovernanceCheck,
    *,
    changes: Mapping[str, Any],
    by: User,
    at: datetime,
    seen: Mapping[str, Any] | None = None,
    back_to: CheckVersion | None = None,
) -> None:
    """Set fields of a check as a new version; from now on the tables' file leaves it alone.

    Raises:
        NotACuratorError: for anyone but a curator.
        TriggerError: if the new trigger is not of the language.
        ChangedMeanwhileError: if someone changed what was read.
    """
    require_curator(by)
    check_trigger(changes.get("trigger", check.trigger))
    current = GovernanceCheck.objects.select_for_update(no_key=True).get(pk=check.pk)
    if any(getattr(current, name) != value for name, value in (seen or {}).items()):
        raise ChangedMeanwhileError
    before = {name: getattr(current, name) for name in changes if getattr(current, name) != changes[name]}
    if not before:
        return
    newest = current.versions.first() or _keep_version(current, 1)
    for name in before:
        setattr(current, name, changes[name])
    current.edited_at = at
    current.save(update_fields=[*before, "edited_at"])
    _keep_version(current, newest.number + 1, by=by, at=at, back_to=back_to and back_to.number)
    details = {
        "before": {name: _plain(value) for name, value in before.items()},
        "after": {name: _plain(changes[name]) for name in before},
        **({"back_to": back_to.number} if back_to else {}),
    }
    audit.record(kinds.GOVERNANCE, subject=f"check:{current.code}", by=by, at=at, details=details)


def _keep_version(check: GovernanceCheck, number: int, **made: Any) -> CheckVersion:
    return CheckVersion.objects.create(check_kept=check, number=number, values=values_of(check), **made)


def values_of(check: GovernanceCheck) -> dict[str, Any]:
    return {name: _plain(getattr(check, name)) for name in EDITED}


def restore_check(version: CheckVersion, *, by: User, at: datetime) -> None:
    values = dict(version.values)
    for name in ("checked_on", "review_by"):
        values[name] = date.fromisoformat(values[name])
    revise_check(version.check_kept, changes=values, by=by, at=at, back_to=version)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def write_terms(
    startup: Startup, investor: Investor, *, side: Side, values: Mapping[str, Any], by: User, at: datetime
) -> FairTerms:
    """Save one side's terms as a new private version; nothing if they are unchanged.

    Raises:
        LimitReachedError, NotOpenError: see pairs/services.py.
    """
    pairs.begin_act(kinds.FAIR_LIMIT, startup, investor, side=side, by=by, at=at)
    newest = _newest(startup, investor, side)
    if newest and all(getattr(newest, name) == value for name, value in values.items()):
        return newest
    version = newest.version + 1 if newest else 1
    written = FairTerms.objects.create(
        startup=startup, investor=investor, side=side, version=version, by=by, at=at, **values
    )
    _record(written, done="written", by=by, at=at)
    return written


@transaction.atomic
def open_terms(
    startup: Startup, investor: Investor, *, side: Side, version: int, by: User, at: datetime
) -> FairTerms:
    """Open the newest version of one side, which is the `version` that was read.

    Point by point, the other side reads it where it has opened an answer too, and both said yes. It is
    notified once both did: before, a notification would reveal an interest that no one has expressed.

    Raises:
        RefusedError: if there is no version, or nothing in it.
        ChangedSinceReadError: a colleague has written a newer one.
        LimitReachedError, NotOpenError: see pairs/services.py.
    """
    pairs.begin_act(kinds.FAIR_LIMIT, startup, investor, side=side, by=by, at=at)
    newest = _newest(startup, investor, side)
    if newest is None or newest.is_empty:
        raise RefusedError(_("Write down your own terms first."))
    if newest.version != version:
        raise ChangedSinceReadError
    if newest.opened_at is None:
        newest.opened_at = at
        newest.save(update_fields=["opened_at"])
        _record(newest, done="opened", by=by, at=at)
        if investor.pk in mutual_with(startup):
            event = str(newest.version)
            _notify_other(kinds.TERMS_OPENED, "fair_terms", startup, investor, side=side, event=event, at=at)
    return newest


def _newest(startup: Startup, investor: Investor, side: Side) -> FairTerms | None:
    return (
        FairTerms.objects.filter(startup=startup, investor=investor, side=side).order_by("-version").first()
    )


def _record(terms: FairTerms, *, done: str, by: User, at: datetime) -> None:
    details: dict[str, Any] = {"side": Side(terms.side), "version": terms.version, "done": done}
    pairs.record(kinds.TERMS, terms.startup, terms.investor, by=by, at=at, **details)


BATCH = 2_000
NAMES = ("name_en", "name_zh", "name_ur", "beneficial_owner")
Found = tuple[Startup | Investor, str, ScreeningName]


@transaction.atomic
def import_names(list_code: str, names: Sequence[ListedName], *, at: datetime) -> int:
    ScreeningName.objects.filter(list_code=list_code).delete()
    rows = [ScreeningName(list_code=list_code, imported_at=at, **one._asdict()) for one in names]
    ScreeningName.objects.bulk_create(rows, batch_size=BATCH)
    audit.record(IMPORTED, subject=f"screening:{list_code}", by=None, at=at, details={"names": len(rows)})
    return find_candidates(at=at)


@transaction.atomic
def find_candidates(*, at: datetime) -> int:
    """Compare every company's names and owner with the lists; return the number of new candidates.

    Decisions are not changed.
    """
    before = ScreeningCandidate.objects.count()
    rows = [_candidate(profile, own_name, listed, at) for profile, own_name, listed in _resembling()]
    ScreeningCandidate.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return ScreeningCandidate.objects.count() - before


def _candidate(
    profile: Startup | Investor, own_name: str, listed: ScreeningName, at: datetime
) -> ScreeningCandidate:
    company: dict[str, Any] = {profile.side: profile}
    return ScreeningCandidate(
        list_code=listed.list_code,
        entry=listed.entry,
        listed_name=listed.name,
        own_name=own_name,
        found_at=at,
        **company,
    )


def _resembling() -> Iterator[Found]:
    by_token: dict[str, list[tuple[frozenset[str], ScreeningName]]] = defaultdict(list)
    for listed in ScreeningName.objects.all():
        tokens = name_tokens(listed.name)
        for token in tokens:
            by_token[token].append((tokens, listed))
    for profile, own_name in _own_names():
        tokens = name_tokens(own_name)
        near = {listed.pk: (theirs, listed) for token in tokens for theirs, listed in by_token.get(token, ())}
        for theirs, listed in near.values():
            if resemble(tokens, theirs):
                yield profile, own_name, listed


def _own_names() -> Iterator[tuple[Startup | Investor, str]]:
    for model in SIDES.values():
        companies: Iterable[Any] = model.objects.filter(status__in=(Status.SUBMITTED, Status.APPROVED))
        for company in companies:
            names = [getattr(company, name) for name in (*NAMES, "legal_name") if hasattr(company, name)]
            yield from ((company, name) for name in dict.fromkeys(names) if name)


@transaction.atomic
def decide_candidate(
    candidate: ScreeningCandidate, *, decision: ScreeningDecision, reason: str, by: User, at: datetime
) -> None:
    """Record a curator's finding and its reason. Nothing else happens.

    Raises:
        NotACuratorError: for anyone but a curator.
        ReasonMissingError: without a reason.
    """
    require_curator(by)
    if not reason.strip():
        raise ReasonMissingError
    current = ScreeningCandidate.objects.select_for_update(no_key=True).get(pk=candidate.pk)
    current.decision, current.reason = decision, reason.strip()
    current.decided_by, current.decided_at = by, at
    current.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    details = {"list": current.list_code, "decision": str(decision)}
    audit.record(kinds.SCREENED, subject=audit.subject_of(current.company), by=by, at=at, details=details)


def forget_candidates(*, at: datetime) -> int:
    oldest = at - timedelta(days=settings.SCREENING_KEPT_DAYS)
    deleted, _by_model = ScreeningCandidate.objects.filter(decided_at__lt=oldest).delete()
    return deleted


FEWEST_WORDS, LONE_WORD, FEWEST_HAN = 2, 4, 3  # a lone word needs four consonants
HAN = re.compile("[\u3400-\u9fff]+")
WORD = re.compile(r"[^\W\d_]+")


def name_tokens(name: str) -> frozenset[str]:
    """Return the tokens of a name: generous across scripts and spellings, because a person decides."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in letters if unicodedata.category(char) != "Mn")
    han = {token for run in HAN.findall(plain) if len(token := LEGAL_ENDINGS.sub("", run)) >= FEWEST_HAN}
    words = [word for word in WORD.findall(HAN.sub(" ", plain)) if word not in LEGAL_WORDS]
    return frozenset(han | {token for word in words if (token := consonants(word, as_s="x"))})


def resemble(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two names may be the same: every token of the shorter one occurs in the longer one.

    A single token must be the whole of both.
    """
    shorter, longer = sorted((one, other), key=len)
    if not shorter <= longer:
        return False
    if len(shorter) >= FEWEST_WORDS or any(HAN.match(token) for token in shorter):
        return True
    return one == other and any(len(token) >= LONE_WORD for token in one)


def close_words(merging: Merging) -> None:
    """Before a merge, close words that the counterpart could not read."""
    side, other = merging.side, f"{merging.kept.side.other}_id"
    ours, theirs = mutual_with(merging.kept), mutual_with(merging.gone)
    for company, pks in ((merging.kept, theirs - ours), (merging.gone, ours - theirs)):
        unread = {side: company, f"{other}__in": pks}
        CheckAnswer.objects.filter(**unread).delete()
        FairTerms.objects.filter(**unread).update(opened_at=None)
    rows = FairTerms.objects.filter(**{side: merging.gone}).order_by()
    for of_side, pk, older in list(rows.values_list("side", other).annotate(versions=Max("version"))):
        newer = FairTerms.objects.filter(**{side: merging.kept, other: pk}, side=of_side)
        for terms in newer.order_by("-version"):
            FairTerms.objects.filter(pk=terms.pk).update(version=terms.version + older)
