"""All addresses."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from sportsbrain.committee.views import sign_in
from sportsbrain.config.api import api
from sportsbrain.config.watching import open_views

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one door
urlpatterns = [
    path("account/", include("allauth.urls")),
    path("sign-in/", sign_in, name="account_login"),  # there its pages send people
    path("", include("sportsbrain.committee.urls")),
    path("", include("sportsbrain.sport.urls")),
    path("", include("sportsbrain.venues.urls")),
    path("", include("sportsbrain.transport.urls")),
    path("", include("sportsbrain.village.urls")),
    path("", include("sportsbrain.workforce.urls")),
    path("", include("sportsbrain.access.urls")),
    path("", include("sportsbrain.shop.urls")),
    path("", include("sportsbrain.channel.urls")),
    path("", include("sportsbrain.controlroom.urls")),
    path("", include("sportsbrain.feeds.maps.urls")),
    path("", include("sportsbrain.feeds.tables.urls")),
    path("", include("sportsbrain.feeds.people.urls")),
    path("", include("sportsbrain.feeds.arrivals.urls")),
    path("", include("sportsbrain.feeds.payments.urls")),
    path("api/v1/", api.urls),
    *(path(address, view, name=view.__name__) for address, view in open_views()),
    path("admin/", admin.site.urls),
]
handler403 = "sportsbrain.config.troubles.denied"
