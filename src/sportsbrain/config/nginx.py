"""
`sportsbrain nginx`: what nginx needs to know to stand before the site.

Pages that are the same for everybody (their Cache-Control says so) are kept as compressed bytes,
one for each language: each is made at most once a second, however many read it, and goes on being
served while the site is away. Everything else passes.
"""

from typing import Annotated

import typer

app = typer.Typer()
CONFIG = """\
# Made by `sportsbrain nginx`. Start it with: nginx -p {folder} -c {folder}/nginx.conf
worker_processes {workers};
pid {folder}/nginx.pid;
error_log stderr warn;
daemon off;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  server_tokens off;
  sendfile on;
  tcp_nodelay on;
  keepalive_requests 100000;
  client_max_body_size 64m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/other;
  uwsgi_temp_path {folder}/other;
  scgi_temp_path {folder}/other;
  proxy_cache_path {folder}/pages levels=1:2 keys_zone=pages:32m max_size=2g inactive=1d
                   use_temp_path=off;
  map $http_accept_encoding $kept_encoding {{ default ""; "~*gzip" gzip; }}
  map $http_accept_language $asked_language {{ default "{first}";{asked} }}
  map $cookie_{cookie} $kept_language {{ default $asked_language;{chosen} }}
  upstream site {{ server {site}; keepalive 16; }}
  server {{
    listen {listen};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    location / {{
      proxy_pass http://site;
      proxy_buffering off;
      proxy_read_timeout 1h;
    }}
    location ~ ^/shop/[^/]+/(product/|picture/|feed\\.tsv|$) {{
      proxy_pass http://site;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Cookie "";
      proxy_set_header Accept-Language $kept_language;
      proxy_set_header Accept-Encoding $kept_encoding;
      proxy_cache pages;
      proxy_cache_key "$scheme$http_host$request_uri|$kept_language|$kept_encoding";
      proxy_ignore_headers Vary;
      proxy_cache_methods GET HEAD;
      proxy_cache_lock on;
      proxy_cache_background_update on;
      proxy_cache_use_stale error timeout http_500 http_502 http_503 http_504;
      add_header X-Kept $upstream_cache_status;
    }}
  }}
}}
"""


def nginx_config(
    *, folder: str, site: str, listen: str, languages: list[str], cookie: str, workers: str = "auto"
) -> str:
    """
    Return a configuration of nginx.

    ``folder`` is where it keeps everything, ``site`` and ``listen`` are HOST:PORT; the first
    language is for whoever asks for none of them.
    """
    first, *_others = languages
    short = {code: code.partition("-")[0] for code in languages}
    asked = "".join(f' "~*^{word}\\b" "{code}";' for code, word in short.items())
    chosen = "".join(f' "{code}" "{code}";' for code in languages)
    return CONFIG.format(
        folder=folder.rstrip("/"), site=site, listen=listen, first=first, asked=asked,
        chosen=chosen, cookie=cookie, workers=workers,
    )  # fmt: skip


@app.command("nginx")
def nginx_command(
    site: Annotated[str, typer.Option(help="Where the site listens")] = "127.0.0.1:8000",
    listen: Annotated[str, typer.Option(help="Where nginx listens")] = "127.0.0.1:8080",
    folder: Annotated[str, typer.Option(help="What nginx may write to")] = "/var/lib/sportsbrain",
) -> None:
    """Write what nginx needs to stand before the site: open pages are kept, the rest passes."""
    from django.conf import settings

    languages = [code for code, _name in settings.LANGUAGES]
    typer.echo(
        nginx_config(folder=folder, site=site, listen=listen, languages=languages,
                     cookie=settings.LANGUAGE_COOKIE_NAME),
        nl=False,
    )  # fmt: skip
