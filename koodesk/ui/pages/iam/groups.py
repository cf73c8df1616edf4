# SPDX-License-Identifier: Apache-2.0
"""User groups (用户组): their policies and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from koodesk.backend.views.identity import GroupDraft
from koodesk.ui.i18n import tr
from koodesk.ui.pages.iam.asking import joined, of_two, run_asking
from koodesk.ui.pages.iam.check_list import CheckList
from koodesk.ui.records_page import RecordsPage
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import button
from koodesk.ui.widgets.dialogs import Sheet, confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, line_edit
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class GroupsPage(RecordsPage):
    """Groups carry the rights."""

    page_id = "iam_groups"
    icon = "users"
    watches: ClassVar[tuple[str, ...]] = ("identity",)
    told_of = "identity"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(tr("用户组"), tr("把权限策略授予用户组，组里的用户就有这些权限；拒绝优先于允许"))
        self._edit = self.add_action(
            button(tr("修改和授权"), self._change, icon="pencil", name="group-edit"), "iam:group:update"
        )
        self._remove = self.add_action(
            button(tr("删除"), self._delete, icon="trash-2", name="group-delete"), "iam:group:delete"
        )
        self.add_action(
            button(tr("创建用户组"), self.add, kind="primary", icon="plus", name="group-add"),
            "iam:group:create",
        )
        columns = (
            Column(tr("用户组名称"), lambda r: r.name, 150, tip=lambda r: r.note or None),
            Column(
                tr("权限策略"),
                lambda r: joined(r.policies) or tr("还没有授权"),
                kind=lambda r: "" if r.policies else "warning",
                tip=lambda r: "\n".join(r.policies) or None,
            ),
            Column(tr("成员"), lambda r: joined(name for _, name in r.members) or "—"),
            Column(tr("创建时间"), lambda r: minute(r.created_ms), 150),
        )
        empty = EmptyState(
            "users",
            tr("还没有用户组"),
            tr(
                "创建一个用户组，授予它权限策略，例如 KooMessage ReadOnlyAccess（只读）；再把用户加入这个组。"
            ),
            tr("创建用户组"),
            self.add,
        )
        self.guard(empty.button, "iam:group:create")
        self.add_list(columns, empty, lambda _row: self._change())

    def fetch(self, service: Service) -> Any:
        """Return the groups."""
        return service.groups.list()

    def chosen(self) -> None:
        """Offer what can be done with the chosen group."""
        why = tr("先选择一个用户组") if self.row is None else ""
        for control in (self._edit, self._remove):
            control.setEnabled(not why)
            control.setToolTip(why)

    def add(self) -> None:
        """Open the sheet for a new group."""
        self._sheet(None)

    def _change(self) -> None:
        row = self.row
        if row is not None and not self.desk.why_not("iam:group:update"):
            self._sheet(row)

    def _delete(self) -> None:
        row = self.row
        if row is None:
            return
        confirm(
            self,
            tr("删除用户组“{name}”？", name=row.name),
            tr("组里的 {count} 个用户会失去只由这个组给出的权限。不能撤销。", count=len(row.members)),
            tr("删除用户组"),
            lambda: run_asking(
                self,
                lambda service, sure: service.groups.delete(row.id, sure=sure),
                lambda _: self.told(tr("用户组“{name}”已删除。", name=row.name)),
                self.show_problems,
            ),
        )

    def _sheet(self, row: Any) -> None:
        """Open the sheet once policies and users to choose from are known."""
        users = not self.desk.why_not("iam:user:list")
        self.run(
            lambda service: (service.policies.list(), service.users.list() if users else None),
            lambda found: self._open_sheet(row, *found),
        )

    def _open_sheet(self, row: Any, known: Any, users: Any) -> None:
        form = Form(label_width=96)
        name, note = line_edit(limit=80), line_edit(limit=280)
        name.setObjectName("group-name")
        policies = CheckList(
            [(p.name, p.name, of_two(p.note_zh, p.note_en)) for p in known],
            row.policies if row is not None else (),
            height=240,
        )
        policies.setObjectName("group-policies")
        present = tuple(u for u, _ in row.members) if row is not None else ()
        members = CheckList([(u.id, u.name, u.note) for u in users or () if not u.main], present, height=140)
        members.setObjectName("group-members")
        if row is not None:
            name.setText(row.name)
            note.setText(row.note)
        form.add("name", tr("用户组名称"), name, required=True, limit=64)
        form.add("note", tr("描述"), note, limit=255)
        form.add(
            "policies",
            tr("权限策略"),
            policies,
            hint=tr("发送还需要 RTC Administrator。只能授予您自己有的权限。"),
        )
        form.add("members", tr("成员"), members)

        def done(_: Any) -> None:
            sheet.accept()
            text = (
                tr("用户组“{name}”已创建。", name=name.text())
                if row is None
                else tr("用户组“{name}”已修改，立即生效。", name=name.text())
            )
            self.told(text)

        def save() -> None:
            who = members.chosen if users is not None else present
            draft = GroupDraft(name.text(), note.text(), policies.chosen, who)
            refused = self.refusals(sheet, form)
            if row is None:
                self.run(lambda service: service.groups.create(draft), done, refused)
            else:
                run_asking(
                    self,
                    lambda service, sure: service.groups.change(row.id, draft, row.revision, sure=sure),
                    done,
                    refused,
                )

        sheet = Sheet(
            self, tr("创建用户组") if row is None else tr("修改用户组"), tr("确定"), save, width=640
        )
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        name.setFocus()
        sheet.open()
