"""URLs of the validation steps, named after the steps' keys."""

from django.urls import path

from clave.pin import views

app_name = "clave"
urlpatterns = [
    path("clave/<uuid:pk>/metodo/", views.method, name="method"),
    path("clave/<uuid:pk>/app/", views.pin_app, name="pin_app"),
    path("clave/<uuid:pk>/contraste/", views.contrast, name="contrast"),
    path("clave/<uuid:pk>/pin/", views.sms_pin, name="sms_pin"),
]
