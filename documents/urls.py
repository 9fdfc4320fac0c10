"""Paths of Downloads; the names are English, the paths Spanish."""

from django.urls import path

from documents import sharing, views

app_name = "documents"
urlpatterns = [
    path("descargas/", views.downloads, name="downloads"),
    path("descargas/<uuid:pk>/", views.document, name="document"),
    path("descargas/<uuid:pk>/archivo", views.file, name="file"),
    path("descargas/<uuid:pk>/portada", views.picture, name="picture"),
    path("descargas/<uuid:pk>/nombre/", views.rename, name="rename"),
    path("descargas/<uuid:pk>/borrar/", views.delete, name="delete"),
    path("descargas/<uuid:pk>/compartir/", sharing.share, name="share"),
    path("c/<str:token>/", sharing.shared, name="shared"),
]
