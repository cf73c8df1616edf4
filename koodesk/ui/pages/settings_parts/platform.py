# SPDX-License-Identifier: Apache-2.0
"""Settings of the platform: which one it is, and the access key by which the real cloud is reached.

The secret goes to the system's key store and is never shown again; the check asks one harmless question.
"""

from __future__ import annotations

from typing import Any, Final

from koodesk.backend.views.cloud import OtherAccount
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Problem
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.people import person
from koodesk.ui.platform_mark import platform_name
from koodesk.ui.platform_sheet import PlatformSheet
from koodesk.ui.sign_in import password_edit
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import Card, Chip, button, label, row
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.forms import Form, line_edit

CLOUD: Final = "koodesk:cloud:control"


class PlatformCard(Card):
    """The choice with its switch, and the form of the key."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("发送平台"))
        self._page = page
        self._ak = ""
        self.chip = Chip()
        self.who = label("", "second", wrap=True)
        self.switch_button = button(tr("切换…"), self.ask, name="platform-switch")
        bar = row(self.chip, self.who, self.switch_button, spacing=12)
        bar.setStretch(1, 1)
        self.body.addLayout(bar)
        self.body.addWidget(label(tr("真实云平台的访问密钥"), "heading"))
        self.body.addWidget(
            label(
                tr(
                    "在云平台“我的凭证 > 访问密钥”创建。SK 只存进系统密钥库，不写进工作区，保存后不再显示；检查只数一数模板，不发送也不花钱。"
                ),
                "second",
                wrap=True,
            )
        )
        self.sdk = label("", "warning", wrap=True)
        self.sdk.hide()
        self.body.addWidget(self.sdk)
        form = self.form = Form(label_width=128)
        self.region = label(tr("华北-北京四（cn-north-4）"), "second")
        self.region.setContentsMargins(0, 6, 0, 0)
        form.add("region", tr("区域"), self.region)
        self.ak = line_edit(limit=128)
        self.sk = password_edit("cloud-sk")
        self.endpoint = line_edit(tr("留空使用区域的地址"), limit=300)
        form.add("ak", tr("AK（访问密钥 ID）"), self.ak, required=True)
        form.add("sk", tr("SK（秘密访问密钥）"), self.sk, required=True)
        form.add("endpoint", tr("接入地址"), self.endpoint)
        self.body.addWidget(form)
        self.kept = label("", "second", wrap=True, selectable=True)
        self.body.addWidget(self.kept)
        self.others = label("", "warning", wrap=True)
        self.same_button = button(tr("是同一个账号…"), self.ask_same, name="cloud-same-account")
        page.guard(self.same_button, CLOUD)
        self._other = ""
        bar = row(self.others, self.same_button, spacing=12)
        bar.setStretch(0, 1)
        self.body.addLayout(bar)
        self._show_others(())
        self.save_button = button(tr("保存密钥"), self.save, name="cloud-save")
        self.check_button = button(tr("检查连接"), self.check, icon="refresh-cw", name="cloud-check")
        self.forget_button = button(tr("移除密钥"), self.forget, kind="quiet", name="cloud-forget")
        page.guard(self.save_button, CLOUD)
        page.guard(self.forget_button, CLOUD)
        self.body.addLayout(row(self.save_button, self.check_button, self.forget_button, 1))
        self.found = label("", "second", wrap=True)
        self.found.hide()
        self.body.addWidget(self.found)

    def refresh(self) -> None:
        """Ask which platform it is and which key is set."""
        self._page.run(lambda service: (service.platform.show(), service.cloud.show()), self._show)

    def _show(self, told: Any) -> None:
        view, cloud = told
        real = view.platform is Platform.CLOUD
        self.chip.show_state(
            platform_name(view.platform), "danger" if real else "success", "send" if real else "server"
        )
        self.who.setText(
            tr("{who} 于 {when} 选择", who=person(view.by), when=moment(view.at_ms))
            if view.at_ms
            else tr("还没有切换过")
        )
        self._show_key(cloud)

    def _show_key(self, cloud: Any) -> None:
        self._ak = cloud.ak
        self.sdk.setVisible(not cloud.sdk)
        self.sdk.setText(
            tr(
                '没有安装云平台的官方 SDK：可以先保存密钥，检查和发送要等装上附加项 cloud（pip install "koodesk[cloud]"）之后。'
            )
        )
        self.kept.setText(
            tr(
                "正在使用 {ak}，保存在{place}。",
                ak=cloud.ak,
                place=self._page.desk.word(f"state.key_kept.{cloud.kept}"),
            )
            if cloud.ak
            else tr("还没有密钥。")
        )
        if cloud.kept == "session":
            self.kept.setText(
                self.kept.text() + tr("这台机器没有可用的密钥库：程序退出后要重新填写，其他程序看不到它。")
            )
        self._show_others(cloud.others)
        self.ak.setText(cloud.ak)
        self.endpoint.setText("" if cloud.endpoint == cloud.usual else cloud.endpoint)
        self.check_button.setEnabled(bool(cloud.ak) and cloud.sdk)
        own = cloud.ak and cloud.kept != "environment"
        self.forget_button.setVisible(bool(own))

    def _show_others(self, others: tuple[OtherAccount, ...]) -> None:
        """Say whose records are not this account's, the one used last first: they are settled one by one."""
        for part in (self.others, self.same_button):
            part.setVisible(bool(others))
        if not others:
            return
        one = others[0]
        self._other = one.account
        told = tr(
            "用别的密钥提交过 {made} 条记录、上传过 {files} 个文件（最近 {when}），不算现在这个账号的：用到它们的发送会被拒绝。",
            made=f"{one.made:,}",
            files=f"{one.files:,}",
            when=moment(one.last_ms),
        )
        more = (tr("另外还有 {count} 个账号。", count=len(others) - 1),) if len(others) > 1 else ()
        self.others.setText("\n".join((told, *more)))

    def ask_same(self) -> None:
        """Ask before what was made with another key counts as this account's."""
        other = self._other

        def done(cloud: Any) -> None:
            self._page.banner.tell(tr("已记为同一个账号。"), "success")
            self._show_key(cloud)

        def sure() -> None:
            self._page.run(lambda service: service.cloud.same_account(other), done, self._refused)

        confirm(
            self._page,
            tr("两个密钥属于同一个账号？"),
            tr(
                "云平台不会告诉我们密钥属于哪个账号。只有您确定它们属于同一个账号时才确认：之后会用现在的密钥发送那些模板，不能撤回。"
            ),
            tr("是同一个账号"),
            sure,
        )

    def ask(self) -> None:
        """Open the switch."""
        PlatformSheet(self._page, self._page.desk).open()

    def save(self) -> None:
        """Keep what was typed in; the secret leaves the form whatever comes of it."""
        ak, sk, endpoint = self.ak.text().strip(), self.sk.text().strip(), self.endpoint.text().strip()

        def done(cloud: Any) -> None:
            self.found.hide()
            self.form.clear_problems()
            self._page.banner.tell(tr("密钥已保存。"), "success")
            self._show_key(cloud)

        self.sk.clear()
        self._page.run(
            lambda service: (service.cloud.set_key(ak, sk, endpoint), service.cloud.show())[1],
            done,
            self._refused,
        )

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        left = self.form.show_problems(problems)
        if left:
            self._page.show_problems(left)

    def check(self) -> None:
        """Ask the platform one harmless question."""
        self.check_button.setEnabled(False)
        self.found.show()
        self.found.setText(tr("正在询问云平台…"))

        def done(found: Any) -> None:
            self.check_button.setEnabled(True)
            self.found.setText(
                tr(
                    "{endpoint} 认得 {ak}：账户里有 {count} 个自己的模板。",
                    endpoint=found.endpoint,
                    ak=found.ak,
                    count=found.templates,
                )
            )

        def failed(problems: tuple[Problem, ...]) -> None:
            self.check_button.setEnabled(True)
            self.found.setText(self._page.desk.say(problems))

        self._page.run(lambda service: service.cloud.check(), done, failed)

    def forget(self) -> None:
        """Ask, then take the key away."""

        def done(_nothing: Any) -> None:
            self._page.banner.tell(tr("密钥已移除。"), "success")
            self.refresh()

        confirm(
            self,
            tr("移除云平台的密钥？"),
            tr("{ak} 会从密钥库里删除。没有密钥时，真实云平台上的任务不会发送，直到重新填写。", ak=self._ak),
            tr("移除"),
            lambda: self._page.run(lambda service: service.cloud.forget(), done),
        )
