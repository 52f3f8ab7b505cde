# SPDX-License-Identifier: MIT
"""Configuration files of the peers, and the files and certificate that all of them serve."""

import subprocess
from pathlib import Path

from lib.paths import WORK

FILE_BYTES = 100 * 1024
LARGE_FILE_BYTES = 64 << 20
TEXT = "Hello, World!"
JSON = '{"message":"Hello, World!"}'
ROUTES = 100


def prepare():
    """Writes what every contestant serves; does nothing the second time."""
    www = WORK / "www"
    www.mkdir(parents=True, exist_ok=True)
    (www / "file.bin").write_bytes(bytes(range(256)) * (FILE_BYTES // 256))
    with (www / "large.bin").open("wb") as large:
        large.truncate(LARGE_FILE_BYTES)
    (www / "plaintext").write_text(TEXT)
    (www / "json").write_text(JSON)
    if not (WORK / "cert.pem").exists():
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "3650", "-subj", "/CN=localhost", "-keyout", WORK / "key.pem",
             "-out", WORK / "cert.pem"], check=True, capture_output=True, timeout=60)


def nginx(setup, options: str) -> Path:
    """sendfile without tcp_nopush, the cheapest for one file of 100 KiB; `options` go into http {}."""
    tls = ""
    if setup.tls:
        tls = (f"ssl_certificate {setup.certificate}; ssl_certificate_key {setup.key};"
               " ssl_protocols TLSv1.3;")
    routes = "\n".join(
        f'    location /api/res{i}/ {{ default_type text/plain; return 200 "12345"; }}'
        for i in range(ROUTES))
    paths = "\n".join(f"  {kind}_temp_path {setup.directory}/{kind};"
                      for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = f"""daemon off; master_process off; worker_processes 1;
error_log stderr crit; pid {setup.directory}/nginx.pid;
events {{ worker_connections 20000; }}
http {{
  access_log off; default_type application/octet-stream; sendfile on; {options}
  keepalive_timeout 600s; keepalive_requests 1000000000;
{paths}
  server {{
    listen 127.0.0.1:{setup.port}{" ssl" if setup.tls else ""}{" http2" if setup.http2 else ""} backlog=4096; {tls}
    root {setup.www};
    location = /plaintext {{ default_type text/plain; return 200 "{TEXT}"; }}
    location = /json {{ default_type application/json; return 200 '{JSON}'; }}
{routes}
  }}
}}
"""
    return _write(setup, "nginx.conf", text)


def h2o(setup) -> Path:
    tls = ""
    if setup.tls:
        tls = f", ssl: {{certificate-file: {setup.certificate}, key-file: {setup.key}}}"
    text = f"""num-threads: 1
max-connections: 20000
http1-request-timeout: 600
http2-idle-timeout: 600
user: root
listen: {{host: 127.0.0.1, port: {setup.port}{tls}}}
hosts:
  default:
    paths:
      "/":
        file.dir: {setup.www}
        file.mime.setdefaulttype: text/plain
"""
    return _write(setup, "h2o.conf", text)


def _write(setup, name: str, text: str) -> Path:
    setup.directory.mkdir(parents=True, exist_ok=True)
    path = setup.directory / name
    path.write_text(text)
    return path
