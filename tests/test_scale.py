"""A corpus in batches gives what it gives at once, whatever the batches, and whatever stopped it on the way."""

import dataclasses
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tqdm import tqdm

from textkit import codes, gallery, hanzi, phrases, project, reports, tables
from textkit.errors import InputError, MissingExtraError
from textkit.project import batches, cutting, steps, store, workers, writing
from textkit.reports import Planned, reading
from textkit.reports.files import Source

from .bench import made
from .conftest import ROOT

BOOKS = [codes.read_codebook(name) for name in codes.BUILTIN]
SMALL = 25_000  # as if a byte took so many: batches of 68,000 bytes
OPTIONS = project.Options(jobs=1, errors="skip", topics=2, fits=1, learned=10)

pytestmark = pytest.mark.filterwarnings("ignore:Maximum number of iterations")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Made reports with all that can be odd about files."""
    folder = tmp_path_factory.mktemp("corpus")
    truth = made.write(folder, 11)
    (folder / "copy.txt").write_text(made.report(7), "utf-8")
    (folder / "gbk.txt").write_bytes(made.report(41).encode("gb18030", "replace"))
    (folder / "000" / "copy.txt").write_text("一句没有编号的话，没有别的。", "utf-8")
    (folder / "broken.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (folder / "metadata.csv").write_text("report,year,district\nr000003,1999,东\ngbk,2001,西\n", "utf-8")
    return folder, truth


@pytest.fixture(scope="module")
def whole(corpus):
    with pytest.warns(match="lacks reports|skipped"):
        return project.analyse(corpus[0], BOOKS, OPTIONS)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(workers, "EXPANSION", SMALL)


@pytest.fixture(scope="module")
def parts(corpus, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "EXPANSION", SMALL)
        return in_batches(corpus[0], tmp_path_factory.mktemp("parts"))


def in_batches(folder, parts, options=OPTIONS):
    with pytest.warns(match="lacks reports"):
        planned = reports.plan(folder)
    return batches.run(planned, BOOKS, options, parts, tqdm(disable=True))


def frames_of(found):
    tables = {name: pd.concat(found.parts.read(name), ignore_index=True) for name in found.parts.tables()}
    return found.tables | tables


def assert_same(tables, expected):
    assert set(tables) == set(expected) - {"columns"}
    for name, table in tables.items():
        both = [table, expected[name]]
        if name == "occurrences":  # in order of the reports in batches, of the phrases in memory
            both = [one.sort_values(list(one.columns), ignore_index=True) for one in both]
        pd.testing.assert_frame_equal(*both, check_exact=True, obj=name)


def test_batches_give_what_memory_gives(parts, whole):
    assert len(parts.parts.rows) > 4
    assert len(list(parts.parts.store.folder.glob("*/_phrases.parquet"))) > 4  # partitions, and all of them
    assert_same(frames_of(parts), whole.tables)
    assert parts.notes == whole.notes
    assert any("broken.txt" in note for note in parts.notes)
    assert "key terms of all but 10 reports drawn by chance from 14" in parts.notes


def test_two_processes_give_what_memory_gives(samples, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "EXPANSION", 10**5)  # every file a batch of its own
    expected = project.analyse(ROOT / "data" / "reports", BOOKS, OPTIONS)
    two = project.Options(**vars(OPTIONS) | {"jobs": 2})
    found = batches.run(reports.plan(ROOT / "data" / "reports"), BOOKS, two, tmp_path, tqdm(disable=True))
    assert len(found.parts.rows) == len(samples)
    assert_same(frames_of(found), expected.tables)


def test_planted_truths_are_found(corpus, whole):
    planted = corpus[1]
    mined = whole.tables["phrases"].set_index("phrase")
    again = {
        phrase: made._phrases(7, 0).get(phrase, 0) + made._phrases(41, 0).get(phrase, 0) for phrase in made.PHRASES
    }
    having = {phrase: (phrase in made._phrases(7, 0)) + (phrase in made._phrases(41, 0)) for phrase in made.PHRASES}
    for phrase, (count, held) in planted.phrases.items():
        if held + having[phrase] > 1:
            found = mined.loc[hanzi.fold(phrase).text]
            assert (found["count"], found["reports"]) == (count + again[phrase], held + having[phrase])
    groups = whole.tables["passages"].groupby(["report", "point"])["group"].agg(set)
    assert planted.copies
    for copy, source in planted.copies:
        assert groups[copy] & groups[source]


@pytest.mark.filterwarnings("ignore")
def test_files_are_those_of_the_job_in_memory(corpus, whole, parts, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "EXPANSION", SMALL)
    monkeypatch.setattr(project.job.gallery, "save", lambda *_: [])
    monkeypatch.setattr(project.job, "analyse", lambda *_, **__: whole._replace(notes=[*whole.notes]))
    monkeypatch.setattr(batches, "run", lambda *_: parts)
    options = project.Options(codes.BUILTIN, jobs=1, errors="skip", topics=2, table_formats=("csv", "parquet"))
    done, page = [], tmp_path / "report.html"
    page.write_text("of an earlier run", "utf-8")
    for name, memory in (("parts", 4.0), ("memory", 1e6)):
        chosen = project.Options(**vars(options) | {"memory": memory})
        shown = page if name == "parts" else None
        done.append(project.run(corpus[0], tmp_path / "f", tmp_path / name, chosen, page=shown))
    assert not page.exists()
    done[1].notes.append("the page: 14 reports are too many for one")
    assert done[0]._replace(tables=[]) == done[1]._replace(tables=[])
    assert {path.name for path in done[0].tables} == {path.name for path in done[1].tables}
    for path in done[1].tables:
        other = tmp_path / "parts" / path.name
        if path.name == "occurrences.csv":
            assert sorted(path.read_bytes().splitlines()) == sorted(other.read_bytes().splitlines())
        elif path.suffix == ".csv":
            assert path.read_bytes() == other.read_bytes(), path.name
        elif path.stem != "occurrences":
            pd.testing.assert_frame_equal(pd.read_parquet(path), pd.read_parquet(other), check_exact=True)


def test_what_has_not_changed_is_not_made_again(tmp_path, monkeypatch):
    folder, calls = tmp_path / "corpus", []
    made.write(folder, 4)
    monkeypatch.setattr(workers, "EXPANSION", 60_000)
    of_reports = steps.of_reports
    monkeypatch.setattr(steps, "of_reports", lambda texts, *rest: calls.append(len(texts)) or of_reports(texts, *rest))

    def in_parts(name):
        return batches.run(reports.plan(folder), BOOKS, OPTIONS, tmp_path / name, tqdm(disable=True))

    first = in_parts("parts")
    made_first, stamps = len(calls), {path: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    again = in_parts("parts")
    assert len(calls) == made_first
    assert stamps == {path: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    assert_same(frames_of(again), frames_of(first) | {"columns": None})
    (folder / "000" / "r000002.txt").write_text(made.report(99), "utf-8")
    changed = in_parts("parts")
    assert len(calls) == made_first + 1
    fresh = in_parts("fresh")
    assert_same(frames_of(changed), frames_of(fresh) | {"columns": None})
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == sorted(
        path.name for path in (tmp_path / "fresh").iterdir()
    )


def test_what_was_done_serves_whoever_goes_on(tmp_path, monkeypatch):
    """More memory, and files that may be skipped, make nothing again; codebooks in another order make other names."""
    made.write(tmp_path / "corpus", 3)
    monkeypatch.setattr(workers, "EXPANSION", 20_000)
    planned, calls, of_reports = reports.plan(tmp_path / "corpus"), [], steps.of_reports
    monkeypatch.setattr(steps, "of_reports", lambda texts, *rest: calls.append(len(texts)) or of_reports(texts, *rest))

    def in_parts(name, books=BOOKS, **changes):
        options = project.Options(**vars(OPTIONS) | changes)
        return batches.run(planned, books, options, tmp_path / name, tqdm(disable=True)).tables["topic_names"]

    in_parts("parts", memory=1, errors="raise")
    done = len(calls)
    in_parts("parts", memory=8)
    assert (tmp_path / "parts" / "sizes").read_text("ascii") == "8 10000 1"
    assert done == len(calls) == 3
    in_parts("fresh", memory=8)
    assert (tmp_path / "fresh" / "sizes").read_text("ascii") == "1 185000 4"
    turned = [in_parts(name, BOOKS[::-1]) for name in ("parts", "fresh")]
    pd.testing.assert_frame_equal(*turned)


def test_a_damaged_part_is_named_and_what_a_killed_run_left_is_removed(tmp_path):
    parts_of = store.Store(tmp_path)
    name = parts_of.put(
        {}, {"points": pd.DataFrame({"text": ["一"]}), "pieces": store.Sliced(pd.DataFrame({"a": [1]}), [0, 1])}
    )
    for kind in ("points.parquet", "pieces.arrow"):
        (tmp_path / name / kind).write_bytes(b"")
    for read in (lambda: parts_of.get(name, "points"), lambda: parts_of.slices([name], "pieces", 0)):
        with pytest.raises(InputError, match=f"damaged .*; delete the folder .*{name} and start again"):
            read()
    with pytest.raises(InputError, match=r"words.parquet: damaged \(FileNotFoundError"):
        list(store.Parts(parts_of, [(name,)]).read("words"))
    (parts_of.beside() / "x").write_text("half", "utf-8")
    with parts_of.locked():
        assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", name]


@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda file: file.write_bytes(b""), lambda file: file.write_bytes(b"PAR1")]
)
def test_a_part_that_lost_something_is_made_again(harm, tmp_path):
    parts_of, calls = store.Store(tmp_path), []

    def make():
        calls.append(1)
        return {"points": pd.DataFrame({"text": ["一"]}), "pieces": store.Sliced(pd.DataFrame({"a": [1]}), [0, 1])}

    name = parts_of.made({}, make)
    before = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
    assert parts_of.made({}, make) == name
    assert len(calls) == 1
    for n, file in enumerate(before, 2):
        harm(tmp_path / name / file)
        assert not parts_of.has(name)
        assert parts_of.made({}, make) == name
        assert len(calls) == n
        assert {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.filterwarnings("ignore")
def test_files_that_hold_several_reports(tmp_path, monkeypatch):
    made.write(tmp_path, 2)
    several = "\n\n".join(
        f"某局领导班子{year}年度民主生活会对照检查材料\n\n{made.report(year)}" for year in (2021, 2022)
    )
    (tmp_path / "several.txt").write_text(several, "utf-8")
    monkeypatch.setattr(workers, "EXPANSION", 60_000)
    options = project.Options(**vars(OPTIONS) | {"split": True})
    found = batches.run(reports.plan(tmp_path), BOOKS, options, tmp_path / "parts", tqdm(disable=True))
    expected = project.analyse(tmp_path, BOOKS, options)
    assert len(expected.tables["reports"]) == 4
    assert_same(frames_of(found), expected.tables)


class Stopped(BaseException):
    """As if the power went."""


def test_a_stop_before_or_after_any_part_changes_nothing(tmp_path, small, monkeypatch):
    folder = tmp_path / "corpus"
    made.write(folder, 2)
    planned, bar = reports.plan(folder), tqdm(disable=True)
    monkeypatch.setattr(workers, "EXPANSION", 50_000)
    expected = frames_of(batches.run(planned, BOOKS, OPTIONS, tmp_path / "whole", bar))
    total = len(list((tmp_path / "whole").glob("*/manifest.json")))
    rename = Path.rename

    def before(self, place):
        raise Stopped

    def after(self, place):
        rename(self, place)
        raise Stopped

    for stopping in total * [before, after]:
        monkeypatch.setattr(Path, "rename", stopping)
        with pytest.raises(Stopped):
            batches.run(planned, BOOKS, OPTIONS, tmp_path / "parts", bar)
    monkeypatch.setattr(Path, "rename", rename)
    found = batches.run(planned, BOOKS, OPTIONS, tmp_path / "parts", bar)
    assert_same(frames_of(found), expected | {"columns": None})
    assert not [path for path in (tmp_path / "parts").iterdir() if path.name.startswith(".")]


JOB = """
import sys
from textkit import project
from textkit.project import job, workers
workers.EXPANSION = {expansion}
job.gallery.save = lambda *_: []
project.run(sys.argv[1], sys.argv[2] + "/f", sys.argv[2] + "/t", project.Options(jobs=1, topics=2, fits=1, learned=10))
"""


@pytest.mark.slow
def test_a_killed_process_goes_on_where_it_was(tmp_path, monkeypatch):
    made.write(tmp_path / "corpus", 2)
    script = tmp_path / "job.py"
    script.write_text(JOB.format(expansion=60_000), "utf-8")
    run = [sys.executable, str(script), str(tmp_path / "corpus")]
    monkeypatch.setattr(workers, "EXPANSION", 60_000)
    monkeypatch.setattr(project.job.gallery, "save", lambda *_: [])
    whole, options = tmp_path / "whole", project.Options(jobs=1, topics=2, fits=1, learned=10)
    project.run(tmp_path / "corpus", whole / "f", whole / "t", options)
    parts, draw = tmp_path / "killed" / "t" / "parts", random.Random(5)  # noqa: S311
    process = subprocess.Popen([*run, str(tmp_path / "killed")], cwd=ROOT)
    while process.poll() is None and len(list(parts.glob("*/manifest.json"))) <= 3:
        time.sleep(0.01)
    time.sleep(draw.random())
    os.kill(process.pid, signal.SIGKILL) if process.poll() is None else None
    process.wait()
    subprocess.run([*run, str(tmp_path / "killed")], check=True, cwd=ROOT)
    expected = {path.name: path.read_bytes() for path in (tmp_path / "whole" / "t").iterdir() if path.is_file()}
    assert expected == {
        path.name: path.read_bytes() for path in (tmp_path / "killed" / "t").iterdir() if path.is_file()
    }


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_though_a_worker_is_killed(corpus, whole, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "EXPANSION", 14_000)
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**settings) as cluster, distributed.Client(cluster) as client:
        victim = sorted(client.run(os.getpid).values())[0]

        def kill():
            while not list(tmp_path.glob("*/manifest.json")):
                time.sleep(0.01)
            os.kill(victim, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        there = vars(OPTIONS) | {"engine": "dask", "scheduler": cluster.scheduler_address}
        found = in_batches(corpus[0], tmp_path, project.Options(**there))
        killer.join()
        assert victim not in client.run(os.getpid).values()
    assert_same(frames_of(found), whole.tables)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_workers_may_come_late_and_work_elsewhere(tmp_path, monkeypatch):
    """The cluster has no worker when the run begins; its one worker then is in another folder."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "EXPANSION", 60_000)
    monkeypatch.setattr(project.job.gallery, "save", lambda *_: [])
    made.write(tmp_path / "corpus", 3)
    expected = tables.save(project.analyse(tmp_path / "corpus", BOOKS, OPTIONS).tables, tmp_path / "whole", ["csv"])
    settings = {"n_workers": 0, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**settings) as cluster:
        threading.Timer(2, cluster.scale, [1]).start()
        there = vars(OPTIONS) | {"engine": "dask", "scheduler": cluster.scheduler_address, "codebooks": codes.BUILTIN}
        with monkeypatch.context() as patch:
            patch.chdir(tmp_path)
            project.run("corpus", "figures", "tables", project.Options(**there))
    for path in expected:
        if path.stem not in ("occurrences", "columns"):
            assert (tmp_path / "tables" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_joblib_may_be_told_of_a_cluster(tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    from joblib import parallel_config

    monkeypatch.setattr(workers, "EXPANSION", 60_000)
    made.write(tmp_path / "corpus", 3)
    expected = project.analyse(tmp_path / "corpus", BOOKS, OPTIONS)
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**settings) as cluster, distributed.Client(cluster) as client:
        with parallel_config("dask"):
            options = project.Options(**vars(OPTIONS) | {"jobs": None})
            found = batches.run(reports.plan(tmp_path / "corpus"), BOOKS, options, tmp_path / "p", tqdm(disable=True))
        assert sum(client.run(lambda dask_worker: dask_worker.state.executed_count).values()) > 3
    assert_same(frames_of(found), expected.tables)


def test_a_cluster_that_is_not_there_is_named():
    pytest.importorskip("distributed")
    import dask

    options = project.Options(engine="dask", scheduler="tcp://127.0.0.1:9")
    waits = dask.config.set({"distributed.comm.timeouts.connect": "1s"})
    with waits, pytest.raises(InputError, match="no dask scheduler answers"), workers.engine(options):
        pass


def planned_of(sizes, folder):
    for name, size in sizes.items():
        (folder / name).write_bytes(b"x" * size)
    return [Planned(name, Source(folder / name, name, folder), {}) for name in sorted(sizes)]


@settings(max_examples=30)
@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(0, 300), max_size=40),
    st.integers(1, 900),
    st.sampled_from([1, 4, 64]),
)
def test_batches_hold_every_file_once_and_stay_small(tmp_path_factory, sizes, limit, every):
    planned = planned_of(sizes, tmp_path_factory.mktemp("files"))
    found = cutting.cut(planned, limit, every)
    assert [one for batch in found for one in batch] == planned
    assert all(batch and (len(batch) == 1 or cutting.size(batch) <= limit) for batch in found)


