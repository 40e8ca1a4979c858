// A sound of its own for each answer, and a buzz in the hand.
const NOTES = {
    // [frequency in Hz, start and length in seconds, shape]
    done: [[880, 0, 0.07, "sine"], [1320, 0.08, 0.12, "sine"]],
    already: [[660, 0, 0.09, "sine"], [660, 0.13, 0.09, "sine"]],
    queued: [[990, 0, 0.09, "triangle"]],
    info: [[760, 0, 0.08, "sine"]],
    refused: [[220, 0, 0.18, "square"], [165, 0.2, 0.28, "square"]],
    unknown: [[520, 0, 0.1, "triangle"], [390, 0.12, 0.1, "triangle"], [290, 0.24, 0.16, "triangle"]],
    elsewhere: [[330, 0, 0.12, "sawtooth"], [440, 0.14, 0.12, "sawtooth"], [330, 0.28, 0.16, "sawtooth"]],
};
const BUZZ = {
    done: [40],
    already: [30, 60, 30],
    queued: [25],
    info: [25],
    refused: [220, 80, 220],
    unknown: [90, 60, 90, 60, 90],
    elsewhere: [90, 60, 220],
};
const VOLUME = 0.18;
let context = null;
let muted = false;

export const mute = (is) => {
    muted = is;
};

// Browsers let a page sound only after a first press: call this from one.
export function wake() {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume();
}

export function play(answer) {
    navigator.vibrate?.(BUZZ[answer] ?? BUZZ.info);
    if (muted || context?.state !== "running") return;
    for (const [frequency, start, length, shape] of NOTES[answer] ?? NOTES.info) note(frequency, start, length, shape);
}

function note(frequency, start, length, shape) {
    const at = context.currentTime + start;
    const loudness = context.createGain();
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(VOLUME, at + 0.01);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + length);
    const voice = new OscillatorNode(context, { type: shape, frequency });
    voice.connect(loudness).connect(context.destination);
    voice.start(at);
    voice.stop(at + length);
}
