#!/usr/bin/env python3
"""What one team notices of another that takes all it can.

usage: Benchmarks/neighbours.py [seconds [way …]]   measures .build/release/dashd; DASH_DATABASE_URL names another engine
       Benchmarks/neighbours.py visits [count]      counts the queries that visits of a public dashboard cost
       Benchmarks/neighbours.py sign-ins [count]    times an honest sign-in beside a crowd that guesses

A quiet team posts single records, opens a page and follows a stream while a busy one attacks, in each way alone and
then in all of them. The attacker is a process of its own, which lets the others on this machine go first: its own work
would be done elsewhere. Prints a table; judge the ratios, as machines differ.
"""
import asyncio, gzip, json, os, re, subprocess, sys, tempfile, time, urllib.parse

HOST = "127.0.0.1"
PASSWORD = "a long enough phrase 7"


class Server:
    def __init__(self):
        self.data = tempfile.mkdtemp(prefix="dash-neighbours-")
        self.binary = os.environ.get("DASHD", ".build/release/dashd")
        self.env = dict(os.environ, DASH_PASSWORD=PASSWORD, DASH_LOG_LEVEL="error")
        if "DASH_DATABASE_URL" in self.env and "DASH_SECRET_KEYS" not in self.env:
            self.env["DASH_SECRET_KEYS"] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        self.tokens = {}
        for team in ("quiet", "busy"):
            self.run("user", "create", "--email", f"{team}@example.org", "--team", team, "--role", "owner")
            scopes = sum((["--scope", s] for s in ("manage", "read", "ingest")), [])
            out = self.run("token", "create", "--team", team, "--name", "bench", *scopes)
            self.tokens[team] = out.strip().split()[-1]
        self.process = subprocess.Popen(
            [self.binary, "serve", "--port", "0", "--host", HOST, "--data", self.data],
            env=self.env, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+)", line.split("//")[1]).group(1))

    def run(self, *arguments):
        return subprocess.run([self.binary, *arguments, "--data", self.data], env=self.env, check=True,
                              capture_output=True, text=True).stdout

    def memory(self, field="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(field + r":\s+(\d+)", status.read()).group(1)) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


async def request(port, method, path, body=b"", token=None, kind="application/json", headers=()):
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}", f"Content-Length: {len(body)}",
                 f"Content-Type: {kind}", "Connection: close", *headers]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    head, _, rest = answer.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        whole = b""
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            count = int(size or b"0", 16)
            whole, rest = whole + rest[:count], rest[count + 2:]
        rest = whole
    return int(head.split()[1]) if head else 0, rest


async def create(port, token, kind, attributes, **relationships):
    data = {"type": kind, "attributes": attributes}
    if relationships:
        data["relationships"] = {n: {"data": {"type": t, "id": i}} for n, (t, i) in relationships.items()}
    status, body = await request(port, "POST", f"/api/v1/{kind}", json.dumps({"data": data}).encode(), token,
                                 "application/vnd.api+json", ["Accept: application/vnd.api+json"])
    assert status == 201, (kind, status, body[:300])
    return json.loads(body)["data"]["id"]


async def pipeline(port, token, name):
    attributes = {"name": name, "type": "realtime", "source_type": "webhook", "source_config": {"auth": "none"}}
    return await create(port, token, "pipelines", attributes)


async def share(port, token, board):
    status, body = await request(port, "POST", f"/api/v1/dashboards/{board}/share", b"", token)
    assert status == 200, body[:300]
    return json.loads(body)["meta"]["token"]


async def dashboard(port, token, pipe, count):
    board = await create(port, token, "dashboards", {"name": "Board", "slug": "board"})
    for index in range(count):
        query = {"pipeline_id": pipe, "fields": [{"path": f"v{index % 4}", "aggregate": "last"}], "range": {"last": "24h"}}
        attributes = {"type": "stat_card", "config": {"title": f"w{index}"}, "data_query": query,
                      "position": {"x": 0, "y": index, "w": 3, "h": 2}}
        await create(port, token, "widgets", attributes, dashboard=("dashboards", board))
    return board, await share(port, token, board)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


