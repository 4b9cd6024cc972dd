import json
from urllib.parse import parse_qs, urlsplit

import pytest

from geoportal.lib.geo import Bbox
from regions.geocoder import PhotonGeocoder
from tests.fakes.http import Answer, serving

WITHIN = Bbox(46, 40, 88, 56)
STREET = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [76.95, 43.25]},
    "properties": {
        "street": "Абай даңғылы",
        "housenumber": "10",
        "city": "Алматы",
        "extent": [76.9, 43.3, 77.0, 43.2],
        "osm_id": 7,
    },
}
ABROAD = {**STREET, "geometry": {"type": "Point", "coordinates": [2.3, 48.9]}}


def ask(url: str, language: str = "kk") -> list[object]:
    return list(PhotonGeocoder(f"{url}/api").find("Абай 10", language=language, limit=5, within=WITHIN))


def test_an_address_is_found_with_its_box_in_our_order() -> None:
    answer = Answer(json.dumps({"features": [STREET, ABROAD]}).encode())
    with serving(answer) as url:
        (found,) = PhotonGeocoder(f"{url}/api").find("Абай 10", language="en", limit=5, within=WITHIN)
    assert (found.kind, found.name, found.parent) == ("address", "Абай даңғылы 10", "Алматы")
    assert (found.lon, found.lat, found.bbox) == (76.95, 43.25, Bbox(76.9, 43.2, 77.0, 43.3))
    asked = parse_qs(urlsplit(answer.asked[0]).query)
    assert asked["q"] == ["Абай 10"]
    assert asked["lang"] == ["en"]
    assert asked["bbox"] == ["46.00000,40.00000,88.00000,56.00000"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"not json"),
        Answer(b'{"features": 3}'),
        Answer(b'{"features": [{"geometry": null, "properties": {"name": "x"}}]}'),
        Answer(b'{"features": [{"geometry": {"coordinates": ["x", 1]}, "properties": {"name": "x"}}]}'),
        Answer(b"[]"),
        Answer(status=500),
        Answer(b" " * 300_000),
    ],
)
def test_a_broken_service_costs_only_its_own_results(answer: Answer) -> None:
    with serving(answer) as url:
        assert ask(url) == []


def test_what_people_look_for_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with serving(Answer(status=500)) as url:
        ask(url)
    assert caplog.records
    assert "Абай" not in caplog.text
    assert "%D0" not in caplog.text
