"""Components render what they are given, in both languages, without anything the CSP forbids."""

import re
from pathlib import Path

import pytest
from django import forms
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from core.models import Job
from core.ui import gallery_blocks, gallery_figures
from core.ui.blocks import Part, Stage, Stat, WaterfallRow
from core.wording.formats import Figure
from tests import build

TEMPLATES = Path(__file__).parents[2] / "templates"
FORBIDDEN = re.compile(
    r"\sstyle=|<style|<script(?![^>]*src=)"
    r"|\son(click|load|change|submit|input)=|hx-on|javascript:|https?://(?!www\.w3\.org)",
    re.IGNORECASE,
)


def draw(source: str, **context: object) -> str:
    """A template of components, in English unless told."""
    from django_cotton.compiler_regex import CottonCompiler

    asked: HttpRequest = RequestFactory().get("/demo/list/?sort=name&state=new")
    with translation.override(str(context.pop("language", "en"))):
        compiled = Template(CottonCompiler().process(source))
        return compiled.render(Context({"request": asked} | context))


@pytest.fixture
def gallery(client: Client, db: None) -> Client:
    person = build.user(is_staff=True)
    build.membership(within=build.workspace("Leaf"), who=person)
    client.force_login(person)
    return client


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_gallery_draws_every_component_within_the_csp(gallery: Client, language: str) -> None:
    page = gallery.get("/gallery/", headers={"accept-language": language}).content.decode()

    assert f'lang="{language}"' in page
    assert FORBIDDEN.search(page) is None


def test_the_csp_check_sees_what_it_should() -> None:
    bad = ['<p style="x">', "<script>", '<a onclick="x">', '<img src="https://a.example/x.png">']

    assert all(FORBIDDEN.search(page) for page in bad)


def test_every_template_keeps_to_the_csp() -> None:
    found = {
        path.name: match.group()
        for path in TEMPLATES.rglob("*.html")
        if (match := FORBIDDEN.search(path.read_text(encoding="utf-8")))
    }

    assert not found


def test_every_component_says_what_it_takes() -> None:
    silent = [
        path.name
        for path in (TEMPLATES / "cotton").glob("*.html")
        if not path.read_text(encoding="utf-8").startswith("{% comment %}")
    ]

    assert not silent


def test_every_component_is_in_the_gallery_or_inside_another() -> None:
    used = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    names = {path.stem.replace("_", "-") for path in (TEMPLATES / "cotton").glob("*.html")}

    assert not {name for name in names if not re.search(f"<c-{name}[ >]", used)}


def test_people_who_are_not_staff_see_no_gallery(client: Client, db: None) -> None:
    client.force_login(build.user())

    assert client.get("/gallery/").status_code == 403


def test_texts_are_escaped_in_components() -> None:
    drawn = draw('<c-pill tone="ok">{{ word }}</c-pill>', word="<b>&")

    assert "&lt;b&gt;&amp;" in drawn


def test_a_bar_is_as_long_as_its_share() -> None:
    drawn = draw('{% bar 30 120 "c2" %}')

    assert '<rect class="c2" x="0.0%" width="25.0%"' in drawn


def test_a_russian_page_keeps_points_in_svg_coordinates() -> None:
    rows = [
        WaterfallRow("All", 8, "total"),
        WaterfallRow("Out", 1),
        WaterfallRow("In", 7, "result"),
    ]

    drawn = draw('<c-waterfall :rows="rows" />', rows=rows, language="ru")

    assert 'x="87.5%" width="12.5%"' in drawn
    assert "\u22121" in drawn


def test_a_funnel_shows_what_was_lost_at_each_stage() -> None:
    stages = [Stage("Sent", 200), Stage("Read", 150, "not read")]

    drawn = draw('<c-funnel :stages="stages" />', stages=stages)

    assert "\u221250" in drawn
    assert 'x="75%" width="25%"' in drawn
    assert "75.0%" in drawn


def test_a_running_job_asks_again_and_may_be_stopped() -> None:
    job = Job(pk=7, state="running", done=1, total=4)

    drawn = draw('<c-job-progress :job="job" poll="/p/" cancel="/c/" />', job=job)

    assert 'hx-get="/p/" hx-trigger="every 1s"' in drawn
    assert 'hx-post="/c/"' in drawn
    assert '<b class="num">25%</b>' in drawn


def test_a_finished_job_stops_asking_and_shows_its_result() -> None:
    job = Job(pk=7, state="succeeded", done=4, total=4)

    drawn = draw(
        '<c-job-progress :job="job" poll="/p/" cancel="/c/">Result</c-job-progress>', job=job
    )

    assert "hx-get" not in drawn
    assert "hx-post" not in drawn
    assert "Result" in drawn


def test_a_chart_carries_its_numbers_as_data_and_as_a_table() -> None:
    with translation.override("en"):
        figures = gallery_figures.context()

    drawn = draw('<c-chart :chart="chart" title="Life" />', chart=figures["lifecycle"])

    assert 'data-chart="{&quot;' in drawn
    assert '<th scope="row">Dec</th>' in drawn
    assert 'role="img" aria-label="The base by state' in drawn


def test_an_empty_chart_says_so_in_its_frame() -> None:
    with translation.override("en"):
        figures = gallery_figures.context()

    drawn = draw('<c-chart :chart="chart" empty="Nothing yet." />', chart=figures["empty_chart"])

    assert "Nothing yet." in drawn
    assert "data-chart=" not in drawn


def test_parts_show_each_count_in_the_readers_language() -> None:
    drawn = draw('<c-parts :parts="parts" />', parts=[Part("A", 12480)], language="ru")

    assert "12\u00a0480" in drawn


def test_a_wrong_field_says_so_beside_itself() -> None:
    with translation.override("en"):
        form = gallery_blocks.context()["form"]

    drawn = draw('<c-field :field="form.share" />', form=form)

    assert 'aria-invalid="true"' in drawn
    assert 'id="id_share_error"' in drawn


@pytest.mark.parametrize(("columns", "css"), [("6", "stats-3"), ("", "stats-3"), ("2", "stats-2")])
def test_a_strip_leaves_no_empty_columns(columns: str, css: str) -> None:
    stats = [Stat("A", Figure("1")), Stat("B", Figure("2")), Stat("C", Figure("3"))]

    drawn = draw(f'<c-stat-strip :stats="stats" columns="{columns}" />', stats=stats)

    assert f'class="stats {css}"' in drawn


def test_a_group_of_boxes_is_named_as_a_group() -> None:
    class Rights(forms.Form):
        rights = forms.MultipleChoiceField(
            choices=[("a", "A")], widget=forms.CheckboxSelectMultiple
        )

    drawn = draw('<c-field :field="form.rights" label="Rights" />', form=Rights())

    assert 'role="group" aria-labelledby="id_rights_name"' in drawn
    assert 'for=""' not in drawn


def test_the_query_tag_changes_one_key_and_keeps_the_rest() -> None:
    assert draw('{% query sort="-name" %}') == "?sort=-name&amp;state=new"
    assert draw("{% query sort=None state=None %}") == "/demo/list/"


def test_an_unknown_icon_is_a_mistake_not_a_blank() -> None:
    with pytest.raises(FileNotFoundError):
        draw('{% icon "no-such-icon" %}')
