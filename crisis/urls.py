"""Every address. Nothing is open but what says so itself."""

from django.urls import include, path

from crisis import views
from crisis.crisis_urls import crisis_patterns

handler500 = "crisis.views.broken"

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("crisis.accounts.urls")),
    path("crises/<int:crisis_pk>/", include("services.urls")),
    path("crises/<int:crisis_pk>/", include(crisis_patterns)),
]
