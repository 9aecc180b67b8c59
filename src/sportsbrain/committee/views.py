"""Sign in: by password, passkey or organisation (allauth's), or by a link of ours."""

import datetime as dt

from allauth.account.views import LoginView
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sportsbrain.committee.actions import record_sign_in, spend_sign_in_link
from sportsbrain.committee.errors import LinkSpentError
from sportsbrain.committee.queries import seats_of
from sportsbrain.vocabulary.statuses import Role

sign_in = LoginView.as_view()
sign_out = LogoutView.as_view()


def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign the person of a one-time link in."""
    try:
        user, next_path = spend_sign_in_link(token=token, now=dt.datetime.now(dt.UTC))
    except LinkSpentError as error:
        return render(request, "committee/link_spent.html", {"trouble": str(error)}, status=410)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    UserSession.objects.create_from_request(request)  # to be seen and ended by its person
    record_sign_in(request=request, user=user, how="link")
    return redirect(next_path)


def home(request: HttpRequest) -> HttpResponse:
    """Show the Games a person works for; with one, go there."""
    if not request.user.is_authenticated:
        return redirect("committee:sign_in")
    seats = seats_of(user_id=int(request.user.pk))
    if len(seats) == 1 and "all" not in request.GET:
        return redirect("sport:games", games_code=seats[0].games.code)
    may_start = request.user.is_staff or any(
        seat.may(Role.PLANNER) and seat.is_whole for seat in seats
    )
    return render(request, "committee/home.html", {"seats": seats, "may_start": may_start})
