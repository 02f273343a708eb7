"""Refusals of the customer base."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class ImportRefused(DomainError):
    """A file that cannot be taken at all; `code` says why and ends up on the import's row."""

    code = "import_refused"
    status = 422
    sentence = _("This file cannot be loaded.")


class EmptyFile(ImportRefused):
    code = "empty"
    sentence = _("There are no rows in this file.")


class WrongFileType(ImportRefused):
    code = "type"
    sentence = _("This is not a CSV, XLSX or Parquet file.")


class DamagedArchive(ImportRefused):
    code = "damaged"
    sentence = _("This archive is damaged or cut short.")


class PackedFile(ImportRefused):
    code = "packed"
    sentence = _("There is no CSV or Parquet inside this archive. Unpack it first.")


class FileTooBig(ImportRefused):
    code = "too_big"
    status = 413
    sentence = _("This file is too large to import.")


class TooManyColumns(ImportRefused):
    code = "too_many_columns"
    sentence = _("This file has too many columns to import.")


class FileChanged(ImportRefused):
    code = "changed"
    status = 409
    sentence = _("The file has changed since it was checked. Upload it again.")


class MappingIncomplete(ImportRefused):
    code = "mapping_incomplete"
    sentence = _("Name the columns for: %(missing)s.")

    def __init__(self, missing: str, columns: str = "") -> None:
        super().__init__(
            str(self.sentence) % {"missing": missing}, missing=missing, columns=columns
        )


class MappingInvalid(ImportRefused):
    code = "mapping_invalid"
    sentence = _("A column is mapped to a field that no import writes.")


class LegalBasisMissing(ImportRefused):
    code = "legal_basis_missing"
    sentence = _("Consents are loaded only with a legal basis: write where and how people agreed.")


class ImportIsOver(ImportRefused):
    code = "import_is_over"
    status = 409
    sentence = _("This import has ended already.")


class IdentityTaken(DomainError):
    code = "identity_taken"
    status = 409
    sentence = _("Another customer has this e-mail, phone, card or external id.")


class TotalsDiffer(DomainError):
    code = "totals_differ"
    status = 422
    sentence = _("The total differs from the sum of the lines.")


class OrderOfAnother(DomainError):
    code = "order_of_another_customer"
    status = 422
    sentence = _("The order that is refunded belongs to another customer than the one named.")


class ImpossibleTime(DomainError):
    code = "impossible_time"
    status = 422
    sentence = _("This cannot have happened then: it is in the future or before 1990.")


class RefundTooLarge(DomainError):
    code = "refund_too_large"
    status = 422
    sentence = _("This would refund more than was paid for the order.")


class RefundDiffers(DomainError):
    code = "refund_differs"
    status = 409
    sentence = _("A refund with this number was recorded before and says something else.")


class ConsentNeedsProof(DomainError):
    code = "consent_kept_withdrawn"
    status = 409
    sentence = _("The person has withdrawn this consent; a new one needs its own proof.")
