"""Three projects as a client of Label Studio has them: configuration, tasks, somebody's annotations, and the same answers as a member
types them here. What has no counterpart here is named, with its line."""

import struct
import zlib

# An emoji beyond the basic plane, one of three code points, and a letter with a mark of its own that no composed letter has.
EMOJI = "😀 Zoë met 👩\u200d🚀 in Q\u0307ala, said Zoë."
PLAIN = "Nobody was there.\nNobody at all."


def at(text, words, label, start=0):
    """A passage as Label Studio counts it: in code points, as Python does."""
    start = text.index(words, start)
    return {"start": start, "end": start + len(words), "text": words, "labels": [label]}


def result(name, kind, value, to="text", number=1, **beside):
    """A result; tool and label of one region have its number."""
    region = "thing" if name.startswith("things") else name
    return {"id": f"{region}-{number}", "from_name": name, "to_name": to, "type": kind, "value": value, **beside}


TEXTS = {
    "title": "Sort texts",
    "shows": "text",
    "config": """<View>
  <Style>.lsf-choices { margin: 1em }</Style>
  <Header value="What is the tone?"/>
  <Choices name="tone" toName="text" choice="single" required="true" showInline="true">
    <Choice value="Content" alias="pos" hotkey="c"/>
    <Choice value="Annoyed &amp; loud" alias="neg"/>
  </Choices>
  <Text name="text" value="$body"/>
  <Choices name="topics" toName="text" choice="multiple"><Choice value="People"/><Choice value="Places"/><Choice value="None of &quot;these&quot;"/></Choices>
  <TextArea name="why" toName="text" maxSubmissions="1"/>
  <Number name="people" toName="text" min="0"/>
  <Rating name="stars" toName="text" maxRating="4"/>
  <Labels name="names" toName="text"><Label value="Person" alias="PER"/><Label value="Place"/></Labels>
  <Taxonomy name="tree" toName="text"><Choice value="A"><Choice value="B"/></Choice></Taxonomy>
</View>
""",
    "named": ["Line 14: <Taxonomy> has no counterpart here."],
    "tasks": [{"data": {"body": EMOJI, "source": "x"}}, {"data": {"body": PLAIN}}],
    "annotations": [
        [
            result("tone", "choices", {"choices": ["pos"]}),
            result("topics", "choices", {"choices": ["People", "Places"]}),
            result("why", "textarea", {"text": ["Two people,\none place"]}),
            result("people", "number", {"number": 2.5}),
            result("stars", "rating", {"rating": 3}),
            result("names", "labels", at(EMOJI, "Zoë", "PER"), number=1),
            result("names", "labels", at(EMOJI, "👩\u200d🚀", "PER"), number=2),
            result("names", "labels", at(EMOJI, "Q\u0307ala", "Place"), number=3),
            result("names", "labels", at(EMOJI, "Zoë", "PER", 9), number=4),
        ],
        [
            result("tone", "choices", {"choices": ["neg"]}),
            result("topics", "choices", {"choices": ['None of "these"']}),
            result("people", "number", {"number": 0}),
        ],
    ],
    # A model takes the second for the other tone.
    "predicted": [
        [result("tone", "choices", {"choices": ["pos"]}), result("stars", "rating", {"rating": 3}), result("names", "labels", at(EMOJI, "Zoë", "PER"))],
        [result("tone", "choices", {"choices": ["pos"]}), result("people", "number", {"number": 0})],
    ],
    "changed": [["names"], ["tone"]],
    "typed": [
        [
            ("tone", "Content"), ("topics", "Places"), ("topics", "People"), ("why", "Two people,\none place"), ("people", "2.50"),
            ("stars", "3"), ("names", "Person: Zoë\nPlace: Q\u0307ala\nPerson: 👩\u200d🚀\nPerson: Zoë"),
        ],
        [("tone", "Annoyed & loud"), ("topics", 'None of "these"'), ("people", "0")],
    ],
    # Of another kind here, with the same meaning.
    "otherwise": {"stars": ("choices", lambda value: {"choices": [str(value["rating"])]})},
}

