"""Addresses under /m/: short, because they travel in messages."""

from django.urls import path

from campaigns.public import hooks, links

app_name = "messages"
urlpatterns = [
    path("o/<str:token>.gif", links.OpenPixel.as_view(), name="pixel"),
    path("c/<str:token>", links.Click.as_view(), name="click"),
    path("u/<str:token>", links.Unsubscribe.as_view(), name="unsubscribe"),
    path("h/<int:channel>", hooks.ProviderCall.as_view(), name="hook"),
]
