"""Lines of people to registrations: all that are right, in one transaction, or none."""

import pathlib
import threading
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Generator
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from sportsbrain.access.actions import By, PersonValues, keep_photo, register_people
from sportsbrain.access.errors import AccessError
from sportsbrain.committee.queries import GamesRow
from sportsbrain.feeds.people.messages import DATES, PeopleFile, PersonIssue, PersonRow
from sportsbrain.feeds.people.parse import parse_date, parse_people
from sportsbrain.inbox.actions import Rejected, keep_rejects, receive_file
from sportsbrain.plans.jobs import carry_out, launch, now
from sportsbrain.plans.queries import any_run
from sportsbrain.vocabulary.planning import Progress

SOURCE, TABLE = "people", "people"
PLAIN = ("code", "category", "family_name", "given_name", "gender", "nationality", "document",
         "email", "phone", "function", "guardian", "needs")  # fmt: skip
KEPT = ("code", "organisation", "category")  # of a rejected row: what it says of the person is not
POLL_SECONDS = 0.3
PLANNER = "people-import"  # the name of its runs
ISSUES_KEPT = 200
OnProgress = Callable[[str, int, int], None]


class StoppedError(RuntimeError):
    """Somebody stopped the import: nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleReport:
    """
    What a list would change, or changed: read = created + changed + same + rejected.

    ``others``: columns that are kept as answers. ``photos``: pictures that were kept.
    """

    read: int = 0
    created: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0
    photos: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    issues: tuple[PersonIssue, ...] = ()
    others: tuple[str, ...] = ()
    is_applied: bool = False


class _Undo(Exception):  # noqa: N818  # control flow: rolls the rehearsal back
    """Roll everything back: this was only a rehearsal."""


def import_people(
    *,
    games: GamesRow,
    path: pathlib.Path,
    is_applied: bool,
    by: By,
    on_progress: OnProgress = lambda *_: None,
) -> PeopleReport:
    """
    Register the people of a file; without ``is_applied`` only say what that would do.

    Raises
    ------
    UnreadableError
        When the file is no list of people.

    """
    on_progress("reading", 0, 0)
    read = parse_people(path)
    issues = list(read.issues)
    photos = _photos(path, read, issues, on_progress, is_kept=is_applied)
    people: list[PersonValues] = []
    lines: list[int] = []
    for row in read.rows:
        found = _values(row, by, photos.get(row.cells["code"], ""))
        if isinstance(found, PersonIssue):
            issues.append(found)
        else:
            people.append(found)
            lines.append(row.line)
    try:
        with transaction.atomic():
            done = register_people(
                games=games,
                people=people,
                by=by,
                on_progress=lambda count: on_progress("registering", count, len(people)),
            )
            issues += [_refused(lines[refused.index], refused.trouble) for refused in done.refused]
            if not is_applied:
                raise _Undo
            _keep(games, path, read, issues, by)
            on_progress("keeping", len(people), len(people))  # the last moment to stop
    except _Undo:
        pass
    return PeopleReport(
        read=len(read.rows) + sum(1 for issue in read.issues if issue.line),
        created=done.created,
        changed=done.changed,
        same=done.same,
        rejected=sum(1 for issue in issues if issue.line),
        photos=len(photos),
        reasons=dict(Counter(f"{issue.column} {issue.reason}" for issue in issues if issue.line)),
        issues=tuple(sorted(issues, key=lambda i: i.line)),
        others=read.others,
        is_applied=is_applied,
    )


def _refused(line: int, trouble: Any) -> PersonIssue:
    return PersonIssue(
        line=line,
        column=trouble.column,
        value=trouble.value,
        reason=trouble.reason,
        advice=trouble.advice,
    )


def _values(row: PersonRow, by: By, photo: str) -> PersonValues | PersonIssue:
    cells = row.cells
    values: dict[str, Any] = {name: cells[name] for name in PLAIN}
    for name in DATES:
        try:
            values[name] = parse_date(cells[name])
        except ValueError:
            return PersonIssue(
                line=row.line, column=name, value=cells[name], reason="no day",
                advice="year-month-day, such as 2004-05-31",
            )  # fmt: skip
    return PersonValues(
        client=cells["organisation"] or by.client,
        answers=dict(row.answers),
        photo=photo,
        **values,
    )


def _photos(
    path: pathlib.Path,
    read: PeopleFile,
    issues: list[PersonIssue],
    on_progress: OnProgress,
    *,
    is_kept: bool,
) -> dict[str, str]:
    """Keep the pictures of a ZIP and return their fingerprints by the person's code."""
    if not read.photos:
        return {}
    codes = Counter(row.cells["code"] for row in read.rows)
    found = {}
    with zipfile.ZipFile(path) as archive:
        for n, (code, name) in enumerate(sorted(read.photos.items())):
            if n % 100 == 0:
                on_progress("photographs", n, len(read.photos))
            reason, advice = "of nobody", "name a picture by the person's code"
            if codes[code] > 1:
                reason, advice = "of several", "one list for each organisation, or other codes"
            elif code in codes:
                try:
                    found[code] = keep_photo(archive.read(name), is_kept=is_kept)
                    continue
                except (AccessError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
                    reason, advice = str(error)[:60], "send another picture"
            issues.append(PersonIssue(line=0, column=name, value="", reason=reason, advice=advice))
    return found


def _keep(
    games: GamesRow, path: pathlib.Path, read: PeopleFile, issues: list[PersonIssue], by: By
) -> None:
    """Keep the file and the rows that stay in the inbox, with what to do."""
    message = receive_file(games_id=games.id, source_code=SOURCE, path=path, received_by=by.name)
    raw = {row.line: row.cells for row in read.rows}
    keep_rejects(
        message_ids={path.name: message},
        rejects=[
            Rejected(
                file_name=path.name,
                table=TABLE,
                line=issue.line,
                reason=issue.reason[:60],
                column=issue.column[:60],
                value=issue.value if issue.column in KEPT else "",
                advice=issue.advice,
                raw={name: raw.get(issue.line, {}).get(name, "") for name in KEPT},
            )
            for issue in issues
        ],
    )


def import_steps(
    *, games: GamesRow, path: pathlib.Path, is_applied: bool, by: By, clock: Callable[[], float]
) -> Generator[Progress, bool, PeopleReport]:
    """
    Yield progress while a thread imports in one transaction; send True, or close, to stop it.

    Raises
    ------
    StoppedError
        When it was stopped: nothing was changed.

    """
    began = clock()
    told: list[tuple[str, int, int]] = [("reading", 0, 0)]
    stopped = threading.Event()
    ended: list[PeopleReport | Exception] = []

    def say(step: str, done: int, total: int) -> None:
        told[0] = (step, done, total)
        if stopped.is_set():
            message = "stopped: nothing was changed"
            raise StoppedError(message)

    def work() -> None:
        try:
            ended.append(
                import_people(games=games, path=path, is_applied=is_applied, by=by, on_progress=say)
            )
        except Exception as error:  # noqa: BLE001  # handed over to who waits
            ended.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=copy_context().run, args=(work,))
    thread.start()
    try:
        while thread.is_alive():
            thread.join(POLL_SECONDS)
            step, done, total = told[0]
            note = f"{done:,} of {total:,}" if total else ""
            if (yield Progress(step=step, seconds=clock() - began, note=note)):
                stopped.set()
    finally:
        stopped.set()
        thread.join()
    outcome = ended[0]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def launch_import(*, games: GamesRow, path: pathlib.Path, is_applied: bool, by: By) -> int:
    """Start an import in a child process and return the run's id; the file goes when it is kept."""
    order = {"path": str(path), "is_applied": is_applied, "client": by.client}
    return launch(games_id=games.id, planner=PLANNER, order=order, actor=by.name,
                  words=("import-people", str(path)))  # fmt: skip


def carry_import(*, run_id: int, clock: Callable[[], float]) -> None:
    """Carry a waiting import out in this process; progress and outcome are kept with the run."""
    order = any_run(run_id=run_id).order
    path = pathlib.Path(order["path"])

    def steps(games: GamesRow, actor: str) -> Generator[Progress, bool, PeopleReport]:
        by = By(name=actor, now=now(), client=order["client"])
        return import_steps(
            games=games, path=path, is_applied=order["is_applied"], by=by, clock=clock
        )

    try:
        carry_out(run_id=run_id, steps=steps, final=_outcome)
    finally:
        if order["is_applied"]:
            path.unlink(missing_ok=True)


def _outcome(report: PeopleReport) -> dict[str, Any]:
    """Return what is kept of an import: counts and where to look; what was written stays out."""
    return {
        "read": report.read,
        "created": report.created,
        "changed": report.changed,
        "same": report.same,
        "rejected": report.rejected,
        "photos": report.photos,
        "others": report.others,
        "reasons": report.reasons,
        "issues": [  # a picture is named by its person: not kept
            [issue.line, issue.column if issue.line else "", issue.reason, issue.advice]
            for issue in report.issues[:ISSUES_KEPT]
        ],
    }
