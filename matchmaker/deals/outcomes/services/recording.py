"""What recording and answering an outcome have in common, of an introduction and of a programme.

The caller holds the locks of the companies.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from matchmaker.matching.pairs import services as pairs
from matchmaker.models.outcome import AskedForOutcomes, Outcome, OutcomeAct
from matchmaker.transitions import WrongSideError
from profiles.choices import USD
from profiles.models import PartnershipForm, User

PILOT = "pilot"


def answer(
    outcome: Outcome,
    move: Callable[..., Any],
    *,
    objection: str,
    by: User,
    at: datetime,
    version_read: str | None,
    **changes: Any,
) -> None:
    """Confirm an outcome, or dispute it with an objection. A confirmed deal goes on record once.

    Raises:
        WrongSideError: one's own record. NoRateError: the currency of the deal has no exchange rate.
    """
    if outcome.by_id == by.pk:
        raise WrongSideError
    act = OutcomeAct.DISPUTE if objection else OutcomeAct.CONFIRM
    changes |= {"objection": objection, "answered_by": by, "answered_at": at}
    move(outcome, act, by=by, at=at, version_read=version_read, **changes)
    if not objection and outcome.becomes_a_deal:
        _put_on_record(outcome, by=by, at=at)


def _put_on_record(outcome: Outcome, *, by: User, at: datetime) -> None:
    if outcome.pair is None:
        return
    form = PartnershipForm.objects.get(code=PILOT) if outcome.kind == PILOT else outcome.form
    terms = {
        "closed_on": outcome.happened_on,
        "form": form,
        "amount": outcome.amount,
        "currency": outcome.currency if outcome.amount is not None else USD,
    }
    author = outcome.by if outcome.is_by_investor and outcome.by else by
    outcome.deal = pairs.record_deal(*outcome.pair, terms=terms, by=author, at=at)
    outcome.save(update_fields=["deal"])


def answer_question(question: AskedForOutcomes, *, is_over: bool, rounds: int, **changes: Any) -> None:
    """Note that a side has answered what it was asked so far; `is_over`: it is never asked again."""
    rows = type(question)._default_manager.filter(pk=question.pk)
    if is_over:
        rows.update(answered_rounds=rounds, **changes)
    else:
        question.refresh_from_db(fields=["asked_rounds"])
        rows.filter(answered_rounds__lt=question.asked_rounds).update(
            answered_rounds=question.asked_rounds, **changes
        )


def claim_round(question: AskedForOutcomes, number: int, **changes: Any) -> bool:
    """Take one round of a question; False if it was asked already."""
    rows = type(question)._default_manager.filter(pk=question.pk, asked_rounds__lt=number)
    return bool(rows.update(asked_rounds=number, **changes))
