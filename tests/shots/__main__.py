"""`python -m tests.shots`: opens every page of the demo in light and dark, wide and narrow, ru and en.

The demo must be running (`make up`). Writes PNGs to shots/ and fails on a console error, a failed
or an outside request, a page wider than a phone, or a barrier that axe calls serious.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import django
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser import ARGUMENTS, find_chromium
from tests.shots.audit import Watch

METHOD_NOT_ALLOWED = 405
SIZES = {1440: 1000, 375: 812}


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    language: str
    theme: str
    width: int

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


LOOKS = [Look(*one) for one in product(("ru", "en"), ("light", "dark"), SIZES)]


@dataclass(frozen=True)
class Demo:
    """Where the demo is and who looks at it."""

    url: str
    email: str
    password: str
    workspace: str


def read_demo(url: str) -> Demo:
    """The running demo as `make up` describes it."""
    home = Path(os.environ.get("RONDO_HOME", ".rondo"))
    told = json.loads((home / "demo.json").read_text(encoding="utf-8"))
    login = next((one for one in told["logins"] if one["role"] == "owner"), told["logins"][0])
    address = (url or told["url"]).rstrip("/")
    workspace = told.get("workspace", "demo")
    return Demo(address, login["email"], login["password"], workspace)


def sign_in(browser: Browser, demo: Demo) -> list[dict[str, object]]:
    """Log in once; the cookies open every other context."""
    context = browser.new_context(base_url=demo.url)
    page = context.new_page()
    page.goto("/login/")
    page.fill("input[name=login]", demo.email)
    page.fill("input[name=password]", demo.password)
    page.click("button[type=submit].button-primary")
    page.wait_for_url(lambda address: "/login/" not in address)
    cookies = context.cookies()
    context.close()
    return [dict(cookie) for cookie in cookies]


@contextmanager
def eyes(browser: Browser, demo: Demo, look: Look, cookies: list[dict[str, object]]
         ) -> Iterator[BrowserContext]:  # fmt: skip
    context = browser.new_context(
        base_url=demo.url,
        viewport={"width": look.width, "height": SIZES[look.width]},
        color_scheme="dark" if look.theme == "dark" else "light",
        locale=look.language,
        reduced_motion="reduce",
    )
    mine = [one for one in cookies if one["name"] not in {"theme", "django_language"}]
    chosen = [
        {"name": "django_language", "value": look.language, "url": demo.url},
        {"name": "theme", "value": look.theme, "url": demo.url},
    ]
    context.add_cookies([*mine, *chosen])  # type: ignore[list-item]
    yield context
    context.close()


def is_page(context: BrowserContext, path: str) -> bool:
    """Whether a GET gives a whole page: not a fragment, a file, or an address that only acts."""
    answer = context.request.get(path)
    if answer.status == METHOD_NOT_ALLOWED:
        return False
    is_html = "html" in answer.headers.get("content-type", "")
    return is_html and ("<html" in answer.text() or not answer.ok)


def shoot_signed_out(browser: Browser, demo: Demo, look: Look, out: Path) -> Iterator[str]:
    """The page to sign in with, as a stranger sees it."""
    with eyes(browser, demo, look, []) as context:
        findings, _ = shoot(context, demo, "/login/", out / f"sign-in-{look}.png")
    yield from (f"sign-in {look}: {finding}" for finding in findings)


def shoot(
    context: BrowserContext, demo: Demo, path: str, file: Path
) -> tuple[list[str], list[str]]:
    """Open one page, picture it; what was wrong, and where it leads."""
    page = context.new_page()
    watch = Watch(page, demo.url)
    watch.open(path)
    page.screenshot(path=file, full_page=True)
    watch.look_for_overflow()
    watch.look_for_barriers()
    links = page.eval_on_selector_all("main a[href]", "all => all.map(one => one.href)")
    page.close()
    return watch.findings, links


def rounds(browser: Browser, demo: Demo, out: Path) -> Iterator[str]:
    """Every page in every look; the first look also finds the pages behind links."""
    from tests.shots import pages

    cookies = sign_in(browser, demo)
    todo = pages.starting(demo.workspace)
    for number, look in enumerate(LOOKS):
        yield from shoot_signed_out(browser, demo, look, out)
        with eyes(browser, demo, look, cookies) as context:
            queue = list(todo.items())
            while queue:
                name, path = queue.pop(0)
                if number == 0 and not is_page(context, path):
                    del todo[name]
                    continue
                file = out / f"{name.replace(':', '-')}-{look}.png"
                findings, links = shoot(context, demo, path, file)
                yield from (f"{name} {look}: {finding}" for finding in findings)
                if number == 0:
                    fresh = pages.linked(links, todo)
                    todo |= fresh
                    queue += fresh.items()
    sys.stdout.write(f"{len(todo)} pages, {len(LOOKS)} looks each, in {out}/\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.shots")
    parser.add_argument("--url", default="", help="the demo's address (demo.json knows it)")
    parser.add_argument("--out", default="shots", type=Path)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("RONDO_ALLOW_EPHEMERAL_KEY", "1")
    django.setup()
    try:
        demo = read_demo(asked.url)
    except (OSError, ValueError, KeyError):
        sys.stderr.write(
            "Start the demo first: make up (RONDO_HOME/demo.json tells its address).\n"
        )
        return 2
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        findings = list(rounds(browser, demo, asked.out))
        browser.close()
    sys.stdout.writelines(f"{finding}\n" for finding in findings)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
