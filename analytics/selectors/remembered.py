"""Keeps an answer that is dear to compute for a while; without the store it is computed again."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def remembered(key: str, span: timedelta, compute: Callable[[], Any]) -> Any:
    """The kept answer of this key, else a new one."""
    try:
        found = cache.get(key)
    except RedisError:
        logger.warning("the store of answers is out of reach", exc_info=True)
        return compute()
    if found is None:
        found = compute()
        cache.set(key, found, span.total_seconds())
    return found
