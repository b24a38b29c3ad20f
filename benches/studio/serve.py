"""Label Studio with one project, for a measurement: says where it is in one line of JSON, and ends when its input does.

    python serve.py texts COUNT PEOPLE        so many passages with one choice each
    python serve.py pictures FOLDER PEOPLE    every picture of a folder, with one choice each

SQLite in a temporary folder, or the PostgreSQL that DJANGO_DB and POSTGRE_… name. This Python is one that has Label Studio."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import requests

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests" / "label-studio"))
from studio import QUIET, Studio  # noqa: E402

CHOICES = '<Choices name="answer" toName="shown" choice="single" required="true"><Choice value="Harmful"/><Choice value="Harmless"/></Choices>'
CONFIGS = {
    "texts": f'<View><Text name="shown" value="$text"/>{CHOICES}</View>',
    "pictures": f'<View><Image name="shown" value="$image"/>{CHOICES}</View>',
}
# Annotators of the same organisation, each with a token of their own.
PEOPLE = """
import json, sys
from label_studio.server import _setup_env
_setup_env()
from organizations.models import Organization
from users.models import User
tokens = []
for number in range(int(sys.argv[1])):
    user = User.objects.create_user(email=f"annotator-{number}@example.org", password=sys.argv[2])
    organization = Organization.objects.first()
    organization.add_user(user)
    user.active_organization = organization
    user.save(update_fields=["active_organization"])
    tokens.append(user.auth_token.key)
print("TOKENS" + json.dumps(tokens))
"""


def people(studio, count):
    if not count:
        return []
    environment = {**os.environ, **QUIET, "LABEL_STUDIO_BASE_DATA_DIR": str(studio.folder), "HOME": str(studio.folder)}
    command = [sys.executable, "-W", "ignore", "-c", PEOPLE, str(count), studio.password]
    told = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd=studio.folder).stdout
    return json.loads(next(line for line in told.splitlines() if line.startswith("TOKENS"))[6:])


def bring_pictures(studio, project, folder):
    # Each under a name of its own: of several with one name it takes the last.
    files = [(path.name, (path.name, path.read_bytes(), "image/jpeg")) for path in sorted(pathlib.Path(folder).iterdir())]
    address = f"http://127.0.0.1:{studio.port}/api/projects/{project}/import"
    answer = requests.post(address, files=files, headers={"Authorization": f"Token {studio.token}"}, timeout=300)
    answer.raise_for_status()


def main():
    kind, what, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder, Studio(folder) as studio:
        project = studio.project("Measured", CONFIGS[kind])
        if kind == "pictures":
            bring_pictures(studio, project, what)
        else:
            tasks = [{"data": {"text": f"Passage {number}, made for this measure"}} for number in range(1, int(what) + 1)]
            for start in range(0, len(tasks), 1_000):
                studio.bring(project, tasks[start:start + 1_000])
        told = {
            "address": f"http://127.0.0.1:{studio.port}",
            "release": studio.call("GET", "/api/version")["release"],
            "project": project,
            "email": studio.email,
            "password": studio.password,
            "tokens": people(studio, count),
        }
        print(json.dumps(told), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
