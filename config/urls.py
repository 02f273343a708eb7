"""Every address of the product."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from core.ui.gallery import Gallery
from core.views.entrance import Entrance
from core.views.icon import Icon

handler400 = "core.api.problems.bad_request"
handler403 = "core.api.problems.permission_denied"
handler404 = "core.api.problems.not_found"
handler500 = "core.api.problems.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", Entrance.as_view(), name="entrance"),
    path("favicon.ico", Icon.as_view(), name="favicon"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("language/", set_language, name="set_language"),
    path("gallery/", Gallery.as_view(), name="gallery"),
    path("api/", include("core.api.urls")),
    path("api/v1/", include("crm.api.urls")),
    path("api/v1/", include("loyalty.api.urls")),
    path("api/v1/", include("analytics.api.urls")),
    path("m/", include("campaigns.public.urls")),
    path("admin/", admin.site.urls),
    path("<slug:workspace>/", include("core.urls")),
    path("<slug:workspace>/", include("crm.urls")),
    path("<slug:workspace>/", include("loyalty.urls")),
    path("<slug:workspace>/", include("campaigns.urls")),
    path("<slug:workspace>/", include("analytics.urls")),
]
