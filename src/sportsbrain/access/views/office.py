"""Pages of the office: duplicates, background checks, lists, who sees what, the tables."""

import csv
import io

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sportsbrain.access import actions, queries
from sportsbrain.access.errors import AccessError, UnknownPersonError
from sportsbrain.access.forms import CLASS_NAMES, CategoryForm
from sportsbrain.access.guards import by_of, duties_on
from sportsbrain.access.planning import propose_duplicates
from sportsbrain.access.views.people import now
from sportsbrain.committee.actions import seat_person
from sportsbrain.committee.guards import seat_on
from sportsbrain.committee.queries import GamesRow
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.people import CheckState, Duty, FieldClass
from sportsbrain.vocabulary.statuses import Role

RESULT_COLUMNS = ("number", "result", "reason")
RESULTS_MAX = 100_000


def duplicates(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show pairs that may be one person, side by side; reading them is noted."""
    games, seats = duties_on(request, Duty.REGISTRATION)
    pairs, count = queries.alike_rows(games=games)
    if pairs:
        actions.note_read(games=games, classes=(FieldClass.IDENTITY,), people=2 * len(pairs),
                          by=by_of(request, seats, now()))  # fmt: skip
    context = {"pairs": pairs, "count": count, "seats": seats}
    return show(request, "access/duplicates.html", context, rows=pairs)


@require_POST
def look_again(request: HttpRequest, games_code: str) -> HttpResponse:
    """Compare everybody again."""
    games, seats = duties_on(request, Duty.REGISTRATION)
    propose_duplicates(games=games, by=by_of(request, seats, now()))
    return redirect("access:duplicates", games_code=games_code)


@require_POST
def decide_pair(request: HttpRequest, games_code: str) -> HttpResponse:
    """Merge two registrations, or say that they are two people."""
    games, seats = duties_on(request, Duty.REGISTRATION)
    by = by_of(request, seats, now())
    try:
        keep, drop = int(request.POST.get("keep", "")), int(request.POST.get("drop", ""))
        if request.POST.get("wish") == "two":
            actions.say_two_people(games=games, one=keep, other=drop, by=by)
            messages.success(request, _("They are two people and are not proposed again."))
        else:
            actions.merge_people(games=games, keep=keep, drop=drop, by=by)
            messages.success(request, _("Merged into %(n)s.") % {"n": keep})
    except (ValueError, UnknownPersonError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("access:duplicates", games_code=games_code)


def checks(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show how background checks stand; the list for who checks is a download."""
    games, seats = duties_on(request, Duty.VETTING)
    rows = queries.check_rows(games=games)
    if rows:
        actions.note_read(games=games, classes=(FieldClass.VETTING,), people=len(rows),
                          by=by_of(request, seats, now()))  # fmt: skip
    context = {"rows": rows, "wait": queries.waiting(games=games), "seats": seats}
    return show(request, "access/checks.html", context, rows=rows)


@require_POST
def send_checks(request: HttpRequest, games_code: str) -> HttpResponse:
    """Hand the names that wait over as CSV and note that they were sent."""
    games, seats = duties_on(request, Duty.VETTING)
    by = by_of(request, seats, now())
    rows = queries.names_to_check(games=games)
    results = [actions.CheckResult(number=r.number, check_state=CheckState.SENT) for r in rows]
    actions.record_checks(games=games, results=results, by=by)
    actions.note_read(games=games, classes=(FieldClass.IDENTITY,), people=len(rows), by=by)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["number", "family_name", "given_name", "birth_date", "gender",
                     "nationality", "document"])  # fmt: skip
    for row in rows:
        writer.writerow([row.number, *map(safe_cell, (row.family_name, row.given_name)),
                         row.birth_date or "", row.gender, row.nationality,
                         safe_cell(row.document)])  # fmt: skip
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="checks-{games.code}.csv"'
    return response


def safe_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


