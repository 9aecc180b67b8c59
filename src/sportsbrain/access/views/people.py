"""Pages of people: where registration stands, a list, one person, the form."""

import datetime as dt
import hashlib
import secrets
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sportsbrain.access import actions, queries
from sportsbrain.access.errors import AccessError, UnknownPersonError
from sportsbrain.access.forms import PersonForm
from sportsbrain.access.guards import by_of, duties_on
from sportsbrain.access.queries import CategoryRow, Person, Seats
from sportsbrain.committee.queries import GamesRow
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.people import CheckState, Duty, RegistrationState

RESULTS = (
    CheckState.CLEAR, CheckState.HELD, CheckState.REFUSED, CheckState.APPEALED, CheckState.SENT,
)  # fmt: skip
STATES = ("submitted", "approved", "draft", "refused", "withdrawn")


def now() -> dt.datetime:
    """Return the moment."""
    return dt.datetime.now(dt.UTC)


def overview(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show how far registration is: for the office everybody, for an organisation its own."""
    games, seats = duties_on(request)
    clients = queries.client_rows(games=games, seats=seats)
    if not seats.is_office and len(clients) == 1:
        return _of_client(request, games, seats, clients[0].code)
    groups: dict[str, dict[str, int]] = {}
    for row in clients:
        group = groups.setdefault(row.client_group, dict.fromkeys(STATES, 0))
        for state, people in row.states.items():
            if state in group:
                group[state] += people
    most = max((sum(group.values()) for group in groups.values()), default=0)
    found = queries.waiting(games=games) if seats.is_office else None
    context = {
        "clients": [row for row in clients if row.states or row.places],
        "groups": groups,
        "most": most,
        "wait": found,
        "seats": seats,
    }
    return show(request, "access/overview.html", context, rows=clients)


def _of_client(request: HttpRequest, games: GamesRow, seats: Seats, client: str) -> HttpResponse:
    """Show an organisation its people, its places and what it can do."""
    row = next((r for r in queries.client_rows(games=games, seats=seats) if r.code == client), None)
    if row is None:
        raise Http404(client)
    people, count = queries.person_lines(games=games, seats=seats, client=client)
    quotas = queries.quota_rows(games=games, client=client)
    context = {
        "client": row,
        "people": people,
        "count": count,
        "quotas": quotas,
        "categories": queries.category_rows(games=games),
        "open": _open_categories(games, seats, quotas),
        "seats": seats,
        "may_register": seats.has(Duty.REGISTRATION) or client in seats.clients,
    }
    return show(request, "access/client.html", context, rows=people)


def _open_categories(
    games: GamesRow, seats: Seats, quotas: tuple[queries.QuotaRow, ...]
) -> list[CategoryRow]:
    """Return the categories that somebody can be registered in: with places, before the end."""
    with_places = {quota.category for quota in quotas if quota.places}
    return [
        row
        for row in queries.category_rows(games=games)
        if row.code in with_places
        and (seats.has(Duty.REGISTRATION) or row.closes_at is None or row.closes_at > now())
    ]


def client(request: HttpRequest, games_code: str, client: str) -> HttpResponse:
    """Show one organisation."""
    games, seats = duties_on(request)
    return _of_client(request, games, seats, client)


def people(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show a list of people, filtered by the address."""
    games, seats = duties_on(request)
    asked = {name: request.GET.get(name, "") for name in ("client", "state", "category", "words")}
    page = request.GET.get("page", "1")
    page_number = max(1, int(page)) if page.isdecimal() else 1
    lines, count = queries.person_lines(games=games, seats=seats, page=page_number, **asked)
    context = {
        "people": lines,
        "count": count,
        "asked": asked,
        "states": STATES,
        "categories": queries.category_rows(games=games),
        "page_number": page_number,
        "pages": max(1, -(-count // queries.PAGE)),
        "seats": seats,
        "is_office": seats.has(Duty.REGISTRATION),
    }
    return show(request, "access/people.html", context, rows=lines)


def person(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Show one person, as far as the duties of who asks go; reading sensitive fields is noted."""
    games, seats = duties_on(request)
    try:
        found = queries.person(games=games, seats=seats, number=number)
    except UnknownPersonError as error:
        raise Http404(str(error)) from None
    noted = queries.NOTED & seats.sees(found.client)
    actions.note_read(games=games, classes=sorted(noted), number=number,
                      by=by_of(request, seats, now()))  # fmt: skip
    cards = queries.cards_of(games=games, registration=number)
    valid = next((card for card in cards if card.card_state == "valid"), None)
    rights = queries.rights_of(games=games, numbers=(valid.number,))[valid.number] if valid else ()
    context = {
        "person": found,
        "cards": cards,
        "valid": valid,
        "rights": [right.split() for right in rights],
        "upgrades": queries.upgrades_of(games=games, category=found.category),
        "seats": seats,
        "may_change": seats.has(Duty.REGISTRATION) or found.client in seats.clients,
        "is_office": seats.has(Duty.REGISTRATION),
        "may_card": seats.has(Duty.CARDS),
        "may_vet": seats.has(Duty.VETTING),
        "checks": [state.value for state in RESULTS if state.value != found.check_state],
    }
    return show(request, "access/person.html", context, rows=found)


def photo(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Return a person's photograph."""
    games, seats = duties_on(request)
    try:
        found = queries.person(games=games, seats=seats, number=number)
    except UnknownPersonError as error:
        raise Http404(str(error)) from None
    content = queries.photo_bytes(str(found.fields.get("photo", "")))
    if content is None:
        message = "no photograph"
        raise Http404(message)
    response = HttpResponse(content, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=300"
    return response


def edit(
    request: HttpRequest, games_code: str, client: str, category: str, number: int = 0
) -> HttpResponse:
    """Show and take the form of a person, new or known."""
    games, seats = duties_on(request, Duty.REGISTER, Duty.REGISTRATION)
    if not (seats.has(Duty.REGISTRATION) or client in seats.clients):
        raise Http404(client)
    row = next((r for r in queries.category_rows(games=games) if r.code == category), None)
    if row is None:
        raise Http404(category)
    known = None
    if number:
        try:
            known = queries.person(games=games, seats=seats, number=number)
        except UnknownPersonError as error:
            raise Http404(str(error)) from None
        if known.client != client:
            raise Http404(client)
        actions.note_read(games=games, classes=sorted(queries.NOTED & seats.sees(client)),
                          number=number, by=by_of(request, seats, now()))  # fmt: skip
    initial = PersonForm.initial_of(known, _answers(row, known)) if known else None
    form = PersonForm(
        row, request.POST or None, request.FILES or None, initial=initial,
        has_days=seats.has(Duty.REGISTRATION),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        done = _kept(request, games, seats, form, client, known)
        if done is not None:
            return done
    context = {
        "form": form,
        "category": row,
        "client": client,
        "person": known,
        "replaces": _replaced(request),
        "seats": seats,
        # sent twice, it is one person
        "key": request.POST.get("key") or secrets.token_hex(8),
    }
    status = 422 if request.method == "POST" else 200
    response = show(request, "access/edit.html", context)
    response.status_code = status
    return response


def _replaced(request: HttpRequest) -> int | None:
    """Return whom the person of the form comes instead of, if the page was opened for that."""
    number = request.POST.get("replaces", "") or request.GET.get("replaces", "")
    return int(number) if number.isdecimal() and len(number) < 10 else None


def _answers(row: CategoryRow, known: Any) -> dict[str, str]:
    words = dict(known.answers)
    return {key: words.get(text, "") for key, text, *_rest in row.questions}


def _kept(
    request: HttpRequest,
    games: GamesRow,
    seats: Seats,
    form: PersonForm,
    client: str,
    known: Person | None,
) -> HttpResponse | None:
    """Register what the form says; None when something is wrong, which the form then shows."""
    photo = ""
    if form.cleaned_data["photo"]:
        try:
            photo = actions.keep_photo(form.cleaned_data["photo"].read())
        except AccessError as error:
            form.add_error("photo", str(error))
            return None
    values = form.values(code=_code(request, form, known), client=client, photo=photo)
    if known:
        values = replace(values, answers={**known.kept_answers, **values.answers})
        if not seats.has(Duty.REGISTRATION):
            values = replace(values, starts_on=known.starts_on, ends_on=known.ends_on)
    by = by_of(request, seats, now())
    is_draft = known is None or known.registration_state == RegistrationState.DRAFT.value
    is_complete = "draft" not in request.POST or not is_draft
    replaces = _replaced(request)
    if replaces is not None and known is None:
        return _instead(request, games, form, values, replaces, by)
    done = actions.register_people(games=games, people=[values], by=by, is_complete=is_complete)
    if done.refused:
        trouble = done.refused[0].trouble
        name = trouble.column if trouble.column in form.fields else f"q-{trouble.column}"
        form.add_error(name if name in form.fields else None, trouble.advice)
        return None
    said = _("%(n)s is handed in.") if is_complete else _("%(n)s is kept as a draft.")
    messages.success(request, said % {"n": values.given_name + " " + values.family_name})
    return redirect("access:person", games_code=games.code, number=done.numbers[0])


def _instead(
    request: HttpRequest,
    games: GamesRow,
    form: PersonForm,
    values: actions.PersonValues,
    number: int,
    by: actions.By,
) -> HttpResponse | None:
    """Let the person of the form come instead of another, also after the deadline."""
    why = request.POST.get("why", "")
    try:
        new = actions.replace_late(games=games, number=number, person=values, why=why, by=by)
    except (AccessError, UnknownPersonError) as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, _("%(n)s comes instead of %(o)s.") % {"n": new, "o": number})
    return redirect("access:person", games_code=games.code, number=new)


def _code(request: HttpRequest, form: PersonForm, known: Person | None) -> str:
    """Return the person's code: a form sent twice is one person, another person another."""
    if known:
        return known.code
    who = "|".join(str(form.cleaned_data[n]) for n in ("family_name", "given_name", "birth_date"))
    key = request.POST.get("key", "")[:40]
    return f"web-{key}-{hashlib.sha256(who.encode()).hexdigest()[:8]}"


@require_POST
def decide(request: HttpRequest, games_code: str) -> HttpResponse:
    """Approve, refuse or withdraw the people that were marked."""
    wish = request.POST.get("wish", "")
    games, seats = duties_on(request, Duty.REGISTRATION, Duty.REGISTER)
    numbers = [int(n) for n in request.POST.getlist("number") if n.isdecimal()]
    why = request.POST.get("why", "")
    if wish == "all" and seats.has(Duty.REGISTRATION):
        client = request.POST.get("client", "")
        numbers = list(
            queries.numbers_in(games=games, state=RegistrationState.SUBMITTED, client=client)
        )
        wish = "approve"
    by = by_of(request, seats, now())
    try:
        done = _decided(games, seats, wish, numbers, why, by)
    except (AccessError, UnknownPersonError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        words = ngettext("%(n)d person: done.", "%(n)d people: done.", done)
        messages.success(request, words % {"n": done})
    return redirect(_back(request, games_code))


def _decided(
    games: GamesRow, seats: Seats, wish: str, numbers: list[int], why: str, by: actions.By
) -> int:
    """Carry one decision out; who only registers may only withdraw the own people."""
    if wish == "withdraw":
        for number in numbers:
            queries.person(games=games, seats=seats, number=number)  # others do not exist
        return actions.withdraw(games=games, numbers=numbers, why=why, by=by)
    if not seats.has(Duty.REGISTRATION):
        message = "the registration office decides"
        raise AccessError(message)
    if wish == "approve":
        return actions.approve(games=games, numbers=numbers, by=by)
    return actions.refuse(games=games, numbers=numbers, why=why, by=by)


def _back(request: HttpRequest, games_code: str) -> str:
    """Return where the form came from, if it is a page of these people."""
    path = request.POST.get("next", "")
    home = f"/games/{games_code}/people/"
    return path if path.startswith(home) else home
