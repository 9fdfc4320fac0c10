"""Paths of the guides and of the question form."""

from django.urls import path

from guides import question_form, views
from guides.topics import TOPICS

app_name = "guides"
urlpatterns = [
    path("ayuda/", views.index, name="index"),
    path("ayuda/videos/", views.tutorials, name="tutorials"),
    *(
        path(
            f"ayuda/{topic.slug}/",
            views.questions if topic.key == "questions" else views.topic,
            {"topic": topic},
            name=topic.key,
        )
        for topic in TOPICS
    ),
    path("ayuda/preguntar/", question_form.ask, name="ask"),
    path("ayuda/preguntar/recibida/", question_form.received, name="received"),
]
