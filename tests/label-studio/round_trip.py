"""A round trip with the real Label Studio: its configuration and its export become a batch here, members answer, and the answers go
back into a project that has our configuration. What was annotated there and what came back are compared value by value.

    python round_trip.py PROGRAM

PROGRAM is manyhands; this Python is one that has Label Studio (tests/label-studio/requirements.txt). Both servers run from a temporary
folder on 127.0.0.1 and are ended. With `--browser`, Label Studio's own page reads the answers, too, in Chromium (page.mjs)."""

import base64
import collections
import html
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

from label_studio_sdk.label_interface import LabelInterface

from manyhands import Manyhands
from projects import PROJECTS, png
from studio import Studio

HERE = pathlib.Path(__file__).parent
# Who predicts in Label Studio: there, one word says name and version.
MODEL = "trial 1"
# Decimals to which percentages are compared: both sides count in hundredths of a thousandth of a pixel, and Python in floats.
DIGITS = 9


def rounded(value):
    """A value with its numbers as they are compared."""
    if isinstance(value, dict):
        return {name: rounded(inside) for name, inside in sorted(value.items())}
    if isinstance(value, list):
        return [rounded(inside) for inside in value]
    return round(float(value), DIGITS) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def ring_from_top(value):
    """A ring is the same from whichever point, and in whichever direction, it was drawn."""
    if "points" not in value:
        return value
    points = value["points"]
    turns = [points[at:] + points[:at] for at in range(len(points))]
    turns += [turn[::-1] for turn in turns]
    return {**value, "points": min(turns)}


def said(results, otherwise):
    """What an annotation says, whatever the ids and the order of its results; tools and labels of one region stay together."""
    regions = collections.defaultdict(list)
    for one in results:
        kind, value = one["type"], one["value"]
        if one["from_name"] in otherwise:
            kind, to = otherwise[one["from_name"]]
            value = to(value)
        beside = {name: one[name] for name in ("original_width", "original_height", "image_rotation") if name in one}
        value = ring_from_top(rounded(value))
        regions[one["id"]].append((one["from_name"], kind, json.dumps(rounded({**beside, **value}), sort_keys=True)))
    return sorted(sorted(region) for region in regions.values())


def targets(results):
    """What each control asks about. Of two texts that are compared ours are all asked about the task, so only this compares it."""
    return sorted((one["from_name"], one["to_name"]) for one in results)


def answered(co_op, project, export):
    """The export of Label Studio becomes a batch, which is answered and accepted; configuration and answers as taken away."""
    client, member = co_op.enter("client"), co_op.enter("member")
    offer = [("title", project["title"]), ("price", "20.00"), ("seconds", "60"), ("copies", "1"), ("payload_kind", "text")]
    form = [("question", "?"), ("answer_kind", "text"), ("choices", "")]
    batch = client.post("/desk/C-1/batch", offer + form)
    way = f"{batch}/label-studio"
    status, _, page = client.ask("POST", way, form_of(config=project["config"]), FORM)
    assert status == 200, page
    named = re.findall(r"Line \d+: [^\n]+", html.unescape(page.split("Not carried over")[1].split("</section>")[0])) if project["named"] else []
    assert [line.split("</p>")[0] for line in named] == project["named"], named
    assert ("Import without these" in page) == bool(project["named"])
    client.post(way, [("config", project["config"]), ("take", "on")] + ([("without", "on")] if project["named"] else []))
    if "files" in project:
        # Files of the client's own come as a ZIP; Label Studio's export only names them.
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name in [task["data"]["photo"] for task in export]:
                archive.writestr(name, png(*project["files"][name]))
        client.upload(f"{batch}/items", "items", "pictures.zip", packed.getvalue())
        # What is suggested for them comes beside: each task is known by the picture that it shows.
        client.upload(f"{batch}/suggestions", "suggestions", "export.json", json.dumps(export).encode())
    else:
        client.upload(f"{batch}/items", "items", "export.json", json.dumps(export).encode())
    client.post(f"{batch}/open")
    claim = member.post(f"{batch}/claim")
    claims = []
    for typed in project["typed"]:
        claims.append(claim.split("?")[0])
        claim = member.post(f"{claims[-1]}/submit", typed)
    assert claim.startswith("/work?sent="), "every task is answered"
    for claim in claims:
        client.post(f"/reviews/{claim.split('/')[-1]}/accept")
    config, answers = client.get(f"{way}.xml"), client.get(f"{way}.json")
    assert answers == client.get(f"{way}.json"), "the same bytes for the same state"
    return config, json.loads(answers)


