"""What each role may do: the one table that pages, the API and the tests read."""

VIEW = frozenset(
    {
        "home.view",
        "customers.view",
        "segments.view",
        "imports.view",
        "loyalty.view",
        "campaigns.view",
        "analytics.view",
        "jobs.view",
    }
)
MARKETING = VIEW | {
    "customers.edit",
    "customers.export",
    "imports.run",
    "loyalty.adjust",
    "campaigns.edit",
    "campaigns.launch",
    "analytics.recompute",
    "jobs.cancel",
}
OWNER = MARKETING | {
    "loyalty.configure", "channels.configure", "settings.edit", "audit.view", "events.view",
    "events.retry", "keys.manage",
}  # fmt: skip
# API scopes an integrator's key may carry.
API_SCOPES = frozenset(
    {"customers.read", "customers.write", "orders.read", "orders.write", "points.read",
     "points.write", "segments.read"}
)  # fmt: skip
TILL = frozenset({"points.read", "points.write", "customers.lookup"})

ROLES: dict[str, frozenset[str]] = {
    "owner": frozenset(OWNER),
    "marketer": frozenset(MARKETING),
    "analyst": VIEW,
    "agency": VIEW | {"campaigns.edit"},
    "partner": frozenset({"home.view"}),
    "cashier": TILL,
}


def permissions_of(role: str) -> frozenset[str]:
    """The permissions of a role; an unknown role may do nothing."""
    return ROLES.get(role, frozenset())
