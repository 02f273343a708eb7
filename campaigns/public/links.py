"""The links in a message: open pixel, click, unsubscribe; the token is all they believe."""

from base64 import b64decode
from typing import ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from campaigns.rules import facts, tokens
from campaigns.rules.robots import is_robot
from campaigns.selectors import tracked
from campaigns.services import receiving, unsubscribing
from core import clock

GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@method_decorator(csrf_exempt, name="dispatch")
class PublicView(View):
    """A page for anybody who holds a valid token; without a session there is nothing to forge."""

    permission: ClassVar[str] = "public"
    http_method_names = ["get", "head"]
    purpose: ClassVar[tokens.Purpose]

    def claims(self, token: str) -> tokens.Claims:
        """What the token says; anything but a valid one is a neutral 404."""
        secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        claims = tokens.read(secrets, self.purpose, token, on=clock.now().date())
        if claims is None:
            raise Http404
        return claims

    def delivery(self, token: str) -> tracked.TrackedDelivery:
        """The delivery that a token names, in the workspace that it names."""
        found = tracked.delivery_of(self.claims(token))
        if found is None:
            raise Http404
        return found


class OpenPixel(PublicView):
    """A picture that says the letter was opened; robots are kept apart."""

    purpose = tokens.Purpose.PIXEL

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        claims, now = self.claims(token), clock.now()
        found = tracked.delivery_of(claims)
        if found is not None and request.method == "GET":
            is_automatic = is_robot(request.headers.get("User-Agent", ""))
            fact = facts.opened(found.id, found.customer_id, at=now, is_automatic=is_automatic)
            receiving.receive(facts=[fact], source="pixel")
        answer = HttpResponse(GIF, content_type="image/gif")
        answer["Cache-Control"] = "private, max-age=60"
        return answer


class Click(PublicView):
    """Leads where the frozen link says; nothing in the address decides it."""

    purpose = tokens.Purpose.CLICK

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = tracked.link_of(self.claims(token))
        if link is None:
            raise Http404
        if request.method == "GET":
            is_automatic = is_robot(request.headers.get("User-Agent", ""))
            fact = facts.clicked(
                link.delivery_id,
                link.customer_id,
                link.link_id,
                at=clock.now(),
                is_automatic=is_automatic,
            )
            receiving.receive(facts=[fact], source="click")
        answer = HttpResponseRedirect(link.url)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        return answer


class Unsubscribe(PublicView):
    """GET shows whose address it is and writes nothing; POST unsubscribes, however often."""

    http_method_names = ["get", "head", "post"]
    purpose = tokens.Purpose.UNSUBSCRIBE

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        found = self.delivery(token)
        return self._page(request, found, is_done=tracked.is_unsubscribed(found))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        found = self.delivery(token)
        unsubscribing.unsubscribe(delivery=found, at=clock.now())
        return self._page(request, found, is_done=True)

    def _page(
        self, request: HttpRequest, found: tracked.TrackedDelivery, *, is_done: bool
    ) -> HttpResponse:
        context = {"delivery": found, "is_done": is_done}
        answer = render(request, "public/unsubscribe.html", context)
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        answer["X-Robots-Tag"] = "noindex"
        return answer