class Quiet:
    """The team that is measured."""

    def __init__(self, server, pipe, link):
        self.server, self.pipe, self.link = server, pipe, link

    async def measure(self, seconds):
        port, token = self.server.port, self.server.tokens["quiet"]
        times = {"post": [], "page": [], "stream": [], "healthz": []}
        peak = [0.0]
        end = time.monotonic() + seconds
        sent = {}

        async def timed(name, method, path, good, *rest):
            while time.monotonic() < end:
                start = time.monotonic()
                try:
                    status, _ = await asyncio.wait_for(request(port, method, path, *rest), 60)
                except (OSError, asyncio.TimeoutError):
                    status = 0
                times[name].append((time.monotonic() - start) * 1000 if status == good else 60_000)
                peak[0] = max(peak[0], self.server.memory())
                await asyncio.sleep(0.02)

        async def posts():
            mark = 0
            while time.monotonic() < end:
                mark += 1
                start = sent[mark] = time.monotonic()
                body = json.dumps({"v0": mark, "mark": mark}).encode()
                try:
                    status, _ = await asyncio.wait_for(request(port, "POST", f"/ingest/{self.pipe}", body), 60)
                except (OSError, asyncio.TimeoutError):
                    status = 0
                times["post"].append((time.monotonic() - start) * 1000 if status == 202 else 60_000)
                # The tail shows ten frames a second; one a frame is told apart.
                await asyncio.sleep(0.15)

        async def stream():
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(f"GET /live/pipelines/{self.pipe} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
            seen = 0
            try:
                while time.monotonic() < end:
                    data = await asyncio.wait_for(reader.read(1 << 16), max(0.01, end - time.monotonic()))
                    if not data:
                        break
                    for mark in map(int, re.findall(rb'"mark":(\d+)', data)):
                        if mark in sent and mark > seen:
                            times["stream"].append((time.monotonic() - sent[mark]) * 1000)
                            seen = mark
            except asyncio.TimeoutError:
                pass
            writer.close()

        await asyncio.gather(posts(), stream(), timed("page", "GET", "/d/" + self.link, 200),
                             timed("healthz", "GET", "/healthz", 200))
        return times, peak[0]


class Busy:
    """The team that takes all it can."""

    def __init__(self, port, token, pipe, link):
        self.port, self.token, self.pipe, self.link = port, token, pipe, link
        records = [{"v0": i % 977, "v1": i * 0.5, "v2": f"name {i % 5000}", "v3": i} for i in range(5_000)]
        self.posted = json.dumps(records).encode()
        self.answers = {}

    async def again(self, name, count, end, make):
        async def one():
            while time.monotonic() < end:
                try:
                    status = await make()
                except OSError:
                    status = 0
                counts = self.answers.setdefault(name, {})
                counts[status] = counts.get(status, 0) + 1
                if status not in (200, 202):
                    await asyncio.sleep(0.2)

        await asyncio.gather(*(one() for _ in range(count)))

    async def post(self, body, kind="application/json", headers=()):
        return (await request(self.port, "POST", f"/ingest/{self.pipe}", body, None, kind, headers))[0]

    async def fill(self, posts):
        for _ in range(posts):
            assert await self.post(self.posted) == 202

    async def posts(self, end):
        await self.again("posts", 16, end, lambda: self.post(self.posted))

    async def queries(self, end):
        fields = [{"path": p, "aggregate": a, "as": p + a} for p in ("v0", "v1", "v3") for a in ("p95", "p99", "avg")]
        body = json.dumps({"pipeline_id": self.pipe, "fields": fields, "group_by": ["v2"], "range": {"last": "24h"}}).encode()

        async def ask():
            return (await request(self.port, "POST", "/api/v1/query", body, self.token))[0]

        await self.again("queries", 16, end, ask)

    async def previews(self, end):
        steps = [{"kind": "compute", "target": f"m{i}", "expression": f"record.text.matches('(a|b|c|d)*(x|y)+{i}$')"}
                 for i in range(100)]
        sample = [{"text": "abcd" * 1_250} for _ in range(100)]
        body = json.dumps({"mapping": {"transformations": steps}, "sample": sample}).encode()

        async def ask():
            return (await request(self.port, "POST", f"/api/v1/pipelines/{self.pipe}/preview", body, self.token))[0]

        await self.again("previews", 2, end, ask)

    async def xml(self, end):
        body = b"<r>" + b"".join(b"<e%d>1</e%d>" % (i, i) for i in range(26_000)) + b"</r>"
        await self.again("xml", 3, end, lambda: self.post(body, "application/xml"))

    async def csv(self, end):
        body = gzip.compress(b"n" * 50_000 + b"\n" + b"1\n" * 30_000)
        await self.again("csv", 2, end, lambda: self.post(body, "text/csv", ["Content-Encoding: gzip"]))

    async def hold(self, name, count, end, first):
        async def one():
            try:
                reader, writer = await asyncio.open_connection(HOST, self.port)
                writer.write(first)
                head = await asyncio.wait_for(reader.read(1 << 12), max(0.01, end - time.monotonic()))
                status = int(head.split()[1]) if head else 0
                counts = self.answers.setdefault(name, {})
                counts[status] = counts.get(status, 0) + 1
                while status == 200 and await asyncio.wait_for(reader.read(1 << 16), max(0.01, end - time.monotonic())):
                    pass
                writer.close()
            except (asyncio.TimeoutError, OSError):
                pass

        await asyncio.gather(*(one() for _ in range(count)))

    async def streams(self, end):
        # All of one address, as a proxy on this machine names it: this machine's own is that proxy's and has no cap.
        head = f"GET /d/{self.link}/live HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n"
        await self.hold("streams", 600, end, head.encode())

    async def slow(self, end):
        # Answered 408 after ten seconds: a measurement that shows it has to last longer.
        await self.hold("slow", 300, end, b"POST /ingest/x HTTP/1.1\r\nHos")


async def attack(order):
    """The other process: attacks as the order on its standard input says, and prints what it was answered."""
    os.nice(10)
    busy = Busy(*order["busy"])
    await asyncio.gather(*(getattr(busy, way)(order["end"]) for way in order["ways"]))
    print(json.dumps(busy.answers))


async def neighbours(server, seconds, chosen):
    port = server.port
    quiet_pipe = await pipeline(port, server.tokens["quiet"], "Quiet")
    _, quiet_link = await dashboard(port, server.tokens["quiet"], quiet_pipe, 20)
    busy_pipe = await pipeline(port, server.tokens["busy"], "Busy")
    _, busy_link = await dashboard(port, server.tokens["busy"], busy_pipe, 1)
    quiet = Quiet(server, quiet_pipe, quiet_link)
    whom = (port, server.tokens["busy"], busy_pipe, busy_link)
    await Busy(*whom).fill(60)
    await quiet.measure(2)
    ways = ["posts", "queries", "previews", "xml", "csv", "streams", "slow"]
    print("| attack | post p50 / p99 | page p50 / p99 | stream p50 / p99 | healthz p99 | memory MB | answers |")
    print("|---|--:|--:|--:|--:|--:|---|")
    for way in chosen or ["none", *ways, "all"]:
        end = time.monotonic() + seconds
        order = {"busy": whom, "end": end, "ways": [] if way == "none" else ways if way == "all" else [way]}
        attacker = subprocess.Popen([sys.executable, __file__, "attack"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        attacker.stdin.write(json.dumps(order).encode())
        attacker.stdin.close()
        await asyncio.sleep(min(1, seconds / 4))
        times, peak = await quiet.measure(max(1, end - time.monotonic()))
        answers = await asyncio.to_thread(attacker.stdout.read)
        attacker.wait()
        cells = [f"{percentile(times[n], 0.5):.1f} / {percentile(times[n], 0.99):.1f}" for n in ("post", "page", "stream")]
        print(f"| {way} | {' | '.join(cells)} | {percentile(times['healthz'], 0.99):.1f} | {peak:.0f} | {answers.decode().strip()} |", flush=True)


async def visits(server, count):
    port, token = server.port, server.tokens["quiet"]
    pipe = await pipeline(port, token, "Shown")
    _, link = await dashboard(port, token, pipe, 20)

    async def queries():
        text = (await request(port, "GET", "/metrics"))[1].decode()
        return int(float(re.search(r"^dash_widget_queries_total (\S+)", text, re.M).group(1)))

    await request(port, "POST", f"/ingest/{pipe}", b'{"v0":0,"v1":0,"v2":0,"v3":0}')
    await request(port, "GET", "/d/" + link)
    before, changes, times, end = await queries(), 0, [], time.monotonic() + 60
    left = iter(range(count))

    async def visitor():
        for index in left:
            start = time.monotonic()
            status, _ = await request(port, "GET", "/d/" + link)
            assert status == 200, status
            times.append((time.monotonic() - start) * 1000)
            # Spread over the minute.
            ahead = 60 * len(times) / count - (time.monotonic() - end + 60)
            if ahead > 0:
                await asyncio.sleep(ahead)

    async def changer():
        nonlocal changes
        while time.monotonic() < end - 3:
            await asyncio.sleep(5)
            changes += 1
            await request(port, "POST", f"/ingest/{pipe}", json.dumps({f"v{i}": changes for i in range(4)}).encode())

    start = time.monotonic()
    await asyncio.gather(changer(), *(visitor() for _ in range(8)))
    print(f"{count} visits in {time.monotonic() - start:.0f} s, {changes} changes of 20 widgets: "
          f"{await queries() - before} queries (changes shown: {changes * 20}); "
          f"page p50 {percentile(times, 0.5):.1f} ms, p99 {percentile(times, 0.99):.1f} ms, memory {server.memory():.0f} MB")


async def sign_ins(server, count):
    port = server.port

    async def talk(lines, body=b""):
        reader, writer = await asyncio.open_connection(HOST, port)
        head = [*lines, f"Host: {HOST}:{port}", "Accept: text/html", "Connection: close", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        answer = (await reader.read()).decode()
        writer.close()
        return answer, re.findall(r"(?im)^set-cookie: ([^;]+)", answer)

    async def sign_in(email, password, address, browser=()):
        """Its status, its milliseconds and the cookies of the browser afterwards."""
        form, cookies = await talk(["GET /sign-in HTTP/1.1", *([f"Cookie: {'; '.join(browser)}"] if browser else [])])
        token = re.search(r'name="_csrf" value="([^"]+)"', form).group(1)
        body = urllib.parse.urlencode({"_csrf": token, "email": email, "password": password, "next": "/"}).encode()
        start = time.monotonic()
        answer, more = await talk(
            ["POST /sign-in HTTP/1.1", f"Cookie: {'; '.join([*browser, *cookies])}", f"X-Forwarded-For: {address}",
             "Content-Type: application/x-www-form-urlencoded"], body)
        return int(answer.split()[1]), (time.monotonic() - start) * 1000, more

    async def honest(address, browser=()):
        return await sign_in("quiet@example.org", PASSWORD, address, browser)

    status, alone, cookies = await honest("192.0.2.1")
    known = [cookie for cookie in cookies if "browser" in cookie.split("=")[0]]
    print(f"alone: {status} in {alone:.0f} ms")
    cases = [("one address", False, ()), ("one address, from a browser that is known", False, known),
             ("as many networks, from a browser that is known", True, known), ("as many networks", True, ())]
    for name, spread, browser in cases:
        crowd = [asyncio.create_task(sign_in(f"crowd-{i}@example.org", "guess", f"203.0.{i if spread else 113}.7"))
                 for i in range(count)]
        await asyncio.sleep(0.3)
        status, beside, _ = await honest("192.0.2.1", browser)
        before = sum(task.done() for task in crowd)
        await asyncio.wait(crowd)
        statuses = [task.result()[0] for task in crowd]
        print(f"beside {count} from {name}: {status} in {beside:.0f} ms, {before} served by then; "
              f"the crowd got { {s: statuses.count(s) for s in set(statuses)} }", flush=True)


def main():
    if sys.argv[1:2] == ["attack"]:
        asyncio.run(attack(json.load(sys.stdin)))
        return
    server = Server()
    try:
        if sys.argv[1:2] == ["visits"]:
            asyncio.run(visits(server, int(sys.argv[2]) if len(sys.argv) > 2 else 10_000))
        elif sys.argv[1:2] == ["sign-ins"]:
            asyncio.run(sign_ins(server, int(sys.argv[2]) if len(sys.argv) > 2 else 60))
        else:
            asyncio.run(neighbours(server, float(sys.argv[1]) if len(sys.argv) > 1 else 10, sys.argv[2:]))
        print(f"peak memory {server.memory('VmHWM'):.0f} MB")
    finally:
        server.stop()


if __name__ == "__main__":
    main()
