import hashlib
import math
import os
import re
import shutil
import subprocess
import sys
import warnings
from functools import partial

import pandas as pd
import pytest

from textkit import cli, draft, frames, hanzi, outline, project, reports
from textkit.errors import InputError, InputWarning
from textkit.project import store, workers

from .conftest import ROOT, official_corpus

CORPUS = ROOT / "data" / "reports"


def stop(*arguments, after=None, **options):
    """What somebody stops, before or after it has done its work."""
    if after:
        after(*arguments, **options)
    raise KeyboardInterrupt


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The command itself, in a process of its own."""
    folder = tmp_path_factory.mktemp("first")
    command = [sys.executable, "-m", "textkit", "run", str(CORPUS), "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return folder, done


def test_the_job_says_what_it_wrote(first):
    folder, done = first
    tables, figures = (
        len(list((folder / name).glob(f"[!.]*.{kind}"))) for name, kind in (("tables", "*"), ("figures", "png"))
    )
    assert done.stdout.strip().splitlines()[-1] == (
        f"5 reports, 93 points: {tables} table files in {folder}/tables, {figures} figures in {folder}/figures"
        f"; open {folder}/report.html"
    )
    assert "done" in done.stderr  # the progress bar


def test_two_runs_give_the_same_bytes(first, tmp_path):
    copy = tmp_path / "elsewhere"
    shutil.copytree(CORPUS, copy)
    cli.main(["run", str(copy), "--out", str(tmp_path / "second"), "--quiet", "--jobs", "1"])  # first: one a core
    assert digests(first[0]) == digests(tmp_path / "second")


def test_committed_tables_are_what_the_code_gives(first):
    """Regenerate with ``python make.py results`` when a change is meant.

    All bytes, but for the topics: another processor may round the last digits of NMF differently.
    """
    committed, fresh = digests(ROOT / "data" / "tables"), digests(first[0] / "tables")
    assert committed.keys() == fresh.keys()
    assert {name for name in fresh if not name.startswith("topic") and committed[name] != fresh[name]} == set()
    for name in (name for name in fresh if name.startswith("topic")):
        ours, theirs = (pd.read_csv(folder / name) for folder in (ROOT / "data" / "tables", first[0] / "tables"))
        pd.testing.assert_frame_equal(ours, theirs, rtol=1e-3)


def test_committed_figures_are_those_of_the_job(first):
    """Names only: another FreeType or processor may set a pixel differently."""
    committed = {path.name for path in (ROOT / "figures").glob("*.png")}
    assert committed == {path.name for path in (first[0] / "figures").glob("*.png")}


def test_tables_have_their_declared_columns(first):
    for name in (
        "outline",
        "points",
        "phrases",
        "occurrences",
        "overview",
        "topic_terms",
        "topic_shares",
        "topic_survey",
        "collocates",
    ):
        frame = pd.read_csv(first[0] / "tables" / f"{name}.csv", encoding="utf-8-sig")
        assert frame.columns.tolist() == frames.columns(name)
        assert len(frame)


def test_every_exported_number_leads_to_its_words(first):
    """With nothing but the tables: offsets into reports.csv give the words that were counted."""
    read = {path.stem: pd.read_csv(path, keep_default_na=False) for path in (first[0] / "tables").glob("*.csv")}
    texts = read["reports"].set_index("report")["text"]
    words = {
        "points": "text",
        "problems_codes": "evidence",
        "causes_codes": "evidence",
        "words": "term",
        "occurrences": "phrase",
    }
    for name, column in words.items():
        rows = read[name]
        assert len(rows)
        found = [(texts[row.report][row.start : row.end], getattr(row, column)) for row in rows.itertuples()]
        # Phrases are listed as folded: without quotes and spaces.
        assert all(word in (text, hanzi.fold(text).text) for text, word in found), name
    counted = read["occurrences"].groupby("phrase").size()
    assert counted.to_dict() == read["phrases"].set_index("phrase")["count"].to_dict()
    counted = read["words"].groupby(["report", "term"]).size()
    terms = read["terms_by_report"][["report", "term", "count"]]
    assert all(counted[report, term] == n for report, term, n in terms.itertuples(index=False))


def test_every_exported_column_is_explained(first):
    read = {path.stem: pd.read_csv(path, nrows=1) for path in (first[0] / "tables").glob("*.csv")}
    explained = pd.read_csv(first[0] / "tables" / "columns.csv")
    pairs = set(zip(explained["table"], explained["column"], strict=True))
    assert pairs == {(name, column) for name, frame in read.items() if name != "columns" for column in frame}
    assert explained["meaning"].str.len().gt(3).all()


def test_results_of_an_earlier_run_do_not_linger(first, tmp_path):
    shutil.copytree(first[0], tmp_path, dirs_exist_ok=True)
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    (tmp_path / "tables" / "notes.csv").write_text("mine", "utf-8")
    assert (tmp_path / "tables" / "topic_terms.csv").exists()
    assert (tmp_path / "figures" / "topics_by_report.png").exists()
    cli.main(["run", str(tmp_path / "a.txt"), "--out", str(tmp_path), "--quiet"])
    assert not (tmp_path / "tables" / "topic_terms.csv").exists()
    assert not (tmp_path / "figures" / "topics_by_report.png").exists()
    assert (tmp_path / "tables" / "notes.csv").read_text("utf-8") == "mine"


def test_what_a_run_wrote_is_no_report_of_the_next(tmp_path):
    """Also where all of it lies among the reports; what somebody else wrote there is one."""
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    for beside in ("", "figures/"):
        (tmp_path / f"{beside}notes.md").parent.mkdir(exist_ok=True)
        (tmp_path / f"{beside}notes.md").write_text("一、存在的问题\n（一）理论学习不够。", "utf-8")
    run = ["run", str(tmp_path), "--out", str(tmp_path), "--table-formats", "csv,md", "--quiet"]
    written = []
    for _ in range(2):
        assert cli.main(run) == 0
        written.append((tmp_path / "tables" / "reports.csv").read_text("utf-8"))
    assert written[0] == written[1]
    assert written[0].count("notes.md") == 2
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / "figures" / "README.md").exists()


def test_one_report_to_learn_from_is_too_few_to_compare(tmp_path):
    for name, text in (("a", "理论学习不够"), ("b", "走访群众少")):
        (tmp_path / f"{name}.txt").write_text(f"一、存在的问题\n（一）{text}。", "utf-8")
    found = project.analyse(tmp_path, [], project.Options(learned=1))
    assert "key terms of all but 1 reports drawn by chance from 2" in found.notes
    assert not {"similarity", "clusters"} & set(found.tables)
    assert {"similarity", "clusters"} < set(project.analyse(tmp_path, []).tables)


def test_the_ledger_cannot_reach_outside_its_folder(tmp_path):
    victim = tmp_path / "victim.csv"
    victim.write_text("mine", "utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".textkit").write_text(f"../victim.csv\n{victim}\n..\n.\n", "utf-8")
    project.writing.sweep(tmp_path / "out", [])
    assert victim.exists()


@pytest.fixture
def undrawn(monkeypatch):
    """Runs that draw nothing; the index of the figures is written all the same."""
    monkeypatch.setattr(project.job, "_figures", lambda *_: [])
    monkeypatch.setattr(project.job.gallery, "save", lambda *_: [])


@pytest.mark.parametrize("expansion", [workers.EXPANSION, 10**8])
def test_tables_and_figures_may_lie_in_one_folder(tmp_path, monkeypatch, expansion):
    monkeypatch.setattr(workers, "EXPANSION", expansion)
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    for _ in range(2):
        done = project.run(tmp_path / "a.txt", tmp_path / "out", tmp_path / "out", project.Options(jobs=1))
        assert [file for file in (*done.tables, *done.figures) if not file.is_file()] == []
    others = {tmp_path / "out" / name for name in ("README.md", ".textkit")}
    assert {*(tmp_path / "out").glob("*.*")} == {*done.tables, *done.figures, *others}
    assert (tmp_path / "out" / "parts").exists() is (expansion == 10**8)


def test_results_replace_nothing_of_the_readers(tmp_path):
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。", "utf-8")
    (tmp_path / "metadata.csv").write_text("report,year\na,1999\n", "utf-8")
    for folders in ((tmp_path / "figures", tmp_path), (tmp_path, tmp_path / "tables")):
        with pytest.raises(InputError, match="here are the reports"):
            project.run(tmp_path, *folders)
    with pytest.raises(InputError, match="a folder; name the file that shall be the page"):
        project.run(tmp_path, tmp_path / "figures", tmp_path / "tables", page=tmp_path / "figures")
    with pytest.raises(InputError, match=r"metadata.csv: of no run"):
        project.run(f"{tmp_path}/*.txt", tmp_path / "figures", tmp_path)
    (tmp_path / "README.md").write_text("mine", "utf-8")
    with pytest.raises(InputError, match=r"README.md: of no run"):
        project.run(tmp_path / "a.txt", tmp_path, tmp_path / "tables")
    assert (tmp_path / "metadata.csv").read_text("utf-8") == "report,year\na,1999\n"


def test_a_table_of_an_earlier_run_is_no_sidecar(tmp_path, undrawn):
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。", "utf-8")
    for text in ("理论学习不够", "2023年，走访群众少"):  # what was read of the first says nothing of the second
        (tmp_path / "a.txt").write_text(f"书记对照检查材料\n一、存在的问题\n（一）{text}。", "utf-8")
        project.run(f"{tmp_path}/*.txt", tmp_path / "figures", tmp_path, project.Options(jobs=1))
        assert reports.read(f"{tmp_path}/*.txt").columns.tolist() == frames.columns("reports")
    fresh = reports.metadata(reports.read(tmp_path / "a.txt"))
    pd.testing.assert_frame_equal(reports.metadata(reports.read(f"{tmp_path}/*.txt")), fresh)
    (tmp_path / "metadata.csv").write_text("report,author\na,张三\n", "utf-8")  # the reader's, in its place
    assert reports.read(f"{tmp_path}/*.txt")["author"].tolist() == ["张三"]
    with pytest.raises(InputError, match=r"metadata.csv: of no run"):
        project.run(f"{tmp_path}/*.txt", tmp_path / "figures", tmp_path, project.Options(jobs=1))


def test_no_other_run_replaces_tables_beside_parts_that_are_made(tmp_path, undrawn):
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。", "utf-8")
    given = tmp_path / "a.txt", tmp_path / "figures", tmp_path / "tables", project.Options(jobs=1)
    with store.Store(tmp_path / "tables" / "parts").locked():
        with pytest.raises(InputError, match="another run works here"):
            project.run(*given)
        assert not (tmp_path / "tables" / "points.csv").exists()
    assert project.run(*given).reports == 1


def test_parts_of_an_earlier_run_are_no_reports(tmp_path, undrawn):
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。", "utf-8")
    (tmp_path / "tables" / "parts" / "0").mkdir(parents=True)
    pd.DataFrame({"text": ["一、存在的问题"]}).to_parquet(tmp_path / "tables" / "parts" / "0" / "points.parquet")
    done = project.run(f"{tmp_path}/**/*", tmp_path / "figures", tmp_path / "tables", project.Options(jobs=1))
    assert done.reports == 1


def test_results_anywhere_below_the_reports_are_no_reports(tmp_path, undrawn):
    for name, text in (("a", "理论学习不够"), ("README", "走访群众少")):  # the reader's own README stays a report
        (tmp_path / f"{name}.md").write_text(f"一、存在的问题\n（一）{text}。", "utf-8")
    options = project.Options(jobs=1, table_formats=("csv", "md"))
    for n, corpus in enumerate([tmp_path, tmp_path, f"{tmp_path}/**/*.*"]):
        out = tmp_path / f"out{n}"
        done = project.run(corpus, out / "figures", out / "tables", options, page=tmp_path / f"page{n % 2}.html")
        assert done.reports == 2
    assert reports.read(tmp_path)["report"].tolist() == ["README", "a"]
    assert (tmp_path / "page1.html").exists()
    assert reports.read(tmp_path / "page1.html")["report"].tolist() == ["page1"]  # if it is named itself


def test_a_name_that_cannot_be_written_is_skipped_in_parts(tmp_path, monkeypatch, undrawn):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。", "utf-8")
    (folder / os.fsdecode(b"\xbf\xd5.txt")).write_text("", "utf-8")
    found = []
    for expansion in (workers.EXPANSION, 10**8):
        monkeypatch.setattr(workers, "EXPANSION", expansion)
        options = project.Options(jobs=1, errors="skip")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InputWarning)
            found += project.run(folder, tmp_path / "figures", tmp_path / "tables", options).notes[:1]
    assert found == [f"not read: {folder}/\ufffd\ufffd.txt: the file holds no text; remove it or fill it"] * 2


@pytest.mark.parametrize("wrong", [{"errors": "ignore"}, {"memory": math.nan}, {"memory": 0}, {"memory": math.inf}])
def test_options_that_make_no_sense_are_refused(tmp_path, wrong):
    with pytest.raises(InputError, match=r"unknown way with errors .ignore.|memory is"):
        project.run(ROOT / "data" / "reports", tmp_path / "f", tmp_path / "t", project.Options(**wrong))


def test_what_a_stopped_run_wrote_is_known(tmp_path, monkeypatch, undrawn):
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    given = tmp_path / "a.txt", tmp_path / "figures", tmp_path / "tables"
    with monkeypatch.context() as patch:
        patch.setattr(project.job, "_figures", stop)
        with pytest.raises(KeyboardInterrupt):
            project.run(*given, project.Options(jobs=1, table_formats=("csv", "xlsx")))
    assert (tmp_path / "tables" / "tables.xlsx").is_file()
    done = project.run(*given, project.Options(jobs=1))
    assert {*(tmp_path / "tables").iterdir()} == {*done.tables, tmp_path / "tables" / ".textkit"}


@pytest.mark.parametrize("expansion", [workers.EXPANSION, 10**8])
def test_tables_of_a_run_that_was_stopped_while_it_wrote_them_go(tmp_path, monkeypatch, undrawn, expansion):
    monkeypatch.setattr(workers, "EXPANSION", expansion)
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    given = tmp_path / "a.txt", tmp_path / "figures", tmp_path / "tables"
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "topic_names.md").write_text("mine, in the way of nothing that is written", "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(project.job.tables, "save", partial(stop, after=project.job.tables.save))
        with pytest.raises(KeyboardInterrupt):
            project.run(*given, project.Options(jobs=1, table_formats=("md",)))
    assert (tmp_path / "tables" / "phrases.md").is_file()
    project.run(*given, project.Options(jobs=1, table_formats=("parquet",)))
    assert [file.name for file in (tmp_path / "tables").glob("*.md")] == ["topic_names.md"]


def test_long_tables_of_a_run_that_was_stopped_go(tmp_path, monkeypatch, undrawn):
    monkeypatch.setattr(workers, "EXPANSION", 10**8)
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    given = tmp_path / "a.txt", tmp_path / "figures", tmp_path / "tables"
    with monkeypatch.context() as patch:
        patch.setattr(project.writing, "_parquet", stop)
        with pytest.raises(KeyboardInterrupt):
            project.run(*given, project.Options(jobs=1, table_formats=("csv", "parquet")))
    assert (tmp_path / "tables" / "points.csv").is_file()
    project.run(*given, project.Options(jobs=1, table_formats=("md",)))
    assert [*(tmp_path / "tables").glob("*.csv")] == []


def test_figures_of_a_run_that_was_stopped_while_it_drew_go(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    given = tmp_path / "a.txt", tmp_path / "figures", tmp_path / "tables"
    with monkeypatch.context() as patch:
        patch.setattr(project.job.gallery, "save", partial(stop, after=project.job.gallery.save))
        with pytest.raises(KeyboardInterrupt):
            project.run(*given, project.Options(jobs=1))
    assert len([*(tmp_path / "figures").glob("*.png")]) > 0
    project.run(*given, project.Options(jobs=1, figure_formats=("svg",)))
    assert [*(tmp_path / "figures").glob("*.png")] == []


def test_a_command_that_is_stopped_says_how_to_go_on(monkeypatch, capsys):
    monkeypatch.setattr(project, "run", stop)
    assert cli.main(["run", "a"]) == 130
    assert capsys.readouterr().err == "textkit: stopped; started again, a large corpus goes on from its parts\n"
    monkeypatch.setattr(reports, "read", stop)
    assert cli.main(["outline", "a"]) == 130
    assert capsys.readouterr().err == "textkit: stopped\n"


def test_options_reach_the_files(tmp_path):
    own = tmp_path / "mine.toml"
    own.write_text(
        'name = "mine"\nroles = ["problems"]\ntitle = { zh = "我的", en = "Mine" }\n[weights]\nstrong = 4\n'
        '[[code]]\nid = "study"\nzh = "学习"\nindicators = { strong = ["学习"] }\n',
        "utf-8",
    )
    options = [
        "--figures",
        str(tmp_path / "f"),
        "--tables",
        str(tmp_path / "t"),
        "--page",
        str(tmp_path / "p" / "page.html"),
        "--codebook",
        str(own),
        "--lang",
        "en",
    ]
    formats = ["--table-formats", "csv,md", "--figure-formats", "svg", "--topics", "3", "--seed", "5", "--quiet"]
    assert cli.main(["run", str(CORPUS), *options, *formats]) == 0
    assert (tmp_path / "t" / "mine_by_report.md").exists()
    assert not (tmp_path / "t" / "problems_codes.csv").exists()
    assert "Mine" in (tmp_path / "f" / "mine_by_report.svg").read_text("utf-8")
    page = (tmp_path / "p" / "page.html").read_text("utf-8")
    assert '<html lang="en" data-lang="en">' in page
    assert page.count("<figure ") == len(list((tmp_path / "f").glob("*.svg")))
    assert "Mine" in page
    assert pd.read_csv(tmp_path / "t" / "topic_terms.csv")["topic"].nunique() == 3


def test_every_option_of_the_command_is_passed_on(monkeypatch, tmp_path):
    seen = {}
    monkeypatch.setattr(project, "run", lambda *args, **kw: seen.update(kw) or project.Result([], [], 0, 0, []))
    cli.main(
        [
            "run",
            "a",
            "--codebook",
            "causes",
            "--lang",
            "en",
            "--seed",
            "7",
            "--topics",
            "4",
            "--table-formats",
            "csv,md",
            "--figure-formats",
            "svg,pdf",
            "--figures",
            "f",
            "--tables",
            "t",
            "--page",
            "p.html",
            "--quiet",
            "--fits",
            "2",
            "--learned",
            "90",
            "--lexicon",
            "w.tsv",
            "--stopwords",
            "s.txt",
        ]
    )
    own = {"lexicon": "w.tsv", "stopwords": "s.txt", "fits": 2, "learned": 90}
    assert seen["options"] == project.Options(("causes",), "en", 7, 4, ("csv", "md"), ("svg", "pdf"), **own)
    assert (seen["figures"], seen["data"], seen["page"], seen["progress"]) == ("f", "t", "p.html", False)
    cli.main(["run", "a", "--out", "o"])
    assert seen["options"] == project.Options()
    assert (seen["figures"], seen["data"], seen["page"]) == ("o/figures", "o/tables", "o/report.html")
    assert seen["progress"]


def test_few_units_are_reported_not_hidden(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    assert cli.main(["run", str(tmp_path / "a.txt"), "--out", str(tmp_path), "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert "left out: topics: " in err
    assert "topics: " in (tmp_path / "report.html").read_text("utf-8")
    assert "1 report, 2 points" in out
    assert not (tmp_path / "tables" / "topic_terms.csv").exists()


def test_reports_without_points_are_named(tmp_path, capsys):
    for name, text in (("a", "一、存在的问题\n（一）理论学习不够。"), ("b", "没有标题的一段话。")):
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    assert cli.main(["run", str(tmp_path), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    assert "1 of 2 reports, as no numbered points" in capsys.readouterr().err
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert re.search(r'lang="zh">1 份报告没有编号条目.*：b</span><span class="t" lang="en">1 of 2 reports, as', page)
    assert re.search(r'lang="zh">主题：\d+ 个条目.*</span><span class="t" lang="en">topics: \d+ units', page)
    assert "出自 1 份报告" in page
    cross = pd.read_csv(tmp_path / "out" / "tables" / "problems_by_report.csv")
    assert cross.groupby("report")["total"].first().to_dict() == {"a": 1, "b": 0}


def test_text_without_structure_passes(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("没有标题的一段话。", "utf-8")
    assert cli.main(["run", str(tmp_path / "a.txt"), "--out", str(tmp_path), "--quiet"]) == 0
    assert "no numbered points" in capsys.readouterr().err


def test_official_documents_pass_the_whole_job(tmp_path):
    files = official_corpus()
    if not files:
        pytest.skip("the official corpus is not beside the project")
    result = project.run(files[::4], tmp_path / "f", tmp_path / "t")
    assert result.reports == len(files[::4])
    assert result.points > 250


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "no/such/path"], "no/such/path: no such file or folder; check the path"),
        (["run", "{empty}"], "no report here"),
        (["run", "{binary}"], "not a text file"),
        (["run", "{corpus}", "--codebook", "{codebook}"], "unknown key 'indicator'"),
        (["run", "{corpus}", "--codebook", "nonsense"], "no such codebook"),
        (["run", "{corpus}", "--table-formats", "csv,doc"], "unknown table format 'doc'"),
        (["run", "{corpus}", "--figure-formats", "gif"], "unknown figure format 'gif'"),
        (["run", "{corpus}", "--topics", "1"], "topics = 1; give a whole number, 2 or more"),
        (["run", "{corpus}", "--out", "{binary}/x"], "cannot be made a folder"),
        (["run", "{corpus}", "--figures", "{binary}"], "cannot be made a folder"),
        (["run", "{corpus}", "--seed", "-1"], "seed = -1; give a whole number, from 0"),
        (["run", "{corpus}", "--table-formats", ","], "unknown table format ''"),
        (["outline", "no/such/path"], "no such file or folder"),
        (["check", "no/such/path", "--against", "{corpus}"], "no such file or folder"),
        (["check", "{corpus}", "--against", "{corpus}"], "check one draft at a time"),
        (["check", "{plain}", "--against", "{corpus}"], "no numbered points"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(arguments, message, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "plain.txt").write_text("没有标题的一段话。", "utf-8")
    (tmp_path / "mine.toml").write_text(
        'name = "x"\nroles = ["problems"]\n[weights]\nstrong = 4\n[[code]]\nid = "x"\nzh = "x"\nindicator = []\n',
        "utf-8",
    )
    places = {
        "empty": tmp_path / "empty",
        "binary": tmp_path / "picture.txt",
        "codebook": tmp_path / "mine.toml",
        "corpus": CORPUS,
        "plain": tmp_path / "plain.txt",
    }
    code = cli.main(
        [argument.format(**places) for argument in arguments] + (["--quiet"] if arguments[0] == "run" else [])
    )
    out, err = capsys.readouterr()
    assert code == 2
    assert message in err
    assert err.startswith("textkit: ")
    assert err.count("\n") == 1
    assert not out


@pytest.mark.parametrize("name", ["topics", "phrases"])
def test_codebooks_cannot_overwrite_other_tables_or_figures(tmp_path, name):
    book = tmp_path / "mine.toml"
    book.write_text(
        f'name = "{name}"\n'
        'roles = ["problems"]\n[weights]\nstrong = 4\n'
        '[[code]]\nid = "x"\nzh = "x"\nindicators = { strong = ["学习"] }\n',
        "utf-8",
    )
    for books in ((str(book),), ("problems", "problems")):
        with pytest.raises(InputError, match="is taken by another table"):
            project.run(CORPUS, tmp_path / "f", tmp_path / "t", project.Options(codebooks=books))
    assert not (tmp_path / "t").exists()


def test_errors_come_before_anything_is_written(tmp_path):
    with pytest.raises(InputError):
        project.run(CORPUS, tmp_path / "f", tmp_path / "t", project.Options(figure_formats=("gif",)))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", [[], ["run"], ["outline"], ["check"]])
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([*command, "--help"])
    assert stop.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: textkit")
    assert len(out.splitlines()) > 5


def test_outline_prints_the_tree(capsys):
    assert cli.main(["outline", str(CORPUS / "street_secretary.txt")]) == 0
    out = capsys.readouterr().out
    assert "（三）葆有为民情怀，在服务民生上强保障  ! skipped" in out
    assert "一是理论学习缺乏系统性" in out


def test_check_names_what_stands_elsewhere(tmp_path, capsys):
    shared = "面对复杂问题习惯于等上级拿主意，缺少主动研究的闯劲和韧劲"
    text = "一、存在的问题\n（一）{}。\n（二）走访群众少。\n二、整改措施\n（一）多走访群众。"
    (tmp_path / "old.txt").write_text("2021年度对照检查材料\n" + text.format(shared), "utf-8")
    draft_text = "2022年度对照检查材料\n" + text.format("理论学习不够，" + shared.replace("习惯于", "常常"))
    (tmp_path / "new.txt").write_text(draft_text, "utf-8")
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "zzz.txt").write_text(draft_text, "utf-8")
    last = draft.check(tmp_path / "z" / "zzz.txt", tmp_path / "old.txt").passages.iloc[0]
    assert (last["report"], last["other"], last["earlier"]) == ("zzz", "old", "other")
    (tmp_path / "z" / "zzz.txt").unlink()
    found = draft.check(tmp_path / "new.txt", tmp_path)
    row = found.passages.iloc[0]
    assert len(found.passages) == 1
    assert draft_text[row["start"] : row["end"]] == row["text"]
    assert (row["other_text"], row["report"], row["other"], row["earlier"]) == (shared, "new", "old", "other")
    assert found.unanswered["code"].tolist() == ["responsibility"]
    assert cli.main(["check", str(tmp_path / "new.txt"), "--against", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "[-习惯于-]{+常常+}等上级拿主意" in out
    assert "Problems without a measure: 1" in out


def test_a_check_names_lines_and_shortens_what_is_the_same(tmp_path):
    copied = "只是简单地看了看贫困户的生活条件，没有与他们进行深入交流，没有了解到他们真正需要什么"
    copied = f"{copied}，与百姓坐一条板凳考虑问题少，{copied[::-1]}。"
    heading = "一、存在的问题\n（一）{}\n（二）{}"
    (tmp_path / "old.txt").write_text(heading.format(copied.replace("百姓", "群众"), "酒驾醉驾。"), "utf-8")
    (tmp_path / "new.md").write_text("# 题目\n" + heading.format("党风廉政建设不够", copied), "utf-8")
    shown = draft.show(draft.check(tmp_path / "new.md", tmp_path / "old.txt")).splitlines()
    passage = next(n for n, line in enumerate(shown) if "old, line 2, similarity 0.98" in line)
    assert shown[passage].startswith("  line 4, ")
    assert "[-群众-]{+百姓+}" in shown[passage + 1]
    assert "…" in shown[passage + 1]
    assert len(shown[passage + 1]) < 110
    assert "Points that are little but formula: 1" in shown
    assert any(line.startswith("  line 3    党风廉政建设不够 ") for line in shown), "without a measure"


def test_a_check_finds_copies_outside_the_points(tmp_path):
    copied = "会前，我通过座谈走访听取了干部群众的意见，对照岗位逐条梳理了不足"
    lead = "这些毛病由来已久，平时总说没有空闲，其实是把心思放在了迎检上"
    text = "对照检查材料\n{}。\n一、存在的问题\n（一）{}。{}。一是{}。二是不实。\n{}。"
    old = text.format(copied, "读书少", lead, "浅尝辄止", "请大家多提宝贵的批评意见，我一定虚心接受、照单全收")
    new = text.format(lead, "下基层少", copied, "来去匆匆", "以上是我的检查，恳请同事指出还没有看到的地方")
    for name, written in {"old": old, "new": new}.items():
        (tmp_path / f"{name}.txt").write_text(written, "utf-8")
    found = draft.check(tmp_path / "new.txt", tmp_path).passages
    assert found[["point", "text", "other_text"]].to_numpy().tolist() == [[0, lead, lead], [0, copied, copied]]


def test_the_job_flags_copies_and_tells_own_from_shared(samples, tmp_path):
    text = samples["text"][0]
    texts = {"a": text, "b": text.replace("不够", "不太够"), "c": samples["text"][1]}
    texts |= dict.fromkeys(["d", "e"], "没有编号也没有标题的一段话，说的是别的事情。")
    for name, written in texts.items():
        (tmp_path / f"{name}.txt").write_text(written, "utf-8")
    found = project.analyse(tmp_path, []).tables
    copies = found["duplicates"][["report", "other", "exact"]].to_numpy().tolist()
    assert copies == [["d", "e", True], ["a", "b", False]]
    own = found["phrases"].query("origin == 'own'")
    assert len(own) > 0
    assert (own["reports"] == 1).all()
    assert found["phrase_shares"].query("origin == 'own' and report == 'c'")["chars"].sum() > 0


def test_a_check_does_not_depend_on_names(tmp_path):
    """The draft may sort before or after the others, and share its name with one of them."""
    for name in ("a", "z"):
        (tmp_path / name).mkdir()
    text = (CORPUS / "city_leader.txt").read_text("utf-8")
    (tmp_path / "a" / "m.txt").write_text(text, "utf-8")
    (tmp_path / "z" / "m.txt").write_text(text + "\n", "utf-8")
    spans = []
    for own, other in ("az", "za"):
        found = draft.check(tmp_path / own / "m.txt", tmp_path / other)
        assert (found.passages["other"] == "m (2)").all()
        spans.append(found.passages[["start", "end", "other_start", "other_end"]].to_numpy().tolist())
    assert spans[0] == spans[1]
    assert len(spans[0]) > 10


def test_importing_is_quick():
    """The library loads its rooms when they are used: pandas is not touched by the bare import."""
    probe = "import sys, textkit, textkit.cli; print('pandas' in sys.modules, 'matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_overview_equals_the_outline(samples, nodes, points):
    overview = outline.overview(nodes, points)
    assert overview.groupby("report")["chars"].sum().tolist() == samples["chars"].tolist()
    assert overview.groupby("report")["share"].sum().sub(1).abs().lt(1e-12).all()


def test_columns_of_a_sidecar_reach_the_tables(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。", "utf-8")
    (tmp_path / "in" / "metadata.csv").write_text("report,区\na,东\nx,西\n", "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        cli.main(["run", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--quiet"])
    assert "textkit: metadata.csv names reports that are not here: x\n" in capsys.readouterr().err
    assert pd.read_csv(tmp_path / "out" / "tables" / "reports.csv")["区"].tolist() == ["东"]
    explained = pd.read_csv(tmp_path / "out" / "tables" / "columns.csv").set_index(["table", "column"])["meaning"]
    assert "sidecar" in explained["reports", "区"]


def test_what_cannot_be_read_is_skipped_and_said_and_files_are_split(tmp_path, capsys):
    report = "{}同志对照检查材料\n一、存在的问题\n（一）理论学习不够。\n（二）走访群众少。\n"
    (tmp_path / "two.txt").write_text(
        report.format("甲") + report.format("乙").replace("材料", "材料（2023年度书记）"), "utf-8"
    )
    (tmp_path / "bad.txt").write_bytes(b"\x00\xff\xfe\x81")
    assert cli.main(["outline", str(tmp_path)]) == 2
    assert cli.main(["outline", str(tmp_path), "--errors", "skip", "--split"]) == 0
    printed = capsys.readouterr()
    assert "skipped 1" in printed.err
    assert "bad.txt" in printed.err
    assert [line for line in printed.out.splitlines() if line.startswith("two")] == ["two#1", "two#2"]
    with pytest.warns(InputWarning, match="bad.txt"):
        found = project.analyse(tmp_path, [], project.Options(errors="skip", split=True))
    assert any("bad.txt" in note for note in found.notes)
    assert found.tables["reports"]["year"].fillna(0).tolist() == [0, 2023]


def test_own_words_stay_whole_and_own_stop_words_go(tmp_path):
    (tmp_path / "a.txt").write_text("一、存在的问题\n（一）铺排调度推进不够。", "utf-8")
    (tmp_path / "words.txt").write_text("铺排调度\n", "utf-8")
    (tmp_path / "stop.txt").write_text("不够\n", "utf-8")
    for own, terms in (
        ({}, ["铺排", "调度", "推进", "不够"]),
        ({"lexicon": "words.txt", "stopwords": "stop.txt"}, ["铺排调度", "推进"]),
    ):
        options = project.Options(**{name: str(tmp_path / file) for name, file in own.items()})
        assert project.analyse(tmp_path / "a.txt", [], options).tables["words"]["term"].tolist() == terms
    with pytest.raises(InputError, match=r"words\.tsv: cannot be read"):
        project.run(tmp_path / "a.txt", tmp_path, tmp_path / "t", project.Options(lexicon=str(tmp_path / "words.tsv")))
