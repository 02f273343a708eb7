"""Addresses of the customer base's pages, below a workspace."""

from django.urls import path

from crm.views.card import Card, ChangeConsent
from crm.views.customers import Customers, CustomersExport
from crm.views.imports import (
    ImportColumns,
    ImportErrors,
    ImportLoad,
    ImportPage,
    ImportProgress,
    Imports,
    NewImport,
)

app_name = "crm"
urlpatterns = [
    path("customers/", Customers.as_view(), name="customers"),
    path("customers/export/", CustomersExport.as_view(), name="customers_export"),
    path("customers/<int:customer>/", Card.as_view(), name="customer"),
    path("customers/<int:customer>/consent/", ChangeConsent.as_view(), name="consent"),
    path("customers/<int:customer>/<slug:tab>/", Card.as_view(), name="customer_tab"),
    path("imports/", Imports.as_view(), name="imports"),
    path("imports/new/", NewImport.as_view(), name="import_new"),
    path("imports/<int:of_import>/", ImportPage.as_view(), name="import"),
    path("imports/<int:of_import>/columns/", ImportColumns.as_view(), name="import_columns"),
    path("imports/<int:of_import>/load/", ImportLoad.as_view(), name="import_load"),
    path("imports/<int:of_import>/progress/", ImportProgress.as_view(), name="import_progress"),
    path("imports/<int:of_import>/errors/", ImportErrors.as_view(), name="import_errors"),
]
