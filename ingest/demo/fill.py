"""The fast way in for demonstration problems that are not there yet: by the million, in a few minutes.

The rows are those that ``merge_features`` would write, column for column; a test compares the two. It takes
points only, since a point is where it is, while the representative point of an area is PostGIS's to find.
"""

from threading import Lock

from ingest.demo.generate import SOURCE, Columns, feature_rows
from ingest.demo.times import written
from layers.append import NULL, any_there, append_features, escaped
from layers.bulk import Outcome, merge_features
from layers.statuses import Kind
from regions.boundaries import generation_at
from regions.placing import Placing


class Writer:
    """Brings batches into the database, in several threads at a time."""

    def __init__(self, jurisdiction: str) -> None:
        self.jurisdiction = jurisdiction
        self._placing = Placing(generation_at(jurisdiction))
        self._learning = Lock()

    def write(self, told: Columns, kind: Kind) -> Outcome:
        if kind != Kind.PROBLEM or any_there(SOURCE, told.source_ids(kind)):
            return merge_features(feature_rows(told, kind), jurisdiction=self.jurisdiction)
        return Outcome(inserted=append_features(self._columns(told, kind)))

    def _columns(self, told: Columns, kind: Kind) -> list[list[str]]:
        """In the order of layers/sql/append_copy.sql."""
        spots, life = told.choice.spots, told.life
        with self._learning:
            oblast, rayon = self._placing.codes_at(spots.lon, spots.lat)
        rows = len(told.numbers)
        return [
            [kind.value] * rows,
            [self.jurisdiction] * rows,
            told.geometries.tolist(),
            oblast.tolist(),
            rayon.tolist(),
            escaped(told.titles),
            escaped(told.texts),
            told.language.tolist(),
            escaped(told.addresses),
            told.categories.tolist(),
            life.status.tolist(),
            *(
                written(times, null=NULL)
                for times in (told.choice.received, life.first_response, told.due, life.resolved, life.closed)
            ),
            [SOURCE] * rows,
            told.source_ids(kind),
            ["t"] * rows,
        ]
