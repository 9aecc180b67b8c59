"""Stub."""

import typer

app = typer.Typer()
