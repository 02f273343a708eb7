"""Sign-in rules: nobody signs up by themselves, and limits know visitors behind our proxies."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from core.http.visitors import address_of


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Owners invite people; the public sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)
