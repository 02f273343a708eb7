"""Forms of the admin: a row stays where it belongs, and is checked whole before it is saved."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.forms import ModelForm
from django.utils.translation import gettext

from core import clock
from core.errors import DomainError
from core.services import members


class RowForm(ModelForm):  # type: ignore[type-arg]
    """Checks the whole row: also what it belongs to, which is shown and not asked for again."""

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        workspace = values.get("workspace")
        for name, value in list(values.items()):
            if workspace and getattr(value, "workspace_id", workspace.pk) != workspace.pk:
                self.add_error(name, gettext("This belongs to another workspace."))
        return values

    def _get_validation_exclusions(self) -> set[str]:
        left_out: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        if self.instance.pk is None:
            return left_out
        # Kept as it is, but a rule of the table may name it beside what is changed.
        return left_out - {
            f.name for f in self._meta.model._meta.fields if isinstance(f, ForeignKey)
        }


class MemberForm(RowForm):
    """A member's role and end; the last owner of a workspace stays one."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors or self.instance.pk is None:
            return
        try:
            members.require_an_owner_after(membership=self.instance, at=clock.now())
        except DomainError as refusal:
            self.add_error(None, ValidationError(refusal.detail))


class PersonForm(RowForm):
    """What is known of a person; the last owner of a workspace may sign in."""

    def clean_is_active(self) -> bool:
        is_active = bool(self.cleaned_data["is_active"])
        if not is_active and self.instance.pk:
            try:
                members.require_owners_without(person=self.instance, at=clock.now())
            except DomainError as refusal:
                raise ValidationError(refusal.detail) from refusal
        return is_active