FORM = "application/x-www-form-urlencoded"


def form_of(**fields):
    from urllib.parse import urlencode

    return urlencode({"key": "look", **fields})


def check(studio, co_op, project, browser):
    """One project, there and back."""
    number = studio.project(project["title"], project["config"])
    predicted = project.get("predicted", project["annotations"])
    tasks = [{**task, "predictions": [{"model_version": MODEL, "result": result}]} for task, result in zip(project["tasks"], predicted)]
    assert studio.bring(number, tasks) == (len(tasks), 0)
    for task, result in zip(studio.tasks(number), project["annotations"]):
        studio.annotate(task["id"], result)
    export = [studio.task(task["id"]) for task in studio.tasks(number)]
    assert [said(task["predictions"][0]["result"], {}) for task in export] == [said(result, {}) for result in predicted]
    before = [said(task["annotations"][0]["result"], project["otherwise"]) for task in export]

    config, answers = answered(co_op, project, export)
    interface = LabelInterface(config)
    back = studio.project(project["title"] + ", back", config)
    assert studio.bring(back, answers) == (len(answers), len(answers)), "Label Studio takes every task and every annotation"
    returned = studio.tasks(back)
    for ours, task in zip(answers, returned):
        assert task["data"] == ours["data"], task["data"]
        assert task["annotations"][0]["result"] == ours["annotations"][0]["result"], "Label Studio keeps what it was given"
        # The kit's own validator knows one object a control; a pair has two.
        known = [one for one in ours["annotations"][0]["result"] if one["type"] != "pairwise"]
        assert interface.validate_annotation({"result": known}), known
    after = [said(task["annotations"][0]["result"], {}) for task in returned]
    assert before == after, f"{project['title']}:\n{before}\n{after}"
    # What was predicted there, members were shown here; it goes back as it was, with what they changed of it.
    for ours, result, changed in zip(answers, predicted, project.get("changed", [[]] * len(answers))):
        assert ours["data"]["manyhands_changed"] == [changed], ours["data"]
        [prediction] = ours["predictions"]
        assert prediction["model_version"] == MODEL and said(prediction["result"], {}) == said(result, project["otherwise"]), prediction
    for ours, task in zip(answers, returned):
        [prediction] = studio.task(task["id"])["predictions"]
        assert (prediction["model_version"], prediction["result"]) == (MODEL, ours["predictions"][0]["result"]), prediction
    values = sum(len(regions) for regions in after)
    seen = ""
    if browser:
        seen = ", read by its page, too"
        for task, shown in zip(returned, page_of(studio, back, returned, project.get("files", {}))):
            results = task["annotations"][0]["result"]
            assert said(shown["results"], {}) == said(results, {}), f"{shown['results']}\n{results}"
            assert targets(shown["results"]) == targets(results), f"{shown['results']}\n{results}"
            marked = [one["value"]["text"] for one in results if one["type"] == "labels" and "text" in one["value"]]
            assert shown["marked"] == marked, f"{shown['marked']} is marked, not {marked}"
    print(f"{project['title']}: {len(answers)} tasks, {values} answers came back as they were annotated, and predictions as they were made{seen}.")


def page_of(studio, project, tasks, files):
    """What Label Studio's own page makes of the annotations of these tasks."""
    asked = {"address": f"http://127.0.0.1:{studio.port}", "email": studio.email, "password": studio.password, "project": project}
    first = [(task["id"], task["annotations"][0]) for task in tasks]
    asked["tasks"] = [{"task": task, "annotation": one["id"], "count": len(one["result"])} for task, one in first]
    asked["files"] = {name: base64.b64encode(png(*size)).decode() for name, size in files.items()}
    command = ["node", HERE / "page.mjs", json.dumps(asked)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=300).stdout)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    browser = "--browser" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "studio").mkdir()
        with Studio(folder / "studio") as studio, Manyhands(program, folder / "co-op") as co_op:
            print(f"Label Studio {studio.call('GET', '/api/version')['release']}")
            for project in PROJECTS:
                check(studio, co_op, project, browser)


if __name__ == "__main__":
    main()
