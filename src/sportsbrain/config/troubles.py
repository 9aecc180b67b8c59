"""Pages for what goes wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what is needed and who can."""
    return render(request, "403.html", {"trouble": str(exception)}, status=403)
