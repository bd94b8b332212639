"""The scenes of the end-to-end tests."""

from __future__ import annotations

from tests.tg.conftest import anna, folder, opened, scene, stage

__all__ = ["anna", "folder", "opened", "scene", "stage"]
