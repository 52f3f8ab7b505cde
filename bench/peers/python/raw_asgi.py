# SPDX-License-Identifier: MIT
"""The least ASGI application: what the server alone costs."""


async def app(scope, receive, send):
    body = b"Hello, World!"
    if scope["type"] != "http":
        return
    if scope["method"] == "POST":
        body, more = b"", True
        while more:
            event = await receive()
            body += event.get("body", b"")
            more = event.get("more_body", False)
    headers = [(b"content-type", b"text/plain; charset=utf-8"),
               (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
