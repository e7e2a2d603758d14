"""Teams: inviting, joining, leaving; links that work once; never without an owner."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.portal.own_data.services import erase_account
from profiles.choices import Role, Status
from profiles.models import Investor, Invitation, Membership, OutboxMail, Startup, User
from profiles.people.accounts.services import teams
from tests.factories import make_founder, make_investor, make_partner, make_startup, make_user
from tests.mails import delivered
from tests.racing import at_once, kinds

pytestmark = pytest.mark.django_db
NEWCOMER = "bilal@example.com"


@pytest.fixture(autouse=True)
def _no_limits_used_up():
    cache.clear()


def invite(client: Client, email: str = NEWCOMER) -> Any:
    return client.post(reverse("team_invite"), {"email": email})


def link() -> str:
    found = re.search(r"http://[^/\s]+(/invitations/\S+/)", str(delivered()[-1].body))
    assert found
    return found[1]


def status(response: Any) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")


@pytest.fixture
def invited(ayesha, as_user):
    """The link that Ayesha's invitation mailed to the newcomer."""
    assert status(invite(as_user(ayesha))) == (302, reverse("team"))
    assert delivered()[-1].to == [NEWCOMER]
    return link()


class TestJoining:
    def test_an_account_with_that_address_joins(self, invited, startup, as_user):
        client = as_user(make_user(NEWCOMER, Role.INVESTOR))
        assert client.get(invited).status_code == 200
        assert Membership.objects.filter(user__email=NEWCOMER).count() == 0
        assert status(client.post(invited)) == (302, reverse("home"))
        membership = Membership.objects.get(user__email=NEWCOMER)
        assert (membership.startup, membership.user.role) == (startup, Role.STARTUP)
        assert not membership.is_owner

    def test_a_new_account_joins_without_another_mail(self, invited, client):
        sign_up = client.get(invited).context["sign_up_url"]
        form = client.get(sign_up).context["form"].initial
        words = {"full_name": "Bilal", "password1": "a-long-pass-phrase", "password2": "a-long-pass-phrase"}
        fields = {name: form[name] for name in ("role", "invitation", "email")} | words
        mails = len(delivered())
        assert status(client.post(reverse("account_signup"), {**fields, "next": invited})) == (302, invited)
        assert len(delivered()) == mails
        assert status(client.post(invited)) == (302, reverse("home"))
        assert Membership.objects.filter(user__email=NEWCOMER).count() == 1

    @pytest.mark.parametrize(("email", "token"), [("other@example.com", None), (NEWCOMER, "invented")])
    def test_an_invitation_confirms_only_its_own_address(self, invited, client, email, token):
        words = {"full_name": "X", "password1": "a-long-pass-phrase", "password2": "a-long-pass-phrase"}
        fields = {"role": "startup", "email": email, "invitation": token or invited.split("/")[2]}
        response = client.post(reverse("account_signup"), {**fields, **words})
        assert status(response) == (302, reverse("account_email_verification_sent"))
        assert "_auth_user_id" not in client.session

    def test_a_link_works_once(self, invited, as_user):
        client = as_user(make_user(NEWCOMER, Role.STARTUP))
        client.post(invited)
        Membership.objects.filter(user__email=NEWCOMER).delete()
        assert [client.get(invited).status_code, client.post(invited).status_code] == [404, 404]

    def test_old_withdrawn_replaced_and_invented_links_look_the_same(self, invited, ayesha, client, as_user):
        pages = [client.get("/invitations/invented-token/")]
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        pages.append(client.get(invited))
        invite(as_user(ayesha))
        pages.append(client.get(invited))
        newer = link()
        as_user(ayesha).post(reverse("invitation_withdraw", args=[Invitation.objects.get().pk]))
        pages.append(client.get(newer))
        assert [page.status_code for page in pages] == [404] * 4
        own = rb'(csrfmiddlewaretoken|next)" value="[^"]*'
        assert len({re.sub(own, b"", page.content) for page in pages}) == 1

    def test_somebody_else_cannot_use_it(self, invited, as_user):
        client = as_user(make_user("other@example.com", Role.STARTUP))
        assert client.get(invited).context["fits"] is False
        assert status(client.post(invited)) == (302, invited)
        assert Membership.objects.count() == 1

    def test_a_member_of_another_company_leaves_it_first(self, invited, as_user):
        founder = make_founder(NEWCOMER, make_startup("Elsewhere"))
        assert status(as_user(founder).post(invited)) == (302, invited)
        assert founder.membership.startup.name_en == "Elsewhere"

    @pytest.mark.parametrize("role", [Role.STARTUP, Role.CURATOR])
    def test_who_cannot_join_reads_so_before_any_click(self, invited, as_user, role):
        is_founder = role == Role.STARTUP
        user = make_founder(NEWCOMER, make_startup("Elsewhere")) if is_founder else make_user(NEWCOMER, role)
        page = as_user(user).get(invited).content.decode().partition("<main")[2]
        reason = "Leave its team first" if is_founder else "Curators and operators cannot join"
        assert (reason in page, "Join the team</button>" in page) == (True, False)
        assert (f'href="{reverse("team")}"' in page) is is_founder

    def test_a_curator_stays_outside_the_market(self, invited, as_user):
        curator = make_user(NEWCOMER, Role.CURATOR)
        assert status(as_user(curator).post(invited)) == (302, invited)
        curator.refresh_from_db()
        assert curator.role == Role.CURATOR


