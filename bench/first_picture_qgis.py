"""Run by the interpreter that knows QGIS: open a GeoPackage, classify, paint its first picture. Prints one JSON object."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
BEGUN = time.perf_counter()
WIDTH, HEIGHT = 1600, 1000

import qgis.core as qgis  # noqa: E402  the clock starts before anything else
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402


def main() -> None:
    """Do what a person does: five quantile classes of a column, light to dark, thin outlines."""
    app = qgis.QgsApplication([], False)  # noqa: FBT003  without a window
    app.initQgis()
    found = {"start_s": time.perf_counter() - BEGUN}
    start = last = time.perf_counter()

    def part(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        found[f"{name}_s"], last = now - last, now

    layer = qgis.QgsVectorLayer(f"{sys.argv[1]}|layername=parcels", "parcels", "ogr")
    if not layer.isValid():
        raise SystemExit("error: QGIS cannot open the file")
    part("open")
    _classify(layer, sys.argv[2])
    part("classify")
    image = _picture(layer)
    part("paint")
    found["together_s"] = time.perf_counter() - start
    if len(sys.argv) > 3:
        image.save(sys.argv[3])
    print(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)  # QGIS likes to fall over while it is taken apart


def _classify(layer: qgis.QgsVectorLayer, column: str) -> None:
    renderer = qgis.QgsGraduatedSymbolRenderer(column)
    methods = qgis.QgsApplication.classificationMethodRegistry()
    renderer.setClassificationMethod(methods.method("Quantile"))
    outline = {"color": "white", "outline_color": "#555555", "outline_width": "0.15"}
    renderer.setSourceSymbol(qgis.QgsFillSymbol.createSimple(outline))
    renderer.setSourceColorRamp(qgis.QgsStyle.defaultStyle().colorRamp("Reds"))
    renderer.updateClasses(layer, 5)
    renderer.updateColorRamp(renderer.sourceColorRamp())
    layer.setRenderer(renderer)


def _picture(layer: qgis.QgsVectorLayer) -> object:
    settings = qgis.QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(WIDTH, HEIGHT))
    settings.setOutputDpi(96)
    settings.setBackgroundColor(QColor("white"))
    settings.setFlag(qgis.QgsMapSettings.Antialiasing)
    settings.setFlag(qgis.QgsMapSettings.UseRenderingOptimization)
    settings.setExtent(layer.extent())
    job = qgis.QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    if job.errors():
        raise SystemExit(f"error: {job.errors()[0].message}")
    return job.renderedImage()


if __name__ == "__main__":
    main()
