"""What erasure does to messages."""

from campaigns.models import AudienceMember, Delivery
from core.erasure import anonymise, keep

anonymise(AudienceMember, "variables")
keep(Delivery, "proof of what was sent and when; the address is not in it")
