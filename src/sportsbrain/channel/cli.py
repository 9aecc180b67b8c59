"""`sportsbrain channel`: publish pages, serve them and the deltas, say what nginx needs."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sportsbrain.ui.terminal import end_like_ctrl_c, fail

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="channel", help="Pages, live deltas, calendars and data for every fan.")
FOLDER = Path("var/channel")
Folder = Annotated[Path, typer.Option(help="Where finished pages stand")]
Nats = Annotated[str, typer.Option(envvar="NATS_URL", help="Where NATS listens: several machines")]
Code = Annotated[str, typer.Option(help="Code of the Games")]
NGINX = """\
# Made by `sportsbrain channel nginx`: {folder} as plain files, deltas from the hub.
# Start it with: nginx -c {conf}
worker_processes auto;
pid {folder}/.nginx/nginx.pid;
error_log stderr warn;
daemon off;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  types {{ text/html html; application/json json; text/calendar ics; text/css css;
          application/atom+xml atom; application/vnd.apple.mpegurl m3u8; video/mp2t ts;
          text/vtt vtt; image/svg+xml svg; image/jpeg jpg; image/png png;
          text/javascript js; application/x-ndjson ndjson; }}
  charset utf-8;
  charset_types text/html application/json application/atom+xml text/calendar text/css
                text/javascript;
  client_body_temp_path {folder}/.nginx/body;
  proxy_temp_path {folder}/.nginx/proxy;
  fastcgi_temp_path {folder}/.nginx/other;
  uwsgi_temp_path {folder}/.nginx/other;
  scgi_temp_path {folder}/.nginx/other;
  limit_req_zone $binary_remote_addr zone=asked:4m rate=5r/s;
  upstream hub {{ server {hub}; keepalive 64; }}
  server {{
    listen {listen}{tls};
    root {folder};
    gzip_static on;
    location ~ /\\. {{ return 404; }}
    location = /live {{
      proxy_pass http://hub;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 1h;
    }}
    location ~ ^/[^/]+/(push|calendars/mine\\.ics)$ {{
      proxy_pass http://hub;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      client_max_body_size 16k;
      limit_req zone=asked burst=20 nodelay;
    }}
    location / {{
      index index.html;
      add_header Cache-Control "public, max-age=1, stale-while-revalidate=30, stale-if-error=86400";
      add_header Vary Accept-Encoding;
      add_header X-Content-Type-Options nosniff;
      add_header Referrer-Policy no-referrer;
      add_header Content-Security-Policy "{policy}";
      add_header Access-Control-Allow-Origin *;
    }}
  }}
}}
"""
TLS = """\
 ssl http2;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:8m"""


@group.command("publish")
def publish_command(
    games: Code = "",
    folder: Folder = FOLDER,
    languages: Annotated[str, typer.Option(help="Such as en,fr,ar; all of them unless told")] = "",
    once: Annotated[bool, typer.Option("--once", help="Make what is due and end")] = False,
    nats: Nats = "",
    storage: Annotated[
        str, typer.Option(envvar="SPORTSBRAIN_FANS_STORAGE", help="Also s3://bucket/prefix")
    ] = "",
) -> None:
    """Keep the pages of a Games finished while the live log goes on; Ctrl-C ends it."""
    from sportsbrain.channel.exports import LANGUAGES
    from sportsbrain.channel.jobs.publisher import Publisher
    from sportsbrain.plans.exports import games_named

    known = [one.tag for one in LANGUAGES]
    tags = [tag for tag in languages.split(",") if tag] or known
    wrong = sorted(set(tags) - set(known))
    if wrong:
        raise fail(2, f"channel publish: no language {wrong[0]!r}; known are {', '.join(known)}")
    row = games_named(games)
    typer.echo(f"reading {row.name} …")
    mirror = _mirror(folder, storage) if storage else None
    publisher = Publisher(games=row, folder=folder, tags=tuple(tags),
                          told=mirror.changed if mirror else None)  # fmt: skip
    if once:
        made = publisher.make_all(
            lambda left: typer.echo(f"\r  {left:,} pages to make  ", nl=False)
        )
        typer.echo(f"\r  {made:,} pages in {len(tags)} languages under {folder}/{row.code}")
        if publisher.failed:
            raise fail(
                4,
                f"channel publish: {len(publisher.failed):,} pages could not be made,"
                f" {min(publisher.failed).address} among them; the log says why",
            )
        if mirror:
            typer.echo(f"  bringing {mirror.look():,} files to the storage …")
            if not mirror.wait(3600):
                raise fail(4, "channel publish: the storage did not take all files in an hour")
        return
    ended: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: ended.append(got))
    if nats:
        _carry(folder / row.code / "deltas", row.code, nats)
    typer.echo(f"publishing under {folder}/{row.code}; Ctrl-C ends")
    publisher.run(stop=lambda: bool(ended))


def _mirror(folder: Path, address: str) -> Any:
    """Return what keeps a bucket equal to the folder, and let it look for what is missing there."""
    import threading
    from importlib.util import find_spec

    if find_spec("storages") is None:
        raise fail(2, "channel: a storage needs `pip install sportsbrain[objects]`")
    from sportsbrain.channel.jobs.mirror import Mirror

    try:
        mirror = Mirror(folder, address)
    except ValueError as error:
        raise fail(2, f"channel publish: {error}") from None
    threading.Thread(target=mirror.look, daemon=True).start()
    return mirror


def _carry(folder: Path, games: str, nats: str) -> None:
    """Carry the journal to NATS in a thread of its own."""
    import asyncio
    import threading

    _need_nats()
    from sportsbrain.channel.jobs.stream import carry

    threading.Thread(
        target=lambda: asyncio.run(carry(folder, games=games, url=nats)), daemon=True
    ).start()


def _need_nats() -> None:
    from importlib.util import find_spec

    if find_spec("nats") is None:
        raise fail(2, "channel: NATS needs `pip install sportsbrain[scale]`")


@group.command("notify")
def notify_command(games: Code = "", folder: Folder = FOLDER) -> None:
    """Tell by Web Push who asked on the fans' pages; Ctrl-C ends it."""
    from importlib.util import find_spec

    from sportsbrain.plans.exports import games_named

    if find_spec("pywebpush") is None:
        raise fail(2, "channel notify needs `pip install sportsbrain[push]`")
    from sportsbrain.channel.jobs.notifier import Notifier

    row = games_named(games)
    ended: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: ended.append(got))
    typer.echo(f"telling who asked of {row.name}; Ctrl-C ends")
    Notifier(games=row, folder=folder).run(stop=lambda: bool(ended))


