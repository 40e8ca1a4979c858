// Draws the first sheet again when something about the paper changes.
"use strict";

(() => {
    const form = document.getElementById("printing");
    const preview = document.getElementById("preview");
    if (!form) {
        return;
    }
    const own = form.querySelector(".own-size");
    form.addEventListener("change", () => {
        const asked = new URLSearchParams();
        for (const [name, value] of new FormData(form)) {
            if (name !== "csrfmiddlewaretoken" && name !== "once" && name !== "reason") {
                asked.append(name, value);
            }
        }
        own.open = asked.get("paper") === "own";
        if (!preview) {
            return; // one label alone is drawn as it is, whatever the paper
        }
        const next = new Image();
        next.onload = () => {
            preview.src = next.src;
        };
        next.src = `${form.dataset.preview}?${asked}`;
    });
})();
