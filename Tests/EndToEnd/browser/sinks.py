"""The page of a pipeline's sinks: a sink that fails, its lane, its buttons by keyboard alone, and its dead letters."""

import http.server
import json
import re
import sys
import threading
import urllib.request

from browsing import BASE, browser, check, new_page, realtime_pipeline, shots, sign_up, step, wait_until


class Hook:
    """A receiver that refuses for good, fails for now, or takes what comes."""

    def __init__(self):
        self.status = 410
        self.records = []
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if hook.status == 204:
                    hook.records += [record["n"] for record in body]
                self.send_response(hook.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


def post(path, number):
    request = urllib.request.Request(
        f"{BASE}/ingest/{path.split('/')[-1]}",
        data=json.dumps({"n": number}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        check(answer.status == 202, f"a post got {answer.status}")


def set_up(page, hook):
    step("a realtime pipeline with a webhook sink")
    sign_up(page, "grace@example.org", "Yard")
    path = realtime_pipeline(page, "Events")
    page.goto(f"{BASE}{path}/sinks", wait_until="networkidle")
    with page.expect_response(re.compile("/sinks/fields")):
        page.locator("#sink_type").select_option("file")
    with page.expect_response(re.compile("/sinks/fields")):
        page.locator("#sink_type").select_option("webhook")
    page.locator("#sink_config-url").fill(hook.url)
    page.get_by_role("button", name="Add sink").click()
    page.locator(".sink").wait_for()
    return path


def text(page):
    # Without the address, whose port is any number.
    return page.locator(".sink .body").inner_text()


def press(page, name):
    """Goes to a sink's button with the keyboard alone, as far as it takes, and presses it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.closest('.sink') && document.activeElement.textContent.trim()") == name:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            check(outline != "none", f"nothing shows that {name} has the focus")
            page.keyboard.press("Enter")
            return
    sys.exit(f"FAILED: the keyboard does not reach {name}")


def watch(page, path, hook):
    step("what is refused becomes a dead letter, what fails opens the breaker")
    post(path, 1)
    wait_until(page, "the page tells of the dead letter by itself", lambda: "410" in text(page))
    hook.status = 503
    post(path, 2)
    wait_until(page, "the breaker is open", lambda: "Breaker open" in text(page) or "half open" in text(page))
    wait_until(page, "the last error is shown", lambda: "503" in text(page))


def by_keyboard(page, path, hook):
    step("pause, resume, test and redrive with the keyboard")
    page.goto(f"{BASE}{path}/sinks", wait_until="networkidle")
    press(page, "Pause")
    page.get_by_text("Breaker paused").wait_for()
    press(page, "Resume")
    page.get_by_text(re.compile("Breaker (open|half open|closed)")).wait_for()
    page.wait_for_load_state("networkidle")
    hook.status = 204
    press(page, "Test")
    page.get_by_text("The receiver can be reached.").wait_for()
    page.goto(f"{BASE}{path}/sinks")
    press(page, "Dead letters")
    page.get_by_label("Reason contains").fill("no such reason")
    press(page, "Send these again")
    page.get_by_text("0 dead letters go out again").wait_for()
    press(page, "Try again")
    page.get_by_text("1 dead letter goes out again").wait_for()
    wait_until(page, "all have arrived", lambda: set(hook.records) >= {1, 2})
    wait_until(page, "the lane is empty", lambda: "Breaker closed" in text(page) and "410" not in text(page))


def main():
    hook = Hook()
    with browser() as instance:
        page = new_page(instance)
        path = set_up(page, hook)
        watch(page, path, hook)
        step("light, dark and on a phone")
        shots(instance, page, "sinks", f"{path}/sinks")
        by_keyboard(page, path, hook)
        if page.errors:
            sys.exit("FAILED: " + "\n".join(page.errors))
        step("done")


main()