def test_a_file_more_moves_few_borders(tmp_path):
    planned = planned_of({f"r{n:04}": 10 for n in range(2000)}, tmp_path)
    batch = {tuple(one.report for one in batch) for batch in cutting.cut(planned, 400, 16)}
    more = {tuple(one.report for one in batch) for batch in cutting.cut([planned[0], *planned], 400, 16)}
    assert len(batch) > 50
    assert len(more - batch) <= 3


@pytest.mark.parametrize(
    ("more", "length", "kept"),
    [(0, 0, True), (20, 100, True), (30, 0, True), (200, 100, False), (500, 0, False), (9, 999, True)],
)
def test_files_to_come_make_no_batch_again(tmp_path, more, length, kept):
    """Neither beyond a power of two of partitions, nor with a mean length below another."""
    before = {f"r{n:03}": 100 for n in range(95)}  # 9,500 bytes would do with one partition, 11,500 would not
    after = before | {f"s{n:03}": length for n in range(more)}
    settled = [cutting.settle(planned_of(files, tmp_path), 10_000, tmp_path) for files in (before, after)]
    assert settled[0] == (2, 10_000, 32)
    assert (settled[0] == settled[1]) is kept


@pytest.mark.parametrize("held", [b"", b"4 10000", b"0 0 0", b"1 1 0", b"2 99999 32", b"-1 9 9", b"4 10000 32 1"])
def test_sizes_that_do_not_fit_are_settled_anew(tmp_path, held):
    """Damaged, of an earlier version, or of a run with more memory."""
    planned = planned_of({f"r{n:03}": 100 for n in range(95)}, tmp_path)
    (tmp_path / "sizes").write_bytes(held)
    assert cutting.settle(planned, 10_000, tmp_path) == (2, 10_000, 32)
    assert (tmp_path / "sizes").read_bytes() == b"2 10000 32"


