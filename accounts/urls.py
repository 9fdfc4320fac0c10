"""Paths of the saved users and of this device; the names are English, the paths Spanish."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("usuarios/", views.users, name="users"),
    path("usuarios/<uuid:pk>/", views.user, name="user"),
    path("usuarios/<uuid:pk>/borrar/", views.remove, name="remove"),
    path("dispositivo/", views.device, name="device"),
    path("dispositivo/borrar/", views.erase, name="erase"),
]
