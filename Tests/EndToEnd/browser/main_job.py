"""The main job, as a person does it: sign up, a polling pipeline by form, three fields, a dashboard that moves, a link."""

import re
import sys

from browsing import BASE, WATCH_FIGURE, Upstream, browser, check, new_page, shot, shots, step, wait_until

LIMIT = 1.5


def sign_up(page):
    step("sign up")
    page.goto(f"{BASE}/sign-up")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_label("Team").fill("Harbour")
    shot(page, "sign-up")
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url(re.compile("/dashboards"))


def make_pipeline(page, upstream):
    step("a polling pipeline by form")
    page.get_by_role("link", name="Pipelines", exact=True).first.click()
    page.get_by_role("link", name=re.compile("new.*pipeline|pipeline", re.I)).last.click()
    page.get_by_label("Name", exact=True).fill("Weather")
    shot(page, "pipeline-form")


def main():
    upstream = Upstream()
    with browser() as instance:
        page = new_page(instance)
        sign_up(page)
        make_pipeline(page, upstream)
        if page.errors:
            sys.exit("FAILED: " + "\n".join(page.errors))
        step("done")


main()
