"""Choices that the page's address holds in lower-case words: buttons, pills and select boxes."""

from collections.abc import Mapping
from typing import Any, TypeVar

import streamlit as st

from reviewer.web.ui import address
from reviewer.web.ui.pager import PAGE

T = TypeVar("T", bound=str)


def choose_tab(
    options: Mapping[T, str],
    *,
    key: str = "ver",
    label: str = "Ver",
    default: T | None = None,
    words: Mapping[T, str] | None = None,
    resets: tuple[str, ...] = (PAGE,),
    omit_default: bool = True,
) -> T:
    """Draws a row of buttons; returns the chosen one of ``options`` (labels by value).

    It is at first ``default``, or else the first one; ``label`` names the row for screen readers. The address
    holds the value itself, or its text in ``words`` without capitals, accents and blanks. A change removes
    the parameters ``resets`` from the address.
    """
    first = default or next(iter(options))
    chosen: T | None = st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        required=True,
        label_visibility="collapsed",
        **_arguments(options, key, first, words, resets, omit_default),
    )
    return chosen or first


def choose_pill(
    options: Mapping[T, str],
    *,
    key: str,
    label: str,
    default: T | None = None,
    words: Mapping[T, str] | None = None,
    resets: tuple[str, ...] = (PAGE,),
) -> T | None:
    """Draws pills of which one or none is chosen; returns it. See ``choose_tab``."""
    chosen: T | None = st.pills(
        label,
        list(options),
        format_func=options.__getitem__,
        label_visibility="collapsed",
        **_arguments(options, key, default, words, resets),
    )
    return chosen


def choose_option(
    options: Mapping[T, str],
    *,
    key: str,
    label: str,
    default: T | None = None,
    words: Mapping[T, str] | None = None,
    resets: tuple[str, ...] = (PAGE,),
    label_visible: bool = True,
    width: int | None = None,
) -> T:
    """Draws a select box; returns the chosen one of ``options``. See ``choose_tab``."""
    chosen: T = st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        label_visibility="visible" if label_visible else "collapsed",
        width=width or "stretch",
        **_arguments(options, key, default or next(iter(options)), words, resets),
    )
    return chosen


def _arguments(
    options: Mapping[T, str],
    key: str,
    default: T | None,
    words: Mapping[T, str] | None,
    resets: tuple[str, ...],
    omit_default: bool = True,
) -> dict[str, Any]:
    def text(option: T | None) -> str:
        return address.slug(words[option]) if option and words and option in words else option or ""

    def parse(requested: str) -> T | None:
        """Accepts labels too, which addresses held in earlier versions."""
        slug = address.slug(requested)
        for option, label in options.items():
            if requested in (option, text(option)) or (slug and slug in (text(option), address.slug(label))):
                return option
        return None

    if st.session_state.get(key, default) not in (None, *options):
        st.session_state[key] = default
    return address.connect(key, default=default, parse=parse, text=text, resets=resets, omit_default=omit_default)
