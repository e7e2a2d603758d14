"""Someone signs in with a passkey alone, or with an account elsewhere, in a browser."""

from copy import deepcopy

import pytest
from playwright.sync_api import expect

from matchmaker import settings as product
from tests.factories import PASSWORD
from tests.openid_provider import CLIENT, SECRET, offered, running

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_replaces_the_password(page, become, live_server, ayesha):
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    become(page, user=ayesha)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Phone")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    answers = {"authenticatorId": device["authenticatorId"]}
    devices.send("WebAuthn.setUserVerified", {**answers, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    devices.send("WebAuthn.setUserVerified", {**answers, "isUserVerified": True})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Ayesha").first).to_be_attached()
    expect(page).to_have_url(f"{live_server.url}/home/")


def test_a_form_leads_to_the_server_that_is_set(page, live_server, monkeypatch, settings):
    with running() as provider:
        provider.person = {"sub": "1", "name": "Maryam Aziz", "email": "maryam@uni.example"}
        monkeypatch.setenv("SIGN_IN_OIDC", f"{provider.address} {CLIENT} {SECRET} uni.example A University")
        offered(monkeypatch, settings, "organisation", "SIGN_IN_OIDC")
        policy = deepcopy(product.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"] = ["'self'", *product.SIGN_IN_ORIGINS]
        settings.CONTENT_SECURITY_POLICY = policy
        page.goto("/accounts/signup/?role=investor")
        page.get_by_role("button", name="Continue with A University").click()
        expect(page).to_have_url(f"{live_server.url}/accounts/3rdparty/signup/")
        expect(page.get_by_label("Investor or partner")).to_be_checked()
        expect(page.get_by_label("Email")).to_have_value("maryam@uni.example")
