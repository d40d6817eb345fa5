"""`dashd serve --demo`: sign in as it says and see all four widget types move."""

import os
import re
import sys

from browsing import BASE, browser, check, new_page, shot, shots, step, wait_until

KINDS = ("table", "line_chart", "bar_chart", "stat_card")


def main():
    said = os.environ["DASH_DEMO_LOG"]
    email = re.search(r"[\w.+-]+@[\w.-]+\w", said)
    password = re.search(r"password[:\s]+[`\"']?([^\s`\"',]+)", said, re.IGNORECASE)
    check(email and password, f"the start does not say how to sign in:\n{said[-1500:]}")

    with browser() as instance:
        page = new_page(instance)
        step("sign in with what the start printed")
        page.goto(f"{BASE}/sign-in")
        page.get_by_label("E-mail").fill(email.group(0))
        page.get_by_label("Password").fill(password.group(1))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/dashboards"))

        step("open the demo's dashboard")
        if not page.locator("[data-widget]").count():
            page.locator("main .cards a.card").first.click()
        page.wait_for_selector("[data-widget]")
        kinds = page.eval_on_selector_all("[data-widget]", "all => all.map(e => e.dataset.type)")
        for kind in KINDS:
            check(kind in kinds, f"no {kind} among {kinds}")

        step("each widget moves without a reload")
        page.evaluate("window.__same = true")
        widgets = page.locator("[data-widget]")
        movable = [i for i in range(widgets.count()) if widgets.nth(i).get_attribute("data-type") in KINDS]

        def updates():
            return [int(widgets.nth(i).get_attribute("data-updated") or 0) for i in movable]

        wait_until(page, "every widget has an answer", lambda: all(updates()))
        first = updates()
        wait_until(page, "every widget moves on", lambda: all(b >= a + 2 for a, b in zip(first, updates())))
        check(page.evaluate("window.__same === true"), "the page was reloaded")
        shot(page, "demo")
        shots(instance, page, "demo", page.url.removeprefix(BASE))
        if page.errors:
            sys.exit("FAILED: " + "\n".join(page.errors))
        step("done")


main()
