// The camera and photos: every code in view is taken, the nearest first.
import { keep, recall } from "./database.js";

const PAUSE_MS = 70; // between two looks: the battery lasts the day
const LONGEST_SIDE = 1600;
const FORMATS = ["qr_code"];
let worker = null;
let parts = null;
let stream = null;
let video = null;
let loop = 0;
let awake = null;
export const took = []; // milliseconds of the last looks

export const use = (given) => {
    parts = given;
};

function decoder() {
    if (worker) return worker;
    worker = new Worker(parts.decoder);
    worker.postMessage({ script: parts.script, wasm: parts.wasm, formats: FORMATS });
    return worker;
}

let busy = Promise.resolve();
function look(image) {
    const asked = busy.then(
        () =>
            new Promise((resolve) => {
                decoder().onmessage = ({ data }) => resolve(data);
                decoder().onerror = ({ message }) => resolve({ codes: [], took: 0, failed: message || "no decoder" });
                decoder().postMessage({ image }, image instanceof ImageBitmap ? [image] : []);
            })
    );
    busy = asked;
    return asked.then(({ codes, took: spent, failed }) => {
        if (failed) {
            worker?.terminate();
            worker = null; // another one next time
            throw new Error(failed);
        }
        took.push(spent);
        if (took.length > 50) took.shift();
        return codes.sort((one, other) => sizeOf(other) - sizeOf(one));
    });
}

function sizeOf({ corners }) {
    let twice = 0;
    corners.forEach((corner, place) => {
        const next = corners[(place + 1) % corners.length];
        twice += corner.x * next.y - next.x * corner.y;
    });
    return Math.abs(twice);
}

async function pictureOf(source, width, height) {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (typeof OffscreenCanvas !== "undefined") {
        return { image: await createImageBitmap(source, { resizeWidth: wide, resizeHeight: high }), wide, high };
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: wide, height: high });
    const drawing = canvas.getContext("2d", { willReadFrequently: true });
    drawing.drawImage(source, 0, 0, wide, high);
    return { image: drawing.getImageData(0, 0, wide, high), wide, high };
}

export const isOn = () => stream !== null;

// Start to look. `seen(codes, width, height)` at each look; `failed(error)` when it cannot look any more.
// Throws a DOMException that says why not.
export async function start(element, { seen, failed }) {
    video = element;
    const wanted = await recall("camera");
    const which = wanted ? { deviceId: { ideal: wanted } } : { facingMode: { ideal: "environment" } };
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...which, width: { ideal: 1280 }, height: { ideal: 720 } } });
    video.srcObject = stream;
    await video.play();
    const mine = ++loop;
    next(mine, { seen, failed });
    awake = await navigator.wakeLock?.request("screen").catch(() => null);
}

function next(mine, to) {
    if (mine !== loop) return;
    const again = () => setTimeout(() => step(mine, to), PAUSE_MS);
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(again);
    else requestAnimationFrame(again);
}

async function step(mine, to) {
    if (mine !== loop) return;
    try {
        const { image, wide, high } = await pictureOf(video, video.videoWidth, video.videoHeight);
        const codes = await look(image);
        if (mine === loop) to.seen(codes, wide, high);
    } catch (error) {
        if (error.name !== "InvalidStateError" && mine === loop) to.failed(error); // else: no frame yet
    } finally {
        next(mine, to);
    }
}

export function stop() {
    loop += 1;
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    if (video) video.srcObject = null;
    awake?.release();
    awake = null;
}

export async function photo(file) {
    const whole = await createImageBitmap(file);
    const { image } = await pictureOf(whole, whole.width, whole.height);
    whole.close();
    return look(image);
}

export async function cameras() {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter(({ kind }) => kind === "videoinput");
}

export const choose = (id) => keep("camera", id);
export const chosen = () => stream?.getVideoTracks()[0]?.getSettings().deviceId ?? "";
export const hasTorch = () => Boolean(stream?.getVideoTracks()[0]?.getCapabilities?.().torch);
export const torch = (on) => stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
