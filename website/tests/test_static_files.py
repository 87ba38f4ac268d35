import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory
from website.static_files import missing_manifest
from whitenoise.middleware import WhiteNoiseMiddleware

HASH = re.compile(r"\.[0-9a-f]{12}\.")


@pytest.fixture
def production(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {"staticfiles": {"BACKEND": "website.static_storage.PageStorage"}}
    settings.WHITENOISE_USE_FINDERS = False
    settings.WHITENOISE_AUTOREFRESH = False
    settings.WHITENOISE_MAX_AGE = 3600
    return tmp_path


@pytest.fixture
def collected(production) -> Path:
    call_command("collectstatic", interactive=False, verbosity=0)
    return production


def served(url):
    middleware = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    response = middleware(RequestFactory().get(url))
    response.close()
    return response


def test_development_serves_files_from_where_they_are_written(client):
    for url in ("/static/js/early.js", "/static/bootstrap/css/bootstrap-reboot.min.css", "/static/img/favicon.svg"):
        response = client.get(url)
        assert response.status_code == 200
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response
        response.close()


def test_a_script_is_served_as_javascript(client):
    response = client.get("/static/js/pages/dashboard.js")
    assert response["Content-Type"].startswith("text/javascript")
    response.close()


def test_collected_files_are_kept_for_good_under_a_name_with_their_hash(collected):
    response = served(staticfiles_storage.url("css/theme.css"))
    assert response.status_code == 200
    assert response["Cache-Control"] == "max-age=315360000, public, immutable"


def test_collected_modules_import_each_other_by_their_hashed_names(collected):
    imports = [
        target
        for script in (collected / "js").rglob("*.js")
        for target in re.findall(r'^import .* from "([^"]+)";$', script.read_text(), re.MULTILINE)
    ]
    scripts = [path.read_text() for path in (collected / "js").rglob("*.js")]
    imports += [target for script in scripts for target in re.findall(r'import\("([^"]+)"\)', script)]
    assert len(imports) > 20
    assert not [target for target in imports if not HASH.search(target)]


def test_only_the_used_files_of_bootstrap_are_collected(collected):
    names = {HASH.sub(".", path.name) for path in (collected / "bootstrap").rglob("*") if path.is_file()}
    names = {name for name in names if not name.endswith((".gz", ".br", ".map"))}
    assert {name for name in names if name.endswith((".css", ".js"))} == {"bootstrap-reboot.min.css"}


@pytest.mark.parametrize(("kind", "most"), [("css", 13_000), ("js", 64_000)])
def test_all_styles_and_scripts_together_are_a_small_download(collected, kind, most):
    files = [path for path in collected.rglob(f"*.{kind}") if HASH.search(path.name) and path.parent.name != "texts"]
    assert len(files) > 5
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < most


def modules_of(script: Path) -> set[Path]:
    """Return a module and everything that it imports."""
    found, waiting = set(), [script]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            imports = re.findall(r'^import .* from "([^"]+)";$', module.read_text(), re.MULTILINE)
            waiting.extend((module.parent / target).resolve() for target in imports)
    return found


def test_the_scripts_of_one_page_are_a_small_download(collected):
    pages = [path for path in (collected / "js" / "pages").glob("*.js") if HASH.search(path.name)]
    assert len(pages) > 10
    shared = modules_of(next(path for path in pages if path.name.startswith("shell.")))
    for page in pages:
        modules = shared | modules_of(page)
        assert sum(len(gzip.compress(path.read_bytes())) for path in modules) < 32_000, page.name


def test_the_texts_of_one_language_are_a_small_download(collected):
    texts = [path for path in (collected / "js" / "texts").glob("*.js") if HASH.search(path.name)]
    assert len(texts) == 1
    for path in texts:
        assert len(gzip.compress(path.read_bytes())) < 9_000, path.name


def test_production_is_ready_only_once_files_are_collected(production):
    assert missing_manifest() == "static files are not collected: run manage.py collectstatic"
    call_command("collectstatic", interactive=False, verbosity=0)
    assert missing_manifest() is None


def test_development_serves_the_source_of_the_npm_package(client):
    response = client.get("/static/clients/src/index.js")
    assert response.status_code == 200
    response.close()


def test_the_source_of_the_npm_package_is_collected_with_hashed_names_and_without_comments(collected):
    modules = [path for path in (collected / "clients" / "src").glob("*.js") if HASH.search(path.name)]
    imports = [
        target
        for module in modules
        for target in re.findall(r'^import .* from "([^"]+)";$', module.read_text(), re.MULTILINE)
    ]
    assert len(imports) > 10
    assert not [target for target in imports if not HASH.search(target)]
    assert not [path.name for path in modules if "@param" in path.read_text()]