@group.command("serve")
def serve_command(
    folder: Folder = FOLDER,
    port: Annotated[int, typer.Option(help="Port")] = 8090,
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    games: Annotated[str, typer.Option(help="With NATS: whose deltas to keep a copy of")] = "",
    nats: Nats = "",
) -> None:
    """Serve finished pages and live deltas without Django or a database; Ctrl-C ends it."""
    from functools import partial

    from sportsbrain.channel.jobs.server import serve

    if sys.platform != "win32":
        import uvloop

        uvloop.install()
    beside = None
    if nats and not games:
        typer.echo("NATS is named but no Games: the folder is served as it is; --games CODE keeps"
                   " a copy of its deltas", err=True)  # fmt: skip
    if nats and games:
        _need_nats()
        from sportsbrain.channel.jobs.stream import keep_copy

        copy = folder / games / "deltas"
        beside = partial(keep_copy, copy, games=games, url=nats)
    try:
        serve(folder, host=host, port=port, beside=beside,
              ready=lambda: typer.echo(f"http://{host}:{port}/"))  # fmt: skip
    except OSError as error:
        raise fail(4, f"channel serve: {error}") from None


@group.command("run")
def run_command(
    games: Code = "",
    folder: Folder = FOLDER,
    port: Annotated[int, typer.Option(help="Port")] = 8090,
    languages: Annotated[str, typer.Option(help="Such as en,fr,ar; all of them unless told")] = "",
) -> None:
    """Publish, serve and tell by push, each in a process of its own; Ctrl-C ends all."""
    from importlib.util import find_spec

    words = [
        *(
            [["notify", "--games", games, "--folder", str(folder)]]
            if find_spec("pywebpush")
            else []
        ),
        ["publish", "--games", games, "--folder", str(folder), "--languages", languages],
        ["serve", "--folder", str(folder), "--port", str(port)],
    ]
    end_like_ctrl_c()
    both: list[Any] = [
        subprocess.Popen([sys.executable, "-m", "sportsbrain", "channel", *some])  # noqa: S603  # our own interpreter and module
        for some in words
    ]
    try:
        for process in both:
            process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        for process in both:
            process.terminate()
        for process in both:
            process.wait(10)


@group.command("nginx")
def nginx_command(
    folder: Folder = FOLDER,
    listen: Annotated[str, typer.Option(help="Where nginx listens")] = "127.0.0.1:8091",
    hub: Annotated[str, typer.Option(help="Where `channel serve` listens")] = "127.0.0.1:8090",
    certificate: Annotated[str, typer.Option(help="With --key: TLS and HTTP/2")] = "",
    key: Annotated[str, typer.Option(help="Key of the certificate")] = "",
) -> None:
    """Write a configuration of nginx that serves the folder, and say how to start it."""
    from sportsbrain.channel.jobs.pages import POLICY

    if bool(certificate) != bool(key):
        raise fail(2, "channel nginx: --certificate and --key belong together")
    tls = ""
    if certificate:
        tls = TLS.format(certificate=Path(certificate).resolve(), key=Path(key).resolve())
    whole = folder.resolve()
    (whole / ".nginx").mkdir(parents=True, exist_ok=True)
    conf = whole / ".nginx" / "nginx.conf"
    conf.write_text(
        NGINX.format(folder=whole, conf=conf, listen=listen, hub=hub, tls=tls, policy=POLICY)
    )
    typer.echo(f"nginx -c {conf}")
