"""What stands in the place of each URL argument: a builder of the object in a workspace.

A new URL argument needs a line here: either `"name"` or, where the same name means another
object, `"namespace:url_name.name"`. The builder gets a workspace and returns the argument.
"""

from collections.abc import Callable

from campaigns.models import Campaign
from core.models import Workspace
from loyalty.models import Program
from tests import build, build_campaigns, build_crm, build_loyalty

Builder = Callable[[Workspace], object]


def job(within: Workspace) -> object:
    return build.job(within=within).pk


def api_key(within: Workspace) -> object:
    return build.api_key(within=within)[0].prefix


def event(within: Workspace) -> object:
    return build.event(within=within).pk


def customer(within: Workspace) -> object:
    if not Program.objects.within(within).exists():
        build_loyalty.program(within)
    return build_loyalty.customer(within, first_name=within.name).pk


def operation(within: Workspace) -> object:
    return build_loyalty.adjustment(within).pk


def order(within: Workspace) -> object:
    return build_loyalty.order(None, 100, workspace=within).pk


def of_import(within: Workspace) -> object:
    return build_crm.waiting_import(within).pk


def tab(_within: Workspace) -> object:
    return "orders"


def campaign(within: Workspace) -> object:
    return build_campaigns.cascade(within, name=within.name).pk


def run(within: Workspace) -> object:
    return build_campaigns.launched(build_campaigns.cascade(within, name=within.name)).pk


def channel(within: Workspace) -> object:
    return build_campaigns.channel(within).pk


def step(within: Workspace) -> object:
    """A step of the newest campaign, so that the two arguments of an address fit each other."""
    newest = Campaign.objects.within(within).order_by("-id").first()
    return (newest or build_campaigns.cascade(within, name=within.name)).steps.earliest("id").pk


def template(within: Workspace) -> object:
    return build_campaigns.template(within, name=within.name).pk


LONG_AGO = "2024-03-01T12:00:00Z"
# A good body for each operation that takes one, so that it is the object that is refused.
BODIES: dict[str, dict[str, object]] = {
    "crm_api:customers": {"external_id": "c-1"},
    "crm_api:customer_batch": {"customers": [{"external_id": "c-1"}]},
    "crm_api:customer": {"city": "Kazan"},
    "crm_api:consents": {"channel": "email", "state": "granted", "stated_at": LONG_AGO},
    "crm_api:orders": {"external_id": "o-1", "placed_at": LONG_AGO, "total": 100},
    "crm_api:order_batch": {
        "orders": [{"external_id": "o-1", "placed_at": LONG_AGO, "total": 100}]
    },
    "crm_api:refunds": {"external_id": "r-1", "refunded_at": LONG_AGO, "total": 100},
    "loyalty_api:redeem": {"points": 1, "reference": "cheque-1"},
}
OBJECTS: dict[str, Builder] = {
    "job": job,
    "api_key": api_key,
    "event": event,
    "customer": customer,
    "of_import": of_import,
    "crm:customer_tab.tab": tab,
    "operation": operation,
    "order": order,
    "campaign": campaign,
    "run": run,
    "channel": channel,
    "step": step,
    "template": template,
}


class NoBuilder(LookupError):
    """A URL argument that the access test cannot fill in."""

    def __init__(self, name: str, kwarg: str) -> None:
        super().__init__(
            f"{name} takes <{kwarg}>, and tests/access/objects.py does not say what it is. Add"
            f' "{kwarg}" (or "{name}.{kwarg}") to OBJECTS with a builder of such an object.'
        )


def builder_of(name: str, kwarg: str) -> Builder:
    found = OBJECTS.get(f"{name}.{kwarg}") or OBJECTS.get(kwarg)
    if found is None:
        raise NoBuilder(name, kwarg)
    return found
