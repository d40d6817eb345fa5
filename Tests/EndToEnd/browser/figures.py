"""Figures, bars and lines of hard data: the browser's rules by the cases that the server's are held to, and each picture once as the
server draws it without a script and once live, in light, dark and on a phone."""

import json
import os
import sys
import urllib.request

from browsing import BASE, DESKTOP, browser, check, new_page, realtime_pipeline, shot, shots, sign_up, step, wait_until

CASES = os.path.join(os.path.dirname(__file__), "figures.json")
STATIONS = ["Tallinn", "Tartu", "Turku", "Vilnius", "Central Park", "Helsinki", "Luleå", "New Delhi", "Oslo", "Ülo", "Kyiv", "東京"]
ID = 1269943055849660418


def rules(page):
    step("the browser's figures, axes and colours are those of the cases")
    with open(CASES, encoding="utf-8") as file:
        cases = json.load(file)
    found = page.evaluate(
        """async cases => {
            const { axis, number, slots, whole } = await import("/assets/js/format.js");
            return {
                figures: cases.figures.map(({ text, decimals }) => [number(text, decimals), whole(text)]),
                axes: cases.axes.map(({ ticks }) => axis(ticks)),
                colours: cases.colours.map(({ names }) => Object.fromEntries(slots(names))),
            };
        }""",
        cases,
    )
    for case, (shown, whole) in zip(cases["figures"], found["figures"], strict=True):
        check(shown == case["shown"], f"{case} is shown as {shown}")
        check("decimals" in case or whole == case.get("whole"), f"{case} is whole as {whole}")
    for case, shown in zip(cases["axes"], found["axes"], strict=True):
        check(shown == case["shown"], f"{case} is shown as {shown}")
    for case, slots in zip(cases["colours"], found["colours"], strict=True):
        check(slots == case["slots"], f"{case} has the colours {slots}")


