"""Furniture of the command line: progress in one line, refusals with an exit code."""

import pathlib
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from sportsbrain.vocabulary.planning import Progress

WIDTH, ISSUES_SHOWN = 110, 40


def fail(code: int, text: str) -> typer.Exit:
    """Say on standard error what is wrong and return the exit to raise."""
    typer.echo(text, err=True)
    return typer.Exit(code)


def refuse_rows(command: str, path: pathlib.Path, issues: Sequence[str], advice: str) -> None:
    """Say which rows of a file are wrong, the first of them, and raise the exit; none: go on."""
    for issue in issues[:ISSUES_SHOWN]:
        typer.echo(f"{path.name}: {issue}", err=True)
    if issues:
        hidden = len(issues) - ISSUES_SHOWN
        more = f" (and {hidden} more)" if hidden > 0 else ""
        raise fail(3, f"{command}: {advice}{more}")


def progress_line(*, is_quiet: bool) -> Callable[[Progress], None]:
    """Return a function that shows progress: in place on a terminal, else line by line."""
    is_live = sys.stderr.isatty()

    def show(progress: Progress) -> None:
        if is_quiet and not is_live:
            return
        objective = "—" if progress.objective is None else f"{progress.objective:,.1f}"
        share = "—" if progress.gap is None else f"{progress.gap:.1%}"
        line = (
            f"{progress.seconds:6.1f} s  objective {objective}  bound {progress.bound or 0:,.1f}"
            f"  gap {share}  {progress.step}: {progress.note}"
        )
        shown = ("\r\x1b[2K" if is_live else "") + line[:WIDTH] + ("" if is_live else "\n")
        sys.stderr.write(shown)
        sys.stderr.flush()

    return show


def show_terms(terms: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]) -> None:
    """Print each soft term with its weight, its own best, and what it is against."""
    for key, term in terms.items():
        above = term["value"] - term["bound"]
        line = f"  {key:15} {term['value']:>10,.1f}  × {term['weight']:<5g}"
        line += f"  {above:>8,.1f} above its own best of {term['bound']:,.1f}"
        if key in other:
            line += f"   against {other[key]['value']:>10,.1f}"
        typer.echo(line)


def end_like_ctrl_c() -> None:
    """Let a signal or a closed terminal end a command as Ctrl-C does: with what it began."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # a shell's background job ignores the first
        if number := getattr(signal, name, None):
            signal.signal(number, signal.default_int_handler)
