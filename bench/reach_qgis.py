"""Run by the interpreter that knows QGIS: reach of facilities with covered parcels. Prints one JSON object."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
sys.path.append("/usr/share/qgis/python/plugins")  # where Debian keeps processing

import qgis.analysis as qa
import qgis.core as qgis

LIMIT_M, BESIDE_M = 500, 8.0  # a parcel is covered when the reached ways come this near


def main() -> None:
    """Do what a person does in the processing toolbox; parcels are widened once, which is the quicker way."""
    app = qgis.QgsApplication([], False)  # noqa: FBT003  without a window
    app.initQgis()
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()
    file, kind = sys.argv[1:3]
    ways, services, parcels = (
        qgis.QgsVectorLayer(f"{file}|layername={n}", n, "ogr") for n in ("network", "facilities", "parcels")
    )
    services.setSubsetString(f"type = '{kind}'")
    found: dict[str, float] = {}

    def timed(name: str, work: Callable[[], object]) -> object:
        start = time.perf_counter()
        result = work()
        found[name] = time.perf_counter() - start
        return result

    def run(algorithm: str, **given: object) -> object:
        key = "OUTPUT_LINES" if "servicearea" in algorithm else "OUTPUT"
        return processing.run(algorithm, {**given, key: "TEMPORARY_OUTPUT"})[key]

    wide = timed(
        "widen_s", lambda: run("native:buffer", INPUT=parcels, DISTANCE=BESIDE_M, SEGMENTS=8, DISSOLVE=False)
    )

    def covered(algorithm: str, **given: object) -> int:
        lines = run(algorithm, INPUT=ways, STRATEGY=0, TRAVEL_COST2=LIMIT_M, **given)
        return run("native:extractbylocation", INPUT=wide, PREDICATE=[0], INTERSECT=lines).featureCount()

    found["covered"] = timed("reach_s", lambda: covered("native:serviceareafromlayer", START_POINTS=services))
    place = next(services.getFeatures()).geometry().asPoint()
    spot = f"{place.x()},{place.y()} [{services.crs().authid()}]"
    timed("move_s", lambda: covered("native:serviceareafrompoint", START_POINT=spot))
    _kept_graph(ways, place, timed)
    found["facilities"] = sum(1 for _ in services.getFeatures())
    print(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)  # QGIS likes to fall over while it is taken apart


def _kept_graph(ways: object, place: object, timed: Callable[[str, Callable[[], object]], object]) -> None:
    """The best that a plug-in can do: keep the graph, search again (covered parcels not yet counted)."""
    director = qa.QgsVectorLayerDirector(ways, -1, "", "", "", qa.QgsVectorLayerDirector.DirectionBoth)
    director.addStrategy(qa.QgsNetworkDistanceStrategy())
    builder = qa.QgsGraphBuilder(ways.crs(), True, 0)  # noqa: FBT003
    tied = timed("graph_s", lambda: director.makeGraph(builder, [place]))
    graph = builder.graph()
    timed("search_s", lambda: qa.QgsGraphAnalyzer.dijkstra(graph, graph.findVertex(tied[0]), 0))


if __name__ == "__main__":
    main()
