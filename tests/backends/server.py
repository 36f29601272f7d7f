"""A real HTTP server on loopback that speaks the chat completions API and misbehaves as a test asks it to."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass
class Answer:
    """What the server does with one request."""

    text: str = "fine"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    finish: str = "stop"
    wait: float = 0.0
    drop: bool = False
    """Close the connection without a word."""
    body: object = None
    """Sent as it is, instead of a completion."""
    message: str = "it is so"
    code: str | None = None
    param: str | None = None


Rule = Callable[[Body, int], Answer]
"""What to do with a request, by its body and how many came before it."""


@dataclass
class Server:
    """What was asked of a running server."""

    url: str
    seen: list[Body] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    codings: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    models: tuple[str, ...] = ("tiny",)
    busiest: int = 0
    running: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def last(body: Body) -> str:
    """The text of the last message."""
    return str(body["messages"][-1]["content"])


def echo(body: Body, _count: int) -> Answer:
    """A well-behaved model that says what it is told."""
    return Answer(f"you said {last(body)}")


class _Listener(ThreadingHTTPServer):
    """A port, with what its handlers need."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, told: Server, rule: Rule, key: str | None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        told.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.told, self.rule, self.key = told, rule, key
        self.links: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:
        """Notes the connection, so that it can be cut as a kill would cut it."""
        self.links.append(request)
        super().process_request(request, client_address)

    def cut(self) -> None:
        """Cuts every connection."""
        for link in self.links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def do_GET(self) -> None:
        if not self._locked():
            data = [{"id": name, "object": "model"} for name in self.server.told.models]
            self._send(200, {"object": "list", "data": data})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told = self.server.told
        with told.lock:
            count = len(told.seen)
            told.seen.append(body)
            told.at.append(time.monotonic())
            told.codings.append(self.headers.get("Accept-Encoding", ""))
            told.keys.append(self.headers.get("Authorization", ""))
            told.running += 1
            told.busiest = max(told.busiest, told.running)
        try:
            answer = None if self._locked() else self.server.rule(body, count)
            time.sleep(answer.wait if answer else 0)
        finally:
            with told.lock:
                told.running -= 1
        if answer:
            self._act(answer)

    def _locked(self) -> bool:
        given = self.headers.get("Authorization", "")
        if self.server.key is None or given == f"Bearer {self.server.key}":
            return False
        message = f"Incorrect API key provided: {given[7:]}"
        self._send(401, {"error": {"message": message, "code": "invalid_api_key"}})
        return True

    def _act(self, answer: Answer) -> None:
        if answer.drop:
            self.close_connection = True
        elif answer.body is not None:
            self._send(answer.status, answer.body, answer.headers)
        elif answer.status != 200:
            told = {"message": answer.message, "code": answer.code, "param": answer.param}
            self._send(answer.status, {"error": told}, answer.headers)
        else:
            self._send(200, _completion(answer))

    def _send(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        if (headers or {}).get("Content-Encoding") == "gzip":
            data = gzip.compress(data)
        kind = "text/html" if isinstance(body, str) else "application/json"
        try:
            self.send_response(status)
            for name, value in {
                "Content-Type": kind,
                "Content-Length": str(len(data)),
                **(headers or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True  # the client has gone

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def serving(rule: Rule = echo, port: int = 0, key: str | None = None) -> Iterator[Server]:
    """Serves until the block ends."""
    told = Server("")
    listener = _Listener(port, told, rule, key)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        listener.shutdown()
        listener.cut()
        listener.server_close()
        thread.join()


def _completion(answer: Answer) -> Body:
    message = {"role": "assistant", "content": answer.text}
    choice = {"index": 0, "message": message, "finish_reason": answer.finish}
    usage = {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}
    base = {"id": "x", "object": "chat.completion", "created": 1, "model": "tiny"}
    return {**base, "choices": [choice], "usage": usage}
