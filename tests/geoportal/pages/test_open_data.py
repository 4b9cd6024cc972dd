"""Whoever made the boundaries is named, with a link where the source asks for one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings

from geoportal.context import Credit, credit_of
from regions.models import Generation
from regions.sources import amcharts
from tests.geoportal.pages.html import Page

pytestmark = pytest.mark.usefixtures("world")


def test_the_source_that_asks_for_a_link_gets_one_on_every_page(get: Callable[..., Any]) -> None:
    Generation.objects.filter(vintage="2024").update(
        attribution=amcharts.ATTRIBUTION, licence=amcharts.LICENCE
    )
    for address in ("/about/", "/open-data/"):
        assert '<a href="https://www.amcharts.com/">amCharts</a>' in get(address).text


def test_a_credit_without_an_address_is_plain_text() -> None:
    assert credit_of("geokz (A. Rodionoff) / OCHA COD-AB") == Credit("geokz (A. Rodionoff) / OCHA COD-AB")


def test_every_collection_is_there_with_its_addresses(get: Callable[..., Any]) -> None:
    links = {a["href"] for a in Page(get("/open-data/").text).all("a")}
    for name in ("regions", "settlements", "problems", "needs", "initiatives"):
        assert {f"/api/v1/{name}/", f"/tiles/{name}.json"} <= links


def test_privacy_names_the_hosts_that_the_operator_chose(
    get: Callable[..., Any], settings: LazySettings
) -> None:
    assert "Your browser speaks to this portal only." in get("/privacy/").text
    settings.BASEMAP_STYLE_URL = "https://tiles.example.kz/style.json"
    settings.GEOCODER_URL = "https://geocoder.example.kz/api"
    text = get("/privacy/").text
    assert "tiles.example.kz" in text
    assert "geocoder.example.kz" in text
    assert "Your browser speaks to this portal only." not in text
