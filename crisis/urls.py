"""Every address. Nothing is open but what says so itself."""

from django.urls import include, path

from crisis import views
from crisis.communiques.release_urls import crisis_patterns as crisis_patterns_of_releases
from crisis.crisis_urls import crisis_patterns, house_patterns
from crisis.displays.urls import crisis_patterns as crisis_patterns_of_displays
from crisis.displays.urls import wall_patterns

handler400 = "crisis.views.not_accepted"
handler500 = "crisis.views.broken"

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("crisis.accounts.urls")),
    path("", include("services.opening.urls")),
    path("backup/", include("crisis.backup.urls")),
    path("wall/", include(wall_patterns)),
    path("house/", include(house_patterns)),
    path("crises/<int:crisis_pk>/public/", include(crisis_patterns_of_releases)),
    path("crises/<int:crisis_pk>/displays/", include(crisis_patterns_of_displays)),
    path("crises/<int:crisis_pk>/", include("crisis.meetings.urls")),
    path("crises/<int:crisis_pk>/", include("crisis.communiques.urls")),
    path("crises/<int:crisis_pk>/", include("services.urls")),
    path("crises/<int:crisis_pk>/", include(crisis_patterns)),
]
