// A stream of server-sent events that comes back by itself, and says how it stands.
import { time } from "./format.js";

/// Opens `address`; `handlers` are called by event name with the parsed data, and `refresh` with the page as it is now when
/// the server has no stream for us.
export function open(address, handlers, state, refresh) {
    let source;
    let retry;
    let refusals = 0;

    const show = (name, text) => {
        if (!state) return;
        state.className = `badge ${name}`;
        if (state.textContent !== text) state.textContent = text;
    };

    // Twice as long each time, up to a minute, and never all pages at once.
    const later = (most) => {
        const pause = Math.min(most, 1500 * 2 ** refusals) * (0.75 + Math.random() / 2);
        refusals += 1;
        clearTimeout(retry);
        retry = setTimeout(look, pause);
    };

    const connect = () => {
        clearTimeout(retry);
        source = new EventSource(address);
        source.addEventListener("open", () => {
            refusals = 0;
            show("live", "live");
        });
        source.addEventListener("error", () => {
            if (refusals === 0) show("waiting", "reconnecting");
            // The browser gives up after an answer that is not a stream: find out why, and start anew.
            if (source.readyState === EventSource.CLOSED) later(60_000);
        });
        for (const [name, handle] of Object.entries(handlers)) {
            source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
        }
    };

    const look = async () => {
        try {
            const page = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
            if (page.status === 404 || page.status === 403 || page.type === "opaqueredirect") return location.reload();
            if (page.ok && refusals > 1) {
                // The server answers, but has no stream for us: look now and then instead.
                refresh?.(new DOMParser().parseFromString(await page.text(), "text/html"));
                show("waiting", `not live, looked at ${time(new Date().toISOString())}`);
            }
            connect();
        } catch {
            show("offline", "offline");
            later(10_000);
        }
    };

    // A page in the browser's back-forward cache must not hold a connection.
    addEventListener("pagehide", () => {
        clearTimeout(retry);
        source.close();
    });
    addEventListener("pageshow", (event) => event.persisted && connect());
    connect();
}
