"""Asking the broker whether it is there."""

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

SOCKET_SCHEME = "redis+socket://"


def client(seconds: float) -> Redis:
    """Return a client that gives up after `seconds` and never tries twice."""
    url: str = settings.REDIS_URL
    once = Retry(NoBackoff(), 0)
    if url.startswith(SOCKET_SCHEME):
        path = url.removeprefix(SOCKET_SCHEME).split("?")[0]
        return Redis(unix_socket_path=path, socket_timeout=seconds, retry=once)
    return Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=once)


def answers(seconds: float = 1.0) -> bool:
    """Return whether the broker answers within `seconds`; a frozen one does not."""
    try:
        with client(seconds) as connection:
            return bool(connection.ping())
    except (RedisError, OSError):
        return False
