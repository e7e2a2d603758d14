"""The governance checks of a pair: which apply, what each side said, what is still open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise

from matchmaker.choices import Side
from matchmaker.fair_dealing.selectors.both_sides import BothSides
from matchmaker.fair_dealing.selectors.trigger_facts import (
    accepted_forms,
    pkr_per_usd,
    proposal_of,
    trigger_facts,
)
from matchmaker.models import CheckAnswer
from profiles.models import CheckWeight, GovernanceCheck, PartnershipForm
from profiles.taxonomy.selectors import terms
from profiles.taxonomy.triggers import FACTS, KnownFacts, applies, asked_facts


@dataclass(frozen=True)
class CheckRow:
    """One check on the page. `theirs` is None unless interest is mutual and they answered."""

    check: GovernanceCheck
    own: CheckAnswer | None
    theirs: CheckAnswer | None
    is_past_review: bool


@dataclass(frozen=True)
class CheckGroup:
    """The checks of one weight."""

    weight: CheckWeight
    rows: list[CheckRow]


@dataclass(frozen=True)
class OpenCheck:
    """A check that may apply, and the facts on which that depends."""

    check: GovernanceCheck
    depends_on: list[str | Promise]


@dataclass(frozen=True)
class ChecksPage:
    """All checks of a pair and a form."""

    form: PartnershipForm | None
    forms: list[PartnershipForm]
    groups: list[CheckGroup]
    open: list[OpenCheck]
    not_yet: list[CheckAnswer]

    @property
    def count(self) -> int:
        """How many checks apply, without what the platform says of itself."""
        return sum(row.check.question != "" for group in self.groups for row in group.rows)


def active_checks() -> QuerySet[GovernanceCheck]:
    """Return the checks in use, in order."""
    return GovernanceCheck.objects.filter(is_active=True)


def askable_checks() -> QuerySet[GovernanceCheck]:
    """Return the checks that ask something."""
    return active_checks().exclude(question_en="")


def applying(checks: Iterable[GovernanceCheck], facts: KnownFacts) -> list[GovernanceCheck]:
    """Return those that apply by what is known."""
    return [check for check in checks if applies(check.trigger, facts)]


def checks_page(both: BothSides, chosen: str, *, today: date) -> ChecksPage:
    """Return what the pair should look at in a form; the same queries however many checks there are."""
    forms = _forms_in_question(both)
    form = next((one for one in forms if one.code == chosen), forms[0] if forms else None)
    proposal = proposal_of(both.startup, both.investor, form.code if form else "")
    facts = trigger_facts(both.startup, both.investor, proposal, rupees=pkr_per_usd())
    checks = list(active_checks())
    answers = answers_of(both)
    rows = [_row(check, answers, both.side, today) for check in applying(checks, facts)]
    open_checks = [
        OpenCheck(check, _unknown(check, facts)) for check in checks if applies(check.trigger, facts) is None
    ]
    groups = [
        CheckGroup(weight, [row for row in rows if row.check.weight == weight]) for weight in CheckWeight
    ]
    finding = [row.own for row in rows if row.own and row.own.due_on]
    return ChecksPage(form, forms, [group for group in groups if group.rows], open_checks, finding)


def _forms_in_question(both: BothSides) -> list[PartnershipForm]:
    """Return the forms that one of the two accepts, those of both first; all where nobody states any."""
    accepted = accepted_forms(both.startup, both.investor)
    return [*accepted.common, *accepted.by_one] or list(terms.forms())


def answers_of(both: BothSides) -> dict[tuple[str, int], CheckAnswer]:
    """Return what may be read now, by side and check: always one's own, the other's while mutual."""
    found = CheckAnswer.objects.filter(startup=both.pair.startup, investor=both.pair.investor)
    if not both.is_mutual:
        found = found.filter(side=both.side)
    return {(answer.side, answer.check_asked_id): answer for answer in found}


def own_answer(both: BothSides, check: GovernanceCheck) -> CheckAnswer | None:
    """Return what the reader's side said to one check."""
    return answers_of(both).get((both.side, check.pk))


def _row(
    check: GovernanceCheck, answers: dict[tuple[str, int], CheckAnswer], side: Side, today: date
) -> CheckRow:
    own, theirs = answers.get((side, check.pk)), answers.get((side.other, check.pk))
    return CheckRow(check, own, theirs, is_past_review=check.review_by < today)


def _unknown(check: GovernanceCheck, facts: KnownFacts) -> list[str | Promise]:
    """Return the facts that nobody stated and of which the check asks, each once."""
    names = dict.fromkeys(name for name in asked_facts(check.trigger) if facts.get(name) is None)
    return [FACTS[name][1] for name in names]
