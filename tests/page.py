"""A page as a reader meets it: its language, its headings, its fields with their words."""

from html.parser import HTMLParser
from typing import Any

_VOID = {"input", "meta", "link", "br", "hr", "img", "path", "circle", "rect"}


class Page(HTMLParser):
    """The parts of an HTML page that a test asks about."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: dict[int, str] = {}
        self._open: list[int] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(len(self.tags) - 1)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self.tags[self._open.pop()][0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for place in self._open:
            self.text[place] = self.text.get(place, "") + data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Give the attributes of each element of this name."""
        return [attrs for name, attrs in self.tags if name == tag]

    def words(self, tag: str) -> list[str]:
        """Give the text of each element of this name."""
        return [
            " ".join(self.text.get(i, "").split())
            for i, (name, _) in enumerate(self.tags)
            if name == tag
        ]

    @property
    def ids(self) -> list[str]:
        """Give every id of the page."""
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]

    def faults(self) -> list[str]:
        """Say what would stop a keyboard or a screen reader, or break the strict policy."""
        labels = {attrs.get("for") for attrs in self.all("label")}
        found = [f"{i} twice" for i in {*self.ids} if self.ids.count(i) > 1]
        for tag in ("input", "select", "textarea"):
            for field in self.all(tag):
                if field.get("type") in {"hidden", "submit"} or "aria-label" in field:
                    continue
                if field.get("id") not in labels:
                    found.append(f"no label for {field}")
        for tag, attrs in self.tags:
            linked = f"{attrs.get('aria-describedby', '')} {attrs.get('aria-labelledby', '')}"
            found += [f"{tag} points at no {i}" for i in linked.split() if i not in self.ids]
            found += [f"{tag} has {a}" for a in attrs if a == "style" or a.startswith("on")]
            if tag == "script" and not attrs.get("src") and "json" not in attrs.get("type", ""):
                found.append("inline script")
        if len(self.all("h1")) != 1:
            found.append(f"{len(self.all('h1'))} h1")
        return found
