# SPDX-License-Identifier: MIT
"""The benchmark's routes in Flask."""

from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.get("/plaintext")
def plaintext():
    return Response("Hello, World!", mimetype="text/plain")


@app.get("/json")
def json():
    return jsonify(message="Hello, World!")


@app.post("/echo")
def echo():
    return Response(request.get_data(), mimetype="application/octet-stream")


def resource(id):
    return Response(str(id), mimetype="text/plain")


for number in range(100):
    app.add_url_rule(f"/api/res{number}/<int:id>", f"resource{number}", resource)
