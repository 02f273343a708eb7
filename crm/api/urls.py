"""Addresses of the customer base's endpoints."""

from django.urls import path

from crm.api.consents import ConsentsApi
from crm.api.customers import CustomerApi, CustomerBatchApi, CustomersApi
from crm.api.orders import OrderApi, OrderBatchApi, OrdersApi, RefundsApi

app_name = "crm_api"
urlpatterns = [
    path("customers", CustomersApi.as_view(), name="customers"),
    path("customers/batch", CustomerBatchApi.as_view(), name="customer_batch"),
    path("customers/<int:customer>", CustomerApi.as_view(), name="customer"),
    path("customers/<int:customer>/consents", ConsentsApi.as_view(), name="consents"),
    path("orders", OrdersApi.as_view(), name="orders"),
    path("orders/batch", OrderBatchApi.as_view(), name="order_batch"),
    path("orders/<int:order>", OrderApi.as_view(), name="order"),
    path("refunds", RefundsApi.as_view(), name="refunds"),
]
