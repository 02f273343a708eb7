"""The address of the icon that browsers try on their own."""

from django.contrib.staticfiles import finders
from django.test import Client


def test_the_icon_is_where_a_browser_looks_for_it(client: Client) -> None:
    answer = client.get("/favicon.ico")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/static/favicon.svg")
    assert finders.find("favicon.svg")


def test_another_icon_is_not_there(client: Client) -> None:
    assert client.get("/favicon.png").status_code == 404
