"""Strict JSON: what is ambiguous or abusive in a body is refused before anything reads it."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import chain
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from core.errors import DomainError, InvalidInput

MAX_DEPTH = 20
MAX_DIGITS = 40
LONGEST_NAME = 100
CHUNK, CHUNKS_DROPPED = 65_536, 256
CONTAINERS = (dict, list)
BOM = b"\xef\xbb\xbf"


class InvalidJson(InvalidInput):
    code = "invalid_json"
    sentence = _("The body is not strict JSON.")


class BodyTooLarge(DomainError):
    code = "body_too_large"
    status = 413
    sentence = _("The body is larger than 1 MiB.")


class LengthRequired(DomainError):
    code = "length_required"
    status = 411
    sentence = _("Send the body with its Content-Length, not in chunks.")


class StrictJSONParser(BaseParser):
    """RFC 8259 in UTF-8 without its loopholes.

    Refused: duplicate keys, NaN and Infinity, BOM, invalid UTF-8, lone surrogates, NUL, more than
    20 levels, bodies over 1 MiB, compressed bodies. Fractions come as Decimal, so that 1.0 and
    1e2 are no integers. What it gives is the body itself: the operation's shape reads it, and
    `strict_loads` is the reading that decides.
    """

    media_type = "application/json"

    def parse(  # type: ignore[override]
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        meta = parser_context["request"].META if parser_context else {}
        _refuse_encodings(media_type or "", meta)
        return _read(stream, int(meta.get("CONTENT_LENGTH") or 0))


def _refuse_encodings(media_type: str, meta: Mapping[str, str]) -> None:
    charset = media_type.lower().partition("charset=")[2].strip(' "')
    if charset not in {"", "utf-8", "utf8"}:
        raise UnsupportedMediaType(media_type)
    encoding = meta.get("HTTP_CONTENT_ENCODING", "identity").lower()
    if encoding not in {"", "identity"}:
        raise UnsupportedMediaType(encoding)


def _read(stream: IO[bytes], announced: int) -> bytes:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if announced > limit:
        _drop(stream)
        raise BodyTooLarge
    return stream.read(announced)


def _drop(stream: IO[bytes]) -> None:
    """Hear a body out, within reason: a server that hangs up in the midst of one breaks the
    connection on which the caller's next request may be under way.
    """
    for _chunk in range(CHUNKS_DROPPED):
        if not stream.read(CHUNK):
            return


def strict_loads(body: bytes) -> Any:
    """The document in a body, or InvalidJson saying what is wrong."""
    if body.startswith(BOM):
        raise InvalidJson(gettext("The body begins with a byte order mark."))
    try:
        document = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=fraction,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise InvalidJson(
            gettext("Byte %(at)s of the body is not UTF-8.") % {"at": error.start}
        ) from error
    except json.JSONDecodeError as error:
        raise InvalidJson(_where(error)) from error
    except RecursionError as error:
        raise InvalidJson(gettext("The body is nested too deep.")) from error
    _walk(document, has_escapes=b"\\u" in body)
    return document


def _where(error: json.JSONDecodeError) -> str:
    """The place, and in English what the parser expected there: it has no other words."""
    place = {"line": error.lineno, "column": error.colno}
    said = gettext("The body is not JSON at line %(line)s, column %(column)s.") % place
    return f"{said} {error.msg}." if (get_language() or "en").startswith("en") else said


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        said = gettext("A key stands twice.")
        field = {"field": twice[:LONGEST_NAME], "code": "duplicate_key", "message": said}
        raise InvalidJson(said, fields=[field])
    return result


def _refuse_constant(word: str) -> NoReturn:
    raise InvalidJson(gettext("%(word)s is not JSON.") % {"word": word})


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise InvalidJson(gettext("A number has too many digits."))
    return int(digits)


def fraction(digits: str) -> Decimal:
    """The number as it was written; raises InvalidJson for one past reason."""
    value = Decimal(digits) if len(digits) <= MAX_DIGITS else None
    if value is None or not value.is_finite() or abs(value.adjusted()) > MAX_DIGITS:
        raise InvalidJson(gettext("A number has too many digits."))
    return value


def _walk(document: Any, *, has_escapes: bool) -> None:
    """Check depth, level by level; strings only when some may hide a surrogate or a NUL."""
    level, depth = [document], 0
    while level:
        if has_escapes:
            _check_strings(level)
        containers = [node for node in level if isinstance(node, CONTAINERS)]
        depth += bool(containers)
        if depth > MAX_DEPTH:
            raise InvalidJson(gettext("The body is nested too deep."))
        level = [*chain.from_iterable(map(_children, containers))]


def _children(node: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node


def _check_strings(level: list[Any]) -> None:
    for node in level:
        texts = node if isinstance(node, dict) else [node]
        for text in texts:
            if isinstance(text, str) and ("\0" in text or not _is_encodable(text)):
                raise InvalidJson(gettext("A string holds a NUL or half a character."))


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text) if not text.isascii() else True
