// A stream of server-sent events that comes back by itself, and says how it stands.

/// Opens `address`; `handlers` are called by event name with the parsed data.
export function open(address, handlers, state) {
    let source;
    let retry;

    const show = (name, text) => {
        if (!state) return;
        state.className = `badge ${name}`;
        if (state.textContent !== text) state.textContent = text;
    };

    const connect = () => {
        clearTimeout(retry);
        source = new EventSource(address);
        source.addEventListener("open", () => show("live", "live"));
        source.addEventListener("error", () => {
            show("waiting", "reconnecting");
            // The browser gives up after an answer that is not a stream: find out why, and start anew.
            if (source.readyState === EventSource.CLOSED) retry = setTimeout(look, 1500);
        });
        for (const [name, handle] of Object.entries(handlers)) {
            source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
        }
    };

    const look = async () => {
        try {
            const page = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
            if (page.status === 404 || page.status === 403 || page.type === "opaqueredirect") return location.reload();
            connect();
        } catch {
            show("offline", "offline");
            retry = setTimeout(look, 3000);
        }
    };

    // A page in the browser's back-forward cache must not hold a connection.
    addEventListener("pagehide", () => source.close());
    addEventListener("pageshow", (event) => event.persisted && connect());
    connect();
}
