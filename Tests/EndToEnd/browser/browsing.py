"""What the browser tests share: a headless Chromium, steps with names, screenshots, an upstream whose value changes."""

import contextlib
import http.server
import json
import os
import re
import shutil
import sys
import threading
import time

from playwright.sync_api import sync_playwright

BASE = os.environ["DASH_BASE"]
SCREENSHOTS = os.environ.get("DASH_SCREENSHOTS", ".build/screenshots")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# What a page says when it is left while it asks for news, and of a status that has an error of its own.
HARMLESS = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")


def chromium():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("no Chromium on this machine")


@contextlib.contextmanager
def browser():
    """A browser whose pages fail the test on a script error or a request to anywhere else."""
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(
            executable_path=chromium(), headless=True, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield instance
        finally:
            instance.close()


def new_page(instance, scheme="light", viewport=None):
    context = instance.new_context(viewport=viewport or DESKTOP, color_scheme=scheme)
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(f"script: {error}"))
    page.on(
        "console",
        lambda message: page.errors.append(f"console: {message.text}")
        if message.type == "error" and not message.text.startswith(HARMLESS)
        else None,
    )
    page.on(
        "request",
        lambda request: page.errors.append(f"elsewhere: {request.url}")
        if not request.url.startswith((BASE, "data:", "blob:", "about:"))
        else None,
    )
    return page


def step(text):
    print(f"· {text}", flush=True)


def shot(page, name):
    os.makedirs(SCREENSHOTS, exist_ok=True)
    page.screenshot(path=os.path.join(SCREENSHOTS, f"{name}.png"), full_page=True)


def shots(instance, page, name, path):
    """The same address in light, dark and on a phone, signed in as the page is."""
    state = page.context.storage_state()
    for suffix, scheme, viewport in (("light", "light", DESKTOP), ("dark", "dark", DESKTOP), ("phone", "light", PHONE)):
        context = instance.new_context(storage_state=state, color_scheme=scheme, viewport=viewport)
        view = context.new_page()
        view.goto(BASE + path)
        view.wait_for_timeout(1_500)
        width = view.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if width > 1:
            page.errors.append(f"{name} on {suffix} scrolls sideways by {width}px")
        shot(view, f"{name}-{suffix}")
        context.close()


def check(condition, text):
    if not condition:
        sys.exit(f"FAILED: {text}")


def wait_until(page, what, condition, seconds=120):
    """Looks at a condition in Python until it holds, while the page lives on."""
    end = time.time() + seconds
    while time.time() < end:
        value = condition()
        if value:
            return value
        page.wait_for_timeout(50)
    shot(page, "failed")
    sys.exit(f"FAILED: not within {seconds} s: {what}")


def sign_up(page, email, team):
    page.goto(f"{BASE}/sign-up")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_label("Team").fill(team)
    page.get_by_role("button", name="Sign up").click()
    page.wait_for_url(re.compile("/dashboards"))


def realtime_pipeline(page, name):
    """Makes a pipeline that anybody may post to; its path."""
    page.goto(f"{BASE}/pipelines/new", wait_until="networkidle")
    if page.locator("#source_type").input_value() != "webhook":
        with page.expect_response(re.compile("/pipelines/fields")):
            page.locator("#source_type").select_option("webhook")
    page.get_by_label("Name", exact=True).fill(name)
    page.locator("#source_config-auth").select_option("none")
    page.get_by_role("button", name="Create pipeline").click()
    page.wait_for_url(re.compile("/pipelines/[0-9a-f-]{36}$"))
    return page.url.removeprefix(BASE)


class Upstream:
    """A JSON source as they are found in the wild: nested, with more than one wants, and changing."""

    def __init__(self, seconds=1.0):
        self.values = {}
        self.value = 1000
        self.calls = 0
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.change()
        upstream = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = upstream.body()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        threading.Thread(target=self.run, args=(seconds,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/v1/weather"

    def change(self):
        with self.lock:
            self.value += 1
            self.values[self.value] = time.time()

    def run(self, seconds):
        while not self.stopped.wait(seconds):
            self.change()

    def body(self):
        with self.lock:
            self.calls += 1
            value = self.value
        station = {
            "id": "st-7",
            "site": {"name": "Rotterdam", "geo": {"lat": 51.9225, "lon": 4.47917}},
            "sensors": {
                "air": {"pressure": value, "temperature": round(11 + value % 40 / 10, 1)},
                "wind": {"speed": value % 30, "direction": "SW"},
            },
            "tags": ["coast", "nl"],
        }
        document = {"meta": {"source": "test", "page": {"number": 1, "of": 1}}, "data": {"stations": [station]}}
        return json.dumps(document).encode()

    def close(self):
        self.stopped.set()
        self.server.shutdown()


WATCH_FIGURE = """selector => {
    window.__seen = [];
    const root = document.querySelector(selector);
    const look = () => {
        const figure = root.querySelector('.figure');
        const text = figure ? figure.textContent.replace(/[^0-9.-]/g, '') : '';
        const last = window.__seen.at(-1);
        if (text && (!last || last[0] !== text)) window.__seen.push([text, Date.now() / 1000]);
    };
    new MutationObserver(look).observe(root, {subtree: true, childList: true, characterData: true});
    look();
}"""
