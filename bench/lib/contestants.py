# SPDX-License-Identifier: MIT
"""Who takes part: the loopback limit, Pottle, and the peers, each as a command line to start.

A contestant knows which of the suite's paths it can serve (`serves`), what is missing on this
machine (`missing`), and writes its configuration under build/. One worker, one thread, no logging.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lib import peer_configs
from lib.paths import PEERS, PROGRAMS, WORK

PYTHON = "/usr/bin/python3"  # the distribution's, which has the distribution's packages


@dataclass
class Setup:
    """What one test asks of a server."""
    port: int
    tls: bool
    content: str         # text, json, route, echo, file or large
    directory: Path      # for its configuration; also holds cert.pem, key.pem and www/
    http2: bool = False
    quic: bool = False   # beside TCP, on the same port

    @property
    def certificate(self) -> Path:
        return WORK / "cert.pem"

    @property
    def key(self) -> Path:
        return WORK / "key.pem"

    @property
    def www(self) -> Path:
        return WORK / "www"


def _first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return (done.stdout + done.stderr).strip().split("\n")[0]


class Contestant:
    name = ""
    contents: set[str] = set()
    tls = False
    http2 = False
    environment: dict[str, str] = {}

    def serves(self, content: str, tls: bool) -> bool:
        return content in self.contents and (self.tls or not tls)

    def missing(self) -> str | None:
        return None

    def version(self) -> str:
        return ""

    def command(self, setup: Setup) -> list[str]:
        raise NotImplementedError


class Limit(Contestant):
    name = "limit"
    contents = {"text", "json", "route", "echo"}

    def version(self):
        return "bench/limit"

    def command(self, setup):
        return [str(PROGRAMS / "limit/limit_server"), str(setup.port), setup.content]


class Pottle(Contestant):
    name = "pottle"
    contents = {"text", "coroutine", "json", "route", "echo", "file", "large"}
    tls = True
    http2 = True
    program = PROGRAMS / "server/bench_server"

    def missing(self):
        return None if self.program.exists() else "bench_server is not built"

    def version(self):
        """The last commit when the measured program was built, which may not be the checkout's."""
        built = int(self.program.stat().st_mtime)
        return _first_line("git", "-C", str(PEERS), "log", "-1", f"--before=@{built}", "--format=%h")

    def command(self, setup):
        command = [str(self.program), "run", "--bind", f"127.0.0.1:{setup.port}", "--threads", "1",
                   "--keep-alive", "600"]
        if setup.tls:
            command += ["--certfile", str(setup.certificate), "--keyfile", str(setup.key)]
        if setup.quic:
            command += ["--quic-bind", f"127.0.0.1:{setup.port}", "--quic-idle-timeout", "600s"]
        return command


class PottleWithoutGso(Pottle):
    """A system call for each datagram that is sent."""
    name = "pottle without GSO"
    contents = {"large"}
    environment = {"POTTLE_RUN_NO_QUIC_GSO": "1"}


class Nginx(Contestant):
    name = "nginx"
    contents = {"text", "json", "route", "file"}
    tls = True
    http2 = True
    options = ""

    def missing(self):
        return None if shutil.which("nginx") else "apt install nginx"

    def version(self):
        return _first_line("nginx", "-v").removeprefix("nginx version: nginx/")

    def command(self, setup):
        return ["nginx", "-c", str(peer_configs.nginx(setup, self.options)), "-e", "stderr"]


class NginxCached(Nginx):
    """With open_file_cache: cheaper, and serves a changed file up to a minute late."""
    name = "nginx+cache"
    contents = {"file"}
    tls = False
    options = "open_file_cache max=1000;"


class H2o(Contestant):
    name = "h2o"
    contents = {"text", "json", "file"}
    tls = True
    http2 = True

    def missing(self):
        return None if shutil.which("h2o") else "apt install h2o"

    def version(self):
        return _first_line("h2o", "-v").removeprefix("h2o version ")

    def command(self, setup):
        return ["h2o", "-m", "worker", "-c", str(peer_configs.h2o(setup))]


class PythonServer(Contestant):
    """A server of the Python world in front of an application from bench/peers/python."""
    modules: tuple[str, ...] = ()
    environment = {"PYTHONPATH": str(PEERS / "python"), "PYTHONDONTWRITEBYTECODE": "1"}

    def missing(self):
        script = "import importlib.util as u, sys; print(*[m for m in sys.argv[1:] if not u.find_spec(m)])"
        absent = _first_line(PYTHON, "-c", script, *self.modules)
        return f"apt install python3-({absent.replace(' ', '|')})" if absent else None

    def version(self):
        script = "import importlib.metadata as m, sys; print(*[f'{n} {m.version(n)}' for n in sys.argv[1:]])"
        return _first_line(PYTHON, "-c", script, *self.modules)