@require_POST
def take_checks(request: HttpRequest, games_code: str) -> HttpResponse:
    """Take results: a CSV of number, result, reason; all of them or none."""
    games, seats = duties_on(request, Duty.VETTING)
    file = request.FILES.get("file")
    try:
        results = _results(file.read().decode("utf-8-sig") if file else "")
        changed = actions.record_checks(
            games=games, results=results, by=by_of(request, seats, now())
        )
    except (AccessError, UnicodeDecodeError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("%(n)s results recorded.") % {"n": changed})
    return redirect("access:checks", games_code=games_code)


def _results(text: str) -> list[actions.CheckResult]:
    reader = csv.DictReader(io.StringIO(text))
    if not {"number", "result"} <= set(reader.fieldnames or ()):
        message = f"the columns are {', '.join(RESULT_COLUMNS)}"
        raise AccessError(message)
    found = []
    for row in reader:
        number, result = (row.get("number") or "").strip(), (row.get("result") or "").strip()
        if not number.isdecimal() or result not in {state.value for state in CheckState}:
            words = ", ".join(state.value for state in CheckState)
            message = f"line {reader.line_num}: {number!r} {result!r}: a number and one of {words}"
            raise AccessError(message)
        found.append(
            actions.CheckResult(
                number=int(number),
                check_state=CheckState(result),
                reason=(row.get("reason") or "").strip(),
            )
        )
    return found[:RESULTS_MAX]


