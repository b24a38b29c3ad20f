"""A demonstration of Manyhands on a free port, and people who press its buttons."""

import html
import http.client
import re
import secrets
import subprocess
import sys
import time
import urllib.parse

from studio import free_port

BOUNDARY = "----------studio"


class Manyhands:
    """`with Manyhands(program, folder) as co_op:` starts it, and ends it in any case."""

    def __init__(self, program, folder):
        self.program, self.folder, self.port = program, folder, free_port()

    def __enter__(self):
        command = [self.program, "demo", "--data", str(self.folder), "--port", str(self.port)]
        self.log = open(str(self.folder) + ".log", "w+")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(600):
            try:
                Person(self.port).get("/health/ready")
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.__exit__()
        sys.exit("the demonstration did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    def enter(self, word):
        """Somebody of the demonstration: member, reviewer, client."""
        person = Person(self.port)
        person.post(f"/demo/as/{word}")
        return person


class Person:
    """A browser without a screen."""

    def __init__(self, port):
        self.port, self.cookie = port, None

    def ask(self, method, path, body=None, kind=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if kind:
            headers["Content-Type"] = kind
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            if cookie.startswith("sid="):
                self.cookie = cookie.split(";")[0]
        connection.close()
        return answer.status, answer.headers.get("Location"), text

    def get(self, path):
        status, to, text = self.ask("GET", path)
        if status != 200:
            sys.exit(f"GET {path}: {status} {to}\n{words(text)}")
        return text

    def post(self, path, fields=()):
        """Sends a form; where it leads."""
        body = urllib.parse.urlencode([("key", secrets.token_hex(16)), *fields])
        return self.sent(path, *self.ask("POST", path, body, "application/x-www-form-urlencoded"))

    def upload(self, path, field, name, file):
        """Sends a form with a file; where it leads."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="key"\r\n\r\n{secrets.token_hex(16)}\r\n'
        head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        body = head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
        return self.sent(path, *self.ask("POST", path, body, f"multipart/form-data; boundary={BOUNDARY}"))

    def sent(self, path, status, to, text):
        if status != 303:
            sys.exit(f"POST {path}: {status}\n{words(text)}")
        return to


def words(page):
    """What a reader would read of a page."""
    main = page.split("<main", 1)[-1].split("</main>", 1)[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))[:2000]
