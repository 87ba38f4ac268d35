"""Go templates as far as configuration needs them; what is beyond that is refused by name."""

import pytest

from gateway_auth.check.template_values import TemplateError
from gateway_auth.check.templates import render

ENVIRONMENT = {"NAME": "a.test", "EMPTY": "", "ON": "yes"}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("plain", "plain", id="no template at all"),
        pytest.param('x {{ env "NAME" }} y', "x a.test y", id="a variable of the environment"),
        pytest.param('{{ env "NOT_SET" }}', "", id="one that is not set is empty"),
        pytest.param('{{ env "EMPTY" | default "d" }}', "d", id="a default"),
        pytest.param('{{ $a := env "NAME" }}{{ $a }}', "a.test", id="a variable"),
        pytest.param("a\n  {{- `b` -}}\n c", "abc", id="white space trimmed"),
        pytest.param("a {{ `b` }} c", "a b c", id="white space kept"),
        pytest.param("{{/* never seen */}}x{{- /* and\nlines */ -}} y", "xy", id="comments"),
        pytest.param('{{ if env "ON" }}1{{ else }}2{{ end }}', "1", id="if"),
        pytest.param('{{ if env "EMPTY" }}1{{ else if eq 1 2 }}2{{ else }}3{{ end }}', "3", id="else if and else"),
        pytest.param('{{ if eq (env "ON") "yes" }}1{{ end }}', "1", id="a parenthesis"),
        pytest.param('{{ range list "a" "b" }}<{{ . }}>{{ end }}', "<a><b>", id="range"),
        pytest.param('{{ range $i, $x := list "a" "b" }}{{ $i }}{{ $x }}{{ end }}', "0a1b", id="range with variables"),
        pytest.param(
            '{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" printf "%s-%d" "x" 3 }}', "[x-3]", id="template"
        ),
        pytest.param('{{ ternary "a" "b" (eq (env "ON") "no") }}', "b", id="ternary"),
        pytest.param(
            '{{ printf "Host(`%s`)" (env "NAME") }}', "Host(`a.test`)", id="quotes of another kind in a string"
        ),
        pytest.param('{{ "}}" }}', "}}", id="braces in a string"),
        pytest.param('{{ if and (env "ON") (not (env "EMPTY")) }}1{{ end }}', "1", id="and, not"),
        pytest.param('{{ splitList "," "a,b" | join "+" }}', "a+b", id="a pipeline of functions"),
    ],
)
def test_a_template_is_rendered_as_traefik_does(source: str, text: str) -> None:
    assert render(source, ENVIRONMENT) == text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param('{{ now | date "2006" }}', "now", id="an unknown function"),
        pytest.param("{{ with 1 }}{{ end }}", "with", id="with"),
        pytest.param("{{ if 1 }}", "no end", id="a block without end"),
        pytest.param("{{ end }}", "without its beginning", id="an end without block"),
        pytest.param('{{ template "t" }}', "not defined", id="an undefined template"),
        pytest.param("{{ range 5 }}{{ end }}", "range", id="range over a number"),
        pytest.param("{{ $x }}", "\\$x", id="an unknown variable"),
        pytest.param('{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}', "without end", id="recursion"),
        pytest.param("{{ ternary 1 }}", "wrong values", id="too few arguments"),
        pytest.param("{{ ( 1 }}", "parenthesis", id="an open parenthesis"),
        pytest.param("{{ a %\n b }}", "{{ a % b }} cannot be read", id="an expression in two lines, told in one"),
        pytest.param("{{ % " + "x" * 9000 + "}}", r"^.{80,90} cannot be read$", id="a long one, told in part"),
        pytest.param("{{ env }}", "wrong values", id="env of nothing"),
        pytest.param("a\nb {{ env", "the {{ in line 2 is not closed", id="an action without end"),
        pytest.param("{{/* a }} b", "not closed", id="a comment without end"),
        pytest.param("{{ " * 200_000, "not closed", id="two hundred thousand actions without end"),
        pytest.param("{{/* }}" * 100_000, "not closed", id="a hundred thousand comments without end"),
        pytest.param("{{ eq " + "1 " * 200_000 + "$x }}", "unknown|not known", id="two hundred thousand arguments"),
        pytest.param(
            '{{ $x0 := "aaaaaaaaaa" }}' + "".join(f"{{{{ $x{n + 1} := print $x{n} $x{n} }}}}" for n in range(30)),
            "more than 1,000,000 characters",
            id="a text that is doubled thirty times",
        ),
        pytest.param(
            "{{ range list 1 2 3 4 5 6 7 8 9 }}" * 10 + "x" + "{{ end }}" * 10,
            "too often",
            id="ten loops in each other",
        ),
    ],
)
def test_what_is_not_rendered_is_refused_by_name(source: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        render(source, ENVIRONMENT)


def test_a_variable_of_a_block_ends_with_it() -> None:
    with pytest.raises(TemplateError):
        render("{{ if 1 }}{{ $x := 2 }}{{ end }}{{ $x }}", {})
