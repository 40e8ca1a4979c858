// A signature drawn with finger, pen or mouse becomes an SVG path in a hidden field.
// Without this file the counsellor attests: the frame stays hidden.
(() => {
    "use strict";

    const LONGEST = 19000;
    const box = document.querySelector("[data-signature]");
    const field = document.querySelector("input[name=signature]");
    if (!box || !field) return;
    const frame = box.querySelector("svg");
    const line = frame.querySelector("path");
    const choices = document.querySelectorAll("input[name=signed_by]");
    let isDrawing = false;

    const show = () => {
        const chosen = [...choices].find((choice) => choice.checked)?.value;
        box.hidden = chosen !== "signature";
    };
    const keep = (path) => {
        field.value = path;
        line.setAttribute("d", path);
    };
    const point = (event) => {
        const size = frame.getBoundingClientRect();
        const x = Math.round(((event.clientX - size.left) / size.width) * 600);
        const y = Math.round(((event.clientY - size.top) / size.height) * 200);
        return `${Math.min(Math.max(x, 0), 600)} ${Math.min(Math.max(y, 0), 200)}`;
    };

    frame.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        frame.setPointerCapture(event.pointerId);
        isDrawing = true;
        keep(`${field.value}M${point(event)}`);
    });
    frame.addEventListener("pointermove", (event) => {
        if (isDrawing && field.value.length < LONGEST) keep(`${field.value}L${point(event)}`);
    });
    for (const end of ["pointerup", "pointercancel"]) {
        frame.addEventListener(end, () => {
            isDrawing = false;
        });
    }
    box.querySelector("[data-signature-clear]").addEventListener("click", () => keep(""));
    for (const choice of choices) choice.addEventListener("change", show);
    keep(field.value);
    show();
})();
