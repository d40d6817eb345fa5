"""A file is uploaded, its bad rows are looked at in the quarantine, the mapping is mended and they are replayed."""

import sys

from browsing import BASE, browser, check, new_page, realtime_pipeline, shot, shots, sign_up, step, wait_until

ROWS = 2_000
RULE = '[{"kind":"range","field":"celsius","min":-60,"max":60}]'
WIDER = '[{"kind":"range","field":"celsius","min":-60,"max":600}]'
TEST = '[{"name":"hot","input":{"station":"st-1","celsius":"300"},"expected":{"station":"st-1","celsius":300}}]'


def table():
    """Every hundredth row is hotter than the rule allows."""
    lines = ["station,celsius"]
    for number in range(ROWS):
        celsius = 300 + number % 7 if number % 100 == 99 else 20 + number % 9
        lines.append(f"st-{number % 5},{celsius}")
    return "\n".join(lines).encode() + b"\n"


def map_fields(page, path):
    step("a mapping with a rule")
    page.goto(f"{BASE}{path}/mapping", wait_until="networkidle")
    for index, (name, kind) in enumerate((("station", "string"), ("celsius", "number"))):
        if not page.locator(f"[name='mappings.{index}.target']").count():
            page.get_by_role("button", name="Add a field").click()
        page.locator(f"[name='mappings.{index}.target']").fill(name)
        page.locator(f"[name='mappings.{index}.source']").fill(f"$.{name}")
        page.locator(f"[name='mappings.{index}.type']").select_option(kind)
    page.locator("#rules").fill(RULE)
    page.locator("#note").fill("Celsius, as thermometers show it")
    save(page)


def save(page):
    page.get_by_role("button", name="Save mapping").click()
    page.get_by_role("status").get_by_text("The mapping is saved").wait_for()


def upload(instance, page, path):
    step("a file is sent with the keyboard and read")
    page.goto(f"{BASE}{path}", wait_until="networkidle")
    page.get_by_role("link", name="Uploads", exact=True).click()
    page.locator("#upload-file").set_input_files({"name": "readings.csv", "mimeType": "text/csv", "buffer": table()})
    page.locator("#upload-file").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    check(page.evaluate("document.activeElement.textContent.trim()") == "Send", "the keyboard does not reach Send")
    page.keyboard.press("Enter")
    page.get_by_text("Sent. It is being read now.").wait_for()
    row = page.locator("#upload-list tbody tr")
    wait_until(page, "the list tells of its end by itself", lambda: row.count() and "completed" in row.inner_text())
    numbers = [cell.inner_text().replace("\u202f", "").replace("\u00a0", "") for cell in row.locator("td.num").all()]
    check(numbers == ["1980", "20"], f"accepted and quarantined are {numbers}")
    shots(instance, page, "uploads", f"{path}/uploads")


def look_at_quarantine(instance, page, path):
    step("the quarantine says why, and filters")
    page.goto(f"{BASE}{path}/quarantine", wait_until="networkidle")
    page.get_by_label("Reason contains").fill("no such reason")
    page.get_by_role("button", name="Filter").click()
    page.get_by_text("Nothing matches").wait_for()
    page.get_by_role("link", name="Show all").click()
    check(page.locator("input[name=record]").count() == 20, "the quarantine does not show its 20 records")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download NDJSON").click()
    with open(download.value.path(), "rb") as file:
        check(len(file.read().splitlines()) == 20, "the download has not 20 lines")
    shots(instance, page, "quarantine", f"{path}/quarantine")


def mend(instance, page, path):
    step("a failing test keeps a mapping from being saved; a better rule passes it")
    page.goto(f"{BASE}{path}/mapping", wait_until="networkidle")
    page.locator("summary", has_text="Tests").click()
    page.locator("#tests").fill(TEST)
    page.get_by_role("button", name="Save mapping").click()
    problem = page.locator(".problem", has_text="hot")
    problem.first.wait_for()
    shot(page, "mapping-test-fails")
    page.locator("#rules").fill(WIDER)
    page.locator("#note").fill("Ovens are hotter")
    save(page)
    page.get_by_role("link", name="Versions", exact=True).click()
    page.get_by_text("Ovens are hotter").wait_for()
    page.locator("tbody tr", has_text="Celsius").get_by_role("link").click()
    page.get_by_text("rules").first.wait_for()
    shots(instance, page, "mapping-version", page.url.removeprefix(BASE))


def replay(page, path):
    step("what was refused goes through the mended mapping")
    page.goto(f"{BASE}{path}/quarantine", wait_until="networkidle")
    page.get_by_role("button", name="Replay all 20").click()
    wait_until(page, "the replay ends", lambda: "20 of 20" in page.locator("#replays").inner_text())
    wait_until(page, "its status", lambda: "completed" in page.locator("#replays").inner_text())
    page.goto(f"{BASE}{path}/quarantine", wait_until="networkidle")
    page.get_by_text("Nothing in quarantine").wait_for()
    shot(page, "quarantine-replayed")


def main():
    with browser() as instance:
        page = new_page(instance)
        step("a realtime pipeline")
        sign_up(page, "lin@example.org", "Weather")
        path = realtime_pipeline(page, "Stations")
        map_fields(page, path)
        upload(instance, page, path)
        look_at_quarantine(instance, page, path)
        mend(instance, page, path)
        replay(page, path)
        if page.errors:
            sys.exit("FAILED: " + "\n".join(page.errors))
        step("done")


main()
