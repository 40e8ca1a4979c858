// Enhancement only: every page works without this file.
(() => {
    "use strict";

    const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value;

    // A form is sent once: a second press while the answer is on its way does nothing.
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (event.defaultPrevented || form.hasAttribute("hx-post")) return;
        if (form.dataset.sent) {
            event.preventDefault();
            return;
        }
        form.dataset.sent = "yes";
        event.submitter?.setAttribute("aria-busy", "true");
        setTimeout(release, 8000); // the answer was a file, or never came
    });

    const release = () => {
        for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
        for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
    };
    window.addEventListener("pageshow", release); // back from the browser's memory

    // After a refused form, go to the first field that needs care.
    document.addEventListener("DOMContentLoaded", () => {
        document.querySelector("main [aria-invalid=true]")?.focus();
    });

    // An open menu closes with Escape or a press elsewhere.
    const closeMenus = (except) => {
        for (const menu of document.querySelectorAll(".band details[open]")) {
            if (!menu.contains(except)) menu.open = false;
        }
    };
    document.addEventListener("click", (event) => closeMenus(event.target));
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        const menu = document.activeElement?.closest(".band details[open]");
        closeMenus(null);
        menu?.querySelector("summary").focus();
    });

    // Network state, said once on the page.
    const tell = () => document.body.classList.toggle("is-offline", !navigator.onLine);
    window.addEventListener("online", tell);
    window.addEventListener("offline", tell);
    document.addEventListener("DOMContentLoaded", tell);

    // Buttons that only a script can serve are printed hidden: <button hidden data-script>, data-print,
    // and data-copy="#id", which copies that element's text.
    document.addEventListener("DOMContentLoaded", () => {
        for (const button of document.querySelectorAll("[data-script], [data-copy], [data-print]")) {
            button.hidden = false;
        }
    });
    document.addEventListener("click", async (event) => {
        const button = event.target.closest("[data-copy], [data-print]");
        if (!button) return;
        if ("print" in button.dataset) {
            window.print();
            return;
        }
        await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
        button.textContent = button.dataset.copied;
    });

    // <dialog id="x"> opened by <a data-dialog="x" href="the page that asks the same without JavaScript">.
    document.addEventListener("click", (event) => {
        const opener = event.target.closest("[data-dialog]");
        const dialog = opener && document.getElementById(opener.dataset.dialog);
        if (!dialog?.showModal) return;
        event.preventDefault();
        dialog.showModal();
    });

    // htmx: our CSRF token, and words when the answer is not the fragment asked for.
    document.addEventListener("htmx:configRequest", (event) => {
        if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
    });
    const say = (attribute) => {
        const region = document.getElementById("messages");
        const words = document.getElementById("words")?.dataset[attribute];
        if (!region || !words) return;
        const notice = document.createElement("p");
        notice.className = "notice notice-refusal";
        notice.textContent = words;
        region.replaceChildren(notice);
        region.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("htmx:sendError", () => say("unreachable"));
    document.addEventListener("htmx:responseError", (event) => {
        say(event.detail.xhr.status === 403 ? "forbidden" : "failed");
    });
})();
