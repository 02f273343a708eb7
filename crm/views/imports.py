"""The import wizard: file, columns, check, load with live progress, result."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.errors import DomainError
from core.ui import listing as keyset
from core.ui.blocks import Column, Crumb, Part, Stat, Tab
from core.web import Page, ScopedRequest
from core.wording import formats
from core.wording.formats import Figure
from crm import spreadsheets
from crm.errors import LegalBasisMissing
from crm.forms import ColumnsForm, UploadForm
from crm.import_words import (
    FIELDS,
    doubts,
    failure,
    file_words,
    habits,
    reason,
    refusal_words,
)
from crm.models import Import
from crm.rules.headers import CONSENTS, recognise
from crm.selectors import imports
from crm.services import exporting, importing
from crm.services.importing import asking

COLUMNS = [
    Column(_("File")),
    Column(_("Who and when"), hide_small=True),
    Column(_("Rows"), end=True),
    Column(_("New"), end=True, hide_small=True),
    Column(_("Changed"), end=True, hide_small=True),
    Column(_("Same"), end=True, hide_small=True),
    Column(_("Refused"), end=True),
    Column(_("Result")),
]
REFUSED = [Column(_("Line")), Column(_("In the file")), Column(_("Why not")),
           Column(_("What to do"), hide_small=True)]  # fmt: skip
STEPS = [_("File"), _("Columns"), _("Check"), _("Loading"), _("Result")]


class Imports(Page):
    permission = "imports.view"
    template_name = "crm/imports.html"

    def get(self, request: ScopedRequest) -> HttpResponse:
        rows = Import.objects.within(request.scope).select_related("created_by")
        page = keyset.page(rows, request.GET, sorts={"id": "id"}, default="-id")
        return self.show(page=page, columns=COLUMNS)


class NewImport(Page):
    permission = "imports.run"
    template_name = "crm/import_new.html"

    def get(self, _request: ScopedRequest) -> HttpResponse:
        return self.ask(UploadForm())

    def post(self, request: ScopedRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.ask(form, status=400)
        file = form.cleaned_data["file"]
        try:
            found = importing.register_file(
                scope=request.scope, file=file, name=file.name,
                kind=form.cleaned_data["kind"] or None,
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return self.ask(form, status=refusal.status)
        return redirect("crm:import", request.workspace.slug, found.pk)

    def ask(self, form: UploadForm, status: int = 200) -> HttpResponse:
        return self.show(status, form=form, steps=STEPS, step=1, crumbs=crumbs(self.request))


class ImportPage(Page):
    """One file, at the step where it stands."""

    permission = "imports.view"
    template_name = "crm/import.html"

    def get(self, request: ScopedRequest, of_import: int) -> HttpResponse:
        found = import_of(request, of_import)
        return self.show(**standing(request, found, ColumnsForm(found)))


class ImportColumns(Page):
    """Which column is what; then the check begins."""

    permission = "imports.run"
    template_name = "crm/import.html"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, of_import: int) -> HttpResponse:
        found = import_of(request, of_import)
        form = ColumnsForm(found, request.POST)
        if not form.is_valid():
            return self.show(400, **standing(request, found, form))
        kind, mapping = form.cleaned_data["kind"], form.mapping()
        if kind != found.kind:
            mapping = recognise([column["name"] for column in found.columns], kind)
            if not form.options().get("legal_basis"):
                mapping = {name: field for name, field in mapping.items() if field not in CONSENTS}
        try:
            importing.remap(of_import=found, kind=kind, mapping=mapping, options=form.options())
            importing.ask(scope=request.scope, of_import=found, kind=asking.CHECK)
        except DomainError as refusal:
            about = "legal_basis" if isinstance(refusal, LegalBasisMissing) else None
            form.add_error(about, refusal_words(refusal))
            return self.show(refusal.status, **standing(request, found, form))
        return redirect("crm:import", request.workspace.slug, found.pk)


class ImportLoad(Page):
    permission = "imports.run"
    http_method_names = ["post"]

    def post(self, request: ScopedRequest, of_import: int) -> HttpResponse:
        found = import_of(request, of_import)
        importing.ask(scope=request.scope, of_import=found, kind=asking.LOAD)
        return redirect("crm:import", request.workspace.slug, found.pk)


class ImportProgress(Page):
    """The poll of the wizard: the progress, and when it is over, on to the next step."""

    permission = "imports.view"

    def get(self, request: ScopedRequest, of_import: int) -> HttpResponse:
        found = import_of(request, of_import)
        if found.job is None or found.job.is_over:
            answer = HttpResponse()
            answer["HX-Redirect"] = address("crm:import", request, found)
            return answer
        return render(request, "crm/_import_progress.html", progress(request, found))


class ImportErrors(Page):
    """Refused rows as CSV, formulas disarmed: people's data, so who took it is written down."""

    permission = "customers.export"

    def get(self, request: ScopedRequest, of_import: int) -> HttpResponseBase:
        found = import_of(request, of_import)
        asked = {"import": str(found.pk)}
        exporting.record(scope=request.scope, what="refused_rows", asked=asked, at=clock.now())
        rows, named = error_lines(request, found), f"import-{found.pk}-refused"
        return StreamingHttpResponse(rows, headers=spreadsheets.headers(named))


