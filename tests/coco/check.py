"""Reads a COCO document with pycocotools and holds its areas, boxes and overlaps against the masks drawn from its rings.

    python check.py document.json [overlaps.json]

The second file has, for pairs of annotations, what manyhands_domain::shapes says they share in ten-thousandths.
"""
import contextlib
import io
import json
import sys

from pycocotools import mask
from pycocotools.coco import COCO


def main(document, overlaps=None):
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(document)
    runs = {}
    for number, annotation in coco.anns.items():
        run = coco.annToRLE(annotation)
        runs[number] = run
        ring = annotation["segmentation"][0]
        points = list(zip(ring[::2], ring[1::2]))
        # A mask is made of whole pixels: it is off by half a pixel along its outline at most.
        around = sum(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1]))
        drawn = float(mask.area(run))
        assert abs(drawn - annotation["area"]) <= around / 2 + 1, (annotation, drawn)
        found = mask.toBbox(run)
        assert all(abs(a - b) <= 1 for a, b in zip(found, annotation["bbox"])), (annotation, list(found))
        assert annotation["category_id"] in coco.cats and annotation["image_id"] in coco.imgs, annotation
    pairs = json.load(open(overlaps)) if overlaps else []
    for one, other, said in pairs:
        drawn = float(mask.iou([runs[one]], [runs[other]], [0])[0][0])
        assert abs(drawn - said / 10_000) <= 0.01, (one, other, said, drawn)
    print(f"{len(coco.imgs)} images, {len(coco.anns)} annotations, {len(pairs)} overlaps: pycocotools agrees")


if __name__ == "__main__":
    main(*sys.argv[1:])
