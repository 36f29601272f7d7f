"""A server that breaks off, stalls, never ends or talks nonsense, on the wire.

Asked which models it has, it answers as it should. Its manner may be changed while it runs.
"""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.backends.server import Body
from tests.chaos.judge import judged

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LONG = b"Content-Length: 5000\r\n\r\n"
Manner = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: "Listener"

    def do_GET(self) -> None:
        """The models."""
        self.reply(200, {"object": "list", "data": [{"id": "tiny", "object": "model"}]})

    def do_POST(self) -> None:
        """Whatever the manner is."""
        self.body: Body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked += 1
        with suppress(OSError):
            self.server.manner(self)

    def reply(self, status: int, body: object, **headers: str) -> None:
        """A whole answer."""
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **headers,
        }.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def cut(self) -> None:
        """The connection is closed."""
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class Listener(ThreadingHTTPServer):
    """A port and a manner."""

    daemon_threads = True
    manner: Manner
    asked = 0


@dataclass(frozen=True, slots=True)
class Rude:
    """A server that runs."""

    url: str
    listener: Listener

    def turn(self, manner: Manner) -> None:
        """Another manner from now on."""
        self.listener.manner = manner


def good(handler: Handler) -> None:
    """As a judge should."""
    message = {"role": "assistant", "content": judged(handler.body, 0).text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    handler.reply(
        200, {"id": "x", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [choice]}
    )


def half(handler: Handler) -> None:
    """Half of what was announced."""
    handler.wfile.write(HEAD + LONG + b'{"choices": [{"message": {"content": "{\\"score_1\\": 9')
    handler.cut()


def endless(handler: Handler) -> None:
    """An answer without an end, as fast as it goes."""
    handler.wfile.write(HEAD + b'Connection: close\r\n\r\n{"choices": "')
    while True:
        handler.wfile.write(b"x" * (1 << 20))


def endless_head(handler: Handler) -> None:
    """A head without an end."""
    handler.wfile.write(HEAD)
    while True:
        handler.wfile.write(b"X-More: " + b"x" * 4096 + b"\r\n")


def drip(handler: Handler) -> None:
    """A byte now and then: never silent for long, never done."""
    handler.wfile.write(HEAD + LONG)
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def stall(handler: Handler) -> None:
    """Not a word, until the other side goes."""
    handler.connection.settimeout(30)
    handler.connection.recv(1)
    handler.cut()


def close(handler: Handler) -> None:
    """Gone without a word."""
    handler.cut()


def reset(handler: Handler) -> None:
    """Gone as a crashed process is."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.cut()


def noise(handler: Handler) -> None:
    """No HTTP at all."""
    handler.wfile.write(b"\x00\xff\x16\x03 not a protocol \r\n\r\n" * 50)
    handler.cut()


def circle(handler: Handler) -> None:
    """Sent to the same address for ever."""
    handler.reply(307, {}, Location=handler.path)


def busy(**headers: str) -> Manner:
    """Too many requests, always."""
    return lambda handler: handler.reply(429, {"error": {"message": "slow down"}}, **headers)


def status(code: int) -> Manner:
    """An error, always."""
    return lambda handler: handler.reply(code, {"error": {"message": f"always {code}"}})


def said(text: str) -> Manner:
    """A completion that says this."""

    def speak(handler: Handler) -> None:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        handler.reply(200, {"choices": [choice]})

    return speak


def raw(body: bytes) -> Manner:
    """These bytes as a body."""
    head = HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode()
    return lambda handler: handler.wfile.write(head + body) and None


@contextmanager
def serving(manner: Manner, certificate: str | None = None) -> Iterator[Rude]:
    """Serves until the block ends; with a certificate's file, over TLS."""
    listener = Listener(("127.0.0.1", 0), Handler)
    listener.manner = manner
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        listener.socket = context.wrap_socket(
            listener.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Rude(f"http{'s' * bool(certificate)}://127.0.0.1:{listener.server_port}/v1", listener)
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
