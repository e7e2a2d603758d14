"""Who may do what, address by address: the table that tests/house/test_access.py walks.

Eight letters a row, one for each actor, in the order of ACTORS:

    o  answered (200)                    n  does not exist for this person (404)
    g  led on to another page (302)      m  the method is not allowed (405)
    s  asked to sign in (302)            b  refused as malformed (400)
    i  asked to correct the form (422)   f  forbidden (403)
    x  not ready (503)                   u  no token, or not signed in by a provider (401)

An address that is not in the table fails the test: nothing is open by accident.
"""

from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter

from django.urls import reverse

from tests.house.market import ADDED, Market

ACTORS = (
    "visitor",  # has not signed in
    "unverified",  # has not confirmed the address, so cannot sign in
    "founder",  # of the startup in question, approved
    "other_founder",  # of another startup
    "partner",  # of a checked investor
    "unchecked",  # of an investor that no one has approved yet
    "curator",
    "operator",  # superuser
)


@dataclass(frozen=True)
class Address:
    """One URL name: what each actor gets for GET and for an empty POST.

    `subject` maps the address's arguments to a record of the Market ("startup.public_id") or, after an equals
    sign, to itself ("=basics").
    """

    name: str
    get: str
    post: str
    subject: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Name the address in a test's id."""
        return " ".join((self.name, *(value for _argument, value in self.subject)))

    def path(self, market: Market) -> str:
        """Return the address for this market."""
        values = {
            argument: value[1:] if value.startswith("=") else attrgetter(value)(market)
            for argument, value in self.subject
        }
        return reverse(self.name, kwargs=values)


def at(name: str, get: str, post: str, **subject: str) -> Address:
    """Return an address; the rest of the arguments are its subject."""
    return Address(name, get, post, tuple(subject.items()))


def each(names: str, get: str, post: str, **subject: str) -> tuple[Address, ...]:
    """Return addresses that are all answered alike."""
    return tuple(at(name, get, post, **subject) for name in names.split())


def of_pair(names: str, get: str, post: str) -> tuple[Address, ...]:
    """Return addresses about the startup, the investor and a newcomer whom nobody has approved."""
    about = [f"{each}.public_id" for each in ("startup", "investor", "newcomer")]
    rows = list(zip(get.split(), post.split(), about, strict=True))
    return tuple(at(name, *row, public_id=of) for name in names.split() for *row, of in rows)


