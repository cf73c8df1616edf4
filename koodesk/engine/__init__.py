# SPDX-License-Identifier: Apache-2.0
"""The local engine: a twin of the cloud in a process of its own, reached over signed HTTP on this machine only.

It reviews, accepts batches, makes short links, delivers to simulated phones and reports, on a clock that can be run
forward. It knows the domain and nothing of the desk; the desk knows it by docs/architecture.md, "Engine HTTP".
"""
