from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QKeySequence

from renovate_gui.assets import set_language
from renovate_gui.ui.actions import MENUS, SEPARATOR, SPECS, TOOLBAR
from renovate_gui.ui.workspace import Stage, Tool


def test_no_shortcut_is_used_twice():
    keys = Counter(QKeySequence(s).toString() for spec in SPECS for s in spec.shortcuts)
    assert [k for k, n in keys.items() if n > 1] == []
    assert "" not in keys


def test_names_titles_and_tooltips_are_there_in_both_languages():
    assert len({s.name for s in SPECS}) == len(SPECS)
    for language in ("en", "zh_CN"):
        set_language(language)
        titles = [s.title() for s in SPECS]
        assert all(titles)
        assert len(set(titles)) == len(titles)
        assert all(s.tooltip() for s in SPECS)
    chinese = [s for s in SPECS if any("\u4e00" <= c <= "\u9fff" for c in s.title())]
    assert len(chinese) == len(SPECS)


def test_menus_and_toolbar_name_real_actions():
    known = {s.name for s in SPECS} | {SEPARATOR, "recent", "measure"}
    listed = [n for _, names in MENUS for n in names]
    assert set(listed) | set(TOOLBAR) <= known
    reachable = set(listed) | {"help.menu"}
    assert {s.name for s in SPECS} <= reachable  # nothing can be done by a key alone


def test_every_stage_and_tool_has_its_action():
    assert {s.stage for s in SPECS if s.stage} == set(Stage)
    assert {s.tool for s in SPECS if s.tool} == set(Tool)


def test_a_disabled_action_says_why(empty_window):
    actions = empty_window.actions_
    for spec in SPECS:
        action = actions[spec.name]
        if not action.isEnabled():
            assert actions.reason(spec.name)
            assert actions.reason(spec.name) in action.toolTip()
    assert not actions["edit.undo"].isEnabled()
    assert not actions["map.draw_point"].isEnabled()


def test_undo_names_its_step(window, qtbot):
    tip = window.actions_["edit.undo"].toolTip()
    assert "Add Far away" in tip
    assert "Ctrl+Z" in tip
    window.actions_["edit.undo"].trigger()
    qtbot.waitUntil(lambda: "Add Far away" in window.actions_["edit.redo"].toolTip())
    assert "Add Shops" in window.actions_["edit.undo"].toolTip()
    window.actions_["edit.redo"].trigger()
    qtbot.waitUntil(lambda: not window.actions_["edit.redo"].isEnabled())
    assert len(window.workspace.session.layers.all()) == 3


def test_survey_data_is_not_deleted_by_one_more_key(window, qtbot, monkeypatch):
    from PySide6.QtWidgets import QMessageBox

    asked = []

    def question(_parent, _title, _words, buttons, default):
        asked.append((buttons, default))
        return default

    monkeypatch.setattr(QMessageBox, "question", question)
    session = window.workspace.session
    houses = next(i for i in session.layers.all() if i.name == "Houses")
    window.workspace.select(f"layer:{houses.id}", (1,))
    window.actions_["edit.delete"].trigger()
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    assert asked == [(yes | no, no)]
    assert len(session.layers.table(houses.id)) == 40


def test_the_hand_pans_as_everywhere_and_no_icon_stands_for_two_tools():
    icons = {s.tool: s.icon for s in SPECS if s.tool}
    assert "hand" in icons[Tool.PAN]
    assert "hand" not in icons[Tool.WHAT_IF]
    assert len(set(icons.values())) == len(icons)
