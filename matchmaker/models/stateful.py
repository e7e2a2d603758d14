"""A record with a state, the person who acts on it, and the step that the log keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.transitions import Transition
from profiles.choices import Role, Side
from profiles.models import User
from profiles.models.profile import person


@dataclass(frozen=True)
class Actor:
    pk: int
    startup_id: int | None
    investor_id: int | None
    is_curator: bool

    def is_of(self, row: Any) -> bool:
        company_ids = (self.startup_id, self.investor_id)
        return any(company_ids) and company_ids == (row.startup_id, row.investor_id)

    def sides_in(self, pair: Any) -> list[str]:
        ids = {side: f"{side}_id" for side in Side.values}
        return [side for side, name in ids.items() if getattr(self, name) == getattr(pair, name)]


def actor_of(user: User) -> Actor:
    rows = User.objects.filter(pk=user.pk, is_active=True)
    row = rows.values_list("pk", "membership__startup", "membership__investor", "role").first()
    pk, startup_id, investor_id, role = row or (0, None, None, "")
    return Actor(pk, startup_id, investor_id, role == Role.CURATOR)


class HasSides(Protocol):
    """What people act on by the side that they are on."""

    def sides_of(self, actor: Actor) -> list[str]: ...

    def movers_of(self, side: str) -> set[str]: ...


class StatefulModel(models.Model):
    """A record with states from a table (matchmaker/transitions.py).

    `step_model` is its log; the last of `step_fields` is the record.
    """

    transitions: ClassVar[Mapping[Any, Transition[Any, Any]]]
    step_model: ClassVar[str]
    step_fields: ClassVar[tuple[str, ...]]
    state: Any

    class Meta:
        abstract = True

    @property
    def version(self) -> str:
        """Return what a page sends back, so that an act on what has changed since is refused."""
        return version_of(self._meta.model_name, self.pk, str(self.state))

    def sides_of(self, actor: Actor) -> list[str]:
        raise NotImplementedError

    def movers_of(self, side: str) -> set[str]:
        return {side}

    def new_step(self, **fields: Any) -> Any:
        *parents, own_field = self.step_fields
        fields |= {own_field: self, **{name: getattr(self, name) for name in parents}}
        return apps.get_model("matchmaker", self.step_model)(**fields)


class Step(models.Model):
    act: Any
    side: Any = ""
    by = person()
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d}"


def move_fields(acts: Any, act_length: int, state_length: int, states: Any = None) -> tuple[Any, Any, Any]:
    state = {"max_length": state_length, "choices": states}
    return (
        models.CharField(_("action"), max_length=act_length, choices=acts),
        models.CharField(pgettext_lazy("state", "from"), blank=True, **state),
        models.CharField(_("to"), **state),
    )


def checks(prefix: str, rules: Iterable[tuple[str, models.Q]]) -> list[models.CheckConstraint]:
    return [models.CheckConstraint(condition=rule, name=f"{prefix}_{name}") for name, rule in rules]


def version_of(*parts: Any) -> str:
    """Return what a page sends back, so that an act on what has changed since is refused."""
    return salted_hmac("matchmaker.read", repr(parts)).hexdigest()[:24]
