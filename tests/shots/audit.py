"""What may not happen while a page opens: errors, failed or outside requests, barriers (axe)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response, expect

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
GRAVE = {"serious", "critical"}
FIRST_BAD_STATUS = 400


class Watch:
    """Listens to a page from before it opens; `findings` is what was wrong."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.findings: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.findings.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.findings.append(f"console: {message.text[:300]}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.findings.append(f"outside request: {request.url}")

    def _failed(self, request: Request) -> None:
        # A poll that is cut off because the page is left is no failure.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.findings.append(f"failed request: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= FIRST_BAD_STATUS:
            self.findings.append(f"status {response.status}: {response.url}")

    def open(self, address: str) -> None:
        """Open a page and wait until its charts are drawn."""
        try:
            self.page.goto(address, wait_until="load")
        except Error as refusal:
            self.findings.append(f"did not open: {refusal.message.splitlines()[0]}")
            return
        expect(self.page.locator("[data-chart][aria-busy=true]")).to_have_count(0)
        self.page.wait_for_timeout(200)

    def look_for_barriers(self) -> None:
        """Add axe's violations of level serious or worse."""
        self.page.evaluate(AXE)
        report: dict[str, Any] = self.page.evaluate(
            "axe.run(document, {resultTypes: ['violations']})"
        )
        self.findings += [_say(one) for one in report["violations"] if one["impact"] in GRAVE]

    def look_for_overflow(self) -> None:
        """Add a sideways scroll of the whole page, which a phone must never have."""
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wider:
            self.findings.append(f"the page is {wider} px wider than the screen")


def _say(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    first = nodes[0]["html"][:160]
    return f"axe {violation['impact']} {violation['id']} x{len(nodes)}: {first}"
