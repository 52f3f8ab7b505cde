# SPDX-License-Identifier: MIT
"""The twin of site.cpp as a Quart application."""
import uuid

from quart_structure import add_structure
from quart import Quart, Response, abort, flash, get_flashed_messages, jsonify, make_response, redirect, request, session


def joined(fields):
    return "".join(f"{name}={value}|" for name, value in fields.items(multi=True))


def create_app():
    app = Quart("site")
    app.secret_key = "secret"

    @app.after_request
    async def end_with_newline(response):
        # As Quart does since 0.19.
        if response.mimetype == "application/json":
            body = await response.get_data()
            response.set_data(body if body.endswith(b"\n") else body + b"\n")
        return response

    @app.get("/")
    async def index():
        return "hello"

    @app.get("/text")
    async def text():
        return Response("grüße", content_type="text/plain; charset=utf-8")

    @app.get("/int/<int:value>")
    async def integer(value):
        return str(value)

    @app.get("/float/<float:value>")
    async def real(value):
        return request.path.rsplit("/", 1)[1] if value > 0 else "zero"

    @app.get("/string/<value>")
    async def string(value):
        return value

    @app.get("/two/<string(length=2):value>")
    async def two(value):
        return value

    @app.get("/path/<path:rest>/end")
    async def path(rest):
        return rest

    @app.get("/uuid/<uuid:id>")
    async def identifier(id):
        return str(id)

    @app.get("/slash/")
    async def slash():
        return "slash"

    @app.get("/no-slash")
    async def no_slash():
        return "no slash"

    @app.get("/where")
    async def where():
        return f"{request.path} {request.query_string.decode()} {request.full_path}"

    @app.post("/only-post")
    async def only_post():
        return "posted"

    @app.get("/redirect")
    async def redirected():
        return redirect("/target?a=1")

    @app.get("/moved")
    async def moved():
        return redirect("/target", 301)

    @app.get("/abort/<int:code>")
    async def aborted(code):
        abort(code)

    @app.get("/abort-text")
    async def aborted_with_text():
        abort(400, "because\n<b>")

    @app.get("/fail")
    async def fail():
        raise RuntimeError("broken")

    @app.get("/json")
    async def json():
        return jsonify({"b": [1, 2.5, None, True], "a": "é😀"})

    @app.get("/json-list")
    async def json_list():
        return jsonify(1, "two")

    @app.get("/json-null")
    async def json_null():
        return jsonify(None)

    @app.get("/created")
    async def created():
        return "made", 201, {"X-Made": "yes"}

    @app.get("/empty")
    async def empty():
        return ""

    @app.get("/no-content")
    async def no_content():
        return Response(b"", status=204)

    @app.get("/teapot")
    async def teapot():
        return "short and stout", 418

    @app.get("/cookie")
    async def cookie():
        response = await make_response("cookies")
        response.set_cookie("plain", "v")
        response.set_cookie("odd", 'v w;"é', httponly=True)
        response.delete_cookie("gone")
        return response

    @app.get("/stream")
    async def stream():
        async def pieces():
            yield "one "
            yield "two"

        return pieces()

    @app.get("/args")
    async def args():
        return joined(request.args)

    @app.get("/cookies")
    async def cookies():
        return joined(request.cookies)

    @app.post("/echo")
    async def echo():
        body = await request.get_data(as_text=True)
        return f"{request.method} {request.mimetype} {body}"

    @app.post("/form")
    async def form():
        return joined(await request.form)

    @app.post("/json")
    async def posted_json():
        value = await request.get_json()
        return jsonify("none" if value is None else value)

    @app.get("/session")
    async def show_session():
        plain = {}
        for key, value in session.items():
            if isinstance(value, bytes):
                value = value.decode("utf-8", "replace")
            plain[key] = value
        return jsonify(plain)

    @app.get("/session/set")
    async def set_session():
        session["n"] = session.get("n", 0) + 1
        session["name"] = "Zoë"
        return "set"

    @app.get("/session/kinds")
    async def kinds():
        session["tuple"] = (1, "x")
        session["bytes"] = b"\x00\xff"
        session["uuid"] = uuid.UUID("123456789abcdef0123456789abcdef0")
        return "set"

    @app.get("/session/permanent")
    async def permanent():
        session.permanent = True
        return "permanent"

    @app.get("/session/pop")
    async def pop():
        return session.pop("name", "none")

    @app.get("/session/clear")
    async def clear():
        session.clear()
        return "cleared"

    @app.get("/flash")
    async def flash_two():
        await flash("first")
        await flash("second", "error")
        return "flashed"

    @app.get("/flash/show")
    async def show_flashes():
        return "".join(f"{c}:{m}|" for c, m in get_flashed_messages(with_categories=True))

    add_structure(app)
    return app


app = create_app()
