"""What is done where both records of a company have a row of which there can be one."""

from django.db.models import Q

from matchmaker.models.duplicate import DuplicateCandidate, DuplicateState
from profiles.models import Appeal, Receipt, Thesis
from profiles.platform.merging import Merging


def rename_second(_stays: Thesis, other: Thesis, _merging: Merging) -> bool:
    """Keep both theses of one name, the second under a number too."""
    other.name = f"{other.name[:60]} #{other.pk}"
    other.save(update_fields=["name"])
    return True


def blind_if_either(stays: Receipt, other: Receipt, _merging: Merging) -> bool:
    """Keep one receipt; who looked without a name in one of the two stays unnamed."""
    stays.is_blind = stays.is_blind or other.is_blind
    stays.save(update_fields=["is_blind"])
    return False


def answer_second(_stays: Appeal, other: Appeal, merging: Merging) -> bool:
    other.answered_at = merging.at
    other.save(update_fields=["answered_at"])
    return True


def move_candidates(merging: Merging) -> None:
    side, other_side = merging.side, f"other_{merging.side}"
    of_gone = Q(**{side: merging.gone}) | Q(**{other_side: merging.gone})
    for candidate in DuplicateCandidate.objects.filter(of_gone):
        third = candidate.other if candidate.company == merging.gone else candidate.company
        if third.pk == merging.kept.pk:
            continue
        first, second = sorted((merging.kept, third), key=lambda each: each.pk)
        same_pair = DuplicateCandidate.objects.filter(**{side: first, other_side: second})
        if same_pair.exclude(state=DuplicateState.OPEN).exists():
            continue
        same_pair.delete()
        DuplicateCandidate.objects.filter(pk=candidate.pk).update(**{side: first, other_side: second})
