"""URLs of the public catalogue: names in English, paths in Spanish."""

from django.urls import path

from procedures import views

app_name = "procedures"
urlpatterns = [
    path("tramites/", views.entities, name="entities"),
    path("tramites/<slug:entity>/", views.entity, name="entity"),
    path("tramites/<slug:entity>/<slug:slug>/", views.procedure, name="procedure"),
    path("situaciones/", views.life_events, name="life_events"),
    path("situaciones/<slug:slug>/", views.life_event, name="life_event"),
]