def test_tallies_add_up_in_any_grouping(corpus):
    texts = reports.read(sorted((corpus[0] / "000").glob("r00000*.txt")))
    parts = [texts.iloc[i : i + 2].reset_index(drop=True) for i in range(0, len(texts), 2)]
    counted = [steps.tally(steps.of_reports(part, BOOKS, OPTIONS), BOOKS) for part in [texts, *parts]]
    pd.testing.assert_frame_equal(steps.add(counted[:1]), steps.add(counted[1:]))


def test_nothing_readable_is_said(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    with pytest.raises(InputError, match="none of 1 files"):
        batches.run(reports.plan(tmp_path), BOOKS, OPTIONS, tmp_path / "parts", tqdm(disable=True))


def test_little_memory_is_refused_before_any_work():
    with pytest.raises(InputError, match="give more memory or fewer jobs"):
        workers.room(project.Options(memory=0.5, jobs=8))
    assert workers.room(project.Options(memory=2, jobs=4)) < workers.room(project.Options(memory=3, jobs=4))


def test_what_other_versions_made_is_another_part(tmp_path):
    made_by = store.versions()
    names = {
        store.Store(tmp_path).name({"versions": made_by | change}) for change in ({}, {"textkit": "x"}, {"jieba": "0"})
    }
    assert len(names) == 3
    job = batches.Job(store.Store(tmp_path), BOOKS, OPTIONS, {"versions": made_by | {"numpy": "0"}})
    with pytest.raises(InputError, match="other versions"):
        batches._checked(batches._first, job, [])


def test_figures_are_drawn_from_no_more_than_they_look_at(parts, monkeypatch):
    monkeypatch.setattr(gallery, "REPORTS", 4)
    drawn = writing.drawn(parts.parts, parts.tables, BOOKS)
    assert len(drawn["reports"]) == drawn["problems_by_report"]["report"].nunique() == 14
    assert {"text", "headline"}.isdisjoint(drawn["points"])
    assert "words" not in drawn
    assert 4 <= drawn["terms_by_report"]["report"].nunique() < 14


@given(st.lists(st.lists(st.lists(st.text(max_size=3), max_size=3), min_size=4, max_size=4), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_slices_are_what_was_cut_and_nothing_else(tmp_path_factory, parts):
    parts_of = store.Store(tmp_path_factory.mktemp("slices"))
    names = []
    for number, slices in enumerate(parts):
        whole = pd.DataFrame({"text": [text for one in slices for text in one]}, dtype="str")
        borders = [sum(map(len, slices[:end])) for end in range(5)]
        names.append(parts_of.put({"number": number}, {"_pieces": store.Sliced(whole, borders)}))
    for number in range(4):
        found = parts_of.slices(names, "_pieces", number)["text"].tolist()
        assert found == [text for slices in parts for text in slices[number]]
    assert parts_of.tables(names[0]) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_figures_of_parts_are_those_of_memory(parts, whole):
    """Nothing that a figure looks at is missing, and what it draws is the same."""
    drawn, expected = (
        dict(gallery.draw(tables, BOOKS)) for tables in (writing.drawn(parts.parts, parts.tables, BOOKS), whole.tables)
    )
    assert list(drawn) == list(expected)
    for name, figure in drawn.items():
        pd.testing.assert_frame_equal(shown(figure), shown(expected[name]), obj=name)


def shown(figure):
    """Artists of a figure, with what they say and where they are."""
    rows = [
        (type(artist).__name__, getattr(artist, "get_text", str)(), str(artist.get_window_extent().bounds))
        for ax in figure.axes
        for artist in [*ax.patches, *ax.collections, *ax.lines, *ax.texts]
    ]
    return pd.DataFrame([*rows, ("caption", figure.get_supxlabel(), figure.get_suptitle())])


def test_a_batch_without_points_takes_part(tmp_path):
    points = pd.DataFrame({"report": ["a"], "text": ["学而时习之，不亦说乎"]})
    parts_of, names = store.Store(tmp_path), []
    for number, some in enumerate((points.head(0), points, points.head(0))):
        pieces, _ = phrases.scatter(some, 1)
        names.append(parts_of.put({"number": number}, {"_pieces": store.Sliced(pieces, [0, len(pieces)])}))
    assert parts_of.slices(names, "_pieces", 0)["report"].tolist() == ["a"]
    assert not len(parts_of.slices(names[:1], "_pieces", 0))


def test_a_part_half_removed_is_none(tmp_path, monkeypatch):
    parts_of = store.Store(tmp_path)
    old, new = (parts_of.put({"of": n}, {"a": pd.DataFrame({"x": [n]}), "b": pd.DataFrame()}) for n in (1, 2))

    def stops(folder, **_):
        (folder / "a.parquet").unlink()
        raise Stopped

    monkeypatch.setattr(store.shutil, "rmtree", stops)
    with pytest.raises(Stopped):
        parts_of.sweep([new])
    monkeypatch.undo()
    assert not parts_of.has(old)
    parts_of.sweep([new])
    assert [path.name for path in tmp_path.iterdir()] == [new]


def test_two_runs_do_not_share_a_folder(tmp_path):
    pytest.importorskip("fcntl")
    held = store.Store(tmp_path)
    with held.locked(), pytest.raises(InputError, match="another run works here"), store.Store(tmp_path).locked():
        pass
    with store.Store(tmp_path).locked():
        pass


@pytest.mark.filterwarnings("ignore")
def test_a_file_not_read_is_tried_again(tmp_path, monkeypatch):
    made.write(tmp_path / "corpus", 2)
    planned, extract = reports.plan(tmp_path / "corpus"), reading.extract

    def missing(*given):
        text, form = extract(*given)
        if text == made.report(1):
            raise MissingExtraError("LibreOffice is not here today")
        return text, form

    monkeypatch.setattr(reading, "extract", missing)
    found = batches.run(planned, BOOKS, OPTIONS, tmp_path / "parts", tqdm(disable=True))
    assert ["LibreOffice" in note for note in found.notes][:1] == [True]
    monkeypatch.undo()
    found = batches.run(planned, BOOKS, OPTIONS, tmp_path / "parts", tqdm(disable=True))
    assert [name for part in found.parts.read("reports") for name in part["report"]] == ["r000000", "r000001"]


def test_a_file_that_changes_while_it_is_read_is_not_kept(tmp_path, monkeypatch):
    made.write(tmp_path / "corpus", 1)
    monkeypatch.setattr(batches, "_sha256", lambda file: "of what it was before")
    with pytest.raises(InputError, match=r"r000000.txt: changed while it was read"):
        batches.run(reports.plan(tmp_path / "corpus"), BOOKS, OPTIONS, tmp_path / "parts", tqdm(disable=True))


@pytest.mark.filterwarnings("ignore")
def test_a_name_like_that_of_a_part_is_its_own(tmp_path):
    same, other = made.report(1), made.report(2)
    for name, text in {"0": same, "a": same, "a#1": other}.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    found = batches.run(reports.plan(tmp_path), BOOKS, OPTIONS, tmp_path / "parts", tqdm(disable=True))
    assert pd.concat(found.parts.read("reports"))["duplicate_of"].tolist() == ["", "0", ""]


@pytest.mark.filterwarnings("ignore")
def test_copies_of_split_files_are_those_found_in_memory(tmp_path):
    one, other = (f"{name}同志对照检查材料\n一、存在的问题\n（一）理论学习不够。\n" for name in "甲乙")
    for name, text in {"a": one + other, "b": one + other, "c": other}.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    options = dataclasses.replace(OPTIONS, split=True)
    found = batches.run(reports.plan(tmp_path), BOOKS, options, tmp_path / "parts", tqdm(disable=True))
    table = pd.concat(found.parts.read("reports"), ignore_index=True)
    assert table["duplicate_of"].tolist() == ["", "", "a#1", "a#2", "a#2"]
    pd.testing.assert_frame_equal(table, project.analyse(tmp_path, BOOKS, options).tables["reports"])


def test_many_cores_do_not_ask_for_more_memory(monkeypatch):
    monkeypatch.setattr("joblib.cpu_count", lambda: 96)
    assert workers.processes(project.Options()) == 4
    assert workers.room(project.Options()) > 2_000_000
    assert workers.room(project.Options(engine="dask", scheduler="tcp://there:8786", jobs=96)) > 2_000_000
    assert workers.room(project.Options(engine="dask")) == workers.room(project.Options())  # of this machine


def test_other_files_beside_the_parts_stay(tmp_path):
    parts = store.Store(tmp_path)
    name = parts.put({"of": 1}, {})
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    parts.sweep([])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes", "notes.txt"]
    assert not parts.has(name)


def test_long_tables_in_a_format_that_cannot_grow_are_said_to_be_left_out(tmp_path, monkeypatch, small):
    monkeypatch.setattr(project.job.gallery, "save", lambda *_: [])
    made.write(tmp_path / "corpus", 2)
    options = project.Options(jobs=1, topics=2, memory=0.7, table_formats=("md",))
    monkeypatch.setattr(workers, "EXPANSION", 10**5)
    done = project.run(tmp_path / "corpus", tmp_path / "f", tmp_path / "t", options)
    assert "tables of reports as md: too long; csv and parquet hold them" in done.notes
    assert {path.name for path in done.tables} & {"phrases.md", "words.md", "words.csv"} == {"phrases.md"}


class Fatal:
    """Whoever loads it dies."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_process_that_dies_while_it_loads_is_no_loss():
    with workers.ready(Fatal(), project.Options(jobs=2)):
        done = "tables"
    assert done == "tables"
    assert [*workers.each(abs, [(-1,), (-2,)], project.Options(jobs=2), here=True)] == [1, 2]


def test_an_error_stays_what_it_is_while_processes_load():
    with pytest.raises(InputError, match="no text"), workers.ready(len, project.Options(jobs=2)):
        raise InputError("no text")


def test_processes_are_gone_when_figures_are_drawn(tmp_path, monkeypatch):
    from joblib.externals.loky import reusable_executor

    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。", "utf-8")
    monkeypatch.setattr(workers, "EXPANSION", 10**7)
    seen = []
    monkeypatch.setattr(gallery, "save", lambda *_: seen.append(reusable_executor._executor) or [])
    options = project.Options(jobs=2, memory=1)
    assert project.run(tmp_path / "a.txt", tmp_path / "f", tmp_path / "t", options).reports == 1
    assert [executor is None or executor._flags.shutdown for executor in seen] == [True]
    assert list(workers.each(abs, [(-1,)], options)) == [1]  # by others