# Order of the letters: visitor, unverified, founder, other founder, partner, unchecked, curator, operator.
ACCESS = (
    # For everyone: what this is, who watches it, languages
    at("front", "oogggggg", "mmmmmmmm"),
    *each("market_context healthz", "oooooooo", "mmmmmmmm"),
    at("readyz", "xxxxxxxx", "mmmmmmmm"),  # no worker runs beside the tests
    at("metrics", "nnnnnnnn", "mmmmmmmm"),  # for who knows METRICS_TOKEN
    at("set_language", "mmmmmmmm", "gggggggg"),
    # What is typed and not saved; without a form's ticket nothing is kept
    at("draft_save", "mmmmmmmm", "nnnnnnnn"),
    at("draft_discard", "mmmmmmmm", "ssnnnnnn"),
    # How the house is run, for everyone
    *each("terms privacy contact help robots sitemap", "oooooooo", "mmmmmmmm"),
    at("in_language", "oooooooo", "mmmmmmmm", language="=en", address="=help/"),
    at("in_language", "nnnnnnnn", "mmmmmmmm", language="=en", address="=home/"),
    at("favicon", "gggggggg", "mmmmmmmm"),
    # One's own data. Without a tick nothing is deleted
    at("own_data", "ssoooooo", "ssmmmmmm"),
    at("own_data_copy", "ssmmmmmm", "ssoooooo"),
    at("account_delete", "ssoooooo", "ssiiiiii"),
    at("company_delete", "ssoooonn", "ssiiiinn"),
    at("company_move", "ssmmmmmm", "ssnnnnnn"),  # only of a draft that was never submitted
    at("company_keep", "ssmmmmmm", "ssggggnn"),
    # The demonstration's own doors
    at("demo_mail", "oooooooo", "mmmmmmmm"),
    at("demo_sign_in", "mmmmmmmm", "nnnnnnnn", persona="=nobody"),
    at("demo_sign_in", "mmmmmmmm", "gggggggg", persona="=founder"),
    # Joining and signing in
    at("join", "oogggggg", "mmmmmmmm"),
    at("account_signup", "gggggggg", "oogggggg"),
    at("account_login", "oogggggg", "oogggggg"),
    at("account_logout", "ggoooooo", "gggggggg"),
    at("account_inactive", "oooooooo", "mmmmmmmm"),
    at("account_confirm_email", "oooooooo", "nnnnnnnn", key="=x"),
    at("account_email_verification_sent", "oooooooo", "mmmmmmmm"),
    at("account_confirm_login_code", "ssgggggg", "ssgggggg"),
    at("account_reset_password", "oooooooo", "oooooooo"),
    *each("account_reset_password_done account_reset_password_from_key_done", "oooooooo", "mmmmmmmm"),
    at("account_reset_password_from_key", "oooooooo", "oooooooo", uidb36="=1", key="=x"),
    at("account_reauthenticate", "ssoooooo", "ssoooooo"),
    # One's own account
    at("home", "ssoooogg", "ssmmmmmm"),
    at("account_settings", "ssoooooo", "ssiiiiii"),
    *each("mail_settings account_change_password", "ssoooooo", "ssoooooo"),
    *each("notices mfa_index", "ssoooooo", "ssmmmmmm"),
    at("notices_bell", "nnoooooo", "mmmmmmmm"),
    at("notices_read", "ssmmmmmm", "ssgggggg"),
    *each("notice_open notice_seen", "ssmmmmmm", "ssgnnnnn", pk="notice.pk"),
    at("unsubscribe", "oooooooo", "oooooooo", token="switch.token"),
    at("unsubscribe", "nnnnnnnn", "nnnnnnnn", token="=no-such-token"),
    at("account_set_password", "ssgggggg", "ssgggggg"),
    at("account_email", "ssoooooo", "ssgggggg"),
    at("mfa_activate_totp", "ssgggggg", "ssgggggg"),
    *each("mfa_authenticate mfa_reauthenticate mfa_generate_recovery_codes", "ssgggggg", "ssgggggg"),
    *each("mfa_deactivate_totp mfa_download_recovery_codes", "ssnnnnnn", "ssnnnnnn"),
    at("mfa_view_recovery_codes", "ssnnnnnn", "ssmmmmmm"),
    # Accounts elsewhere: no way is set here
    at("socialaccount_connections", "ssoooooo", "ssoooooo"),
    at("socialaccount_signup", "ssssssss", "ssssssss"),
    at("socialaccount_login_cancelled", "oooooooo", "mmmmmmmm"),
    at("socialaccount_login_error", "uuuuuuuu", "mmmmmmmm"),
    *each("openid_connect_login openid_connect_callback", "nnnnnnnn", "nnnnnnnn", provider_id="=google"),
    *each("weixin_login weixin_callback", "nnnnnnnn", "nnnnnnnn"),
    # Keys: without a fresh proof no one reaches one
    at("mfa_list_webauthn", "ssoooooo", "ssmmmmmm"),
    *each("mfa_add_webauthn mfa_reauthenticate_webauthn mfa_login_webauthn", "ssgggggg", "ssgggggg"),
    *each("mfa_edit_webauthn mfa_remove_webauthn", "ssgggggg", "ssgggggg", pk="=1"),
    # The team: members see it, owners change it, no one else knows of it
    at("team", "ssoooonn", "ssmmmmmm"),
    at("team_invite", "ssmmmmmm", "ssoooonn"),
    at("team_leave", "ssmmmmmm", "ssggggnn"),
    *each("team_owner team_remove", "ssmmmmmm", "ssgnnnnn", pk="member.pk"),
    at("invitation_withdraw", "ssmmmmmm", "ssgnnnnn", pk="invitation.pk"),
    at("invitation_accept", "oooooooo", "oogggggg", token="invitation.token"),
    at("invitation_accept", "nnnnnnnn", "nnnnnnnn", token="=no-such-token"),
    # Matches: each side sees published profiles of the other side, and no one sees their own side
    *each("matches directory", "ssoooonn", "ssmmmmnn"),
    *of_pair("match match_brief", "ssnnonnn ssoonnnn ssnnnnnn", "ssmmmmnn ssmmmmnn ssmmmmnn"),
    at("match", "ssnnnnnn", "ssmmmmnn", public_id="=nobody"),
    at("match_translation", "ssmmmmnn", "ssnngnnn", public_id="startup.public_id"),
    at("match_translation", "ssmmmmnn", "ssggnnnn", public_id="investor.public_id"),
    *of_pair("match_interest match_unpass", "ssmmmmnn ssmmmmnn ssmmmmnn", "ssnngnnn ssggnnnn ssnnnnnn"),
    *of_pair("match_pass", "ssnnonnn ssoonnnn ssnnnnnn", "ssnninnn ssiinnnn ssnnnnnn"),
    # Introductions: the two sides of one, and who may begin one. The rival has asked the investor.
    at("introductions_pause", "ssmmmmnn", "ssggggnn"),
    at("introduction", "ssnnonnn", "ssmmmmnn", public_id="rival.public_id"),
    *of_pair("introduction", "ssnngnnn ssgonnnn ssnnnnnn", "ssmmmmnn ssmmmmnn ssmmmmnn"),
    *of_pair("introduction_ask", "ssnngnnn ssognnnn ssnnnnnn", "ssnngnnn ssiinnnn ssnnnnnn"),
    at("introduction_later", "ssmmmmnn", "ssnngnnn", public_id="rival.public_id"),
    at("introduction_later", "ssmmmmnn", "ssggnnnn", public_id="investor.public_id"),
    at("introduction_later", "ssmmmmnn", "ssnnnnnn", public_id="newcomer.public_id"),
    # Conversations: the investor's with a startup of whom no one here is; the rival's is not mutual yet
    at("conversation", "ssnnonnn", "ssnninnn", public_id="friend.public_id"),
    at("conversation", "ssnnnnnn", "ssnnnnnn", public_id="investor.public_id"),
    at("conversation", "ssnnnnnn", "ssnnnnnn", public_id="rival.public_id"),
    *each("conversation_read conversation_block", "ssmmmmnn", "ssnngnnn", public_id="friend.public_id"),
    *each("conversation_read conversation_block", "ssmmmmnn", "ssnnnnnn", public_id="investor.public_id"),
    at("conversation_report", "ssnnonnn", "ssnninnn", public_id="friend.public_id", pk="message.pk"),
    at("conversation_report", "ssnnnnnn", "ssnnnnnn", public_id="friend.public_id", pk="waiting.pk"),
    at("conversation_report", "ssnnnnnn", "ssnnnnnn", public_id="investor.public_id", pk="message.pk"),
    at("conversation_translation", "ssmmmmnn", "ssnngnnn", public_id="friend.public_id", pk="message.pk"),
    at("conversation_translation", "ssmmmmnn", "ssnnnnnn", public_id="friend.public_id", pk="waiting.pk"),
    at("conversation_file", "ssmmmmnn", "ssnnnnnn", public_id="friend.public_id", pk="message.pk"),
    # Meetings exist for the two teams while both are interested, and here no two are
    at("meeting", "ssnnnnnn", "ssnnnnnn", public_id="rival.public_id"),
    *each(
        "meeting_take meeting_choose meeting_keep meeting_cancel meeting_address meeting_reply",
        "ssmmmmnn",
        "ssnnnnnn",
        public_id="rival.public_id",
    ),
    at("meeting_choose", "ssmmmmnn", "ssnngnnn", public_id="friend.public_id"),
    at("meeting_file", "ssnnnnnn", "ssmmmmnn", public_id="rival.public_id"),
    # Whether the own profile is still true
    at("still_true", "ssoooonn", "ssggggnn"),
    *each("proposal_answer edit_take_back switch_side", "mmmmmmmm", "ssggggnn"),
    at("amount", "ssoooooo", "mmmmmmmm"),
    at("read_typed", "mmmmmmmm", "ssoooonn"),
    at("passed", "ssoooonn", "ssmmmmnn"),
    # Own tables, for members only
    at("member_export", "ssmmmmnn", "ssoooonn", table="=matches"),
    at("member_export", "ssmmmmnn", "ssoooonn", table="=deals"),
    at("member_export", "ssmmmmnn", "ssnnnnnn", table="=secrets"),
    # Who read the own profile: no one sees another company's
    *each("receipts receipts_export", "ssoooonn", "ssmmmmnn"),
    at("shortlist_compare", "ssggggnn", "ssmmmmnn"),
    *of_pair("shortlist_toggle shortlist_note", "ssmmmmnn ssmmmmnn ssmmmmnn", "ssnngnnn ssggnnnn ssnnnnnn"),
    # Fair dealing: for the two sides of a pair, as the pair itself
    *of_pair("fair_dealing fair_terms_print", "ssnnonnn ssoonnnn ssnnnnnn", "ssmmmmnn ssmmmmnn ssmmmmnn"),
    at("check_answer", "ssnnonnn", "ssnninnn", public_id="startup.public_id", code="=GOV-IN-01"),
    at("check_answer", "ssoonnnn", "ssiinnnn", public_id="investor.public_id", code="=GOV-IN-01"),
    at("check_answer", "ssnnnnnn", "ssnnnnnn", public_id="newcomer.public_id", code="=GOV-IN-01"),
    at("check_answer", "ssnnnnnn", "ssnnnnnn", public_id="investor.public_id", code="=GOV-PL-01"),
    *of_pair("disclosure_ask fair_terms_open", "ssmmmmnn ssmmmmnn ssmmmmnn", "ssnngnnn ssggnnnn ssnnnnnn"),
    *of_pair("fair_terms", "ssnnonnn ssoonnnn ssnnnnnn", "ssnngnnn ssggnnnn ssnnnnnn"),
    at("startup_dependency", "ssoonnnn", "ssmmnnnn"),
    # A startup's own pages
    at("startup_edit", "ssoonnnn", "ssiinnnn", step="=basics"),
    at("startup_edit", "ssoonnnn", "ssggnnnn", step="=product"),
    at("startup_edit", "ssoonnnn", "ssiinnnn", step="=needs"),
    at("startup_edit", "ssoonnnn", "ssiinnnn", step="=round"),
    at("startup_edit", "ssoonnnn", "ssggnnnn", step="=consent"),
    at("startup_edit", "ssnnnnnn", "ssnnnnnn", step="=nonsense"),
    at("row_create", "ssoonnnn", "ssiinnnn", kind="=needs"),
    at("row_create", "ssnnoonn", "ssnniinn", kind="=offers"),
    at("row_create", "ssnnnnnn", "ssnnnnnn", kind="=deals"),
    at("row_edit", "ssonnnnn", "ssinnnnn", kind="=needs", key="need.pk"),
    at("row_edit", "ssnnonnn", "ssnninnn", kind="=offers", key="offer.pk"),
    at("row_remove", "mmmmmmmm", "ssgnnnnn", kind="=needs", key="need.pk"),
    at("row_remove", "mmmmmmmm", "ssnngnnn", kind="=offers", key="offer.pk"),
    at("company_start", "ssggggnn", "ssggggnn"),
    *each("startup_preview startup_status", "ssoonnnn", "mmmmmmmm"),
    at("startup_consents", "ssoonnnn", "ssiinnnn"),
    at("startup_submit", "mmmmmmmm", "ssggnnnn"),
    at("claim", "nnnnnnnn", "nnnnnnnn", token="=nothing"),
    at("claim_same", "ssnnnnnn", "ssnnnnnn", public_id="=nobody"),
    at("startup_appeal", "ssggnnnn", "ssggnnnn"),
    # An investor's own pages, and no one else's theses and deals
    *each("investor_edit investor_consents thesis_create deal_create", "ssnnoonn", "ssnniinn"),
    *each("investor_preview investor_status thesis_list offer_list deal_list", "ssnnoonn", "mmmmmmmm"),
    at("investor_submit", "mmmmmmmm", "ssnnggnn"),
    at("investor_appeal", "ssnnggnn", "ssnnggnn"),
    at("thesis_edit", "ssnnonnn", "ssnninnn", pk="thesis.pk"),
    at("thesis_edit", "ssnnnonn", "ssnnninn", pk="other_thesis.pk"),
    at("thesis_delete", "mmmmmmmm", "ssnngnnn", pk="thesis.pk"),
    at("thesis_delete", "mmmmmmmm", "ssnnngnn", pk="other_thesis.pk"),
    at("thesis_fit", "mmmmmmmm", "ssnnoonn"),
    at("deal_edit", "ssnnonnn", "ssnninnn", pk="deal.pk"),
    at("deal_delete", "mmmmmmmm", "ssnngnnn", pk="deal.pk"),
    # What would change this: for a startup about itself
    at("advice", "ssoonnnn", "ssmmmmnn"),
    at("advice_ask", "ssmmmmnn", "ssggnnnn"),
    # The desk is the curators'
    *each(
        "desk reviews desk_directory desk_accounts unclaimed selections import_codes appeals pairings "
        "attention desk_messages concentration screening governance taxonomy taxonomy_changes "
        "taxonomy_export weights runs audit audit_export",
        "ssnnnnon",
        "ssnnnnmn",
    ),
    *each("review suspension", "ssnnnnon", "ssnnnnin", kind="=investor", public_id="newcomer.public_id"),
    *each("review claim_invite suspension", "ssnnnnnn", "ssnnnnnn", kind="=investor", public_id="=nobody"),
    at("review_assign", "ssnnnnmn", "ssnnnngn", kind="=investor", public_id="newcomer.public_id"),
    at("review_note", "ssnnnnmn", "ssnnnngn", kind="=investor", public_id="newcomer.public_id"),
    at("review_proposal", "ssnnnnmn", "ssnnnngn", kind="=investor", public_id="newcomer.public_id"),
    at("review_undo", "ssnnnnmn", "ssnnnngn", pk="decided.pk"),
    at("review_undo", "ssnnnnmn", "ssnnnnnn", pk="=0"),
    *each("reviews_approve desk_directory_export view_as_end run_ask report_compute", "ssnnnnmn", "ssnnnngn"),
    *each("canned_reasons imports taxonomy_import report_sponsor", "ssnnnnon", "ssnnnnin"),
    at("canned_reason", "ssnnnnon", "ssnnnnin", pk="canned.pk"),
    *each("saved_view_add sector_add weights_apply", "ssnnnnmn", "ssnnnnin"),
    at("saved_view_delete", "ssnnnnmn", "ssnnnngn", pk="view.pk"),
    at("saved_view_delete", "ssnnnnmn", "ssnnnnnn", pk="other_view.pk"),
    at("desk_profile", "ssnnnngn", "ssnnnnmn", kind="=investor", public_id="newcomer.public_id"),
    at("desk_profile", "ssnnnnon", "ssnnnnmn", kind="=startup", public_id="sketch.public_id"),
    at("desk_profile", "ssnnnnnn", "ssnnnnmn", kind="=investor", public_id="=nobody"),
    *each("desk_account view_as", "ssnnnnon", "ssnnnnin", pk="colleague.pk"),
    at("people", "ssnnnnoo", "ssnnnnmm"),
    at("person_add", "ssnnnnno", "ssnnnnni"),
    at("person", "ssnnnnno", "ssnnnnni", pk="staff.pk"),
    at("person_role", "ssnnnnnm", "ssnnnnng", pk="staff.pk"),
    at("selection_new", "ssnnnnon", "ssnnnnin", act="=approve"),
    at("selection_new", "ssnnnngn", "ssnnnngn", act="=invite"),
    at("selection_new", "ssnnnnnn", "ssnnnnnn", act="=nothing"),
    *each(
        "selection selection_progress import_progress import_problems run_progress report_progress",
        "ssnnnnnn",
        "ssnnnnmn",
        pk="=1",
    ),
    *each(
        "selection_undo import_start import_undo import_discard pin_release job_retry mail_retry",
        "ssnnnnmn",
        "ssnnnnnn",
        pk="=1",
    ),
    at("claim_refuse", "ssnnnnmn", "ssnnnnnn", kind="=investor", public_id="=nobody"),
    *each("import_run screening_candidate taxonomy_undo", "ssnnnnnn", "ssnnnnnn", pk="=1"),
    at("table_export", "ssnnnnmn", "ssnnnnon", kind="=deals", form="=csv"),
    at("table_export", "ssnnnnmn", "ssnnnnnn", kind="=deals", form="=nothing"),
    at("review_open", "ssnnnnmn", "ssnnnnin", kind="=investor", public_id="newcomer.public_id"),
    at("pairing", "ssnnnnon", "ssnnnnin", startup="startup.public_id", investor="investor.public_id"),
    at("pairing_suggest", "ssnnnnon", "ssnnnnin", startup="startup.public_id", investor="investor.public_id"),
    at("desk_message_first", "ssnnnnon", "ssnnnnin", pk="waiting.pk"),
    at("desk_message_first", "ssnnnnnn", "ssnnnnnn", pk="message.pk"),
    at("desk_message_report", "ssnnnnon", "ssnnnnin", pk="report.pk"),
    at("desk_message_file", "ssnnnnmn", "ssnnnnnn", pk="message.pk"),
    *each("governance_check governance_rule", "ssnnnnon", "ssnnnnin", code="=GOV-PK-01"),
    at("governance_check", "ssnnnnnn", "ssnnnnnn", code="=nothing"),
    at("governance_count", "ssnnnnmn", "ssnnnnon", code="=GOV-PK-01"),
    at("governance_restore", "ssnnnnnn", "ssnnnnnn", code="=GOV-PK-01", version="=1"),
    at("sector", "ssnnnnon", "ssnnnnin", code="=AGR01"),
    *each("sector_move sector_merge sector_relate", "ssnnnnmn", "ssnnnnin", code="=AGR01"),
    at("weights_roll_back", "ssnnnnmn", "ssnnnnnn", version="=1"),
    at("reports", "ssnnnngn", "ssnnnnmn"),
    at("report", "ssnnnnon", "ssnnnnmn", code="=funnel"),
    at("report", "ssnnnnon", "ssnnnnmn", code="=exposure"),
    at("report", "ssnnnnnn", "ssnnnnmn", code="=nothing"),
    at("report_rows", "ssnnnnnn", "ssnnnnmn", code="=funnel"),
    at("report_csv", "ssnnnnmn", "ssnnnnon", code="=funnel"),
    at("report_csv", "ssnnnnmn", "ssnnnnnn", code="=nothing"),
)
ACCESS = (*ACCESS, *(row for name in ADDED for row in import_module(name).ADDRESSES))


def added(actor: str) -> tuple[str, ...]:
    """Return the paths of pages that capabilities add for the actor."""
    return tuple(path for name in ADDED for path in getattr(import_module(name), "PAGES", {}).get(actor, ()))