class Uvicorn(PythonServer):
    name = "uvicorn"
    contents = {"text", "echo"}
    modules = ("uvicorn", "uvloop", "httptools")

    def command(self, setup):
        return [PYTHON, "-m", "uvicorn", "raw_asgi:app", "--host", "127.0.0.1", "--port",
                str(setup.port), "--loop", "uvloop", "--http", "httptools", "--no-access-log",
                "--log-level", "warning", "--timeout-keep-alive", "600"]


class Hypercorn(PythonServer):
    name = "hypercorn+quart"
    contents = {"text", "json", "route", "echo", "file"}
    tls = True
    http2 = True
    modules = ("hypercorn", "quart")

    def command(self, setup):
        command = [PYTHON, "-m", "hypercorn", "quart_app:app", "--bind",
                   f"127.0.0.1:{setup.port}", "--workers", "1", "--keep-alive", "600",
                   "--log-level", "warning"]
        if setup.tls:
            command += ["--certfile", str(setup.certificate), "--keyfile", str(setup.key)]
        return command


class Gunicorn(PythonServer):
    name = "gunicorn+flask"
    contents = {"text", "json", "route", "echo"}
    modules = ("gunicorn", "flask")

    def command(self, setup):
        return [PYTHON, "-m", "gunicorn", "flask_app:app", "--bind", f"127.0.0.1:{setup.port}",
                "--workers", "1", "--log-level", "warning"]


class Compiled(Contestant):
    """A small program from bench/peers/{go,rust,uwebsockets}, built under build/ when it is first wanted."""
    tool = ""
    contents = {"text", "json", "route", "echo", "file"}
    tls = False

    def missing(self):
        if not shutil.which(self.tool):
            return f"{self.tool} is not installed"
        if not self.binary().exists():
            return "not built: bench/run --build-peers (downloads its libraries)"
        return None

    def binary(self) -> Path:
        raise NotImplementedError

    def command(self, setup):
        command = [str(self.binary()), "--port", str(setup.port), "--www", str(setup.www)]
        if setup.tls:
            command += ["--certfile", str(setup.certificate), "--keyfile", str(setup.key)]
        return command


class Go(Compiled):
    tool = "go"
    environment = {"GOMAXPROCS": "1"}

    def binary(self):
        return WORK / "peers/go/server"

    def command(self, setup):
        return [*super().command(setup), "--library", self.library]


class GoNetHttp(Go):
    name = "go net/http"
    library = "net/http"
    tls = True

    def version(self):
        return _first_line("go", "version")


class GoFastHttp(Go):
    name = "go fasthttp"
    library = "fasthttp"
    tls = True

    def version(self):
        return _locked(PEERS / "go/go.mod", r"valyala/fasthttp (\S+)")


class Rust(Compiled):
    tool = "cargo"
    crate = ""

    def binary(self):
        return WORK / f"peers/rust/release/{self.crate}_server"

    def version(self):
        return _locked(PEERS / "rust/Cargo.lock", rf'name = "{self.crate}"\nversion = "([^"]+)"')


class RustAxum(Rust):
    name = "rust axum"
    crate = "axum"


class RustNtex(Rust):
    name = "rust ntex"
    crate = "ntex"
    contents = {"text", "json", "route", "echo"}


class RustMayMiniHttp(Rust):
    name = "rust may_minihttp"
    crate = "may_minihttp"
    contents = {"text", "json", "route", "echo"}


class UWebSockets(Compiled):
    name = "uWebSockets"
    tool = "cargo"
    contents = {"text", "json", "route", "echo"}
    tls = True

    def binary(self):
        return WORK / "peers/uwebsockets/server"

    def version(self):
        return "of libuwebsockets-sys " + _locked(PEERS / "uwebsockets/Cargo.lock",
                                                  r'name = "libuwebsockets-sys"\nversion = "([^"]+)"')


def _locked(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text()) if path.exists() else None
    return found[1] if found else ""


ALL = [Limit(), Pottle(), PottleWithoutGso(), UWebSockets(),
       Nginx(), NginxCached(), H2o(), GoNetHttp(), GoFastHttp(), RustAxum(), RustNtex(),
       RustMayMiniHttp(), Uvicorn(), Hypercorn(), Gunicorn()]
