// The bench: puts its parts together.
import * as camera from "./camera.js";
import * as codes from "./codes.js";
import { keep, recall } from "./database.js";
import * as modes from "./modes.js";
import * as queue from "./queue.js";
import * as scans from "./scans.js";
import * as setting from "./setting.js";
import * as sound from "./sound.js";
import * as sync from "./sync.js";
import * as view from "./view.js";
import * as wedge from "./wedge.js";

const { $, say } = view;
const place = document.body.dataset;

// One scan after the other, in the order they came.

let line = Promise.resolve();
const inLine = (work) => {
    line = line.then(work).catch(fail).catch(reportError);
    return line;
};

// What cannot be kept is said, whatever the reason; the scan after it has its turn.
function fail(error) {
    announce({ state: "refused", title: "cannot_keep", more: "cannot_keep_more" });
    reportError(error);
}

const take = (text, how) => inLine(async () => {
    const begun = performance.now();
    const answer = await scans.take(text, how);
    if (!answer) return;
    announce(answer);
    performance.measure("scan", { start: begun });
    if (answer.go) location.href = answer.go;
    else if (answer.row) askNumbers(answer);
    await refresh();
});

let shown = ""; // the scan whose answer stands on the page

function announce(answer) {
    present(answer);
    sound.play(answer.state);
}

function present(answer) {
    shown = answer.row?.client_id ?? "";
    view.showAnswer({ ...answer, states: sync.state.states, nextSteps: sync.state.nextSteps, synced: sync.state.synced });
}

async function refresh() {
    const everything = await queue.all();
    const membership = sync.state.who?.membership;
    const own = everything.filter((row) => row.membership === membership);
    const rows = own.filter((row) => row.series === scans.current().id);
    view.showSeries(rows, own, scans.current());
    $("undo").disabled = !scans.last(rows);
    const number = own.filter((row) => row.state === queue.WAITING).length;
    view.showNetwork({ ...sync.state, number });
    view.showOffline({ isKept: Boolean(navigator.serviceWorker?.controller), number: sync.numberKnown(), synced: sync.state.synced });
    const others = everything.filter((row) => row.membership !== membership && row.state === queue.WAITING).length;
    const told = [];
    if (!sync.state.signedIn) told.push({ words: number ? say("sign_in", { number }) : say("sign_in_none"), signIn: true });
    if (others) told.push({ words: say("others_scans", { number: others }) });
    view.notices(told);
}

// What the server said of scans that were answered “kept here”: a refusal is told aloud.

function heard(news) {
    if (news === "learnt") relearn();
    for (const row of news.late ?? []) {
        if (!["done", "already"].includes(row.state)) announce(scans.told(row));
        else if (row.client_id === shown) present(scans.told(row));
    }
    refresh();
}

let knownAs = null;
async function relearn() {
    setting.fill();
    const membership = sync.state.who?.membership;
    if (membership !== knownAs) {
        knownAs = membership;
        await setting.start();
    }
    $("who").textContent = [sync.state.who?.role, sync.state.who?.workshop].filter(Boolean).join(" · ");
    view.showSetting();
}

// The setting

function chooseAct(action) {
    const form = setting.formOf(action);
    for (const each of $("acts").querySelectorAll("form")) each.hidden = each !== form;
    $("acts-list").hidden = Boolean(form);
    if (!form) return;
    const set = setting.get();
    if (set?.action === action) setting.writeForm(form, set);
    for (const moment of form.querySelectorAll("[data-after]")) moment.value ||= setting.localMoment(new Date());
    setting.mindNeeds(form);
    (form.querySelector("input:not([type=hidden]), select") ?? form.querySelector("[type=submit]")).focus();
}

function openActs() {
    chooseAct("");
    const now = setting.get()?.action;
    for (const tile of $("acts").querySelectorAll("[data-choose]")) tile.toggleAttribute("aria-current", tile.dataset.choose === now);
    $("acts").showModal();
}

async function start(form) {
    const next = setting.readForm(form);
    await scans.begin();
    await setting.set(next);
    $("acts").close();
    announce({ state: "info", title: "", words: "", ...ready() });
    refresh();
}

const ready = () => ({ title: "ready_for", named: { act: setting.labelOf(setting.get().action) } });

