"""What to find, in a planner's words: service, aim, how many or for how much, where, and what is ruled out."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QSpinBox, QVBoxLayout, QWidget

from renovate_gui.app.session import Session
from renovate_gui.app.siting import SitingModel
from renovate_gui.app.siting_request import USUAL_IN_CENTRE
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.roles import Role
from renovate_gui.ui.stages.controls import CalmSpin, Choice, Option
from renovate_gui.ui.stages.gap_model import kind_title
from renovate_gui.ui.stages.numbers import money, parse_money
from renovate_gui.ui.stages.siting_desk import SitingDesk
from renovate_gui.ui.stages.widgets import appear, button, pair, text

_CENTRE, _SCATTERED = "together", "scattered"


def aims() -> list[Option]:
    """Return the aims in words."""
    return [
        (SitingModel.MCLP.value, tr("serve most people")),
        (SitingModel.BUDGET.value, tr("serve most people for a budget")),
        (SitingModel.CAPACITATED.value, tr("give most people a place")),
        (SitingModel.LSCP.value, tr("serve everybody with fewest sites")),
        (SitingModel.P_MEDIAN.value, tr("shortest way on average")),
    ]


_NO_SITES = {Role.WALK_NETWORK, Role.STUDY_AREA, Role.DEMAND, Role.HEIGHTS, Role.ENTRANCES}


class SitingControls(QWidget):
    """The request as controls; everything writes to the desk and follows it."""

    def __init__(self, desk: SitingDesk, session: Session) -> None:
        super().__init__()
        self._desk = desk
        request = desk.request
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.what = Choice(tr("What"), self._services(session), self._what())
        self.what.chosen.connect(self._take_service)
        self.aim = Choice(tr("Aim"), aims(), request.model.value)
        self.aim.chosen.connect(lambda code: desk.ask(model=SitingModel(code)))
        self.where = Choice(tr("Where it may be"), _sources(session), request.candidates)
        self.where.chosen.connect(lambda code: desk.ask(candidates=code))
        self.count = _spin(1, 30, request.add)
        self.count.valueChanged.connect(lambda n: desk.ask(add=n))
        self.budget = QLineEdit("" if request.budget is None else money(request.budget))
        self.budget.setPlaceholderText(tr("yuan"))
        self.budget.setMaximumWidth(130)
        self.budget.editingFinished.connect(self._take_budget)
        self._count_row = pair(text(tr("How many sites"), "quiet"), self.count)
        self._budget_row = pair(text(tr("Budget"), "quiet"), self.budget)
        self._more_button = button(tr("More"), self._fold, "link")
        self._more = self._make_more(session)
        for widget in (
            self.what, self.aim, self._count_row, self._budget_row, self.where, self._more_button, self._more,
        ):  # fmt: skip
            column.addWidget(widget)
        self._more.hide()
        desk.changed.connect(self.follow)
        self.follow()

    def _make_more(self, session: Session) -> QWidget:
        request, holder = self._desk.request, QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.places = _spin(0, 2000, int(request.places or 0))
        self.places.setSpecialValueText(tr("room for all"))
        self.places.valueChanged.connect(lambda n: self._desk.ask(places=float(n) if n else None))
        self.cost = _Money(request.prices.new)
        self.cost.editingFinished.connect(self._take_prices)
        self.upgrade = _Money(request.prices.upgrade)
        self.upgrade.editingFinished.connect(self._take_prices)
        self.place = _Money(request.prices.place)
        self.place.editingFinished.connect(self._take_prices)
        self.spacing = _spin(10, 1000, int(request.cell_m))
        self.spacing.setSuffix(" m")
        self.spacing.setSingleStep(10)
        self.spacing.valueChanged.connect(lambda n: self._desk.ask(cell_m=float(n)))
        self.exclude = self._exclusions(session)
        self._spacing_row = pair(text(tr("Spacing of the grid"), "quiet"), self.spacing)
        self._upgrade_row = pair(text(tr("Cost of an upgrade"), "quiet"), self.upgrade)
        self._place_row = pair(text(tr("Cost of one more place"), "quiet"), self.place)
        self.away = _spin(0, 500, 0)
        self.away.setSuffix(" m")
        self.away.valueChanged.connect(self._keep_away)
        self.steepest = _spin(0, 100, round(100 * (request.steepest or 0)))
        self.steepest.setSuffix(" %")
        self.steepest.setSpecialValueText(tr("any slope"))
        self.steepest.valueChanged.connect(lambda n: self._desk.ask(steepest=n / 100.0 if n else None))
        self.suitability = QLineEdit(request.weight_column)
        self.suitability.setPlaceholderText(tr("column, 0 to 1"))
        self.suitability.setMaximumWidth(130)
        self.suitability.editingFinished.connect(
            lambda: self._desk.ask(weight_column=self.suitability.text().strip())
        )
        self._suitability_row = pair(text(tr("Suitability"), "quiet"), self.suitability)
        for widget in (
            pair(text(tr("Not inside"), "quiet"), self.exclude),
            pair(text(tr("Nor so near to it"), "quiet"), self.away),
            pair(text(tr("Steepest ground"), "quiet"), self.steepest),
            self._suitability_row,
            self._spacing_row,
            pair(text(tr("Places of a new site"), "quiet"), self.places),
            pair(text(tr("Cost of a new site"), "quiet"), self.cost),
            self._upgrade_row,
            self._place_row,
        ):
            column.addWidget(widget)
        return holder

    def follow(self) -> None:
        """Show the present request."""
        request = self._desk.request
        is_budget = request.model is SitingModel.BUDGET
        self.what.set_current(self._what())
        self.aim.set_current(request.model.value)
        self.where.set_current(request.candidates)
        with QSignalBlocker(self.count):
            self.count.setValue(request.add)
        if not self.budget.hasFocus():
            self.budget.setText("" if request.budget is None else money(request.budget))
        appear(self._count_row, on=not is_budget and request.model is not SitingModel.LSCP)
        appear(self._budget_row, on=is_budget)
        appear(self._upgrade_row, on=is_budget)
        appear(self._place_row, on=is_budget)
        appear(self._spacing_row, on=request.candidates == "grid")
        appear(self._suitability_row, on=request.candidates != "grid")
        self.away.setEnabled(bool(request.exclude))
        names = ", ".join(map(_bare, request.exclude))
        self.exclude.setText((names if len(names) <= 18 else names[:17] + "…") or tr("nothing ruled out"))
        self.exclude.setToolTip(names)

    def _fold(self) -> None:
        is_open = self._more.isHidden()
        appear(self._more, on=is_open)
        self._more_button.setText(tr("Less") if is_open else tr("More"))

    def _services(self, session: Session) -> list[Option]:
        kinds = [(k.code, kind_title(k)) for k in session.gaps.kinds()]
        usual = [words for code, words in kinds if code in USUAL_IN_CENTRE]
        if len(usual) < 2:
            return kinds
        return [
            *kinds,
            (_CENTRE, tr("embedded centre with several services")),
            (_SCATTERED, tr("the same services scattered")),
        ]

    def _what(self) -> str:
        request = self._desk.request
        if len(request.kinds) == 1:
            return request.kinds[0]
        return _CENTRE if request.together else _SCATTERED

    def _take_service(self, code: str) -> None:
        session = self._desk.session
        if session is None or code not in {_CENTRE, _SCATTERED}:
            self._desk.ask(kinds=(code,), together=False)
            return
        known = {k.code for k in session.gaps.kinds()}
        kinds = tuple(k for k in USUAL_IN_CENTRE if k in known)
        self._desk.ask(kinds=kinds, together=code == _CENTRE)

    def _take_budget(self) -> None:
        try:
            value = parse_money(self.budget.text())
        except (RenovateError, ValueError):
            value = None
        self._desk.ask(budget=value)

    def _take_prices(self) -> None:
        prices = type(self._desk.request.prices)(self.cost.value(), self.upgrade.value(), self.place.value())
        self._desk.ask(prices=prices)

    def _exclusions(self, session: Session) -> QPushButton:
        chooser = QPushButton()
        chooser.setProperty("kind", "choice")
        menu = QMenu(chooser)
        for info in session.layers.all():
            if "Polygon" in info.geometry_type and info.role not in {Role.STUDY_AREA, Role.GRIDS}:
                action = QAction(info.name.replace("&", "&&"), menu)
                action.setCheckable(True)
                action.setChecked(info.name in map(_bare, self._desk.request.exclude))
                action.toggled.connect(lambda on, name=info.name: self._exclude(name, on=on))
                menu.addAction(action)
        chooser.setMenu(menu)
        chooser.setEnabled(bool(menu.actions()))
        return chooser

    def _exclude(self, name: str, *, on: bool) -> None:
        others = tuple(n for n in self._desk.request.exclude if _bare(n) != name)
        self._desk.ask(exclude=(*others, self._with_distance(name)) if on else others)

    def _with_distance(self, name: str) -> str:
        """Return an exclusion as the request writes it: the layer, and how far to stay away from it."""
        return f"{name}:{self.away.value()}"

    def _keep_away(self, _metres: int) -> None:
        self._desk.ask(exclude=tuple(self._with_distance(_bare(n)) for n in self._desk.request.exclude))


def _bare(exclusion: str) -> str:
    """Return the layer of an exclusion, which ends with its distance."""
    name, _, metres = exclusion.rpartition(":")
    return name if name and metres.isdecimal() else exclusion


class _Money(QLineEdit):
    """A sum; what cannot be read is put back."""

    def __init__(self, value: Decimal) -> None:
        super().__init__(money(value))
        self._value = value
        self.setMaximumWidth(130)

    def value(self) -> Decimal:
        """Return the sum."""
        try:
            found = parse_money(self.text())
        except (RenovateError, ValueError):
            found = None
        self._value = self._value if found is None or found <= 0 else found
        self.setText(money(self._value))
        return self._value


def _spin(low: int, high: int, value: int) -> QSpinBox:
    made = CalmSpin()
    made.setRange(low, high)
    made.setValue(value)
    made.setMinimumWidth(84)
    return made


def _sources(session: Session) -> list[Option]:
    layers = [
        (f"layer:{i.name}", tr("layer “{layer}”", layer=i.name))
        for i in session.layers.all()
        if i.feature_count and i.role not in _NO_SITES
    ]
    return [
        ("vacant", tr("vacant rooms")),
        ("land", tr("vacant or public land")),
        ("grid", tr("anywhere (grid)")),
        *layers,
    ]
