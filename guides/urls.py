"""Paths of the guides."""

from django.urls import path

from guides import views
from guides.topics import TOPICS

app_name = "guides"
urlpatterns = [
    path("ayuda/", views.index, name="index"),
    path("ayuda/videos/", views.tutorials, name="tutorials"),
    *(path(f"ayuda/{topic.slug}/", views.topic, {"topic": topic}, name=topic.key) for topic in TOPICS),
]
