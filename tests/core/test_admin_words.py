"""The admin speaks Russian to a Russian reader: every column of every table has a word."""

import re

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.utils import translation

from core.models import Membership
from tests import build
from tests.core.admin_pages import url

TABLES = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
# Terms that are the same in Russian.
SAME = re.compile(r"\b(HTML|RFM|SMS|API|e-mail|R|F|M|IP|CLV|ID)\b", re.IGNORECASE)


@pytest.mark.parametrize("table", TABLES, ids=lambda model: model._meta.label_lower)
def test_every_column_has_a_russian_word(table: type[Model]) -> None:
    with translation.override("ru"):
        said = {field.name: str(field.verbose_name) for field in table._meta.fields}

    english = {n: word for n, word in said.items() if re.search("[A-Za-z]", SAME.sub("", word))}
    assert english == {}


@pytest.mark.django_db
def test_the_form_of_a_member_is_in_russian(client: Client) -> None:
    staff = build.user(is_staff=True, is_superuser=True)
    client.force_login(staff)
    client.cookies["django_language"] = "ru"

    page = client.get(url(Membership, "add")).content.decode()

    assert "Роль" in page
    assert "Role" not in page
