"""What erasure does to the customer base."""

from core.erasure import anonymise, delete, keep
from crm.models import (
    Consent,
    ConsentState,
    Customer,
    Identity,
    Import,
    ImportRejection,
    Order,
    Refund,
)

anonymise(Customer, "first_name", "last_name", "birth_date", "gender", "city", "country", "custom")
delete(Identity)
keep(Consent, "proof that each message was allowed; names nobody once identities are gone")
keep(ConsentState, "the fold of the journal above")
keep(Order, "accounting documents; the customer they point to is anonymous")
keep(Refund, "accounting documents; the customer they point to is anonymous")
# Of whom a file speaks is not known without reading it, so what it brought goes by its age.
keep(
    Import, "the uploaded file and the examples go KEEP_IMPORTS_DAYS after the import; counts stay"
)
keep(ImportRejection, "the values go KEEP_IMPORTS_DAYS after the import; lines and codes stay")
