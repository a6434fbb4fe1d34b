#!/usr/bin/env python3
"""A local server that misbehaves, for the tests of the network.

usage: server.py LOG   prints "PORT PORT2" (one server, two ports), then serves until it is killed.
Each request is a line of LOG: time (ms), port, path, user agent, If-None-Match, If-Modified-Since.
"""
import gzip
import http.server
import os
import socketserver
import sys
import threading
import time
import zlib

log = open(sys.argv[1], "a", buffering=1)
lock = threading.Lock()
hits = {}
busy = {}  # port -> requests under way: more than one is a fault of the client
ports = []

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Test outlet</title><language>en</language>%s</channel></rss>"""
ITEM = "<item><title>%s</title><link>%s</link><pubDate>Thu, 06 Jan 2022 08:00:00 GMT</pubDate><description>%s</description></item>"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>%s</title>
<meta property="article:published_time" content="2022-01-06T10:00:00Z"><meta property="og:site_name" content="Test outlet"></head>
<body><article><h1>%s</h1><p>%s people were killed in Almaty on Thursday, the Interior Ministry of Kazakhstan said in a statement.</p>
<p>It gave no details of how they had died, and said that an investigation into the events of the night was under way.</p>
<p>Residents of the city told reporters that shots had been heard in the centre until the early hours of the morning.</p></article></body></html>"""


def page(title, count):
    return (PAGE % (title, title, count)).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *a):
        pass

    def answer(self, status, body=b"", kind="text/html; charset=utf-8", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for k, v in headers.items():
            self.send_header(k.replace("_", "-"), v)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        port = self.server.server_address[1]
        path = self.path
        with lock:
            hits[path] = n = hits.get(path, 0) + 1
            counted = path.startswith("/page/")
            busy[port] = busy.get(port, 0) + counted
            if busy[port] > 1:
                log.write("OVERLAP %d %s\n" % (port, path))
            log.write("%d %d %s %s | %s | %s\n" % (time.time() * 1000, port, path, self.headers.get("User-Agent"),
                                                  self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")))
        try:
            self.route(path, n, port)
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            with lock:
                busy[port] -= counted

    def here(self, path, other=False):
        return "http://127.0.0.1:%d%s" % (ports[1 if other else 0], path)

    def route(self, path, n, port):
        if path == "/robots.txt":
            if port == ports[2]:
                return self.answer(503, b"down")
            return self.answer(200, b"User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /private/\nAllow: /private/open\n", "text/plain")
        if path.startswith("/page/"):
            time.sleep(0.01)
        if path == "/ok" or path.startswith("/page/") or path.startswith("/private/"):
            return self.answer(200, page("Report " + path, "Eight"))
        if path == "/feed":
            if self.headers.get("If-None-Match") == '"v1"':
                return self.answer(304)
            items = "".join(ITEM % ("Report %d" % i, self.here("/page/%d" % i), "short") for i in range(5))
            items += ITEM % ("Closed", self.here("/private/x"), "Three people were injured in Aktau, the police said.")
            items += ITEM % ("Gone", self.here("/gone"), "Four people were detained in Oral, the police said.")
            items += ITEM % ("Late", self.here("/late"), "short")
            return self.answer(200, (FEED % items).encode(), "application/rss+xml", ETag='"v1"')
        if path == "/late":
            return self.answer(503) if n <= 1 else self.answer(200, page("Late", "Nine"))
        if path == "/broken-feed":
            return self.answer(200, b"<rss><channel><item><title>x", "application/rss+xml")
        if path == "/changing":
            body = page("Changing", "Eight" if n == 1 else "Eighteen")
            tag = '"c%d"' % min(n, 2)
            return self.answer(200, body, ETag=tag)
        if path == "/modified":
            if self.headers.get("If-Modified-Since"):
                return self.answer(304)
            return self.answer(200, page("Modified", "Five"), Last_Modified="Thu, 06 Jan 2022 08:00:00 GMT")
        if path == "/gone":
            return self.answer(404, b"no")
        if path == "/redirect":
            return self.answer(302, Location="/ok")
        if path == "/redirect-loop":
            return self.answer(302, Location="/redirect-loop")
        if path == "/redirect-file":
            return self.answer(302, Location="file:///etc/passwd")
        if path == "/redirect-ftp":
            return self.answer(302, Location="ftp://127.0.0.1/x")
        if path == "/redirect-private":
            return self.answer(302, Location=self.here("/ok", True))
        if path == "/redirect-v6":
            return self.answer(302, Location="http://[::1]:%d/ok" % ports[1])
        if path == "/redirect-mapped":
            return self.answer(302, Location="http://[::ffff:127.0.0.1]:%d/ok" % ports[1])
        if path == "/redirect-name":
            return self.answer(302, Location="http://localhost:%d/ok" % ports[1])
        if path == "/redirect-decimal":
            return self.answer(302, Location="http://2130706433:%d/ok" % ports[1])
        if path == "/redirect-closed":
            return self.answer(302, Location="/private/x")
        if path == "/busy":
            return self.answer(429, Retry_After="1") if n <= 2 else self.answer(200, page("Busy", "Six"))
        if path == "/busy-date":
            when = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 2))
            return self.answer(503, Retry_After=when) if n <= 1 else self.answer(200, page("Busy", "Six"))
        if path == "/busy-long":
            return self.answer(429, Retry_After="86400")
        if path == "/down":
            return self.answer(500, b"oops")
        if path == "/flaky":
            if n <= 2:
                self.connection.close()
                return None
            return self.answer(200, page("Flaky", "Seven"))
        if path == "/slow":
            time.sleep(30)
            return None
        if path == "/drip":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "100000")
            self.end_headers()
            for _ in range(300):
                self.wfile.write(b"<")
                self.wfile.flush()
                time.sleep(0.1)
            return None
        if path == "/endless":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            block = b"x" * 65536
            while True:
                self.wfile.write(b"10000\r\n" + block + b"\r\n")
        if path == "/bomb":
            z = zlib.compressobj(9, zlib.DEFLATED, 31)
            body = b"".join([z.compress(b"\0" * (1 << 20)) for _ in range(200)] + [z.flush()])
            return self.answer(200, body, Content_Encoding="gzip")
        if path == "/headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for i in range(100000):
                self.wfile.write(b"X-%d: %s\r\n" % (i, b"y" * 100))
            return None
        if path == "/short":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(page("Short", "Six"))
            self.connection.close()
            return None
        if path == "/garbage":
            self.wfile.write(b"\0\1\2 this is no HTTP\r\n\r\n")
            self.connection.close()
            return None
        if path == "/gzip":
            return self.answer(200, gzip.compress(page("Gzip", "Six")), Content_Encoding="gzip")
        if path == "/lies":
            return self.answer(200, "<html><head><title>Ελληνικά</title></head><body><p>Οκτώ αστυνομικοί σκοτώθηκαν στο Αλμάτι, ανακοίνωσε το υπουργείο Εσωτερικών του Καζακστάν.</p></body></html>".encode("windows-1253"),
                               "image/png; charset=us-ascii")
        return self.answer(404, b"no")


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass


servers = [Server(("127.0.0.1", 0), Handler) for _ in range(3)]
ports += [s.server_address[1] for s in servers]
print(*ports, flush=True)
for s in servers:
    threading.Thread(target=s.serve_forever, daemon=True).start()
parent = os.getppid()
while os.getppid() == parent:
    time.sleep(0.5)
