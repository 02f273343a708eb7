"""Data leaving the product: who took what is written down before the first row goes."""

from datetime import datetime

from core.scoping import Scope
from core.services import audit


def record(*, scope: Scope, what: str, asked: dict[str, str], at: datetime) -> None:
    """One audit entry an export; the search text stays out, it may be somebody's phone."""
    filters = {key: value for key, value in asked.items() if value and key != "q"}
    filters |= {"searched": "yes"} if asked.get("q") else {}
    audit.write(
        scope=scope, action="exported", target=scope.workspace,
        after={"what": what, "at": at.isoformat(), **filters},
    )  # fmt: skip