class TestInviting:
    def test_one_open_invitation_an_address(self, ayesha, as_user):
        invite(as_user(ayesha), "Bilal@Example.com")
        invite(as_user(ayesha), "bilal@example.com")
        assert list(Invitation.objects.values_list("email", flat=True)) == [NEWCOMER]

    def test_a_colleague_is_not_invited_again(self, ayesha, as_user):
        response = invite(as_user(ayesha), ayesha.email)
        assert response.status_code == 200
        assert response.context["form"].errors == {"email": ["This person is already in the team."]}
        assert delivered() == []

    def test_there_is_an_end_to_it(self, founder):
        codes = [invite(founder, f"p{n}@example.com").status_code for n in range(teams.MOST_INVITATIONS + 1)]
        assert codes == [302] * teams.MOST_INVITATIONS + [200]

    def test_a_wrong_address_stays_in_the_form(self, ayesha, as_user):
        response = invite(as_user(ayesha), "no address")
        assert (response.status_code, response.context["form"]["email"].value()) == (200, "no address")

    def test_a_dead_mail_server_changes_nothing_for_who_invites(self, founder, settings):
        settings.EMAIL_BACKEND = "tests.mails.DeadServer"
        page = founder.get(invite(founder).headers["Location"])
        assert [str(message) for message in page.context["messages"]] == [
            f"The invitation to {NEWCOMER} is on its way."
        ]
        assert page.context["invitations"].count() == 1
        assert delivered() == []
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        later = timezone.now() + timedelta(hours=2)
        assert [sent.to for sent in delivered(at=later)] == [[NEWCOMER]]

    @pytest.mark.parametrize(("account", "subject"), [("ur", "دعوت"), (None, "邀请")])
    def test_the_invitation_speaks_the_readers_language_or_the_inviters(
        self, ayesha, as_user, account, subject
    ):
        User.objects.filter(pk=ayesha.pk).update(language="zh-hans")
        if account:
            make_user(NEWCOMER, Role.INVESTOR, language=account)
        invite(as_user(ayesha))
        assert subject in delivered()[0].subject


@pytest.mark.attack
class TestLeaving:
    @pytest.fixture
    def bilal(self, startup):
        user = make_user(NEWCOMER, Role.STARTUP)
        Membership.objects.create(user=user, startup=startup)
        return user

    def test_a_member_leaves(self, ayesha, bilal, as_user):
        assert status(as_user(bilal).post(reverse("team_leave"))) == (302, reverse("home"))
        assert not Membership.objects.filter(user=bilal).exists()

    def test_the_last_owner_stays(self, ayesha, founder, bilal):
        assert status(founder.post(reverse("team_leave"))) == (302, reverse("team"))
        assert Membership.objects.filter(user=ayesha).exists()
        founder.post(reverse("team_owner", args=[bilal.membership.pk]))
        assert status(founder.post(reverse("team_leave"))) == (302, reverse("home"))
        assert [m.user for m in Membership.objects.filter(is_owner=True)] == [bilal]

    def test_an_owner_removes_a_member(self, ayesha, bilal, as_user):
        as_user(ayesha).post(reverse("team_remove", args=[bilal.membership.pk]))
        assert [m.user for m in Membership.objects.all()] == [ayesha]
        assert as_user(bilal).get(reverse("team")).status_code == 302

    @pytest.mark.parametrize("way", ["team_remove", "team_leave"])
    def test_nobody_comes_in_by_whom_the_team_let_go(self, ayesha, bilal, as_user, way):
        Membership.objects.filter(user=bilal).update(is_owner=True)
        invite(as_user(bilal), "accomplice@example.com")
        door = link()
        by, args = (ayesha, [bilal.membership.pk]) if way == "team_remove" else (bilal, [])
        as_user(by).post(reverse(way, args=args))
        accomplice = as_user(make_user("accomplice@example.com", Role.STARTUP))
        assert accomplice.post(door).status_code == 404
        assert [member.user for member in Membership.objects.all()] == [ayesha]

    def test_an_owner_is_not_removed_by_the_own_hand(self, ayesha, as_user):
        assert as_user(ayesha).post(reverse("team_remove", args=[ayesha.membership.pk])).status_code == 404

    def test_a_member_decides_nothing(self, ayesha, bilal, as_user):
        client = as_user(bilal)
        pk = ayesha.membership.pk
        codes = [
            client.post(reverse("team_remove", args=[pk])).status_code,
            client.post(reverse("team_owner", args=[bilal.membership.pk])).status_code,
            invite(client, "x@example.com").status_code,
        ]
        assert codes == [404, 404, 404]
        assert Membership.objects.filter(is_owner=True).count() == 1


