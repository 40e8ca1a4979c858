// A worker of its own, so that looking for codes never holds up the page. Told once where its parts are.
"use strict";
let detector = null;

async function prepare({ script, wasm, formats }) {
    if ("BarcodeDetector" in self) {
        const native = await self.BarcodeDetector.getSupportedFormats();
        if (formats.every((format) => native.includes(format))) return new self.BarcodeDetector({ formats });
    }
    importScripts(script);
    self.BarcodeDetectionAPI.prepareZXingModule({ overrides: { locateFile: () => wasm } });
    return new self.BarcodeDetectionAPI.BarcodeDetector({ formats });
}

self.onmessage = async ({ data }) => {
    if (data.script) {
        detector = prepare(data);
        return;
    }
    const begun = performance.now();
    try {
        const found = await (await detector).detect(data.image);
        const codes = found.map(({ rawValue, format, cornerPoints }) => ({ text: rawValue, format, corners: cornerPoints }));
        self.postMessage({ codes, took: performance.now() - begun });
    } catch (error) {
        self.postMessage({ codes: [], took: performance.now() - begun, failed: String(error) });
    }
    data.image.close?.();
};