@require_POST
def check_one(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Record what came of one person's check."""
    games, seats = duties_on(request, Duty.VETTING)
    try:
        result = actions.CheckResult(
            number=number,
            check_state=CheckState(request.POST.get("check", "")),
            reason=request.POST.get("reason", "").strip(),
        )
        actions.record_checks(games=games, results=[result], by=by_of(request, seats, now()))
    except ValueError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("access:person", games_code=games_code, number=number)


def tables(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the rights matrix: what each category may, at a glance."""
    games, seats = duties_on(request)
    rows = queries.category_rows(games=games)
    columns = sorted({(kind, place, code) for row in rows for kind, place, code, _d in row.rights})
    cells = [
        (row, [_mark({(k, p, c): d for k, p, c, d in row.rights}, column) for column in columns])
        for row in rows
    ]
    context = {"columns": columns, "cells": cells, "seats": seats}
    return show(request, "access/tables.html", context, rows=rows)


def _mark(rights: dict[tuple[str, str, str], bool], column: tuple[str, str, str]) -> str:
    if column not in rights:
        return ""
    return "given" if rights[column] else "upgrade"


@require_POST
def begin(request: HttpRequest, games_code: str) -> HttpResponse:
    """Begin with the categories of the rules and the delegations of the Games."""
    games, seats = duties_on(request, Duty.REGISTRATION)
    made = actions.begin_tables(games=games, by=by_of(request, seats, now()))
    messages.success(request, _("%(n)s categories and organisations were made.") % {"n": made})
    return redirect("access:tables", games_code=games_code)


def category(request: HttpRequest, games_code: str, code: str = "") -> HttpResponse:
    """Show and take a category: what it asks and what it may."""
    games, seats = duties_on(request, Duty.REGISTRATION)
    row = next((r for r in queries.category_rows(games=games) if r.code == code), None)
    if code and row is None:
        raise Http404(code)
    if request.method == "POST":
        form = CategoryForm(request.POST, auto_id="category-%s")
        if form.is_valid() and _kept_category(games, form, row, by_of(request, seats, now())):
            messages.success(request, _("Kept."))
            return redirect("access:tables", games_code=games.code)
    else:
        form = CategoryForm.of(row) if row else CategoryForm(auto_id="category-%s")
    response = show(request, "access/category.html", {"form": form, "row": row, "seats": seats})
    response.status_code = 422 if request.method == "POST" else 200
    return response


def _kept_category(
    games: GamesRow, form: CategoryForm, row: queries.CategoryRow | None, by: actions.By
) -> bool:
    """Keep what the form says; False when something is against it, which the form then shows."""
    found = form.cleaned_data
    taken = {other.code for other in queries.category_rows(games=games)}
    if (row is None and found["code"] in taken) or (row and row.code != found["code"]):
        form.add_error("code", _("A code is for one category and is not changed."))
        return False
    try:
        with transaction.atomic():
            actions.save_category(
                games=games, code=found["code"], name=found["name"],
                client_group=found["client_group"], needs_check=found["needs_check"],
                needs_photo=found["needs_photo"], age_min=found["age_min"] or 0,
                closes_at=found["closes_at"], by=by,
                rights=tuple(
                    actions.RightValues(kind=kind, place=place, code=right, is_default=is_default)
                    for kind, place, right, is_default in form.cells()
                ),
            )  # fmt: skip
            actions.save_questions(
                games=games, category=found["code"], questions=found["questions"]
            )
    except AccessError as error:
        form.add_error(None, str(error))
        return False
    return True


@require_POST
def save_quota(request: HttpRequest, games_code: str, client: str) -> HttpResponse:
    """Set the places of an organisation in a category."""
    games, seats = duties_on(request, Duty.REGISTRATION)
    category, places = request.POST.get("category", ""), request.POST.get("places", "")
    try:
        if not places.isdecimal():
            message = "places are a whole number"
            raise AccessError(message)
        quotas = {(client, category): int(places)}
        actions.save_quotas(games=games, quotas=quotas, by=by_of(request, seats, now()))
    except AccessError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("access:client", games_code=games_code, client=client)


def privacy(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show who sees what, who has which duty, and what was read; approvers give duties."""
    seat = seat_on(request)
    rows = [(duty, cells) for duty, cells in queries.matrix()]
    seats = queries.seats_of_user(games=seat.games, user_id=int(request.user.pk or 0))
    context = {
        "rows": rows,
        "classes": [CLASS_NAMES[name] for name in FieldClass],
        "duties": queries.duty_rows(games=seat.games),
        "reads": queries.reads(games=seat.games) if seats.has(Duty.PRIVACY) else (),
        "may_give": seat.may(Role.APPROVER),
        "choices": [duty.value for duty in Duty],
        "seats": seats,
    }
    return show(request, "access/privacy.html", context, rows=rows)


@require_POST
def give(request: HttpRequest, games_code: str) -> HttpResponse:
    """Give a duty to a user, or take it away; who is new gets a seat that opens nothing else."""
    seat = seat_on(request, needed=Role.APPROVER)
    games = seat.games
    by = actions.By(name=request.user.get_username(), now=now())
    name, client = request.POST.get("username", "").strip(), request.POST.get("client", "").strip()
    try:
        duty = Duty(request.POST.get("duty", ""))
        if request.POST.get("wish") == "take":
            actions.take_duty(games=games, user_id=int(request.POST.get("user", "0")), duty=duty,
                              client=client, by=by)  # fmt: skip
        elif not name:
            message = _("Say who.")
            raise AccessError(message)
        else:
            user_id = queries.user_id_of(games=games, username=name) or seat_person(
                games_id=games.id, username=name, display_name=name, role=Role.PORTAL,
                actor=by.name,
            )  # fmt: skip
            actions.give_duty(games=games, user_id=user_id, duty=duty, client=client, by=by)
    except ValueError as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    return redirect("access:privacy", games_code=games_code)


@require_POST
def erase(request: HttpRequest, games_code: str, number: int) -> HttpResponse:
    """Erase a person for good; the number has to be typed."""
    games, seats = duties_on(request, Duty.PRIVACY)
    if request.POST.get("typed", "").strip() != str(number):
        messages.error(request, _("Nothing was erased: type the number of the person."))
    else:
        actions.erase_people(
            games=games, numbers=(number,), why=request.POST.get("why", ""),
            by=by_of(request, seats, now()),
        )  # fmt: skip
        messages.success(request, _("Erased. Number and cards stay, nothing else."))
    return redirect("access:person", games_code=games_code, number=number)