function listenToSetting() {
    $("change").addEventListener("click", openActs);
    $("acts").addEventListener("click", ({ target }) => {
        const tile = target.closest("[data-choose]");
        if (tile) chooseAct(tile.dataset.choose);
        if (target.closest("[data-back]")) chooseAct("");
    });
    $("acts").addEventListener("input", ({ target }) => target.form && setting.mindNeeds(target.form));
    $("acts").addEventListener("submit", (event) => {
        event.preventDefault();
        start(event.target);
    });
    for (const button of document.querySelectorAll("[data-close]")) {
        button.addEventListener("click", () => button.closest("dialog").close());
    }
    setting.onChange(view.showSetting);
}

// Typed codes

function listenToTyping() {
    $("typed").addEventListener("submit", (event) => {
        event.preventDefault();
        const text = $("code").value.trim();
        $("code").value = "";
        $("typed-check").textContent = "";
        if (text) take(text);
    });
    $("code").addEventListener("input", () => {
        const text = $("code").value;
        const far = text.trim() ? codes.progress(text) : null;
        $("typed-check").className = `typed-check ${far?.code ? "is-right" : far?.fault || far?.odd ? "is-wrong" : ""}`;
        $("typed-check").textContent = far ? checkWords(far, text) : "";
    });
    wedge.listen({ take, other: numberScanned, field: $("code") });
}

function checkWords({ odd, left, fault, code }, text) {
    if (text.includes("/")) return "";
    if (odd) return say("odd_symbol", { symbol: odd });
    if (left) return say("missing_symbols", { number: left });
    return code ? say("right_code") : say(fault);
}

// The numbers of a machine just received

let numbered = "";
function askNumbers({ code, row, state }) {
    const wanted = setting.get()?.asksNumbers && row.action === "receive" && ["done", "queued"].includes(state);
    $("numbers").hidden = !wanted;
    numbered = wanted ? code : "";
    if (!wanted) return;
    $("numbers").reset();
    $("numbers-title").textContent = say("numbers_of", { code: codes.spell(code) });
    $("numbers").elements.serial.focus();
}

function closeNumbers() {
    $("numbers").hidden = true;
    numbered = "";
}

// A barcode that is none of ours is the serial, then the asset number, of the machine in hand.
function numberScanned(text) {
    if (!numbered) return false;
    const { serial, asset_number: asset } = $("numbers").elements;
    const field = serial.value ? asset : serial;
    field.value = text;
    field.focus();
    return true;
}

function listenToNumbers() {
    const { serial, asset_number: asset } = $("numbers").elements;
    serial.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault(); // a scanner ends with it: the other number comes next
        asset.focus();
    });
    $("numbers").addEventListener("submit", async (event) => {
        event.preventDefault();
        const said = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value));
        const code = numbered;
        closeNumbers();
        if (!Object.keys(said).length) return;
        inLine(async () => {
            announce(await scans.number(code, said));
            refresh();
        });
    });
    $("skip-numbers").addEventListener("click", closeNumbers);
}

// Camera and photo

const WHY_NOT = { NotAllowedError: "camera_refused", SecurityError: "camera_refused", NotFoundError: "camera_absent", TypeError: "camera_absent" };

async function cameraOn() {
    try {
        $("viewfinder").hidden = false;
        await camera.start($("video"), { seen, failed: blind });
        view.press($("camera"), say("camera_on"), "camera", true);
        $("torch").hidden = !camera.hasTorch();
        view.press($("torch"), say("torch_off"), "torch", false);
        await offerCameras();
    } catch (error) {
        cameraOff();
        announce({ state: "refused", title: WHY_NOT[error.name] ?? "camera_failed" });
    }
}

// What else hangs on the wall has codes too: a strange one is told only while it is alone in view.
function seen(found, width, height) {
    view.outline(found, width, height);
    const ours = found.filter(({ text }) => codes.understand(text).kind !== "fault");
    for (const { text } of ours.length ? ours : found) take(text, { byCamera: true });
}

function blind(error) {
    cameraOff();
    announce({ state: "refused", title: "camera_failed" });
    reportError(error);
}

function cameraOff() {
    camera.stop();
    $("viewfinder").hidden = true;
    view.press($("camera"), say("camera_off"), "camera", false);
}

async function offerCameras() {
    const list = await camera.cameras();
    $("cameras").replaceChildren(...list.map(({ label, deviceId }) => new Option(label, deviceId)));
    $("cameras").value = camera.chosen();
    $("cameras").hidden = list.length < 2;
}

