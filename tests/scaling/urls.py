"""The portal's addresses, and some that write, wait, or tell where they read."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, include, path
from django.views.decorators.csrf import csrf_exempt
from psycopg import sql

from geoportal.access import ACCESS, PUBLIC
from geoportal.lib.replicas import reading
from geoportal.urls import handler400, handler403, handler404, handler500
from layers.models import Category

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def answer() -> JsonResponse:
    """What a reader sees by the ORM and by a raw statement, and whether a replica said it."""
    with reading().cursor() as cursor:
        cursor.execute("select count(*), pg_is_in_recovery() from layers_category")
        raw, by_replica = cursor.fetchone()
    return JsonResponse(
        {"codes": sorted(row.code for row in Category.objects.all()), "raw": raw, "by_replica": by_replica}
    )


def add(code: str) -> None:
    Category.objects.create(code=code, name_kk=code, name_ru=code, name_en=code, position=99)


@csrf_exempt
def categories(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        add(request.GET["code"])
    return answer()


@csrf_exempt
def raw_write(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("update layers_category set position = position + 1")
    return JsonResponse({})


def written_by_a_visit(request: HttpRequest) -> HttpResponse:
    """A GET that writes, as one that counts visits or starts a session does."""
    before = answer()
    add(request.GET["code"])
    after = answer()
    return HttpResponse(b"[%s, %s]" % (before.content, after.content), content_type="application/json")


def in_a_transaction(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        return answer()


def slow(request: HttpRequest) -> HttpResponse:
    """A raw statement that takes as long as it is asked to, and counts a table meanwhile."""
    with reading().cursor() as cursor:
        seconds = float(request.GET.get("seconds", 5))
        table = sql.Identifier(request.GET.get("table", "probe")).as_string()
        cursor.execute(f"select pg_sleep(%s), count(*), pg_is_in_recovery() from {table}", [seconds])
        _slept, count, by_replica = cursor.fetchone()
    return JsonResponse({"count": count, "by_replica": by_replica})


urlpatterns = [
    path("categories/", categories, name="test-categories"),
    path("raw-write/", raw_write, name="test-raw-write"),
    path("visit/", written_by_a_visit, name="test-visit"),
    path("atomic/", in_a_transaction, name="test-atomic"),
    path("slow/", slow, name="test-slow"),
    path("problems/slow/", slow, name="test-problems-slow"),
    path("tiles/slow/", slow, name="test-tiles-slow"),
    path("", include("geoportal.urls")),
]
# The portal refuses what its table of access does not name.
ACCESS.update({str(route.name): PUBLIC for route in urlpatterns if isinstance(route, URLPattern)})
