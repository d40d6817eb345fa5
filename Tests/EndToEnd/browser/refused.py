"""A page that gets no live view looks now and then instead, shows what is current, says so, and is live again when it can be."""

import sys
import time

from browsing import BASE, browser, check, new_page, realtime_pipeline, shot, sign_up, step, wait_until

CREATE = """async ([type, attributes, relationships]) => {
    const answer = await fetch(`/api/v1/${type}`, {
        method: "POST",
        headers: {
            "Content-Type": "application/vnd.api+json",
            Accept: "application/vnd.api+json",
            "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]').content,
        },
        body: JSON.stringify({ data: { type, attributes, relationships } }),
    });
    if (answer.status !== 201) throw new Error(await answer.text());
    return (await answer.json()).data.id;
}"""


def post(page, pipeline, value):
    answer = page.request.post(f"{BASE}/ingest/{pipeline}", data={"value": value})
    check(answer.status == 202, f"the post was answered {answer.status}")


def main():
    with browser() as instance:
        page = new_page(instance)
        step("a dashboard of one number")
        sign_up(page, "ada@example.org", "Ada")
        pipeline = realtime_pipeline(page, "Numbers").rsplit("/", 1)[1]
        page.goto(f"{BASE}/dashboards", wait_until="networkidle")
        board = page.evaluate(CREATE, ["dashboards", {"name": "Board", "slug": "board"}, {}])
        query = {"pipeline_id": pipeline, "fields": [{"path": "value", "aggregate": "last"}], "range": {"last": "1h"}}
        place = {"x": 0, "y": 0, "w": 6, "h": 4}
        widget = {"type": "stat_card", "config": {"title": "Value"}, "data_query": query, "position": place}
        owner = {"dashboard": {"data": {"type": "dashboards", "id": board}}}
        page.evaluate(CREATE, ["widgets", widget, owner])
        post(page, pipeline, 17)

        step("the one live view that there is goes to the first page")
        page.goto(f"{BASE}/dashboards/{board}")
        badge = page.locator("[data-live-state]")
        wait_until(page, "the first page is live", lambda: badge.inner_text() == "live")

        step("the second is refused and asks less and less often")
        second = page.context.new_page()
        asked = []
        second.on("request", lambda request: asked.append(time.time()) if request.url.endswith("/live/dashboards/" + board) else None)
        start = time.time()
        second.goto(f"{BASE}/dashboards/{board}")
        state = second.locator("[data-live-state]")
        wait_until(second, "it says that it is not live", lambda: "not live" in state.inner_text())
        post(page, pipeline, 4711)
        figure = second.locator("[data-widget]")
        wait_until(second, "it shows what is current all the same", lambda: "4,711" in figure.inner_text())
        check("not live" in state.inner_text(), "it got a live view that there is not")
        seconds = time.time() - start
        check(len(asked) <= 2 + seconds / 4, f"it asked {len(asked)} times in {seconds:.0f} s")
        shot(second, "not-live")

        step("when the first page has gone, the second is live")
        page.goto(f"{BASE}/dashboards")
        wait_until(second, "the second page is live", lambda: state.inner_text() == "live")
        check(not page.errors, f"{page.errors}")


main()
sys.exit(0)
