"""Token missing, refused, without right; the bridge gone and back."""

from __future__ import annotations

import pytest

from tests.console.page import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium-device")]


def test_the_token_leaves_the_address_and_stays_in_the_tab(page: Page) -> None:
    page.open_ready()
    assert page.driver.current_url == page.stand.url
    page.open(page.stand.url)
    page.wait(lambda: page.find("#board").is_displayed())
    assert page.driver.get_cookies() == []
    assert page.run("return localStorage.length") == 0


def test_without_a_token_the_page_asks_for_it(page: Page) -> None:
    page.open(page.stand.url)
    assert page.text("#gate-title") == "Cette page s'ouvre avec un jeton"
    assert not page.find("#board").is_displayed()
    assert page.focused().get_attribute("id") == "gate-title"
    page.find("#gate-form button").click()
    assert page.text("#gate-error") == "Collez d'abord le jeton."


@pytest.mark.parametrize("whole_link", [False, True])
def test_a_pasted_token_opens_the_page(page: Page, whole_link: bool) -> None:
    page.open(page.stand.url)
    page.find("#gate-token").send_keys(page.stand.link() if whole_link else f" {page.stand.token} ")
    page.find("#gate-form button").click()
    page.wait(lambda: page.find("#live").is_displayed())


def test_a_refused_token_is_said_and_forgotten(page: Page) -> None:
    page.expects_errors = True
    page.open(page.stand.link("jeton-d-un-autre-demarrage"))
    page.wait(lambda: page.find("#gate").is_displayed())
    assert page.text("#gate-title") == "Jeton refusé"
    assert page.run("return sessionStorage.getItem('comptoir.jeton')") is None


def test_a_token_without_right_is_said(page: Page) -> None:
    page.expects_errors = True
    page.open(page.stand.link(page.stand.pair(("events",))))
    page.wait(lambda: page.find("#gate").is_displayed())
    assert page.text("#gate-title") == "Jeton sans droit sur cette page"


def test_a_token_revoked_while_the_page_is_open(page: Page) -> None:
    page.expects_errors = True
    page.open_ready()
    page.stand.journal.revoke(page.stand.client.id)
    page.wait(lambda: page.find("#gate").is_displayed())
    assert page.text("#gate-title") == "Jeton refusé"
    assert not page.find("#board").is_displayed()


def test_a_bridge_that_goes_is_said_and_one_that_comes_back_is_found(page: Page) -> None:
    page.expects_errors = True
    page.open_ready()
    page.stand.stop()
    page.wait(lambda: page.find("#banner").is_displayed())
    assert page.text("#status-bridge") == "Passerelle injoignable"
    assert page.text("#status-camera") == "Caméra inconnue"
    assert page.text("#veil-title") == "Image en pause"
    page.find('[data-button="ok"]').click()
    page.wait(lambda: "ne répond plus" in page.text("#toast"))
    page.stand.start()
    page.wait(lambda: not page.find("#banner").is_displayed())
    page.wait(lambda: page.find("#live").is_displayed())
    event_id = page.stand.add_event("visit.opened", {})
    page.wait(lambda: page.stand.is_acknowledged(event_id))
    assert page.text("#status-bridge") == "Passerelle reliée"


def test_a_full_disk_is_said(page: Page) -> None:
    page.open_ready()
    page.stand.show_counter(storage_ok=False)
    page.wait(lambda: "journal" in page.text("#banner"))
    page.stand.show_counter()
    page.wait(lambda: not page.find("#banner").is_displayed())


def test_the_browser_itself_keeps_to_the_policy(page: Page) -> None:
    page.expects_errors = True
    page.open_ready()
    page.run(
        """
        window.violations = [];
        const note = (event) => window.violations.push(event.effectiveDirective);
        document.addEventListener("securitypolicyviolation", note);
        try {
          const script = document.createElement("script");
          script.textContent = "window.inlineRan = true";
          document.head.append(script);
        } catch (refused) {
          // Trusted types do not even let a script be given a text.
        }
        const image = document.createElement("img");
        image.src = "https://exemple.invalid/x.png";
        document.body.append(image);
        document.body.insertAdjacentElement("beforeend", Object.assign(document.createElement("style"),
          {textContent: "body { display: none }"}));
        """
    )
    page.wait(lambda: len(page.run("return window.violations")) >= 2)
    assert page.run("return window.inlineRan") is None
    assert page.find("#board").is_displayed()
    assert set(page.run("return window.violations")) & {"img-src", "style-src-elem", "style-src"}
