"""Addresses of the programme's endpoints."""

from django.urls import path

from loyalty.api.points import BalanceApi, RedeemApi, StatementApi

app_name = "loyalty_api"
urlpatterns = [
    path("customers/<int:customer>/points", BalanceApi.as_view(), name="balance"),
    path("customers/<int:customer>/points/redeem", RedeemApi.as_view(), name="redeem"),
    path("customers/<int:customer>/points/operations", StatementApi.as_view(), name="statement"),
]
