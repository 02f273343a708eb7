"""What the tests of campaign screens share: a shop, people of each role, and how a page is asked."""

import re
from typing import Any

from django.test import Client

from core.models import Workspace
from tests import build

ENGLISH = {"Accept-Language": "en"}


def client_of(shop: Workspace, role: str = "owner") -> Client:
    client = Client()
    client.force_login(build.member(shop, role))
    return client


def text_of(client: Client, shop: Workspace, path: str, status: int = 200, **asked: Any) -> str:
    answer = client.get(f"/{shop.slug}/{path}", asked, headers=ENGLISH)
    assert answer.status_code == status, answer.content[:2000]
    return words_of(answer.content.decode())


def words_of(html: str) -> str:
    """A page as it is read: without tags, white space folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&nbsp;", "\u00a0")


def numbers(text: str) -> list[int]:
    return [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", text)]
