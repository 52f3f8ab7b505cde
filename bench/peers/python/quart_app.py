# SPDX-License-Identifier: MIT
"""The benchmark's routes in Quart."""

import os

from quart import Quart, Response, jsonify, request, send_file

app = Quart(__name__)
FILE = os.path.join(os.environ.get("BENCH_WWW", "."), "file.bin")


@app.get("/plaintext")
async def plaintext():
    return Response("Hello, World!", mimetype="text/plain")


@app.get("/json")
async def json():
    return jsonify(message="Hello, World!")


@app.post("/echo")
async def echo():
    return Response(await request.get_data(), mimetype="application/octet-stream")


@app.get("/file.bin")
async def file():
    return await send_file(FILE)


async def resource(id):
    return Response(str(id), mimetype="text/plain")


for number in range(100):
    app.add_url_rule(f"/api/res{number}/<int:id>", f"resource{number}", resource)
