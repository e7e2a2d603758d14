"""Limits as token buckets, by account, company, network and address. Each capability registers its own."""

import logging
import re
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from profiles.models import Investor, LimitBucket, Startup, User

logger = logging.getLogger(__name__)


class Kind(StrEnum):
    """The kind of a bucket. Buckets are taken in this order, which prevents deadlocks."""

    ACCOUNT = "account"
    COMPANY = "company"
    PAIR = "pair"  # one company towards one other: what reaches the other side
    NETWORK = "network"  # /24 of IPv4, /64 of IPv6
    ADDRESS = "address"  # the email address that gets the mail
    READER = "reader"  # one company, or an account without one, towards one email address


@dataclass(frozen=True)
class Limit:
    capacity: int
    per_hour: float

    @property
    def interval(self) -> timedelta:
        return timedelta(hours=1) / self.per_hour


LIMITS: dict[str, dict[Kind, Limit]] = {}


def register_limit(name: str, **limits: tuple[int, float]) -> str:
    """Add a limit: capacity and acts an hour, by account, company, network or address. Return its name."""
    LIMITS[name] = {Kind(kind): Limit(*limit) for kind, limit in limits.items()}
    return name


KEPT = timedelta(days=1)  # for which a full bucket stays; it says no more than a missing one


class LimitReachedError(Exception):
    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"again in {wait}")
        self.wait = wait


def take_token(
    verb: str,
    *,
    at: datetime,
    account: User | None = None,
    company: Startup | Investor | None = None,
    client_ip: str = "",
    address: str = "",
    other: Startup | Investor | None = None,
    reader: str = "",
    count: int = 1,
) -> None:
    """Count acts for every bucket of their table; all or none. It rolls back with the caller's transaction.

    Raises:
        LimitReachedError: with the longest wait.
    """
    company_key = f"{company.side}-{company.pk}" if company and company.pk else ""
    who = {
        Kind.ACCOUNT: str(account.pk) if account else "",
        Kind.COMPANY: company_key,
        Kind.PAIR: f"{company_key}-{other.pk}" if company_key and other else "",
        Kind.NETWORK: network_of(client_ip) if client_ip else "",
        Kind.ADDRESS: address,
        Kind.READER: f"{company_key or (account and account.pk)}-{reader}" if reader else "",
    }
    limits = LIMITS[verb]
    kinds = [kind for kind in Kind if kind in limits and who[kind]]
    with transaction.atomic() if len(kinds) > 1 else nullcontext():
        waits = [_take(key_of(verb, kind, who[kind]), limits[kind], count, at=at) for kind in kinds]
        if wait := max(waits, default=timedelta()):
            raise LimitReachedError(wait)


def count_reading(verb: str, **who: Any) -> None:
    try:
        take_token(verb, **who)
    except OperationalError as error:
        logger.warning("%s was not counted: %s", verb, error)


@transaction.atomic
def charge(verb: str, *, company: Startup | Investor, amount: int, at: datetime) -> None:
    key = key_of(verb, Kind.COMPANY, f"{company.side}-{company.pk}")
    LimitBucket.objects.bulk_create([LimitBucket(key=key, full_at=at)], ignore_conflicts=True)
    now = Value(at, output_field=DateTimeField())
    cost = amount * LIMITS[verb][Kind.COMPANY].interval
    LimitBucket.objects.filter(key=key).update(full_at=Greatest(F("full_at"), now) + Value(cost))


def _take(key: str, limit: Limit, count: int, *, at: datetime) -> timedelta:
    if _take_from(key, limit, count, at=at):
        return timedelta()
    # Not asked first whether it is there: someone else may make it between the question and the answer.
    LimitBucket.objects.bulk_create([LimitBucket(key=key, full_at=at)], ignore_conflicts=True)
    if _take_from(key, limit, count, at=at):
        return timedelta()
    full_at = LimitBucket.objects.filter(key=key).values_list("full_at", flat=True).first() or at
    return max(full_at - _latest(limit, count, at), timedelta(seconds=1))


def _take_from(key: str, limit: Limit, count: int, *, at: datetime) -> int:
    """Move the moment at which the bucket is full, unless it has too few tokens; return rows changed."""
    now = Value(at, output_field=DateTimeField())
    return LimitBucket.objects.filter(key=key, full_at__lte=_latest(limit, count, at)).update(
        full_at=Greatest(F("full_at"), now) + Value(count * limit.interval)
    )


def _latest(limit: Limit, count: int, at: datetime) -> datetime:
    return at + (limit.capacity - count) * limit.interval


@transaction.atomic
def count_together(kept: Startup | Investor, gone: Startup | Investor) -> None:
    side, other = str(kept.side), str(kept.side.other)
    own_pattern, as_other = rf":{side}-{gone.pk}(-\d+)?$", rf"(:{Kind.PAIR}:{other}-\d+)-{gone.pk}$"
    used = LimitBucket.objects.filter(Q(key__regex=own_pattern) | Q(key__regex=as_other)).order_by("pk")
    for key, full_at in list(used.values_list("key", "full_at")):
        name = re.sub(own_pattern, rf":{side}-{kept.pk}\1", key) if re.search(own_pattern, key) else ""
        name = name or re.sub(as_other, rf"\1-{kept.pk}", key)
        LimitBucket.objects.bulk_create([LimitBucket(key=name, full_at=full_at)], ignore_conflicts=True)
        LimitBucket.objects.filter(key=name, full_at__lt=full_at).update(full_at=full_at)


def forget_full(*, at: datetime) -> int:
    deleted, _by_model = LimitBucket.objects.filter(full_at__lt=at - KEPT).delete()
    return deleted


def network_of(address: str) -> str:
    ip = ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network((ip, 24 if ip.version == 4 else 64), strict=False))


def key_of(verb: str, kind: Kind, who: str) -> str:
    if kind in (Kind.NETWORK, Kind.ADDRESS, Kind.READER):
        who = salted_hmac("profiles.limits", who.lower(), algorithm="sha256").hexdigest()
    return f"{verb}:{kind}:{who}"
