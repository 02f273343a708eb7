"""E-mail addresses in one normal form: lower case, the domain in IDNA."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from crm.rules.faults import Fault

LONGEST = 254


def normalise(text: str) -> str:
    """The address as it is stored. Codes: email, email_control, email_too_long."""
    if any(unicodedata.category(character) == "Cc" for character in text.strip(" ")):
        raise Fault("email_control")
    if len(text) > LONGEST:
        raise Fault("email_too_long")
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Fault("email") from None
    return f"{found.local_part}@{found.ascii_domain}".lower()
