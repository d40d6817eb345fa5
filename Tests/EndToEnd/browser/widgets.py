"""Every kind of widget that the form offers, the next one included: made by the form, previewed, drawn first by the server and then by
its module, live; and the colours, which follow the system until somebody chooses."""

import re
import sys

from browsing import BASE, browser, check, new_page, realtime_pipeline, shot, shots, sign_up, step, wait_until


def post(page, pipeline, value):
    answer = page.request.post(f"{BASE}/ingest/{pipeline}", data={"value": value, "station": "north"})
    check(answer.status == 202, f"the post was answered {answer.status}")


def add(page, home, kind):
    """One widget by its form, with whatever controls its kind has; what the form shows of them."""
    page.goto(f"{BASE}{home}/widgets/new?type={kind}", wait_until="networkidle")
    check(page.locator("#type").input_value() == kind, f"the form is not for {kind}")
    preview = page.locator("#preview .widget .view")
    has_data = page.locator("#pipeline_id").is_visible()
    if has_data:
        page.locator("[name='fields.0.path']").fill("value")
    texts = page.locator("#widget-form textarea:visible")
    for index in range(texts.count()):
        texts.nth(index).fill("# Heading\nSome words")
    unit = page.locator("#unit")
    if unit.is_visible():
        unit.fill("kW")
    page.locator("#title").fill(kind)
    page.locator("#title").blur()
    wait_until(page, f"the preview of {kind}", lambda: preview.count() and (preview.inner_text().strip() or preview.locator("svg, canvas").count()))
    check(not page.locator("#preview .trouble").count(), f"the preview of {kind} is in trouble")
    shot(page, f"widget-form-{kind}")
    shown = page.eval_on_selector_all(
        "#widget-form [name]",
        "all => all.filter(e => e.type !== 'hidden' && e.checkVisibility() && !e.disabled).map(e => e.name)",
    )
    page.get_by_role("button", name="Add widget").click()
    page.wait_for_url(re.compile("/dashboards/[0-9a-f-]{36}$"))
    return has_data, set(shown)


def colours(page):
    return page.evaluate("""() => ({
        ground: getComputedStyle(document.body).backgroundColor,
        charts: [...document.querySelectorAll(".chart canvas")].map(canvas => canvas.toDataURL()),
    })""")


def look_at_colours(instance, page, address):
    step("colours follow the system, and then who chose")
    page.goto(address)
    wait_until(page, "the charts are drawn", lambda: page.locator(".chart canvas").count() >= 2)
    light = colours(page)
    page.emulate_media(color_scheme="dark")
    wait_until(page, "the page is dark", lambda: colours(page)["ground"] != light["ground"])
    wait_until(page, "the charts have other colours", lambda: all(a != b for a, b in zip(light["charts"], colours(page)["charts"])))
    dark = colours(page)["ground"]
    page.get_by_role("button", name="Light / dark").click()
    wait_until(page, "the page is light again", lambda: colours(page)["ground"] == light["ground"])
    page.reload()
    check(colours(page)["ground"] == light["ground"], "the choice is forgotten")
    page.get_by_role("button", name="Light / dark").click()
    page.emulate_media(color_scheme="light")
    wait_until(page, "dark is chosen, whatever the system has", lambda: colours(page)["ground"] == dark)


def main():
    with browser() as instance:
        page = new_page(instance)
        sign_up(page, "widgets@example.org", "Widgets")
        pipeline = realtime_pipeline(page, "Readings").rsplit("/", 1)[1]
        for value in (20, 22.5, 21):
            post(page, pipeline, value)
        page.goto(f"{BASE}/dashboards/new")
        page.get_by_label("Name", exact=True).fill("All kinds")
        page.get_by_role("button", name="Create dashboard").click()
        page.wait_for_url(re.compile("/dashboards/[0-9a-f-]{36}$"))
        home = page.url.removeprefix(BASE)
        page.goto(f"{BASE}{home}/widgets/new", wait_until="networkidle")
        kinds = page.eval_on_selector_all("#type option", "all => all.map(e => e.value)")
        check(len(kinds) >= 6, f"kinds: {kinds}")

        step("each kind by its form: " + ", ".join(kinds))
        drawn, controls = [], {}
        for kind in kinds:
            has_data, controls[kind] = add(page, home, kind)
            drawn += [kind] if has_data else []
        check({"unit", "decimals", "min", "max"} <= controls["gauge"], f"a gauge has {controls['gauge']}")
        check(not {"unit", "text"} & controls["table"], f"a table has {controls['table']}")
        check("text" in controls["text"] and not {"unit", "range"} & controls["text"], f"a text has {controls['text']}")
        check("min" not in controls["stat_card"], f"a number has {controls['stat_card']}")

        step("what the server draws first")
        bare = new_page(instance)
        bare.context.add_cookies(page.context.storage_state()["cookies"])
        bare.route("**/assets/js/app.js*", lambda route: route.abort())
        bare.goto(BASE + home)
        for kind in kinds:
            view = bare.locator(f"[data-type={kind}] .view")
            check(view.locator(":scope > *").count() and not view.locator(".waiting, .trouble").count(), f"{kind} first shows {view.inner_html()}")
        shot(bare, "widgets-first")

        step("what their modules draw, and then again")
        page.goto(BASE + home)
        updates = lambda kind: int(page.locator(f"[data-type={kind}]").get_attribute("data-updated") or 0)
        wait_until(page, "all are live", lambda: all(updates(kind) for kind in drawn))
        before = {kind: updates(kind) for kind in drawn}
        post(page, pipeline, 23)
        wait_until(page, "all have moved", lambda: all(updates(kind) > before[kind] for kind in drawn))
        for kind in kinds:
            check(not page.locator(f"[data-type={kind}] .view > :is(.waiting, .trouble)").count(), f"{kind} is in trouble")
        check(page.locator("[data-type=text] h3").inner_text() == "Heading", "the text stays as the server wrote it")
        shots(instance, page, "widgets", home)

        look_at_colours(instance, page, BASE + home)
        if page.errors:
            sys.exit("FAILED: " + "\n".join(page.errors))
        step("done")


main()
