"""The set-up: made once, made anew when its lock or its Python changes, and plain words when it cannot be made."""

import sys
import tomllib

import pytest

import prepare


@pytest.fixture
def made(tmp_path, monkeypatch):
    """An environment made from a lock without packages, and the list of what pip was asked since."""
    lock, folder, asked = tmp_path / "lock.txt", tmp_path / "env", []
    lock.write_text("# nothing\n")
    run = prepare.run  # without pip in it, an environment is made in no time
    monkeypatch.setattr(prepare, "run", lambda command, hint: run([*command, "--without-pip"], hint))
    monkeypatch.setattr(prepare, "pip", lambda *arguments: asked.append(arguments))
    prepare.environment(folder, lock)
    asked.clear()
    return folder, lock, asked


def test_nothing_is_done_twice(made, capsys):
    folder, lock, asked = made
    capsys.readouterr()
    prepare.environment(folder, lock)
    assert asked == []
    assert capsys.readouterr().out == ""


def test_another_lock_makes_it_anew(made):
    folder, lock, asked = made
    left_behind = folder / "left-behind"
    left_behind.touch()
    lock.write_text("numpy==2.0.0 --hash=sha256:0\n")
    prepare.environment(folder, lock)
    assert [arguments[-1] for arguments in asked] == [lock]
    assert not left_behind.exists(), "packages of the old lock would stay"


def test_a_broken_interpreter_makes_it_anew(made):
    folder, lock, asked = made
    prepare.python_of(folder).unlink()
    prepare.environment(folder, lock)
    assert len(asked) == 1
    assert prepare.runs(folder)


def test_another_python_makes_it_anew(made, monkeypatch):
    folder, lock, asked = made
    monkeypatch.setattr(prepare.sys, "version_info", (3, 99))
    prepare.environment(folder, lock)
    assert len(asked) == 1


def test_a_failed_install_leaves_no_stamp(made, monkeypatch):
    folder, lock, asked = made
    lock.write_text("numpy==2.0.0 --hash=sha256:0\n")

    def no_network(*arguments):
        raise SystemExit("no network")

    with monkeypatch.context() as patch:
        patch.setattr(prepare, "pip", no_network)
        with pytest.raises(SystemExit, match="no network"):
            prepare.environment(folder, lock)
    prepare.environment(folder, lock)
    assert len(asked) == 1


def test_an_old_python_gets_a_plain_answer(monkeypatch):
    monkeypatch.setattr(prepare.sys, "version_info", (3, 9, 1))
    with pytest.raises(
        SystemExit, match=r"needs Python 3\.11 to 3\.14, but .* is 3\.9\. Name another one: make PYTHON="
    ):
        prepare.main([])


def test_a_command_that_fails_says_what_to_do():
    with pytest.raises(SystemExit, match="do this"):
        prepare.run([sys.executable, "-c", "raise SystemExit(3)"], "do this")


def test_the_supported_pythons_are_those_of_the_package():
    project = tomllib.loads((prepare.ROOT / "pyproject.toml").read_text())["project"]
    named = [
        text.rpartition(" ")[2]
        for text in project["classifiers"]
        if text.startswith("Programming Language :: Python :: 3.")
    ]
    assert named == [f"3.{minor}" for minor in range(prepare.OLDEST[1], prepare.NEWEST[1] + 1)]
    assert project["requires-python"] == ">={}.{}".format(*prepare.OLDEST)