function listenToCamera() {
    camera.use({ decoder: place.decoder, script: place.reader, wasm: place.wasm });
    $("camera").addEventListener("click", () => (camera.isOn() ? cameraOff() : cameraOn()));
    $("cameras").addEventListener("change", async () => {
        await camera.choose($("cameras").value);
        camera.stop();
        cameraOn();
    });
    $("torch").addEventListener("click", async () => {
        const on = $("torch").getAttribute("aria-pressed") !== "true";
        await camera.torch(on);
        view.press($("torch"), say(on ? "torch_on" : "torch_off"), "torch", on);
    });
    $("photo").addEventListener("change", async () => {
        const [file] = $("photo").files;
        $("photo").value = "";
        if (!file) return;
        const found = await camera.photo(file).catch(() => null);
        if (!found) announce({ state: "refused", title: "camera_failed" });
        else if (!found.length) announce({ state: "unknown", title: "no_code_seen" });
        for (const { text } of found ?? []) take(text);
    });
    document.addEventListener("visibilitychange", () => document.hidden && camera.isOn() && cameraOff());
}

// Undo, pause, end, sound, settling

function listenToKeys() {
    $("undo").addEventListener("click", () => inLine(async () => {
        const answer = await scans.undo();
        if (answer) announce(answer);
        refresh();
    }));
    $("pause").addEventListener("click", async () => {
        await scans.pause(!scans.current().paused);
        showPause();
        if (setting.get()) announce(scans.current().paused ? { state: "info", title: "is_paused", more: "paused_more" } : { state: "info", ...ready() });
    });
    $("end").addEventListener("click", async () => {
        if (camera.isOn()) cameraOff();
        const everything = await queue.all();
        view.showSummary(await scans.mine(), everything.filter((row) => row.membership === sync.state.who?.membership));
        $("summary").showModal();
        sync.hurry();
    });
    $("new-series").addEventListener("click", async () => {
        await scans.begin();
        $("summary").close();
        if (setting.get()) announce({ state: "info", ...ready() });
        refresh();
    });
    $("unsettled-list").addEventListener("click", async ({ target }) => {
        const button = target.closest(".line-forget");
        if (!button) return;
        const row = await queue.get(Number(button.dataset.sequence));
        if (row) await queue.put({ ...row, settled: true });
        await refresh();
        ($("unsettled-list").querySelector(".line-forget") ?? $("change")).focus();
    });
}

function showPause() {
    const { paused } = scans.current();
    view.press($("pause"), say(paused ? "go_on" : "pause"), paused ? "play" : "pause", paused);
}

async function listenToSound() {
    let isMuted = Boolean(await recall("muted"));
    const tell = () => {
        sound.mute(isMuted);
        view.press($("sound"), say(isMuted ? "sound_off" : "sound_on"), isMuted ? "mute" : "sound", !isMuted);
    };
    $("sound").addEventListener("click", async () => {
        isMuted = !isMuted;
        await keep("muted", isMuted);
        tell();
    });
    for (const press of ["pointerdown", "keydown"]) document.addEventListener(press, sound.wake);
    tell();
}

// A card that was scanned by the phone's own camera stands in the address.
async function readAddress() {
    const token = /^#\/M\/([A-Z2-7]+)$/i.exec(location.hash)?.[1];
    if (!token) return;
    history.replaceState(null, "", location.pathname);
    await take(`/M/${token}`);
}

// A new version of the page takes over when it is opened, never in the middle of a series.
async function keepOffline() {
    const hadOne = Boolean(navigator.serviceWorker?.controller);
    const registration = await navigator.serviceWorker?.register(place.worker, { scope: location.pathname }).catch(() => null);
    if (!registration) return; // over http, in a private window, without network: the bench works all the same
    if (!registration.waiting || !hadOne) return;
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting.postMessage("take over");
}

async function begin() {
    listenToSetting();
    listenToTyping();
    listenToNumbers();
    listenToCamera();
    listenToKeys();
    await listenToSound();
    await sync.start(place);
    await scans.start();
    keepOffline();
    await relearn();
    sync.onNews(heard);
    queue.onChange(refresh);
    showPause();
    if (scans.current().paused) present({ state: "info", title: "is_paused", more: "paused_more" });
    view.show();
    await refresh();
    await sync.hurry();
    await readAddress();
    document.body.dataset.ready = "yes";
}

begin();