@pytest.mark.attack
class TestOtherTeams:
    def test_their_people_and_invitations_do_not_exist(self, ayesha, li_wei, as_user):
        invite(as_user(li_wei), "x@example.com")
        client = as_user(ayesha)
        codes = [
            client.post(reverse("team_remove", args=[li_wei.membership.pk])).status_code,
            client.post(reverse("team_owner", args=[li_wei.membership.pk])).status_code,
            client.post(reverse("invitation_withdraw", args=[Invitation.objects.get().pk])).status_code,
        ]
        assert codes == [404, 404, 404]
        assert (Invitation.objects.count(), Membership.objects.count()) == (1, 2)

    def test_an_investors_team_works_alike(self, as_user):
        fund = make_investor("Alpha")
        partner = make_partner("wang@example.com", fund)
        invite(as_user(partner))
        newcomer = make_user(NEWCOMER, Role.STARTUP)
        as_user(newcomer).post(link())
        newcomer.refresh_from_db()
        assert (newcomer.membership.investor, newcomer.role) == (fund, Role.INVESTOR)
        assert isinstance(newcomer.membership.investor, Investor)


def test_the_page_asks_as_often_for_three_people_as_for_one(founder, startup, same_queries):
    with same_queries():
        founder.get(reverse("team"))
    for n in range(2):
        Membership.objects.create(user=make_user(f"m{n}@example.com", Role.STARTUP), startup=startup)
        invite(founder, f"i{n}@example.com")
    founder.get(reverse("team"))  # shows and clears the messages
    with same_queries():
        founder.get(reverse("team"))


@pytest.mark.attack
@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
@pytest.mark.races
def test_at_once_one_joins_and_one_owner_stays(ayesha, startup, rounds, tally):
    other, now = make_founder("other@example.com", startup), timezone.now()
    newcomer = make_user(NEWCOMER, Role.STARTUP)
    invitation = teams.invite(startup, email=NEWCOMER, by=ayesha, at=now)
    joined = at_once(*[lambda: teams.accept(invitation, by=newcomer, at=now)] * 2)
    assert kinds(joined) in (["", "AlreadyMemberError"], ["", "InvitationSpentError"])
    for act in ("remove", "leave"):
        for _round in range(2 * rounds):
            tally.count()
            Membership.objects.all().delete()
            mine, theirs = (
                Membership.objects.create(user=user, startup=startup, is_owner=True)
                for user in (ayesha, other)
            )
            acts = {
                "remove": (partial(teams.remove, theirs, by=ayesha), partial(teams.remove, mine, by=other)),
                "leave": (partial(teams.leave, mine), partial(teams.leave, theirs)),
            }
            refused = {"remove": "NotOwnerError", "leave": "LastOwnerError"}[act]
            assert kinds(at_once(*(partial(each, at=now) for each in acts[act]))) == ["", refused]
            assert Membership.objects.filter(startup=startup, is_owner=True).count() == 1


