"""Answers as JSON bytes; a document that was rendered to be stored is sent as it is."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
_plain = JSONEncoder().default


class JsonRenderer(BaseRenderer):
    """JSON in UTF-8; the framework's own encoder says what dates, decimals and lazy texts become."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        if data is None or isinstance(data, bytes):
            return data or b""
        return orjson.dumps(data, default=_plain, option=OPTIONS)
