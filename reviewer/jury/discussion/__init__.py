"""The committee's discussion: anchors, comments, comparison of scores and flags."""
