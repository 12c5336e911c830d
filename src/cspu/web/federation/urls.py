"""Addresses for partner instances."""

from __future__ import annotations

from django.urls import path

from cspu.web.federation import views

urlpatterns = [
    path("federation/v1/messages", views.messages, name="federation_messages"),
    path("federation/v1/statement", views.book, name="federation_statement"),
]
