"""The npm package: its tests run by Node.js, its size, its types, and its installation from a tarball."""

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import node
import pytest

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parents[1]
SCRIPTS = sorted(PACKAGE.glob("src/*.js"))
SERVICES = {"identity": "identity-provider", "billing": "billing", "inventory": "inventory"}
MOST_BYTES = 6 * 1024
"""What the whole package adds to a front end: minified and compressed."""


def run(*command: object, folder: Path = PACKAGE) -> str:
    """Run a command without a network; return its output."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "npm_config_offline": "true", "NO_COLOR": "1", "NODE_OPTIONS": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("tests/*.test.js")), ids=lambda path: path.name)
def test_with_nodes_test_runner(path: Path) -> None:
    output = run("node", "--test", "--test-reporter=tap", path)
    passed = re.search(r"^# pass (\d+)$", output, re.MULTILINE)
    assert passed, output
    assert int(passed[1]) >= 3


def test_the_whole_package_is_a_small_download() -> None:
    bundle = run(node.tool("esbuild"), "src/index.js", "--bundle", "--minify", "--format=esm")
    assert 2000 < len(gzip.compress(bundle.encode())) < MOST_BYTES


def test_an_import_of_the_error_alone_leaves_out_the_clients(tmp_path: Path) -> None:
    entry = tmp_path / "entry.js"
    entry.write_text(
        f"import {{ ApiError }} from {json.dumps(str(PACKAGE / 'src/index.js'))};\nconsole.log(ApiError);\n"
    )
    bundle = run(node.tool("esbuild"), entry, "--bundle", "--minify", "--format=esm")
    assert "api/billing" not in bundle
    assert "api/auth" not in bundle


def test_the_committed_types_are_those_of_the_source(tmp_path: Path) -> None:
    run(node.tool("tsc"), "--outDir", tmp_path)
    made = {path.name: path.read_text() for path in tmp_path.glob("*.d.ts")}
    kept = {path.name: path.read_text() for path in (PACKAGE / "types").glob("*.d.ts")}
    assert len(made) == len(SCRIPTS)
    assert kept == made, "run: npm run types"


@pytest.mark.parametrize("name", SERVICES)
def test_the_types_of_responses_are_those_of_the_api(name: str, tmp_path: Path) -> None:
    document, types = tmp_path / "schema.json", tmp_path / "types.d.ts"
    service = ROOT / "services" / SERVICES[name]
    variables = {key: value for key, value in os.environ.items() if not key.startswith("VF_")}
    command = [sys.executable, "manage.py", "spectacular", "--format", "openapi-json", "--file", str(document)]
    subprocess.run(command, cwd=service, env=variables, check=True, capture_output=True, timeout=120)
    run(node.tool("openapi-typescript"), document, "-o", types)
    kept = PACKAGE / "types" / "schemas" / f"{name}.d.ts"
    if os.environ.get("WRITE_TYPES"):
        kept.write_text(types.read_text())
    assert kept.read_text() == types.read_text(), "run: WRITE_TYPES=1 make test ARGS=website/clients"


def test_the_scripts_that_the_website_collects_differ_from_these_in_comments_only(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from website.static_storage import without_comments as strip;"
        "out = pathlib.Path(sys.argv[1]);"
        "[(out / str(i)).with_suffix('.js').write_bytes(strip(pathlib.Path(p).read_bytes()))"
        " for i, p in enumerate(sys.argv[2:])]"
    )
    scripts = [*SCRIPTS, *sorted((ROOT / "website" / "static" / "js").rglob("*.js"))]
    assert len(scripts) > 50
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "website.settings"}
    command = [sys.executable, "-c", code, str(tmp_path), *map(str, scripts)]
    subprocess.run(command, cwd=ROOT / "website", env=environment, check=True, timeout=60)
    before, after = tmp_path / "before", tmp_path / "after"
    minify = (node.tool("esbuild"), "--minify", "--format=esm")
    run(*minify, *(tmp_path / f"{number}.js" for number in range(len(scripts))), f"--outdir={after}")
    for number, script in enumerate(scripts):
        (before / f"{number}.js").parent.mkdir(exist_ok=True)
        (before / f"{number}.js").write_bytes(script.read_bytes())
    run(*minify, *(before / f"{number}.js" for number in range(len(scripts))), f"--outdir={before / 'out'}")
    for number, script in enumerate(scripts):
        assert (before / "out" / f"{number}.js").read_bytes() == (after / f"{number}.js").read_bytes(), script


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    run("npm", "pack", "--pack-destination", folder)
    (packed,) = folder.glob("*.tgz")
    return packed


@pytest.fixture(scope="module")
def project(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty project into which the package is installed, without a network."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"name": "shop", "private": true, "type": "module"}')
    run("npm", "install", "--no-audit", "--no-fund", tarball, folder=folder)
    return folder


def test_it_installs_without_a_dependency(project: Path) -> None:
    installed = json.loads(run("npm", "ls", "--all", "--json", folder=project))["dependencies"]
    assert set(installed) == {"@vfservices/clients"}
    assert "dependencies" not in installed["@vfservices/clients"]


def test_the_tarball_contains_the_source_the_types_and_the_readme(project: Path) -> None:
    folder = project / "node_modules" / "@vfservices" / "clients"
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {"package.json", "README.md", "src/index.js", "types/index.d.ts", "types/schemas/identity.d.ts"} <= names
    assert not [name for name in names if name.startswith(("tests", "node_modules"))]


def test_an_installed_package_works_in_node(project: Path) -> None:
    (project / "main.js").write_text("""
