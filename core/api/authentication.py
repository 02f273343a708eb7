"""API keys at the door: who is calling, what the key carries, how often it may call."""

import functools
import logging
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis import Redis
from redis.exceptions import RedisError
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core import clock
from core.api import key_lookup
from core.http.visitors import address_of
from core.models import ApiKey
from core.scoping import Scope
from core.services.keys import MARK, touch

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)
# Permissions that no table lists: open to everyone, and open to every living key.
PUBLIC = "public"
ANY_KEY = "any key"
TOUCH_EVERY = timedelta(minutes=1)
WORDS = frozenset({"bearer", "api-key"})
TOKEN_NAMES = frozenset(
    {"token", "access_token", "api_key", "apikey", "api-key", "key", "authorization"}
)


class Caller:
    """The principal of a keyed request; what it may do is in the scope."""

    is_authenticated = True
    is_active = True

    def __init__(self, key: ApiKey) -> None:
        self.key = key
        self.pk = key.prefix


class KeyRefused(AuthenticationFailed):
    default_code = "key_refused"
    default_detail = _("The API key is unknown, revoked or expired.")


class TokenInAddress(AuthenticationFailed):
    default_code = "token_in_address"
    default_detail = _("Send the key in the Authorization header, never in the address.")


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer rk_<prefix>.<secret>` (or `Api-Key …`); nothing else is heard."""

    def authenticate(self, request: Request) -> tuple[Caller, Scope] | None:
        refuse_token_in_address(request)
        word, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not word:
            return None
        if word.lower() not in WORDS or not token.startswith(MARK):
            raise KeyRefused
        key = _usable(token.removeprefix(MARK))
        return Caller(key), _scope_of(key)

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return 'Bearer realm="api"'


def refuse_token_in_address(request: Request) -> None:
    """Addresses end in logs and histories, so a key in one is refused even when it is right."""
    names = {name.lower() for name in request.query_params}
    looks_secret = any(MARK in value for value in request.query_params.values())
    if names & TOKEN_NAMES or looks_secret:
        raise TokenInAddress


def _usable(secret: str) -> ApiKey:
    """The key of a secret: found by prefix, compared by hash, neither revoked nor expired."""
    if "\0" in secret or not secret.isascii():
        raise KeyRefused
    key = key_lookup.find(secret)
    if key is None or key.has_expired:
        raise KeyRefused
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at >= TOUCH_EVERY:
        touch(key=key, at=now)
    return key


def _scope_of(key: ApiKey) -> Scope:
    return Scope(
        workspace=key.workspace,
        role="integrator",
        actor_kind="key",
        actor_name=key.prefix,
        permissions=frozenset(key.scopes),
    )


class DenyUnnamed(BasePermission):
    """A view without a named permission is closed; a named one asks the key's scopes."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        named = getattr(view, "permission", None)
        if named is None:
            return False
        if named == PUBLIC:
            return True
        scope = request.auth
        return isinstance(scope, Scope) and (named == ANY_KEY or scope.allows(named))


@functools.cache
def _counters() -> Redis:
    """The cache's own server."""
    return Redis.from_url(settings.CACHES["default"]["LOCATION"])


class KeyThrottle(BaseThrottle):
    """So many requests a minute a key (an address for callers without one), by fixed window.

    A cache that is down lets the request pass: a limit protects the service, not the data.
    """

    seconds = 60

    def allow_request(self, request: Request, view: "APIView") -> bool:  # noqa: ARG002
        from rest_framework.settings import api_settings

        limit = int(str(api_settings.DEFAULT_THROTTLE_RATES["key"]).partition("/")[0])
        return self._count(self._ident(request)) <= limit

    def wait(self) -> float:
        return self.seconds - time.time() % self.seconds

    def _ident(self, request: Request) -> str:
        caller: Any = request.user
        return f"key:{caller.pk}" if caller else f"address:{address_of(request)}"

    def _count(self, ident: str) -> int:
        name = cache.make_key(f"throttle:{ident}:{int(time.time() // self.seconds)}")
        try:
            # Both in one trip; the framework's cache takes three.
            trip = _counters().pipeline(transaction=False)
            trip.incr(name)
            trip.expire(name, self.seconds * 2)
            return int(trip.execute()[0])
        except RedisError as error:
            logger.warning("the throttle is off: %s", type(error).__name__)
            return 0