ANSWERS = {
    "title": "Compare answers",
    "shows": "text",
    "config": """<View>
  <Text name="question" value="$question"/>
  <View style="display: flex"><Text name="first" value="$first"/><Text name="second" value="$second"/></View>
  <Header value="Which answer is better?"/>
  <Pairwise name="better" toName="first,second" required="true"/>
  <Choices name="fault" toName="first"><Choice value="False"/><Choice value="Long"/></Choices>
  <List name="answers" value="$answers" title="Put them in order"/>
  <Ranker name="order" toName="answers"/>
</View>
""",
    "named": [],
    "tasks": [
        {"data": {"question": "Is water wet?", "first": "Yes", "second": "No", "answers": [{"id": "a", "title": "Yes"}, {"id": "b", "title": "No"}]}}
    ],
    "annotations": [
        [
            result("better", "pairwise", {"selected": "right"}, to="better"),
            result("fault", "choices", {"choices": ["Long"]}, to="first"),
            result("order", "ranker", {"ranker": {"order": ["b", "a"]}}, to="answers"),
        ]
    ],
    "typed": [[("better", "b"), ("better", ""), ("fault", "Long"), ("order", "2"), ("order", "1")]],
    "otherwise": {},
}


def png(width, height):
    """A grey picture of this size."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def percent(side, *pixels):
    return [pixel * 100 / side for pixel in pixels]


def on(size):
    return {"original_width": size[0], "original_height": size[1], "image_rotation": 0}


def box(size, x, y, to_x, to_y, **label):
    (x, to_x), (y, to_y) = percent(size[0], x, to_x), percent(size[1], y, to_y)
    return {"x": x, "y": y, "width": to_x - x, "height": to_y - y, "rotation": 0, **label}


def ring(size, points, **label):
    return {"points": [[x * 100 / size[0], y * 100 / size[1]] for x, y in points], "closed": True, **label}


WIDE, TALL = (640, 480), (333, 777)
PICTURES = {
    "title": "Contours",
    "shows": "image",
    "config": """<View>
  <Image name="image" value="$photo" zoom="true"/>
  <RectangleLabels name="signs" toName="image"><Label value="Sign" background="red" hotkey="s"/><Label value="Lamp"/></RectangleLabels>
  <PolygonLabels name="people" toName="image"><Label value="Person" alias="P"/></PolygonLabels>
  <Labels name="things" toName="image"><Label value="Car"/><Label value="Tree"/></Labels>
  <Rectangle name="things_box" toName="image"/>
  <Polygon name="things_polygon" toName="image"/>
  <Choices name="sharp" toName="image"><Choice value="Yes"/><Choice value="No"/></Choices>
  <BrushLabels name="sky" toName="image"><Label value="Sky"/></BrushLabels>
</View>
""",
    "named": ["Line 9: <BrushLabels> has no counterpart here."],
    "tasks": [{"data": {"photo": "tall.png"}}, {"data": {"photo": "wide.png"}}],
    "files": {"wide.png": WIDE, "tall.png": TALL},
    "annotations": [
        [result("sharp", "choices", {"choices": ["No"]}, "image")]
        + [result("people", "polygonlabels", ring(TALL, [(10, 5), (300.5, 5), (33.3, 700)], polygonlabels=["P"]), "image", **on(TALL))],
        [
            result("signs", "rectanglelabels", box(WIDE, 10, 20, 110.5, 90, rectanglelabels=["Sign"]), "image", 1, **on(WIDE)),
            result("signs", "rectanglelabels", box(WIDE, 0, 0, 640, 480, rectanglelabels=["Lamp"]), "image", 2, **on(WIDE)),
            result("things_box", "rectangle", box(WIDE, 1, 2, 3.3, 4), "image", 5, **on(WIDE)),
            result("things", "labels", box(WIDE, 1, 2, 3.3, 4, labels=["Car"]), "image", 5, **on(WIDE)),
            result("things_polygon", "polygon", ring(WIDE, [(7, 7), (77.7, 9), (40, 40)]), "image", 6, **on(WIDE)),
            result("things", "labels", ring(WIDE, [(7, 7), (77.7, 9), (40, 40)], labels=["Tree"]), "image", 6, **on(WIDE)),
        ],
    ],
    "typed": [
        [("sharp", "No"), ("people", "10,5 300.5,5 33.3,700")],
        [("signs", "Lamp: 0,0 to 640,480\nSign: 110.5,90 to 10,20"), ("things", "Tree: 40,40 77.7,9 7,7\nCar: 1,2 to 3.3,4")],
    ],
    "otherwise": {},
}

PROJECTS = [TEXTS, ANSWERS, PICTURES]