@pytest.mark.attack
class TestMailsToStrangers:
    """Whoever never joined reads no words of strangers, and nothing becomes a link but ours."""

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({"status": Status.APPROVED}, True),
            ({"status": Status.DRAFT}, False),
            ({"status": Status.REJECTED}, False),
            ({"submitted_at": timezone.now()}, False),  # its newest words wait for a curator
        ],
    )
    def test_names_are_those_that_a_curator_has_read(self, ayesha, as_user, changes, named):
        Startup.objects.update(**changes)
        User.objects.update(full_name="Ayesha Khan")
        invite(as_user(ayesha))
        what, who = ("Indus Grow", "Ayesha Khan") if named else ("a company", "Someone")
        assert delivered()[-1].subject == f"Invitation to join {what} on Corridor"
        assert str(delivered()[-1].body).startswith(f"{who} invites you to join {what} on Corridor. ")

    @pytest.mark.parametrize(
        "full_name",
        ["Win at evil.example", "www.evil", "a@evil.example", "Call +92 300 1234567", "A\nB", "x " * 40, ""],
    )
    def test_what_is_more_than_a_name_is_left_out(self, ayesha, as_user, full_name):
        User.objects.update(full_name=full_name)  # from before such names were refused
        invite(as_user(ayesha))
        assert str(delivered()[-1].body).startswith("Someone invites you to join Indus Grow on Corridor. ")

    @pytest.mark.parametrize(
        "name", ["evil.example", "Pay a@evil.example", "https://evil.example/", "例子。中国"]
    )
    def test_no_name_becomes_a_link(self, ayesha, as_user, name):
        Startup.objects.update(name_en=name)
        invite(as_user(ayesha))
        mail: Any = delivered()[-1]
        html = mail.alternatives[0][0]
        assert name not in f"{mail.subject} {mail.body} {html}"
        assert name in str(mail.body).replace("\u200b", "")
        assert re.findall(r'href="(http://[^/]+/[a-z]*)', html) == [
            "http://localhost:8000/invitations", "http://localhost:8000/contact"
        ]  # fmt: skip

    def test_an_address_is_no_name(self, ayesha, as_user):
        for full_name in ("Ayesha evil.example", "a@b.example", "http://x", "www.x", "例子.中国"):
            fields = {"full_name": full_name, "language": "en"}
            page = as_user(ayesha).post(reverse("account_settings"), fields)
            assert list(page.context["form"].errors) == ["full_name"]

    @pytest.mark.parametrize(
        "full_name", ["J. R. Smith", "Dr. Ali", "M.Ali", "李伟", "عائشہ خان", "O’Neil-Khan"]
    )
    def test_a_name_is(self, ayesha, as_user, full_name):
        as_user(ayesha).post(reverse("account_settings"), {"full_name": full_name, "language": "en"})
        assert User.objects.get(pk=ayesha.pk).full_name == full_name
        invite(as_user(ayesha))
        assert str(delivered()[-1].body).replace("\u200b", "").startswith(f"{full_name} invites you ")

    def test_a_company_that_nobody_has_approved_invites_two(self, ayesha, startup, as_user):
        Startup.objects.update(status=Status.SUBMITTED)
        client = as_user(ayesha)
        assert [invite(client, f"p{n}@example.com").status_code for n in range(2)] == [302, 302]
        for _again in range(2):
            client.post(reverse("invitation_withdraw", args=[Invitation.objects.first().pk]))
            page = invite(client, "p3@example.com")
            assert page.context["form"].errors == {
                "email": ["Until a curator has approved your company, you can invite two people."]
            }
        Startup.objects.update(status=Status.APPROVED)
        assert invite(client, "p3@example.com").status_code == 302

    @pytest.mark.parametrize("end", ["accept", "withdraw", "replace", "expire", "erase"])
    def test_the_address_goes_when_the_invitation_ends(self, invited, ayesha, as_user, end):
        now, mails = timezone.now(), OutboxMail.objects.filter(kind="team_invitation").order_by("pk")
        teams.forget_ended(at=now)
        assert [mail.recipient for mail in mails.all()] == [NEWCOMER]
        if end == "accept":
            as_user(make_user(NEWCOMER, Role.STARTUP)).post(invited)
        elif end == "withdraw":
            as_user(ayesha).post(reverse("invitation_withdraw", args=[Invitation.objects.get().pk]))
        elif end == "replace":
            invite(as_user(ayesha))
        elif end == "expire":
            now += timedelta(days=teams.INVITATION_DAYS)
        else:
            make_founder("omar@example.com", ayesha.membership.startup)
            erase_account(ayesha, at=now)
        teams.forget_ended(at=now)
        assert [mail.recipient for mail in mails.all()] == ["", *[NEWCOMER] * (end == "replace")]
        teams.forget_ended(at=now + timedelta(days=teams.INVITATION_DAYS + 1) + teams.KEPT)
        assert not Invitation.objects.exists()
        assert {mail.recipient for mail in mails.all()} == {""}
