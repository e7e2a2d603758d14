"""Sessions in the database, read by a query that is written once: every page of who is signed in asks it."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from profiles.prepared import PreparedQuery, TextKey

SESSION = PreparedQuery(lambda key: Session.objects.filter(session_key=key).order_by()[:1])


class SessionStore(DatabaseSessions):
    """Django's sessions in the database."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing, under no key, where it is over or never was."""
        key = self.session_key or ""
        # Ours are letters and digits; one made up may hold a zero byte, which PostgreSQL takes nowhere.
        found: Session | None = SESSION.first(TextKey(key)) if key.isalnum() else None
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return {}
        return dict(self.decode(found.session_data))
