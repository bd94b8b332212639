"""The store, on both databases."""

import pytest

pytest.register_assert_rewrite("tests.storage.rig")
