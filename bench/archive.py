"""A large web archive out of a folder of saved pages, each page many times over and each time another report:

    python3 bench/archive.py PAGES/*.gz OUT.warc.gz --pages 100000

Of copy N of a page: its own address gets "?copy=N" wherever it stands, and its first paragraphs a sentence with a figure
of N, so that each is a report of its own at an address of its own. One gzip member a record, as crawlers write them;
what the copies of a page share is compressed once (deflate blocks that stand alone can be put together), so that it is
quick. The same pages and number give the same bytes.
"""
import argparse
import gzip
import re
import struct
import zlib

ADDRESS = re.compile(rb'<link[^>]+rel=["\']?canonical["\']?[^>]*?href=["\']([^"\'> ]+)|<link[^>]+href=["\']([^"\'> ]+)["\'][^>]*rel=["\']?canonical'
                     rb'|<meta[^>]+["\']og:url["\'][^>]*content=["\']([^"\'> ]+)', re.I)
PARAGRAPH = re.compile(rb"<p(?:\s[^>]*)?>", re.I)


class Piece:
    def __init__(self, data, level=6):
        z = zlib.compressobj(level, zlib.DEFLATED, -15)
        self.data, self.packed = data, z.compress(data) + z.flush(zlib.Z_FULL_FLUSH)


def member(pieces):
    crc = size = 0
    for p in pieces:
        crc = zlib.crc32(p.data, crc)
        size += len(p.data)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"".join(p.packed for p in pieces) + b"\x03\0" + struct.pack("<II", crc, size & 0xFFFFFFFF)


def cut(path, i):
    """The page's address, and the page where something of N goes in: (what stands there or None, the piece after it)."""
    html = gzip.open(path).read() if path.endswith(".gz") else open(path, "rb").read()
    found = ADDRESS.search(html)
    url = next((u for u in found.groups() if u), b"") if found else b""
    marks = [(m.end(), "url") for m in re.finditer(re.escape(url) + rb"(?![\w/?-])", html)] if len(url) > 12 else []
    marks += [(m.end(), "text") for m in list(PARAGRAPH.finditer(html))[:3]]
    marks = [(0, None)] + sorted(marks)
    ends = [m[0] for m in marks[1:]] + [len(html)]
    return url if url.startswith(b"http") else b"https://example.org/%d" % i, [(kind, Piece(html[m:e])) for (m, kind), e in zip(marks, ends)]


def record(of, n):
    url, page = of
    put = {"url": Piece(b"?copy=%d" % n, 1), "text": Piece(b"Report %d: at least %d people were killed. " % (n, n % 97 + 1), 1)}
    body = [p for kind, piece in page for p in ([put[kind], piece] if kind else [piece])] + [Piece(b"<!-- copy %d -->" % n, 1)]
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    head = (b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s?copy=%d\r\nContent-Type: application/http; msgtype=response\r\n"
            b"Content-Length: %d\r\n\r\n" % (url, n, len(http) + sum(len(p.data) for p in body)))
    return [Piece(head + http, 1)] + body + [Piece(b"\r\n\r\n", 1)]


def main():
    a = argparse.ArgumentParser()
    a.add_argument("pages_and_out", nargs="+")
    a.add_argument("--pages", type=int, default=100000)
    o = a.parse_args()
    *sources, out = o.pages_and_out
    pages = [cut(p, i) for i, p in enumerate(sorted(sources))]
    plain = 0
    with open(out, "wb") as f:
        for n in range(o.pages):
            pieces = record(pages[n % len(pages)], n)
            plain += sum(len(p.data) for p in pieces)
            f.write(member(pieces))
    print("%d pages, %.1f MB decompressed" % (o.pages, plain / 1e6))


if __name__ == "__main__":
    main()
