"""The main menu of the product: the four jobs of a CRM marketer, then settings."""

from django.utils.translation import gettext_lazy as _

from core.ui.menu import MenuGroup, MenuItem, register

GROUPS = [
    MenuGroup("today", "", "house"),
    MenuGroup("base", _("Base"), "users"),
    MenuGroup("mechanics", _("Mechanics"), "star"),
    MenuGroup("messages", _("Communications"), "send", _("Campaigns")),
    MenuGroup("analytics", _("Analytics"), "chart-line"),
    MenuGroup("settings", _("Settings"), "settings"),
]
ITEMS = [
    MenuItem("today", _("Today"), "house", "analytics:home", "home.view", "h"),
    MenuItem("base", _("Customers"), "users", "crm:customers", "customers.view", "c"),
    MenuItem("base", _("Segments"), "layers", "analytics:segments", "segments.view", "s"),
    MenuItem("base", _("Import"), "upload", "crm:imports", "imports.view", "i"),
    MenuItem("mechanics", _("Loyalty"), "star", "loyalty:program", "loyalty.view", "l"),
    MenuItem("mechanics", _("Points integrity"), "scale", "loyalty:integrity", "loyalty.view"),
    MenuItem("messages", _("Campaigns"), "send", "campaigns:campaigns", "campaigns.view", "m"),
    MenuItem("messages", _("Channels"), "radio", "campaigns:channels", "campaigns.view"),
    MenuItem(
        "analytics", _("Life cycle"), "book-open", "analytics:lifecycle", "analytics.view", "b"
    ),
    MenuItem("analytics", _("RFM matrix"), "grid-3x3", "analytics:rfm", "analytics.view", "r"),
    MenuItem("analytics", _("Cohorts"), "users-round", "analytics:cohorts", "analytics.view", "o"),
    MenuItem("settings", _("Jobs"), "list-checks", "core:jobs", "jobs.view", "j"),
    MenuItem("settings", _("Audit log"), "history", "core:audit", "audit.view"),
    MenuItem("settings", _("Facts"), "webhook", "core:events", "events.view"),
    MenuItem("settings", _("API keys"), "key-round", "core:api_keys", "keys.manage"),
]


def load() -> None:
    """Called once when the apps are ready."""
    register(GROUPS, ITEMS)
