"""URLs of one citizen's run of a procedure: names in English, paths in Spanish."""

from django.urls import path

from accesses.views import favourites, identification, results, running, starting

app_name = "accesses"
urlpatterns = [
    path("identificacion/", identification.identification, name="identification"),
    path("tramites/<slug:entity>/<slug:slug>/empezar/", starting.start, name="start"),
    path("tramites/<slug:entity>/<slug:slug>/favorito/", favourites.favourite, name="favourite"),
    path("tramites/<slug:entity>/<slug:slug>/quitar-de-recientes/", favourites.forget_recent, name="forget_recent"),
    path("accesos/", running.accesses, name="accesses"),
    path("accesos/<uuid:pk>/", running.resume, name="resume"),
    path("accesos/<uuid:pk>/usuario/", starting.user, name="user"),
    path("accesos/<uuid:pk>/usuario/nuevo/", starting.new_user, name="new_user"),
    path("accesos/<uuid:pk>/espera/", running.wait, name="wait"),
    path("accesos/<uuid:pk>/resultado/", results.result, name="result"),
    path("accesos/<uuid:pk>/descartar/", running.discard, name="discard"),
]