import { createClient } from "@vfservices/clients";
const api = createClient({ fetch: async () => new Response('{"username": "alice"}') });
console.log((await api.getProfile()).username);
""")
    assert run("node", "main.js", folder=project) == "alice\n"


@pytest.mark.parametrize("resolution", ["nodenext", "bundler"])
def test_its_types_serve_a_front_end_in_typescript(project: Path, resolution: str) -> None:
    (project / "page.ts").write_text("""
import { ApiError, createClient, type BillingSummary, type Item, type Page } from "@vfservices/clients";
const api = createClient({ baseUrls: { billing: "https://billing.example.test" }, onSignedOut: () => {} });
export async function main(): Promise<string> {
  const page: Page<Item> = await api.inventory.getInventoryItems({ search: "cable", pageSize: 5 });
  const summary: BillingSummary = await api.getBillingSummary({ signal: AbortSignal.timeout(5000) });
  for await (const entry of api.billing.allTransactions()) console.log(entry.amount.length, page.count.toFixed());
  const roles: string[] = (await api.getProfile()).roles;
  // @ts-expect-error: a profile has no such member
  (await api.getProfile()).surname;
  try { await api.login("alice", "secret"); } catch (error) { if (error instanceof ApiError) return error.code; }
  return summary.current_balance + roles.join();
}
""")
    module = "nodenext" if resolution == "nodenext" else "es2022"
    options = ("--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom")
    run(node.tool("tsc"), *options, "--module", module, "--moduleResolution", resolution, "page.ts", folder=project)


def test_the_samples_of_the_readme_have_no_type_errors(project: Path) -> None:
    samples = re.findall(r"^```js\n(.*?)^```", (PACKAGE / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(samples) > 5
    paths = [project / f"sample-{number}.js" for number in range(len(samples))]
    for path, sample in zip(paths, samples, strict=True):
        path.write_text(sample)
    options = ("--strict", "--noEmit", "--allowJs", "--checkJs", "--target", "es2022", "--lib", "es2022,dom")
    run(node.tool("tsc"), *options, "--module", "nodenext", *paths, folder=project)


def test_publint_and_arethetypeswrong_find_nothing(tarball: Path, project: Path) -> None:
    run(node.tool("publint"), "run", "--strict", project / "node_modules" / "@vfservices" / "clients")
    run(node.tool("attw"), "--profile", "esm-only", "--no-emoji", tarball)


def test_the_lock_file_has_hashes_and_names_no_registry() -> None:
    packages = json.loads((PACKAGE / "package-lock.json").read_text())["packages"]
    tools = [entry for name, entry in packages.items() if name]
    assert len(tools) > 50
    assert all(entry["integrity"].startswith("sha512-") for entry in tools)
    assert not [entry for entry in tools if "resolved" in entry]
