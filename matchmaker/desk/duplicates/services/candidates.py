"""Finds possible duplicates and stores curators' decisions."""

import time
from datetime import datetime
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from matchmaker.desk.duplicates.kinds import COMPARED
from matchmaker.desk.duplicates.names import ALIKE, keys_of, likeness
from matchmaker.models.duplicate import (
    DuplicateCandidate,
    DuplicateKey,
    DuplicateProbe,
    DuplicateReason,
    DuplicateState,
)
from profiles.companies.steps.hosts import public_hosts, with_parents
from profiles.guards import require_curator
from profiles.models import SIDES, Investor, Startup, User
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.validators import skeletons

Company = Startup | Investor
BATCH = 1_000  # companies that one run of the task compares
MOST_SECONDS = 15.0  # of one run; imports wait behind it
MOST_SHARED = 200  # companies with one key; what more of them share tells nothing
REASONS = {"number": DuplicateReason.NUMBER, "domain": DuplicateReason.DOMAIN, "name": DuplicateReason.NAME}
SURE = {DuplicateReason.NUMBER: 100, DuplicateReason.DOMAIN: 90}


def refresh_due(*, at: datetime, most: int = BATCH, seconds: float = MOST_SECONDS) -> int:
    """Compare the companies that have changed since they were compared; return how many."""
    done, end = 0, time.monotonic() + seconds
    for model in SIDES.values():
        for pk in list(due(model).order_by("changed_at", "pk").values_list("pk", flat=True)[: most - done]):
            if time.monotonic() > end:
                return done
            done += refresh(model, pk)
    return done


def due(model: type[Startup] | type[Investor]) -> "QuerySet[Any]":
    """Return the companies of one side that were never compared, or have changed since."""
    owner = {f"{model.side}": OuterRef("pk"), "made_for": OuterRef("changed_at")}
    return model._default_manager.filter(~Exists(DuplicateProbe.objects.filter(**owner)))


@transaction.atomic
def refresh(model: type[Startup] | type[Investor], pk: int) -> bool:
    company: Any = model._default_manager.select_for_update(no_key=True).filter(pk=pk).first()
    if company is None:
        return False
    owner = {str(company.side): company}
    names = [name for name in (company.name_en, company.name_zh, company.name_ur) if name]
    values: dict[str, Any] = {"names": names, "made_for": company.changed_at}
    probe, _made = DuplicateProbe.objects.update_or_create(**owner, defaults=values)
    keys = keys_for(company)
    probe.keys.exclude(key__in=keys).delete()
    new = [DuplicateKey(probe=probe, key=key) for key in sorted(keys)]
    DuplicateKey.objects.bulk_create(new, ignore_conflicts=True)
    _compare(company, probe, keys)
    return True


def keys_for(company: Company) -> set[str]:
    number = company.registration_number if isinstance(company, Startup) else company.registry_id
    plain = "".join(char for char in number.casefold() if char.isalnum()).lstrip("0")
    keys = {f"number:{plain}"} if plain else set()
    keys |= {f"domain:{host}" for host in hosts_of(company)}
    for name in (company.name_en, company.name_zh, company.name_ur):
        keys |= {f"name:{key}" for key in keys_of(name) | set(skeletons(name))} if name else set()
    return {key[:200] for key in keys}


def hosts_of(company: Company) -> set[str]:
    people = company.memberships.values_list("user__email", flat=True)
    found = {address.rpartition("@")[2].lower() for address in (company.contact_email, *people)}
    found.add((urlsplit(company.website).hostname or "").lower())
    hosts = {host.removeprefix("www.") for host in found if "." in host}
    return {host for host in hosts if public_hosts().isdisjoint(with_parents(host))}


def _compare(company: Any, probe: DuplicateProbe, keys: set[str]) -> None:
    side = str(company.side)
    sharing = DuplicateKey.objects.filter(key__in=keys, **{f"probe__{side}__isnull": False})
    counts = sharing.values_list("key").annotate(count=Count("pk")).order_by()
    telling = [key for key, count in counts if count <= MOST_SHARED]
    found: dict[int, set[str]] = {}
    for pk, key in sharing.filter(key__in=telling).exclude(probe=probe).values_list(f"probe__{side}", "key"):
        found.setdefault(pk, set()).add(key.partition(":")[0])
    others = DuplicateProbe.objects.filter(**{f"{side}__in": found}).values_list(f"{side}_id", "names")
    names = dict(others)
    alike = {pk: _judged(shared, probe.names, names[pk]) for pk, shared in found.items()}
    alike = {pk: judged for pk, judged in alike.items() if judged[0]}
    for pk, (reasons, score) in alike.items():
        first, second = sorted((company.pk, pk))
        values: dict[str, Any] = {"reasons": reasons, "score": score}
        pair = {f"{side}_id": first, f"other_{side}_id": second}
        DuplicateCandidate.objects.update_or_create(**pair, defaults=values)
    own = Q(**{side: company}) & ~Q(**{f"other_{side}__in": alike})
    own |= Q(**{f"other_{side}": company}) & ~Q(**{f"{side}__in": alike})
    DuplicateCandidate.objects.filter(own, state=DuplicateState.OPEN).delete()


def _judged(shared: set[str], ours: list[str], theirs: list[str]) -> tuple[list[str], int]:
    by_name = max((likeness(*both) for both in product(ours, theirs)), default=0) if "name" in shared else 0
    reasons = [REASONS[kind] for kind in REASONS if kind in shared and (kind != "name" or by_name >= ALIKE)]
    score = max([by_name, *(SURE.get(reason, 0) for reason in reasons)])
    return [str(reason) for reason in reasons], score if reasons else 0


@transaction.atomic
def decide(one: Company, other: Company, *, is_different: bool, by: User, at: datetime) -> None:
    require_curator(by)
    first, second = lock_profiles(one, other)
    pair: dict[str, Any] = {str(one.side): first, f"other_{one.side}": second}
    changes: dict[str, Any] = {"state": DuplicateState.OPEN, "decided_by": None, "decided_at": None}
    if is_different:
        changes = {"state": DuplicateState.DIFFERENT, "decided_by": by, "decided_at": at}
    new = {**changes, "score": 0, "found_at": at}
    DuplicateCandidate.objects.update_or_create(**pair, defaults=changes, create_defaults=new)
    details = {"old": second.public_id} | ({} if is_different else {"done": "open"})
    audit.record(COMPARED, subject=audit.subject_of(first), by=by, at=at, details=details)


def forget_probes() -> None:
    DuplicateProbe.objects.all().delete()
