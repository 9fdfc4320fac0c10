"""Paths of the catalogue and of accesses; the names are English, the paths Spanish."""

from django.urls import path

from procedures.views import browsing, results, running, shelf, starting

app_name = "procedures"
urlpatterns = [
    path("identificacion/", browsing.identification, name="identification"),
    path("tramites/", browsing.entities, name="entities"),
    path("tramites/<slug:slug>/", browsing.entity, name="entity"),
    path("tramites/<slug:entity>/<slug:slug>/", browsing.procedure, name="procedure"),
    path("tramites/<slug:entity>/<slug:slug>/empezar/", starting.start, name="start"),
    path("tramites/<slug:entity>/<slug:slug>/favorito/", shelf.favourite, name="favourite"),
    path("tramites/<slug:entity>/<slug:slug>/quitar-de-recientes/", shelf.forget_recent, name="forget_recent"),
    path("situaciones/", browsing.life_events, name="life_events"),
    path("situaciones/<slug:slug>/", browsing.life_event, name="life_event"),
    path("accesos/", running.accesses, name="accesses"),
    path("accesos/<uuid:pk>/", running.resume, name="resume"),
    path("accesos/<uuid:pk>/usuario/", starting.user, name="user"),
    path("accesos/<uuid:pk>/usuario/nuevo/", starting.new_user, name="new_user"),
    path("accesos/<uuid:pk>/espera/", running.wait, name="wait"),
    path("accesos/<uuid:pk>/resultado/", results.result, name="result"),
    path("accesos/<uuid:pk>/descartar/", running.discard, name="discard"),
]
