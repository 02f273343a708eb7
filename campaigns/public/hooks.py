"""Providers' calls: verified by the channel's adapter, then taken in as facts."""

from typing import ClassVar

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from campaigns.channels.base import ChannelAdapter, Receipt, WebhookError
from campaigns.selectors import tracked
from campaigns.services import adapters, receiving
from core import clock


@method_decorator(csrf_exempt, name="dispatch")
class ProviderCall(View):
    """POST /m/h/<channel>: 200 with how many facts were new, 401 forged, 400 stale or broken."""

    permission: ClassVar[str] = "public"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, channel: int) -> JsonResponse:
        found = tracked.channel_of(channel)
        if found is None:
            return JsonResponse({"code": "not_found"}, status=404)
        try:
            told = self._read(request, adapters.adapter_of(found))
        except WebhookError as refusal:
            return JsonResponse({"code": refusal.code}, status=refusal.status)
        new = receiving.receive_from_provider(channel=found, told=told)
        return JsonResponse({"told": len(told), "new": new})

    def _read(self, request: HttpRequest, adapter: ChannelAdapter) -> list[Receipt]:
        try:
            body = request.body
        except RequestDataTooBig:
            raise WebhookError("too_large", status=413) from None
        return adapter.read_webhook(request.headers, body, at=clock.now())
