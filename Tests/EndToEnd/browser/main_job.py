"""The main job, as a person does it: sign up, a polling pipeline by form, three fields, a dashboard that moves, a link."""

import re
import sys
import time

from browsing import BASE, WATCH_FIGURE, Upstream, browser, check, new_page, shot, shots, step, wait_until

# From the upstream's change to the page, with an interval of one second.
LIMIT = 1.5
FIELDS = (
    ("pressure", "$.sensors.air.pressure", "integer"),
    ("temperature", "$.sensors.air.temperature", "number"),
    ("station", "$.site.name", "string"),
)


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
    page.wait_for_url(re.compile("/pipelines"))
    page.get_by_role("link", name="New pipeline").click()
    page.get_by_label("Name", exact=True).fill("Weather")
    if page.locator("#source_type").input_value() != "http":
        with page.expect_response(re.compile("/pipelines/fields")):
            page.locator("#source_type").select_option("http")
    page.locator("#source_config-url").fill(upstream.url)
    page.locator("#source_config-records").fill("$.data.stations[*]")
    page.get_by_label("Seconds between runs").fill("1")
    shot(page, "pipeline-form")
    page.get_by_role("button", name="Create pipeline").click()
    page.wait_for_url(re.compile("/pipelines/[0-9a-f-]{36}$"))
    return page.url.removeprefix(BASE)


def map_fields(page, path):
    step("map three fields of the nested source")
    page.get_by_role("link", name="Mapping", exact=True).click()
    page.wait_for_url(re.compile("/mapping$"))
    for index, (target, source, kind) in enumerate(FIELDS):
        if not page.locator(f"[name='mappings.{index}.target']").count():
            page.get_by_role("button", name="Add a field").click()
        page.locator(f"[name='mappings.{index}.target']").fill(target)
        page.locator(f"[name='mappings.{index}.source']").fill(source)
        page.locator(f"[name='mappings.{index}.type']").select_option(kind)
    page.get_by_role("button", name="Preview").click()
    page.locator("#preview").get_by_text("Rotterdam").first.wait_for()
    shot(page, "mapping")
    page.get_by_role("button", name="Save mapping").click()
    page.get_by_text("The mapping is saved").wait_for()


def see_tail(page, path):
    step("records in the live tail")
    page.goto(BASE + path)
    tail = page.locator("[data-tail-list] li code")
    wait_until(page, "a mapped record in the tail", lambda: tail.count() and '"station":"Rotterdam"' in tail.first.inner_text())
    page.evaluate("window.__same = true")
    before = tail.first.inner_text()
    wait_until(page, "the tail moves", lambda: tail.first.inner_text() != before)
    check(page.evaluate("window.__same === true"), "the tail moved by reloading the page")
    shot(page, "pipeline")


def main():
    upstream = Upstream()
    with browser() as instance:
        page = new_page(instance)
        sign_up(page)
        path = make_pipeline(page, upstream)
        map_fields(page, path)
        see_tail(page, path)
        shots(instance, page, "pipeline", path)
        if page.errors:
            sys.exit("FAILED: " + "\n".join(page.errors))
        step("done")


main()
