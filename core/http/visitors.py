"""From where a request comes, as far as proxies of ours vouch for it."""

from django.conf import settings
from django.http import HttpRequest

LONGEST = 64


def address_of(request: HttpRequest) -> str:
    """The address that counts for limits; "" where a socket of this machine tells none.

    Each proxy appends whom it saw to X-Forwarded-For, so only as many entries from the right are
    believed as there are proxies of ours: what stands before them anybody may have written.
    """
    trusted = settings.TRUSTED_PROXIES
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if trusted else []
    told = seen[-trusted].strip() if len(seen) >= trusted > 0 else ""
    return (told or request.META.get("REMOTE_ADDR", ""))[:LONGEST]
