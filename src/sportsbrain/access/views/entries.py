"""Pages of sport entries: events with places, one event with its entries and who could come."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from sportsbrain.access import actions, queries
from sportsbrain.access.errors import AccessError, UnknownPersonError
from sportsbrain.access.forms import EventRuleForm
from sportsbrain.access.guards import by_of, duties_on
from sportsbrain.access.queries import Seats
from sportsbrain.access.views.people import now
from sportsbrain.committee.queries import GamesRow
from sportsbrain.ui.pages import show
from sportsbrain.vocabulary.people import Duty, FieldClass, Standing, WithdrawalReason

SOON = dt.timedelta(days=7)


def entries(request: HttpRequest, games_code: str) -> HttpResponse:
    """Show the events with places and entries, of one delegation or of all."""
    games, seats = duties_on(request, Duty.REGISTER, Duty.REGISTRATION)
    organisation = _organisation(request, seats)
    lines = queries.event_lines(games=games, organisation=organisation)
    moment = now()
    is_open = [line for line in lines if line.closes_at is None or line.closes_at > moment]
    groups = queries.entries_by_discipline(lines)
    context = {
        "groups": [group for group in groups if _is_used(group[1])],
        "others": [group for group in groups if not _is_used(group[1])],
        "organisation": organisation,
        "organisations": _organisations(games, seats),
        "entered": sum(line.event.entered for line in lines),
        "reserves": sum(line.event.reserves for line in lines),
        "withdrawn": sum(line.event.withdrawn for line in lines),
        "opened": sum(1 for line in lines if line.reserves is not None),
        "events": len(lines),
        "soon": sum(1 for n in is_open if n.closes_at and n.closes_at - moment < SOON),
        "moment": moment,
        "faults": queries.entry_faults(games=games, organisation=organisation)
        if "check" in request.GET
        else None,
        "seats": seats,
        "is_office": seats.has(Duty.REGISTRATION),
    }
    return show(request, "access/entries.html", context, rows=lines)


def _is_used(lines: tuple[queries.EventLine, ...]) -> bool:
    return any(line.event.entered or line.event.reserves or line.event.withdrawn for line in lines)


def event(request: HttpRequest, games_code: str, event: str) -> HttpResponse:
    """Show one event: entries, who could be entered and why not, what was changed."""
    games, seats = duties_on(request, Duty.REGISTER, Duty.REGISTRATION)
    organisation = _organisation(request, seats)
    page = queries.event_page(games=games, event=event, organisation=organisation)
    if page is None:
        raise Http404(event)
    told = sum(1 for step in page.steps if step.reason)
    if told:  # a reason may be medical: reading it is noted
        actions.note_read(games=games, classes=(FieldClass.NEEDS,), people=told,
                          by=by_of(request, seats, now()))  # fmt: skip
    possible, athletes = queries.candidates(games=games, page=page, organisation=organisation)
    is_office = seats.has(Duty.REGISTRATION)
    is_over = bool(page.rule and page.rule.closes_at and page.rule.closes_at <= now())
    context = {
        "page": page,
        "organisation": organisation,
        "organisations": _organisations(games, seats),
        "possible": [one for one in possible if not one.troubles],
        "impossible": [one for one in possible if one.troubles],
        "athletes": athletes,
        "taken": page.event.entered,
        "left": max(0, page.places - page.event.entered),
        "left_reserves": max(0, page.reserves - page.event.reserves),
        "waiting": [e for e in page.entries if e.standing == Standing.RESERVE.value],
        "reasons": [reason.value for reason in WithdrawalReason],
        "is_over": is_over,
        "may_enter": bool(page.rule and organisation and (is_office or not is_over)),
        "form": EventRuleForm.of(page.rule) if is_office else None,
        "seats": seats,
        "is_office": is_office,
    }
    return show(request, "access/event.html", context, rows=page)


def _organisation(request: HttpRequest, seats: Seats) -> str:
    """Return the delegation of the page: who has one sees that one, the office any or all."""
    asked = request.GET.get("client", "") or request.POST.get("client", "")
    if seats.has(Duty.REGISTRATION):
        return asked
    if asked and asked not in seats.clients:
        raise Http404(asked)
    return asked or next(iter(seats.clients), "-")


def _organisations(games: GamesRow, seats: Seats) -> list[tuple[str, str]]:
    rows = queries.client_rows(games=games, seats=seats)
    return [(row.code, row.name) for row in rows if row.client_group == "athletes"]


@require_POST
def change(request: HttpRequest, games_code: str, event: str) -> HttpResponse:
    """Enter, withdraw, replace, or make a team."""
    games, seats = duties_on(request, Duty.REGISTER, Duty.REGISTRATION)
    organisation = _organisation(request, seats)
    by = by_of(request, seats, now())
    try:
        said = _WISHES[request.POST.get("wish", "")](request, games, event, by)
    except KeyError:
        messages.error(request, _("Nothing was changed: choose what to do."))
    except (AccessError, UnknownPersonError, ValueError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, said)
    return redirect(_address(games, event, organisation))


def _address(games: GamesRow, event: str, organisation: str) -> str:
    found = reverse("access:entry_event", args=[games.code, event])
    return f"{found}?client={organisation}" if organisation else found


def _enter(request: HttpRequest, games: GamesRow, event: str, by: actions.By) -> str:
    values = [
        actions.EntryValues(
            event=event,
            competitor=code,
            standing=Standing(request.POST.get("standing", Standing.ENTERED.value)),
            mark=request.POST.get("mark", "").strip()[:20],
        )
        for code in request.POST.getlist("competitor")
        if code and "\x00" not in code
    ]
    if not values:
        raise AccessError(_("choose somebody first"))
    done = actions.enter(games=games, entries=values, by=by)
    if done.refused:
        troubles = done.refused[0].troubles
        raise AccessError("; ".join(f"{t.reason}: {t.advice}" for t in troubles))
    words = ngettext("%(n)d entry is made.", "%(n)d entries are made.", done.made)
    return words % {"n": done.made}


def _withdraw(request: HttpRequest, games: GamesRow, event: str, by: actions.By) -> str:
    gone = request.POST.get("competitor", "")
    reason = WithdrawalReason(request.POST.get("reason", ""))
    note, comes = request.POST.get("note", ""), request.POST.get("comes", "")
    if comes:
        actions.replace_entry(
            games=games, event=event, gone=gone, comes=comes, reason=reason, note=note, by=by
        )
        return _("%(gone)s is withdrawn, %(comes)s comes instead.") % {"gone": gone, "comes": comes}
    actions.withdraw_entries(
        games=games, event=event, competitors=(gone,), reason=reason, note=note, by=by
    )
    return _("%(gone)s is withdrawn.") % {"gone": gone}


def _team(request: HttpRequest, games: GamesRow, event: str, by: actions.By) -> str:
    code = actions.compose_team(
        games=games, event=event, members=request.POST.getlist("member"), by=by,
        name=request.POST.get("name", "").strip()[:200], team=request.POST.get("team", ""),
    )  # fmt: skip
    return _("The team %(code)s is made: now enter it.") % {"code": code}


_WISHES = {"enter": _enter, "withdraw": _withdraw, "team": _team}


@require_POST
def open_events(request: HttpRequest, games_code: str) -> HttpResponse:
    """Open every event that is not open, with the usual rules."""
    games, seats = duties_on(request, Duty.REGISTRATION)
    opened = actions.begin_event_rules(games=games, by=by_of(request, seats, now()))
    words = ngettext("%(n)d event is open.", "%(n)d events are open.", opened)
    messages.success(request, words % {"n": opened})
    return redirect("access:entries", games_code=games_code)


@require_POST
def save_rule(request: HttpRequest, games_code: str, event: str) -> HttpResponse:
    """Keep what an event asks, and the places of a delegation when one is named."""
    games, seats = duties_on(request, Duty.REGISTRATION)
    organisation = _organisation(request, seats)
    by = by_of(request, seats, now())
    form = EventRuleForm(request.POST)
    try:
        if "own" in request.POST and form.is_valid():
            found = form.values()
            places = (found.places, found.reserves)
            actions.save_entry_quotas(games=games, event=event, quotas={organisation: places},
                                      by=by)  # fmt: skip
        elif form.is_valid():
            actions.save_event_rules(games=games, rules={event: form.values()}, by=by)
        else:
            name, errors = next(iter(form.errors.items()))
            raise AccessError(f"{form.fields[name].label}: {errors[0]}")
    except (AccessError, ValueError, KeyError) as error:
        messages.error(request, _("Nothing was changed:") + f" {error}")
    else:
        messages.success(request, _("Kept."))
    return redirect(_address(games, event, organisation))
