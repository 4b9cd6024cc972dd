"""The read API, ``/api/v1/``: open data as GeoJSON, documented by itself (OpenAPI at ``/api/schema/``)."""
