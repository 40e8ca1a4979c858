"""What the tests of the bench share: a technician before it, labels before a camera."""

import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from backend.inventory.labels import STOCKS, Sticker, stickers_pdf

SHEET = STOCKS["l7160"]
REASON = "essai au navigateur"
PHONE = 360
VIEW = (1280, 720)
STEP = 120  # dots between two looks: a label of 229 dots stands whole in at least four
FRAMES_A_LOOK = 10
DOTS_PER_MM = 6.0
_SEND = """
async ([path, body]) => {
    const { csrf } = await (await fetch("/api/v1/bench/")).json();
    const answer = await fetch("/api/v1/" + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
        body: JSON.stringify(body),
    });
    return answer.json();
}
"""


def open_bench(page: Page) -> None:
    """Open the bench and wait until it works without network too."""
    page.goto("/atelier/")
    page.wait_for_selector("body[data-ready]")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def send(page: Page, path: str, body: Any) -> Any:
    """Send a command to the API as who is signed in."""
    return page.evaluate(_SEND, [path, body])


def read(page: Page, path: str) -> Any:
    """Read an address of the API."""
    return page.evaluate("async (path) => (await fetch('/api/v1/' + path)).json()", path)


def free_labels(page: Page, number: int) -> list[str]:
    """Mint labels; give their codes."""
    batch = send(page, "label-batches/", {"quantity": number})
    return [label["code"] for label in read(page, f"label-batches/{batch['id']}/labels/")]


def received(page: Page, number: int) -> list[str]:
    """Receive machines through the API; give their codes."""
    found = free_labels(page, number)
    for code in found:
        facts = {"kind": "laptop", "unexpected_reason": REASON}
        send(page, "devices/", {"code": code, **facts})
    page.reload()
    page.wait_for_selector("body[data-ready]")
    return found


def triages_of(page: Page, code: str) -> list[Any]:
    """Give the events of a device that say that it was sorted."""
    life = read(page, f"events/?device={code}")["results"]
    return [event for event in life if event["kind"] == "device.triaged"]


def assert_once_in_order(lives: Sequence[Sequence[Any]]) -> None:
    """Assert that each device was sorted once, and the log has them in the order of the scans."""
    assert [len(events) for events in lives] == [1] * len(lives)
    for axis in ("id", "happened_at"):
        order = [events[0][axis] for events in lives]
        assert all(one < other for one, other in pairwise(order)), (axis, order)


def set_act(page: Page, action: str, **facts: str) -> None:
    """Set what each scan does, by the forms of the page."""
    page.click("#change")
    page.click(f"[data-choose={action}]")
    form = page.locator(f"form[data-action={action}]")
    for name, said in facts.items():
        field = form.locator(f"[name={name}]")
        if field.first.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value={said}]").check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(said)
        elif field.get_attribute("type") == "checkbox":
            field.check()
        else:
            field.fill(said)
    form.locator("[type=submit]").click()
    expect(page.locator("#acts")).not_to_be_visible()


def scan(page: Page, text: str) -> None:
    """Type as a scanner does: at once, wherever the focus is, with Enter at the end."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def film(stickers: Sequence[Sticker], place: Path) -> None:
    """Print stickers, and film the sheets as a hand moves them slowly past a camera.

    Each sheet comes into view from below and leaves at the top: every row, the first and the last
    too, stands whole before the camera for several looks. Whoever plays the film plays it in a
    loop, so what was missed comes again.
    """
    sheets = pypdfium2.PdfDocument(stickers_pdf(stickers, SHEET, at=timezone.now()))
    with place.open("wb") as file:
        for sheet in sheets:
            picture = sheet.render(scale=DOTS_PER_MM * 25.4 / 72).to_pil().convert("RGB")
            assert picture.width <= VIEW[0], "the sheet is wider than the camera sees"
            for top in range(-VIEW[1] + STEP, picture.height, STEP):
                look = Image.new("RGB", VIEW, "white")
                look.paste(picture, ((VIEW[0] - picture.width) // 2, -top))
                frame = io.BytesIO()
                look.save(frame, "JPEG", quality=80)
                file.write(frame.getvalue() * FRAMES_A_LOOK)
