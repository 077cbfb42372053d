"""The words around the code, held against the code: what they list is there, and what is there they list."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from service.api.problems import Problem
from service.app import ROUTES
from service.jobs.errors import JobError, ModelError, ServiceError
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.ko.md")
WORDS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")])
ROOMS = ("service/", "workers/", "migrations/", "demo/", "tests/", "docs/")
HANGUL = re.compile(r"[가-힣]")


@pytest.mark.parametrize("name", READMES)
def test_the_settings_table_is_the_settings(name: str) -> None:
    expected = {variable.upper(): _shown(field.default) for variable, field in Settings.model_fields.items()}
    rows = _table(name, "Setting", "설정")
    assert [(_plain(row[0]), row[1]) for row in rows] == list(expected.items())
    assert all(row[2] for row in rows)


def test_the_english_meanings_are_the_settings_own() -> None:
    expected = [field.description for field in Settings.model_fields.values()]
    assert [row[2] for row in _table("README.md", "Setting")] == expected


@pytest.mark.parametrize("name", READMES)
def test_the_endpoint_table_is_the_routes(name: str) -> None:
    told = [(row[0], _plain(row[1])) for row in _table(name, "Method", "메서드")]
    assert told == [(method, route.path) for route in ROUTES for method in (route.methods or set()) - {"HEAD"}]


def test_the_korean_readme_says_what_the_english_says() -> None:
    english, korean = (_text(name) for name in READMES)
    assert len(re.findall(r"^## ", korean, re.M)) == len(re.findall(r"^## ", english, re.M))
    assert re.findall(r"^```(\w+)", korean, re.M) == re.findall(r"^```(\w+)", english, re.M)
    assert all(HANGUL.search(row[2]) for row in _table("README.ko.md", "설정"))


@pytest.mark.parametrize("name", WORDS)
def test_every_file_named_is_there(name: str) -> None:
    named = {word for word in _code_words(name) if word.startswith(ROOMS) or re.fullmatch(r"[\w.-]+\.(toml|ini)", word)}
    linked = {(Path(name).parent / target).as_posix() for target in _links(name)}
    missing = {word for word in named | linked if not (ROOT / word).exists()}
    assert missing == set()


@pytest.mark.parametrize("name", WORDS)
def test_every_link_into_a_document_meets_a_heading(name: str) -> None:
    for target, anchor in re.findall(r"\]\(([\w./-]*)#([^)]+)\)", _text(name)):
        document = (Path(name).parent / target).as_posix() if target else name
        assert anchor in {_anchor(heading) for heading in re.findall(r"^#+ (.+)$", _text(document), re.M)}


@pytest.mark.parametrize("name", WORDS)
def test_every_method_named_is_there(name: str) -> None:
    named = [word.split(".") for word in _code_words(name) if re.fullmatch(r"[A-Z][A-Z]*[a-z]\w*\.\w+", word)]
    missing = [f"{owner}.{member}" for owner, member in named if member not in _classes().get(owner, set())]
    assert not missing


@pytest.mark.parametrize("name", WORDS)
def test_every_number_given_to_a_constant_is_its_value(name: str) -> None:
    told = re.findall(r"`([A-Z][A-Z_]+)` \(([\d.]+)", _text(name))
    wrong = [(constant, value) for constant, value in told if float(value) not in _constants().get(constant, set())]
    assert not wrong


def test_every_dependency_is_told_and_nothing_else() -> None:
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    files = ("requirements-no-deps.txt", "requirements-no-deps-dev.txt")
    apart = [line.split("==")[0] for name in files for line in _text(name).splitlines() if not line.startswith("#")]
    expected = {*project["dependencies"], *project["optional-dependencies"]["dev"], *apart}
    rows = _table("docs/decisions.md", "Package")
    assert sorted(_plain(row[0]) for row in rows) == sorted(expected)
    assert all(reason and licence for _, reason, licence in rows)


def test_the_table_of_errors_is_the_errors() -> None:
    expected = {(kind.code, "task", _yes(kind.retryable)) for kind in _kinds(JobError) if kind is not ModelError}
    expected |= {(kind.code, str(kind.status), _yes(kind.retryable)) for kind in _kinds(Problem)}
    rows = _table("docs/errors.md", "Code")
    assert sorted((_plain(row[0]), row[1], row[2]) for row in rows) == sorted(expected)
    assert all(english and HANGUL.search(korean) and remedy for *_, english, korean, remedy in rows)


def test_the_table_of_log_lines_is_what_is_logged() -> None:
    told = {event for row in _table("docs/operations.md", "Line") for event in re.findall(r"`(\w+)`", row[0])}
    code = "\n".join(path.read_text(encoding="utf-8") for room in ROOMS[:2] for path in (ROOT / room).rglob("*.py"))
    logged = set(re.findall(r"""log(?:\(\w+\))?\.(?:log\(level, |\w+\()"([a-z]+(?:_[a-z]+)*)"[,)]""", code))
    logged |= set(re.findall(r'event: ClassVar\[str\] = "(\w+)"', code))
    assert told == logged


HEAVY = (
    "PIL",
    "openai",
    "onnxruntime",
    "cv2",
    "pypdfium2",
    "docx",
    "python_calamine",
    "alembic",
    "numpy",
    "xlsxwriter",
)


@pytest.mark.parametrize(
    ("program", "heavy"), [("service.main", HEAVY), ("service.cli.main", (*HEAVY, "sqlalchemy", "pydantic_settings"))]
)
def test_what_people_wait_for_loads_nothing_heavy(program: str, heavy: tuple[str, ...]) -> None:
    code = f"import sys, {program}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _shown(default: object) -> str:
    """A setting's default as the tables write it; a dash for none."""
    assert default is not PydanticUndefined, "every setting has a default"
    return f"`{default}`" if default not in (None, "", ()) else "–"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _kinds(root: type[ServiceError]) -> Iterator[type]:
    for child in root.__subclasses__():
        yield child
        yield from _kinds(child)


def _table(name: str, *headers: str) -> list[list[str]]:
    """The rows of all tables whose first column has one of these headers."""
    rows: list[list[str]] = []
    inside = False
    for line in _text(name).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            inside = False
        elif inside:
            rows.append(cells)
        inside = inside or (bool(cells) and cells[0] in headers)
    assert rows, f"{name} has no table of {headers[0]}"
    return [row for row in rows if set(row[0]) - set("-:")]


def _plain(cell: str) -> str:
    return cell.strip("`")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _code_words(name: str) -> list[str]:
    """What stands in single backticks, outside code blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", _text(name), flags=re.M | re.S))


def _links(name: str) -> list[str]:
    return [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", _text(name)) if "://" not in target]


def _anchor(heading: str) -> str:
    """A heading's anchor, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _sources() -> Iterator[ast.Module]:
    for room in ("service", "workers"):
        for path in (ROOT / room).rglob("*.py"):
            yield ast.parse(path.read_text(encoding="utf-8"))


@cache
def _classes() -> dict[str, set[str]]:
    """The names defined in each class of the code."""
    found: dict[str, set[str]] = {}
    for tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).update(one.name for one in ast.walk(node) if _is_function(one))
    return found


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


@cache
def _constants() -> dict[str, set[float]]:
    """The numbers that the code's constants and settings have."""
    found = {
        name.upper(): {float(field.default)}
        for name, field in Settings.model_fields.items()
        if isinstance(field.default, (int, float))
    }
    for tree in _sources():
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                for target in node.targets:
                    if isinstance(target, ast.Name) and isinstance(node.value.value, (int, float)):
                        found.setdefault(target.id, set()).add(float(node.value.value))
    return found