def post(path, body, kind="application/json", headers=None):
    request = urllib.request.Request(
        BASE + path, json.dumps(body).encode(), {"Content-Type": kind, **(headers or {})}, method="POST"
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def widgets(pipeline):
    """Name, type, query and config of each case."""

    def query(known, fields, **more):
        filters = [{"path": known, "op": "exists", "value": True}]
        return {"pipeline_id": pipeline, "fields": fields, "range": {"last": "1h"}, "filters": filters, **more}

    def over(path, aggregate, **more):
        return query(path, [{"path": path, "as": path, "aggregate": aggregate}], **more)

    def grouped(path, group, aggregate="sum", **more):
        return over(path, aggregate, group_by=[group], **more)

    over_time = {"bucket": "1m"}
    return [
        ("Sum by status", "bar_chart", grouped("metric", "status", order="desc"), {}),
        ("Mixed signs", "bar_chart", grouped("balance", "account", order="desc"), {"unit": "€"}),
        ("All below zero", "bar_chart", grouped("debt", "account", order="asc"), {}),
        ("Ids", "table", query("id", ["id", "small", "odd", "amount"], order="desc", limit=5), {}),
        ("Newest id", "stat_card", query("id", ["id"], limit=2), {}),
        ("Tiny", "stat_card", over("small", "last"), {}),
        ("Twelve stations", "line_chart", grouped("degrees", "station", "avg", **over_time), {}),
        ("Below zero over time", "bar_chart", over("frost", "min", **over_time), {}),
        ("Large", "line_chart", over("large", "max", **over_time), {}),
        ("Once", "line_chart", over("once", "max", **over_time), {}),
    ]


def records():
    """What the widgets ask for, each kind in records of its own."""
    rows = [{"status": status, "metric": metric} for status, metric in ((200, 30), (404, 20), (500, 10))]
    rows += [{"account": name, "balance": balance, "debt": -abs(balance)} for name, balance in
             (("rent", -1200.5), ("wages", 3100), ("food, drink and everything else at home", -410.25))]
    rows += [{"id": ID + index, "small": 0.00042, "odd": 0.1 + 0.2, "amount": 1234567.891} for index in range(5)]
    rows += [{"station": name, "degrees": 5 + index} for index, name in enumerate(STATIONS)]
    rows += [{"frost": -2.9 - index, "large": 5e11 - index * 4e10} for index in range(3)]
    rows += [{"once": 7}]
    return rows


def make(page, pipeline):
    step("a dashboard with a widget of each case")
    page.goto(f"{BASE}/pipelines", wait_until="networkidle")
    return page.evaluate(
        """async widgets => {
            const csrf = document.querySelector("[name=_csrf]")?.value ?? document.body.dataset.csrf;
            const post = async (type, attributes, relationships) => {
                const answer = await fetch(`/api/v1/${type}`, {
                    method: "POST",
                    headers: { "Content-Type": "application/vnd.api+json", "X-CSRF-Token": csrf },
                    body: JSON.stringify({ data: { type, attributes, relationships } }),
                });
                const body = await answer.json();
                if (!answer.ok) throw new Error(JSON.stringify(body));
                return body.data.id;
            };
            const id = await post("dashboards", { name: "Figures" });
            let y = 0;
            for (const [index, [title, widget_type, data_query, config]] of widgets.entries()) {
                await post("widgets", {
                    widget_type, data_query, config: { title, ...config },
                    position: { x: (index % 2) * 12, y, w: 12, h: 7 },
                }, { dashboard: { data: { type: "dashboards", id } } });
                y += index % 2 ? 7 : 0;
            }
            return `/dashboards/${id}`;
        }""",
        [list(each) for each in widgets(pipeline)],
    )


def bars(page, title):
    """Name, figure, and where each bar begins and ends in the picture's hundred."""
    return page.evaluate(
        """title => [...document.querySelectorAll(`[data-title="${title}"] .bars li`)].map(item => {
            const rect = item.querySelector("rect");
            const x = Number(rect.getAttribute("x") ?? 0);
            const track = item.querySelector("svg").getBoundingClientRect();
            return {
                name: item.querySelector(".name").textContent,
                figure: item.querySelector(".figure").textContent,
                from: x, to: x + Number(rect.getAttribute("width")),
                track: [Math.round(track.left), Math.round(track.width)],
            };
        })""",
        title,
    )


def text(page, title, selector):
    return page.eval_on_selector_all(f'[data-title="{title}"] {selector}', "all => all.map(e => e.textContent)")


def look(page):
    """What is the same in the server's first picture and in the live one."""
    status = bars(page, "Sum by status")
    check([bar["name"] for bar in status] == ["200", "404", "500"], f"bars by status: {status}")
    check([bar["figure"] for bar in status] == ["30", "20", "10"], f"bars by status: {status}")
    mixed = {bar["name"]: bar for bar in bars(page, "Mixed signs")}
    zero = mixed["wages"]["from"]
    check(zero > 20 and mixed["wages"]["to"] > 99.8, f"wages go from zero to the right end: {mixed}")
    check(abs(mixed["rent"]["to"] - zero) < 0.2 and mixed["rent"]["from"] < 0.2, f"rent goes from zero to the left end: {mixed}")
    check(mixed["rent"]["figure"] == "-1,200.5 €", f"rent: {mixed}")
    below = bars(page, "All below zero")
    check(all(abs(bar["to"] - 100) < 0.2 for bar in below), f"all below zero end at zero on the right: {below}")
    for title in ("Sum by status", "Mixed signs", "All below zero"):
        tracks = {tuple(bar["track"]) for bar in bars(page, title)}
        check(len(tracks) == 1, f"the tracks of {title} differ: {tracks}")
    cells = text(page, "Ids", "tbody tr:first-child td")
    for shown in (f"{ID + 4:,}", "0.00042", "0.3", "1,234,567.89"):
        check(shown in cells, f"{shown} is not among {cells}")
    check(text(page, "Newest id", ".figure") == [f"{ID + 4:,}"], f"newest id: {text(page, 'Newest id', '.figure')}")
    check(text(page, "Tiny", ".figure") == ["0.00042"], f"tiny: {text(page, 'Tiny', '.figure')}")
    left = text(page, "Twelve stations", ".left-out")
    check(len(left) == 1 and left[0].startswith("10 of 12 shown"), f"left out: {left}")


def main():
    with browser() as instance:
        page = new_page(instance)
        sign_up(page, "figures@example.org", "Figures")
        rules(page)
        pipeline = realtime_pipeline(page, "Readings").rsplit("/", 1)[1]
        post(f"/ingest/{pipeline}", records())
        home = make(page, pipeline)

        step("the live picture")
        page.goto(BASE + home)
        count = len(widgets(pipeline))
        wait_until(
            page, "every widget is live",
            lambda: page.eval_on_selector_all("[data-widget]", "all => all.filter(e => Number(e.dataset.updated) > 0).length") == count, 30,
        )
        look(page)
        charts = page.evaluate("document.querySelectorAll('.chart canvas').length")
        check(charts == 4, f"{charts} charts are drawn")
        drawn = page.locator('[data-title="Twelve stations"]')
        check(drawn.get_attribute("data-series") == "10", "ten series are drawn")
        drawn.get_by_role("button", name="Show all").click()
        check(drawn.get_attribute("data-series") == "12", "all series are drawn")
        check(not text(page, "Twelve stations", ".left-out")[0].startswith("10 of"), "nothing is left out any more")
        drawn.get_by_role("button", name="Show 10").click()
        shots(instance, page, "figures", home)

        step("the same without a script")
        state = page.context.storage_state()
        context = instance.new_context(viewport=DESKTOP, java_script_enabled=False, storage_state=state)
        still = context.new_page()
        still.goto(BASE + home)
        shot(still, "figures-still")
        context.close()
        # A page whose scripts never came is what the server drew.
        bare = new_page(instance)
        bare.context.add_cookies(state["cookies"])
        bare.route("**/assets/js/app.js*", lambda route: route.abort())
        bare.goto(BASE + home)
        look(bare)
        lines = bare.eval_on_selector_all('[data-title="Twelve stations"] .first-line g', "all => all.map(e => e.className.baseVal)")
        lines = [line.split()[0] for line in lines]
        check(len(lines) == 10 and len(set(lines)) == 10, f"each line has its colour: {lines}")

        if page.errors:
            sys.exit("FAILED: " + "\n".join(page.errors))
        step("done")


main()
