"""Addresses of the programme's pages, below a workspace."""

from django.urls import path

from loyalty.views.adjusting import AdjustPoints, UndoAdjustment
from loyalty.views.integrity import CheckNow, Integrity
from loyalty.views.program import ProgramPage, SwitchOff, SwitchOn, TermsPage

app_name = "loyalty"
urlpatterns = [
    path("loyalty/", ProgramPage.as_view(), name="program"),
    path("loyalty/terms/", TermsPage.as_view(), name="terms"),
    path("loyalty/off/", SwitchOff.as_view(), name="switch_off"),
    path("loyalty/on/", SwitchOn.as_view(), name="switch_on"),
    path("loyalty/integrity/", Integrity.as_view(), name="integrity"),
    path("loyalty/integrity/check/", CheckNow.as_view(), name="check"),
    path("loyalty/customers/<int:customer>/adjust/", AdjustPoints.as_view(), name="adjust"),
    path("loyalty/operations/<int:operation>/undo/", UndoAdjustment.as_view(), name="undo_adjust"),
]
