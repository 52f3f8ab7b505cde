# SPDX-License-Identifier: MIT
"""The twin of structure.cpp as parts of a Quart application."""
import pathlib

from quart import (Blueprint, Quart, Response, abort, after_this_request, g, redirect, request, send_file,
                   send_from_directory, url_for)
from quart.views import MethodView

DATA = pathlib.Path(__file__).resolve().parent / "data"


def note(what):
    g.trace = getattr(g, "trace", "") + what + " "


def add_hooks(scaffold, name):
    def add(number):
        @scaffold.before_request
        async def before():
            note(f"before-{name}{number}")

        @scaffold.after_request
        async def after(response):
            note(f"after-{name}{number}")
            response.headers["X-Trace"] = g.trace
            return response

    add("1")
    add("2")


class OutOfStock(Exception):
    pass


class Broken(Exception):
    pass


def make_child():
    bp = Blueprint("child", __name__, url_prefix="/child")
    add_hooks(bp, "child")

    @bp.get("/")
    async def index():
        note("view")
        return "child"

    @bp.get("/items/<int:id>")
    async def item(id):
        return str(id)

    @bp.get("/build")
    async def build():
        return " ".join([url_for(".index"), url_for(".item", id=7, q="a b"), url_for("parent.index", _anchor="x y"),
                         url_for("index", _external=True), url_for("index", _scheme="https", _external=True)])

    @bp.get("/stock")
    async def stock():
        raise OutOfStock()

    @bp.get("/teapot")
    async def teapot():
        abort(418)

    @bp.get("/gone")
    async def gone():
        abort(410)

    @bp.errorhandler(OutOfStock)
    async def out_of_stock(error):
        return "out of stock", 409

    return bp


def make_parent():
    bp = Blueprint("parent", __name__, url_prefix="/parent")
    add_hooks(bp, "parent")

    @bp.before_request
    async def stop():
        if "stop" in request.args:
            return "stopped", 202

    @bp.get("/")
    async def index():
        return "parent"

    @bp.errorhandler(418)
    async def tea(error):
        return "tea of the parent"

    bp.register_blueprint(make_child())
    return bp


def make_caught():
    bp = Blueprint("caught", __name__, url_prefix="/caught")

    @bp.get("")
    async def bare():
        return "the prefix itself"

    @bp.get("/forbidden")
    async def forbidden():
        abort(403)

    @bp.get("/broken")
    async def broken():
        raise Broken()

    @bp.errorhandler(Exception)
    async def catch(error):
        return "caught"

    return bp


class Shelf(MethodView):
    async def get(self, id):
        return f"got {id}"

    async def put(self, id):
        return f"put {id}"


def add_requests(app):
    @app.route("/multi", methods=["GET", "POST"])
    async def multi():
        return request.method

    @app.get("/attributes/<int:id>")
    async def attributes(id):
        who = request.authorization
        return "|".join([
            request.endpoint, request.url_rule.rule, str(id), request.base_url, request.url, request.host_url,
            request.root_url, request.scheme,
            request.accept_mimetypes.best_match(["text/html", "application/json"]) or "",
            request.accept_languages.best_match(["en", "de"]) or "",
            f"{who.username}:{who.password}" if who else "nobody", request.headers.get("User-Agent", ""),
            request.args.get("x", "none")])

    @app.get("/after-this")
    async def after_this():
        @after_this_request
        async def later(response):
            response.headers["X-Made"] = "late"
            return response

        return "after"

    @app.get("/redirect/<int:code>")
    async def redirect_with(code):
        return redirect("/target", code)

    @app.get("/page/", defaults={"page": 1})
    @app.get("/page/<int:page>")
    async def page(page):
        return str(page)

    app.add_url_rule("/view/<int:id>", view_func=Shelf.as_view("shelf"))


def add_streams(app):
    @app.get("/file/<path:name>")
    async def file(name):
        return await send_from_directory(DATA, name)

    @app.get("/attachment")
    async def attachment():
        return await send_file(DATA / "poem.txt", as_attachment=True, conditional=True)

    @app.get("/events")
    async def events():
        async def pieces():
            yield "data: one\n\n"
            yield "event: tick\nid: 7\ndata: two\ndata: lines\n\n"

        return Response(pieces(), content_type="text/event-stream", headers={"Cache-Control": "no-cache"})

    @app.get("/cut")
    async def cut():
        async def pieces():
            yield "before"
            raise Broken()

        return pieces()


def add_structure(app):
    add_hooks(app, "app")
    app.register_blueprint(make_parent())
    app.register_blueprint(make_caught())
    add_requests(app)
    add_streams(app)


def make_hosts():
    app = Quart("hosts", static_folder=None)
    app.config["SERVER_NAME"] = "quart.com"

    @app.get("/")
    async def index():
        return "main"

    @app.get("/", subdomain="<user>")
    async def user(user):
        return f"user {user}"

    @app.get("/where")
    async def where():
        return f"{url_for('index')} {url_for('user', user='ann', _external=True)} {request.url}"

    admin = Blueprint("admin", __name__, subdomain="admin")

    @admin.get("/panel")
    async def panel():
        return "panel"

    app.register_blueprint(admin)
    return app


hosts = make_hosts()