def error_lines(request: ScopedRequest, found: Import) -> Iterator[str]:
    head = [_("Line"), _("Column"), _("Code"), _("Why not"), _("In the file")]
    yield spreadsheets.MARK + spreadsheets.line(head)
    for line, column, code, value in imports.error_file(scope=request.scope, of_import=found):
        yield spreadsheets.line([line, column, code, str(reason(code)[1]), value])


def import_of(request: ScopedRequest, pk: int) -> Import:
    rows = Import.objects.within(request.scope).select_related("job", "created_by")
    found: Import = get_object_or_404(rows, pk=pk)
    return found


def address(name: str, request: ScopedRequest, found: Import) -> str:
    return reverse(name, args=[request.workspace.slug, found.pk])


def crumbs(request: ScopedRequest) -> list[Crumb]:
    return [Crumb(_("Import"), reverse("crm:imports", args=[request.workspace.slug]))]


def standing(request: ScopedRequest, found: Import, form: ColumnsForm) -> dict[str, Any]:
    """What the page shows at the step where the import stands."""
    is_busy = found.job is not None and not found.job.is_over
    step = {"uploaded": 2, "checked": 3}.get(found.state, 5)
    if is_busy and found.job:
        step = 4 if found.job.kind == asking.LOAD else 3
    rejected = refused(request, found) if found.state in {"checked", "loaded"} else {}
    return {
        "of_import": found, "steps": STEPS, "step": step, "is_busy": is_busy, "form": form,
        "crumbs": crumbs(request), "may_run": request.scope.allows("imports.run"),
        "may_export": request.scope.allows("customers.export"),
        "columns": shown_columns(found, form), "parts": parts(found),
        "figures": figures(found),
        "written": file_words(found.options),
        "remarks": [*doubts(found.options), *habits(found.report)],
        "kept_days": settings.KEEP_IMPORTS_DAYS,
        "to_load": found.created + found.updated,
        "failure": failure(found.error_code) if found.error_code else "",
        **rejected, **progress(request, found),
    }  # fmt: skip


def progress(request: ScopedRequest, found: Import) -> dict[str, Any]:
    may_cancel = found.job is not None and request.scope.allows("jobs.cancel")
    slug = request.workspace.slug
    return {
        "job": found.job,
        "poll_url": address("crm:import_progress", request, found),
        "cancel_url": reverse("core:job_cancel", args=[slug, found.job_id]) if may_cancel else "",
    }


def shown_columns(found: Import, form: ColumnsForm) -> list[dict[str, Any]]:
    return [
        {"name": column["name"], "examples": column["examples"], "field": form[f"column_{place}"],
         "meaning": FIELDS.get(found.mapping.get(column["name"], ""), "")}
        for place, column in enumerate(found.columns)
    ]  # fmt: skip


def parts(found: Import) -> list[Part]:
    is_written = found.state == "loaded"
    changed = gettext("Changed") if is_written else gettext("Will change")
    refused = gettext("Refused") if is_written else gettext("Will be refused")
    return [
        Part(gettext("New"), found.created, "c1"),
        Part(changed, found.updated, "c3"),
        Part(gettext("Same as before"), found.unchanged, "rest"),
        Part(refused, found.rejected, "bad"),
    ]


def figures(found: Import) -> list[Stat]:
    """The same parts as large figures, each with its share and what it means."""
    meanings = (
        (gettext("stand in the base"), gettext("fields brought up to date"), gettext("skipped"),
         gettext("with a reason each"))
        if found.state == "loaded"
        else (gettext("will stand in the base"), gettext("fields will be brought up to date"),
              gettext("will be skipped"), gettext("with a reason each"))
    )  # fmt: skip
    language = get_language() or "en"
    return [
        Stat(
            part.label, Figure(formats.count(part.count, language)),
            note=f"{formats.percent(part.count / (found.rows or 1), language)} · {meaning}",
            tone=part.tone,
        )
        for part, meaning in zip(parts(found), meanings, strict=True)
    ]  # fmt: skip


def refused(request: ScopedRequest, found: Import) -> dict[str, Any]:
    """Refused rows under tabs by reason; the tabs add up to the refused figure."""
    code = request.GET.get("code", "")
    counted = imports.reasons(scope=request.scope, of_import=found)
    tabs = [Tab(_("All"), keyset.address(request.GET, code="", after="", before=""), not code,
                found.rejected)]  # fmt: skip
    tabs += [
        Tab(reason(one.code)[0], keyset.address(request.GET, code=one.code, after="", before=""),
            code == one.code, one.count)
        for one in counted
    ]  # fmt: skip
    rows = imports.rejections(scope=request.scope, of_import=found, code=code)
    page = keyset.page(rows, request.GET, sorts={"line": "line"}, default="line", size=10)
    shown = [(row, reason(row.code)) for row in page.rows]
    return {"reason_tabs": tabs, "refused_page": page, "refused": shown, "refused_columns": REFUSED}
