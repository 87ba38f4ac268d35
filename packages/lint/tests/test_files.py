"""Traefik's reading of its files: the first of two definitions, every spelling, layers of routers."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from vf_lint.expectations import Expectations
from vf_lint.findings import Finding, Severity
from vf_lint.from_files import _notes, read_files
from vf_lint.lint import lint
from vf_lint.static_file import LARGEST
from vf_runtime.terminal import UsageError

from .conftest import Linter, spoiled, write
from .spoilings import AUTH, MIDDLEWARES, ROUTERS, WEB, router

OPEN = {"http": {"middlewares": {"protected": {"chain": {"middlewares": ["strip"]}}}}}


def linted_beside(folder: Path, name: str, document: dict[str, Any]) -> list[Finding]:
    """Lint the valid configuration with an additional file of this name."""
    static, dynamic = write(folder, *spoiled(None))
    (folder / "dynamic").mkdir()
    dynamic.rename(folder / "dynamic" / "m.yml")
    (folder / "dynamic" / name).parent.mkdir(exist_ok=True)
    (folder / "dynamic" / name).write_text(yaml.safe_dump(document))
    return lint(read_files(static, [folder / "dynamic"], {}), Expectations(base_domain="a.test"))


@pytest.mark.parametrize("name", ["a.yml", "m-old.yml", "folder/z.yml"])
def test_of_two_definitions_the_first_is_at_work(tmp_path: Path, name: str) -> None:
    found = {finding.rule.id for finding in linted_beside(tmp_path, name, OPEN)}
    assert found >= {"router-unprotected", "name-repeated"}


def test_a_second_definition_is_without_effect_and_told(tmp_path: Path) -> None:
    found = linted_beside(tmp_path, "z.yml", OPEN)
    assert [(finding.rule.id, finding.place) for finding in found] == [("name-repeated", "middleware protected@file")]


@pytest.mark.parametrize("truth", ["true", "True", "1", "T"])
def test_a_switch_in_quotes_is_at_work(linted: Linter, truth: str) -> None:
    found = linted((f"{AUTH}.TrustForwardHeader", truth))
    assert [finding.rule.id for finding in found] == ["auth-trusts-forwarded"]


def test_a_switch_in_quotes_that_is_off_is_off(linted: Linter) -> None:
    assert linted((f"{AUTH}.trustForwardHeader", "false")) == []


def test_sections_are_read_in_every_letter_case(tmp_path: Path) -> None:
    static, dynamic = write(tmp_path, *spoiled((f"{ROUTERS}.open", router("Host(`b.test`)", "strip"))))
    dynamic.write_text(dynamic.read_text().replace("http:", "HTTP:").replace("  routers:", "  Routers:"))
    found = lint(read_files(static, [dynamic], {}), Expectations(base_domain="a.test"))
    assert [finding.rule.id for finding in found] == ["router-unprotected"]


@pytest.mark.parametrize("name", ["Http", "Service", "Headers", "Names", "Chain"])
def test_a_middleware_may_be_called_like_an_option(linted: Linter, name: str) -> None:
    middlewares = spoiled(None)[1]["middlewares"]
    renamed = middlewares | {name: middlewares["auth"], "protected": {"chain": {"middlewares": ["cors", name]}}}
    assert linted((MIDDLEWARES, renamed)) == []


@pytest.mark.parametrize(
    "change",
    [
        (f"{WEB}.http", 7),
        (f"{WEB}.forwardedHeaders.trustedIPs", 7),
        (f"{WEB}.forwardedHeaders.insecure", "maybe"),
        (f"{WEB}.http.aliasHeadersStrategy", ["delete"]),
        (f"{WEB}.http.SanitizePath", True),
        (f"{WEB}.http.encodedCharacters.allowEncodedSlash", "maybe"),
        ("static.accessLog", 7),
        ("static.entryPoints", 7),
        ("static.entryPoints.web", "web"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_place(linted: Linter, change: tuple[str, object]) -> None:
    place, _, option = change[0].rpartition(".")
    changes = [(f"{place}.sanitizePath", True), change] if option == "SanitizePath" else [change]
    with pytest.raises(UsageError, match=f"(?i){option}"):
        linted(*changes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((f"{ROUTERS}.orders.priority", "high"), 'parsing "high"'),
        ((f"{MIDDLEWARES}.protected.chain", 7), "chain cannot be a standalone element"),
        ((f"{AUTH}.trustForwardHeader", "maybe"), 'parsing "maybe"'),
        ((f"{AUTH}.maxResponseBodySize", "64k"), 'parsing "64k"'),
        ((ROUTERS, 7), "routers cannot be a standalone element"),
        ((MIDDLEWARES, "auth"), "middlewares cannot be a standalone element"),
    ],
)
def test_a_value_that_traefik_refuses_is_told_in_its_words_with_the_file(
    linted: Linter, change: tuple[str, object], words: str
) -> None:
    with pytest.raises(UsageError, match=rf"dynamic\.yml: .*{words}"):
        linted(change)


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        ((f"{ROUTERS}.orders.rule", ["Host(`a.test`)"]), "router-rule-unreadable", "Host(`a.test`)"),
        ((f"{ROUTERS}.orders.middlewares", 7), "router-dropped", 'middleware "7@file" does not exist'),
        ((f"{ROUTERS}.orders", "orders"), "router-dropped", "router must have either a service or child routers"),
        ((f"{MIDDLEWARES}.auth", ["forwardAuth"]), "router-dropped", 'invalid middleware "auth@file" configuration'),
        (
            (f"{MIDDLEWARES}.shorten", {"stripPrefixRegex": {"regex": ["("]}}, "shorten"),
            "router-dropped",
            "error parsing regexp",
        ),
        ((f"{ROUTERS}.orders.tls", {"options": "lost"}), "router-dropped", "unknown TLS options: lost@file"),
    ],
)
def test_a_router_that_traefik_drops_is_a_finding_in_its_words(
    linted: Linter, change: tuple[Any, ...], rule: str, words: str
) -> None:
    place, value, *used = change
    using = [(f"{ROUTERS}.orders.middlewares", ["protected", *used])] if used else []
    found = [finding for finding in linted((place, value), *using) if finding.rule.id == rule]
    assert [finding.place for finding in found] == ["router orders@file"]
    assert words in found[0].detail


def layered(middlewares: list[str], leaf: dict[str, Any] | None = None) -> tuple[str, Any]:
    top = {"rule": "Host(`b.test`)", "middlewares": middlewares}
    return ROUTERS, spoiled(None)[1]["routers"] | {"top": top, "leaf": {"parentRefs": ["top"]} | (leaf or {})}


def test_a_lower_router_is_protected_by_those_above_it(linted: Linter) -> None:
    assert linted(layered(["protected"], router("PathPrefix(`/x/`)"))) == []


def test_a_lower_router_below_an_open_one_is_open(linted: Linter) -> None:
    found = {(finding.rule.id, finding.place) for finding in linted(layered([], router("PathPrefix(`/x/`)")))}
    assert ("router-unprotected", "router leaf@file on web") in found
    assert not any("top@file" in place for _, place in found)


def test_a_lower_router_may_protect_itself(linted: Linter) -> None:
    assert linted(layered([], router("PathPrefix(`/x/`)", "protected"))) == []


def test_layers_that_go_round_are_read_to_an_end(linted: Linter) -> None:
    found = linted(layered(["protected"], {"parentRefs": ["leaf", "top"]} | router("Path(`/x`)")))
    assert [(finding.rule.id, finding.place) for finding in found] == [("router-dropped", "router leaf@file")]
    assert "cyclic reference" in found[0].detail


@pytest.mark.parametrize("text", ["{{ if true }}" * 3000, "http: " + "[" * 3000])
def test_a_file_that_is_nested_too_deep_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "deep.yml").write_text(text)
    with pytest.raises(UsageError, match=r"deep\.yml"):
        read_files(None, [tmp_path], {})


def test_a_folder_without_a_file_that_traefik_reads_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "dynamic.yml.bak").write_text("http: {}")
    with pytest.raises(UsageError, match="contains no file"):
        read_files(None, [tmp_path], {})


NINE_OF = "a: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"b{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)

MERGES_OF_NINE = "a: &a0 {x: x}\n" + "".join(
    f"b{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 9)}]}}\n" for level in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(NINE_OF, "excessive aliasing", id="ten lines that stand for billions"),
        pytest.param("a: &a [*a]", "contains itself", id="an alias in itself"),
        pytest.param("a: &a {b: {<<: *a}}", "contains itself", id="a merge with itself"),
    ],
)
def test_aliases_without_a_bound_are_refused_in_one_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "bomb.yml").write_text(text)
    with pytest.raises(UsageError, match=rf"bomb\.yml: .*{words}"):
        read_files(None, [tmp_path], {})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(NINE_OF, id="aliases"),
        pytest.param(MERGES_OF_NINE, id="merges"),
        pytest.param("entryPoints: &a {web: *a}", id="an alias in itself"),
        pytest.param("entryPoints: {web: &a {http: {<<: *a}}}", id="a merge with itself"),
        pytest.param("a: " + "[" * 3000, id="three thousand lists in each other"),
        pytest.param("# " + "x" * LARGEST, id="a megabyte"),
    ],
)
def test_a_static_file_without_a_bound_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "bomb.yml").write_text(text)
    with pytest.raises(UsageError, match=r"bomb\.yml"):
        read_files(tmp_path / "bomb.yml", [], {})


def test_aliases_and_merges_are_followed(tmp_path: Path, linted: Linter) -> None:
    static, dynamic = write(tmp_path, *spoiled(None))
    dynamic.write_text("x: &x {<<: &y {rule: Host(`b.test`)}, service: orders}\n" + dynamic.read_text())
    text = dynamic.read_text().replace("  routers:\n", "  routers:\n    open: {<<: *x, middlewares: [strip]}\n")
    dynamic.write_text(text)
    found = lint(read_files(static, [dynamic], {}), Expectations(base_domain="a.test"))
    assert [finding.rule.id for finding in found] == ["router-unprotected"]


@pytest.mark.parametrize("text", ["", "# http:\n", "http: {middlewares: {a: {compress: {}}}}"])
def test_files_without_a_router_are_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "dynamic.yml").write_text(text)
    found = lint(read_files(None, [tmp_path], {}), Expectations())
    assert [(finding.rule.id, finding.severity) for finding in found] == [("no-routers", Severity.WARNING)]


def test_routers_may_be_the_labels_of_containers(tmp_path: Path) -> None:
    static, _ = write(tmp_path, *spoiled(("static.providers.docker", {})))
    (tmp_path / "empty.yml").write_text("")
    found = lint(read_files(static, [tmp_path / "empty.yml"], {}), Expectations())
    assert "no-routers" not in {finding.rule.id for finding in found}


def test_an_address_that_is_none_is_told(linted: Linter) -> None:
    assert "auth-address" in {finding.rule.id for finding in linted((f"{AUTH}.address", "http://[::1"))}
    found = linted(("dynamic.services.orders.loadBalancer.servers", [{"url": "http://[::1"}]))
    assert {finding.rule.id for finding in found} == {"router-dropped"}
    assert "error parsing server URL" in found[0].detail


@pytest.mark.parametrize(("version", "told"), [("3.6.2", True), ("2.11.0", True), ("3.7.15", False), ("4.0.0", False)])
def test_a_traefik_that_is_older_than_the_rules_is_told(version: str, told: bool) -> None:
    notes = _notes(Path("traefik.yml"), [Path("dynamic")], version)
    assert [f"Traefik {version} read the files" in note for note in notes] == [True] * told
