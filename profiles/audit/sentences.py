"""How each act reads: declared once, in sentences that are translated. An act without one fails a test.

`%(who)s` did it, `%(what)s` is what it was about; every other name is one of the record's details.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.choices import AuditAction

ANY = object()  # whatever the detail says, as long as it says something


@dataclass(frozen=True)
class Sentence:
    """One way in which an act reads: for records whose details are as `when` says."""

    text: Promise
    when: Mapping[str, object] = field(default_factory=dict)

    def fits(self, details: Mapping[str, Any]) -> bool:
        """Tell whether this is how a record with these details reads."""
        return all(
            bool(details.get(name)) if wanted is ANY else details.get(name) == wanted
            for name, wanted in self.when.items()
        )


def _one(text: Promise) -> tuple[Sentence, ...]:
    return (Sentence(text),)


# The first one that fits counts; the last one fits always.
SENTENCES: dict[AuditAction, tuple[Sentence, ...]] = {
    AuditAction.SIGNED_UP: _one(_("%(who)s signed up.")),
    AuditAction.INVITED: (
        Sentence(_("%(who)s withdrew an invitation to the team of %(what)s."), {"withdrawn": ANY}),
        Sentence(_("%(who)s invited a colleague to the team of %(what)s.")),
    ),
    AuditAction.JOINED: _one(_("%(who)s joined the team of %(what)s.")),
    AuditAction.LEFT: (
        Sentence(_("%(who)s left the team of %(what)s."), {"is_self": True}),
        Sentence(_("%(who)s took somebody out of the team of %(what)s.")),
    ),
    AuditAction.EDITED: (
        Sentence(_("%(who)s made a member an owner of %(what)s."), {"owner": ANY}),
        Sentence(_("%(who)s closed a demonstration account."), {"closed": "demo"}),
        Sentence(_("%(who)s created %(what)s."), {"fields": ["created"]}),
        Sentence(_("%(who)s deleted a thesis of %(what)s."), {"act": "thesis deleted"}),
        Sentence(_("%(who)s saved a thesis of %(what)s: %(fields)s."), {"act": "thesis saved"}),
        Sentence(_("%(who)s deleted a deal of %(what)s."), {"act": "deal deleted"}),
        Sentence(_("%(who)s saved a deal of %(what)s: %(fields)s."), {"act": "deal saved"}),
        Sentence(_("%(who)s changed %(what)s: %(fields)s."), {"fields": ANY}),
        Sentence(_("%(who)s changed %(what)s.")),
    ),
    AuditAction.SUBMITTED: _one(_("%(who)s submitted %(what)s for review.")),
    AuditAction.APPROVED: (
        Sentence(_("%(who)s approved %(what)s: “%(message)s”"), {"message": ANY}),
        Sentence(_("%(who)s approved %(what)s.")),
    ),
    AuditAction.RETURNED: (
        Sentence(_("%(who)s returned %(what)s for changes: “%(message)s”"), {"message": ANY}),
        Sentence(_("%(who)s returned %(what)s for changes in: %(reasons)s.")),
    ),
    AuditAction.REJECTED: _one(_("%(who)s rejected %(what)s: “%(message)s”")),
    AuditAction.CONSENTED: (
        Sentence(
            _("%(who)s left groups of fields out of the consents of %(what)s: %(groups)s."), {"groups": ANY}
        ),
        Sentence(_("%(who)s agreed for %(what)s to every group of fields."), {"groups": []}),
        Sentence(_("%(who)s agreed for %(what)s to: %(purpose)s."), {"given": True}),
        Sentence(_("%(who)s withdrew the consent of %(what)s to: %(purpose)s.")),
    ),
    AuditAction.IMPORTED: (
        Sentence(_("%(who)s removed imported records: %(removed)s."), {"removed": ANY}),
        Sentence(_("%(who)s imported rows of a file: %(rows)s."), {"rows": ANY}),
        Sentence(_("%(who)s imported records.")),
    ),
    AuditAction.TAXONOMY: (
        Sentence(_("%(who)s renamed %(what)s."), {"act": "rename"}),
        Sentence(_("%(who)s added %(what)s."), {"act": "add"}),
        Sentence(_("%(who)s merged %(what)s into %(into)s; profiles moved: %(profiles)s."), {"act": "merge"}),
        Sentence(_("%(who)s changed %(what)s.")),
    ),
    AuditAction.BOOSTED: (
        Sentence(_("%(who)s boosted %(what)s until %(expires_on)s: “%(note)s”"), {"expires_on": ANY}),
        Sentence(_("%(who)s boosted %(what)s: “%(note)s”")),
    ),
    AuditAction.HIDDEN: (
        Sentence(_("%(who)s hid %(what)s until %(expires_on)s: “%(note)s”"), {"expires_on": ANY}),
        Sentence(_("%(who)s hid %(what)s: “%(note)s”")),
    ),
    AuditAction.RELEASED: (
        Sentence(_("%(who)s released %(what)s: “%(note)s”"), {"note": ANY}),
        Sentence(_("%(who)s released %(what)s.")),
    ),
    AuditAction.WEIGHTS: (
        Sentence(_("%(who)s went back to v%(back_to)s of the weights: “%(note)s”"), {"back_to": ANY}),
        Sentence(_("%(who)s changed the weights: “%(note)s”"), {"note": ANY}),
        Sentence(_("%(who)s changed the weights.")),
    ),
    AuditAction.RANKED: (
        Sentence(_("%(who)s asked for everything to be ranked again: “%(reason)s”"), {"reason": ANY}),
        Sentence(_("%(who)s asked for a profile to be ranked again.")),
    ),
    # Not written any more, and shown to nobody but its company: see PRIVATE.
    AuditAction.SHORTLISTED: _one(_("%(who)s changed a shortlist.")),
    AuditAction.PASSED: (
        Sentence(_("%(who)s took a pass back: %(what)s."), {"done": "taken back"}),
        Sentence(_("%(who)s passed on %(what)s.")),
    ),
    AuditAction.INTERESTED: (
        Sentence(_("%(who)s withdrew interest: %(what)s."), {"done": "withdrawn"}),
        Sentence(_("%(who)s said interested: %(what)s.")),
    ),
    AuditAction.VIEWED: _one(_("%(who)s opened the exact amounts of %(what)s: “%(reason)s”")),
    AuditAction.EXPORTED: (
        Sentence(_("%(who)s exported records: %(rows)s."), {"rows": ANY}),
        Sentence(_("%(who)s took a copy of the own data.")),
    ),
    AuditAction.ROLE: _one(_("%(who)s changed the role of an account: %(role)s.")),
    AuditAction.MAILED: _one(_("%(who)s took a parked mail up again.")),
    AuditAction.ERASED: (
        Sentence(_("%(who)s deleted an account for good."), {"kind": "account"}),
        Sentence(_("%(who)s deleted a company for good.")),
    ),
    AuditAction.GOVERNANCE: _one(_("%(who)s changed a governance check.")),
    AuditAction.ANSWERED: _one(_("%(who)s answered a governance check: %(what)s.")),
    AuditAction.DISCLOSED: _one(_("%(who)s asked for disclosures: %(what)s.")),
    AuditAction.TERMS: (
        Sentence(_("%(who)s opened fair terms: %(what)s."), {"done": "opened"}),
        Sentence(_("%(who)s wrote fair terms: %(what)s.")),
    ),
    AuditAction.PILOT: (
        Sentence(_("%(who)s wrote down %(what)s."), {"done": "write"}),
        Sentence(_("%(who)s changed %(what)s."), {"done": "edit"}),
        Sentence(_("%(who)s corrected %(what)s, which is open."), {"done": "correct"}),
        Sentence(_("%(who)s gave %(what)s to the curators again."), {"done": "revise"}),
        Sentence(_("%(who)s submitted %(what)s."), {"done": "submit"}),
        Sentence(_("%(who)s approved %(what)s."), {"done": "approve"}),
        Sentence(_("%(who)s sent %(what)s back: “%(message)s”"), {"done": "send_back"}),
        Sentence(_("%(who)s started %(what)s."), {"done": "start"}),
        Sentence(_("%(who)s wrote down the results of %(what)s."), {"done": "finish"}),
        Sentence(_("%(who)s cancelled %(what)s."), {"done": "cancel"}),
        Sentence(_("%(who)s confirmed the results of %(what)s."), {"done": "confirm"}),
        Sentence(_("%(who)s changed who may read what of %(what)s."), {"done": "open"}),
        Sentence(_("%(who)s said that an introduction grew out of %(what)s."), {"done": "origin"}),
        Sentence(_("%(who)s said which deal grew out of %(what)s."), {"done": "deal"}),
        Sentence(_("%(who)s moved an application for %(what)s.")),
    ),
    AuditAction.SCREENED: _one(_("%(who)s decided about a name on a screening list: %(what)s.")),
    AuditAction.CONVERSED: (
        Sentence(_("%(who)s wrote a message that waits for a curator: %(what)s."), {"done": "waits"}),
        Sentence(_("%(who)s opened a file in the conversation of %(what)s."), {"done": "file opened"}),
        Sentence(_("%(who)s let a first message be delivered: %(what)s."), {"done": "delivered"}),
        Sentence(_("%(who)s kept a first message back: %(what)s."), {"done": "kept back"}),
        Sentence(_("%(who)s reported a message: %(what)s."), {"done": "reported"}),
        Sentence(_("%(who)s left a reported message as it is: %(what)s."), {"done": "keep"}),
        Sentence(_("%(who)s hid a reported message: %(what)s."), {"done": "hide"}),
        Sentence(_("%(who)s blocked the other company: %(what)s."), {"done": "blocked"}),
        Sentence(_("%(who)s took a block back: %(what)s."), {"done": "unblocked"}),
        Sentence(_("%(who)s wrote a message: %(what)s.")),
    ),
    AuditAction.MET: (
        Sentence(_("%(who)s proposed times for a meeting: %(what)s."), {"done": "proposed"}),
        Sentence(_("%(who)s agreed on a time for a meeting: %(what)s."), {"done": "agreed"}),
        Sentence(_("%(who)s kept the agreed time of a meeting: %(what)s."), {"done": "kept"}),
        Sentence(_("%(who)s cancelled a meeting: %(what)s."), {"done": "cancelled"}),
        Sentence(_("The time of a meeting is over: %(what)s."), {"done": "over"}),
        Sentence(_("%(who)s changed where a meeting takes place: %(what)s."), {"done": "address"}),
        Sentence(_("%(who)s answered how a meeting went: %(what)s.")),
    ),
    AuditAction.CONFIRMED: (
        Sentence(_("%(what)s was asked whether its profile is still true."), {"done": "asked"}),
        Sentence(_("%(what)s left the lists, because nobody confirmed it."), {"done": "left"}),
        Sentence(_("%(who)s confirmed that %(what)s is still true.")),
    ),
}
# What a company keeps for itself: the curators' trail shows it neither on its page nor in its export.
PRIVATE = (AuditAction.SHORTLISTED,)


def sentence_for(action: str, details: Mapping[str, Any]) -> Promise:
    """Return the sentence of an act, with its names still to be filled in."""
    return next(each.text for each in SENTENCES[AuditAction(action)] if each.fits(details))
