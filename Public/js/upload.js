// Sends a file as the body of one request, and shows how much of it is sent.

export function start(form) {
    const bar = form.querySelector("progress");
    const note = form.querySelector("[data-upload-note]");
    const button = form.querySelector("button");
    let request = null;

    form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (request) return request.abort();
        const file = form.elements.file.files[0];
        if (!file) return;
        if (file.size > Number(form.dataset.limit)) return fail("The file is larger than this server takes.");
        const query = new URLSearchParams({ filename: file.name });
        if (form.elements.format.value) query.set("format", form.elements.format.value);
        request = new XMLHttpRequest();
        request.open("POST", `${form.dataset.upload}?${query}`);
        request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf-token"]')?.content ?? "");
        request.setRequestHeader("Accept", "application/vnd.api+json");
        request.upload.onprogress = ({ loaded, total }) => {
            bar.value = total ? loaded / total : 1;
            note.textContent = `${Math.floor(bar.value * 100)} % sent`;
        };
        request.onload = () => {
            if (request.status === 202) {
                note.className = "small";
                note.textContent = "Sent. It is being read now.";
                form.reset();
                document.body.dispatchEvent(new Event("uploaded"));
            } else {
                fail(reason(request));
            }
        };
        request.onerror = () => fail("The connection broke off; nothing of the file was kept.");
        request.onabort = () => fail("Stopped; nothing of the file was kept.");
        request.onloadend = () => {
            request = null;
            button.textContent = "Send";
            bar.hidden = true;
        };
        bar.value = 0;
        bar.hidden = false;
        note.className = "small";
        note.textContent = "";
        button.textContent = "Stop";
        request.send(file);
    });

    function fail(text) {
        note.className = "small bad";
        note.textContent = text;
    }
}

/// What the API says is wrong.
function reason(request) {
    try {
        const [error] = JSON.parse(request.responseText).errors;
        return error.detail ?? error.title;
    } catch {
        return `The server answered ${request.status}.`;
    }
}
