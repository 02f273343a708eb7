"""Tells mail proxies and link scanners from people by what they call themselves."""

import re

# Apple Mail Privacy Protection shows a bare "Mozilla/5.0"; the others name themselves.
_ROBOT = re.compile(
    r"GoogleImageProxy|ggpht|YahooMailProxy|Outlook-Android-Proxy|Mail\.Ru_Bot|bot\b|crawler|"
    r"spider|slurp|preview|scanner|Barracuda|Proofpoint|Mimecast|SafeLinks|BitDefender|"
    r"python-requests|curl/|wget/|Go-http-client|okhttp|HeadlessChrome",
    re.IGNORECASE,
)
_BARE = "Mozilla/5.0"


def is_robot(user_agent: str) -> bool:
    """Whether a call surely or probably came without a person."""
    name = user_agent.strip()
    return not name or name == _BARE or _ROBOT.search(name) is not None
