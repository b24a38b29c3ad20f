"""The real Label Studio, for as long as a test needs it: SQLite in a temporary folder, 127.0.0.1, a free port, its own API."""

import json
import os
import pathlib
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

WAIT_SECS = 600
# Nothing of it asks or tells anybody elsewhere.
QUIET = {"COLLECT_ANALYTICS": "False", "LATEST_VERSION_CHECK": "False", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": ""}


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Studio:
    """`with Studio(folder) as studio:` starts it, and ends it in any case."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.token = secrets.token_hex(20)
        self.email, self.password = "studio@example.org", secrets.token_hex(12)

    def __enter__(self):
        program = pathlib.Path(sys.executable).parent / "label-studio"
        environment = {**os.environ, **QUIET, "LABEL_STUDIO_BASE_DATA_DIR": str(self.folder), "HOME": str(self.folder)}
        command = [program, "start", "--no-browser", "--data-dir", self.folder, "--internal-host", "127.0.0.1", "-p", str(self.port)]
        command += ["--username", self.email, "--password", self.password, "--user-token", self.token]
        command += ["--enable-legacy-api-token", "--log-level", "ERROR"]
        self.log = open(self.folder / "log", "w+")
        self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=self.log, stderr=subprocess.STDOUT)
        end = time.monotonic() + WAIT_SECS
        while True:
            try:
                return self if self.call("GET", "/api/version") else None
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None or time.monotonic() > end:
                    self.__exit__()
                    sys.exit("Label Studio did not start:\n" + (self.folder / "log").read_text()[-4000:])
                time.sleep(0.5)

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def call(self, method, path, body=None):
        """Its answer to a request of its API; what it refuses ends the test with its words."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            sys.exit(f"Label Studio refuses {method} {path}: {error.code} {error.read().decode(errors='replace')[:2000]}")
        return json.loads(text) if text else None

    def project(self, title, config):
        """A new project with this labelling configuration; its number."""
        return self.call("POST", "/api/projects", {"title": title, "label_config": config})["id"]

    def bring(self, project, tasks):
        """Imports tasks, with their annotations if they have some; how many of both it says it took."""
        taken = self.call("POST", f"/api/projects/{project}/import", tasks)
        return taken["task_count"], taken["annotation_count"]

    def tasks(self, project):
        """Every task as its export gives it, with annotations."""
        return self.call("GET", f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true")

    def task(self, number):
        """One task with its annotations and its predictions in full, which the export only names by their ids."""
        return self.call("GET", f"/api/tasks/{number}")

    def annotate(self, task, result):
        """Somebody's annotation of a task."""
        self.call("POST", f"/api/tasks/{task}/annotations", {"result": result})
