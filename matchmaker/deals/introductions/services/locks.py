"""Locks of an introduction and of what belongs to it (a meeting, a stage), and what one sweep looks at."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from matchmaker.matching.pairs.services import lock_open_pair
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import Meeting
from matchmaker.models.stage import IntroductionStage
from matchmaker.transitions import NotOpenError, TransitionRefusedError, WrongStateError
from profiles.models import Investor, Startup
from profiles.platform.changes.services import lock_profiles

BATCH = 200  # rows that one sweep looks at for each thing that it does
Part = TypeVar("Part", Meeting, IntroductionStage)


def due_keys(due: "QuerySet[Any]") -> list[int]:
    return list(due.values_list("pk", flat=True)[:BATCH])


def lock_mutual_pair(introduction: Introduction) -> None:
    """Lock both companies of an introduction and read its state again.

    Raises:
        NotOpenError: one of the two is not there any more (pairs/services.py).
        WrongStateError: the two are not both interested (any more).
    """
    lock_open_pair(*introduction.pair)
    introduction.refresh_from_db(fields=["state"])
    if introduction.state != IntroductionState.MUTUAL:
        raise WrongStateError


def lock_if_mutual(introduction: Introduction) -> bool:
    try:
        lock_mutual_pair(introduction)
    except (TransitionRefusedError, NotOpenError):
        return False
    return True


def lock_part(part: Meeting | IntroductionStage) -> tuple[Startup, Investor]:
    """Lock both companies, read the part again, and return the companies; raise as `lock_mutual_pair`."""
    lock_mutual_pair(part.introduction)
    _read_again(part)
    return part.introduction.pair


def locked_part(model: type[Part], pk: int) -> Part:
    """Return a meeting or stage as it is, with both companies locked until the transaction ends."""
    rows: QuerySet[Part] = model._default_manager.all()
    part = rows.select_related("introduction__startup", "introduction__investor").get(pk=pk)
    lock_profiles(*part.introduction.pair)
    _read_again(part)
    part.introduction.refresh_from_db(fields=["state"])
    return part


def _read_again(part: Meeting | IntroductionStage) -> None:
    own = [field.name for field in part._meta.concrete_fields if not field.is_relation]
    part.refresh_from_db(fields=own)
